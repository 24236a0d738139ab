#include "gui/topology/words.hpp"

#include <QCoreApplication>
#include <algorithm>
#include <array>

#include "gui/paint/time_text.hpp"

namespace lparsim::gui {

namespace {

QString tr(const char* text) {
  return QCoreApplication::translate("lparsim::gui::TopologyView", text);
}
QString of(std::string_view text) {
  return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}
QString unitsText(ProcessingUnits units) {
  return figureText(units.value(), QStringLiteral("PU"));
}

QString meaningOf(trace::DeviceKind kind) {
  static constexpr std::array<const char*, trace::kDeviceKindNames.size()> kMeanings{
      QT_TRANSLATE_NOOP("lparsim::gui::TopologyView", "virtual Ethernet adapter: its frames go over the hypervisor's virtual switch"),
      QT_TRANSLATE_NOOP("lparsim::gui::TopologyView", "vNIC: its data go straight between the partition's memory and the adapter"),
      QT_TRANSLATE_NOOP("lparsim::gui::TopologyView", "virtual SCSI client adapter: its commands go to a server in another partition"),
      QT_TRANSLATE_NOOP("lparsim::gui::TopologyView",
                        "virtual Fibre Channel client adapter (NPIV): it has names of its own in the storage network"),
      QT_TRANSLATE_NOOP("lparsim::gui::TopologyView", "virtual switch: the hypervisor copies frames from adapter to adapter"),
      QT_TRANSLATE_NOOP("lparsim::gui::TopologyView", "trunk adapter: through it a Shared Ethernet Adapter sees its VLANs"),
      QT_TRANSLATE_NOOP("lparsim::gui::TopologyView", "Shared Ethernet Adapter: bridges the virtual switch to the network outside"),
      QT_TRANSLATE_NOOP("lparsim::gui::TopologyView", "backing device of vNICs"),
      QT_TRANSLATE_NOOP("lparsim::gui::TopologyView", "virtual SCSI server: does its clients' commands on its own disks"),
      QT_TRANSLATE_NOOP("lparsim::gui::TopologyView", "virtual Fibre Channel server: passes its clients' commands on to the adapter"),
      QT_TRANSLATE_NOOP("lparsim::gui::TopologyView", "a piece that is served as a disk"),
      QT_TRANSLATE_NOOP("lparsim::gui::TopologyView", "a disk as this partition has it"),
      QT_TRANSLATE_NOOP("lparsim::gui::TopologyView", "physical Ethernet adapter"),
      QT_TRANSLATE_NOOP("lparsim::gui::TopologyView", "physical Fibre Channel adapter"),
      QT_TRANSLATE_NOOP("lparsim::gui::TopologyView", "the switch of the network outside"),
      QT_TRANSLATE_NOOP("lparsim::gui::TopologyView", "a computer outside"),
      QT_TRANSLATE_NOOP("lparsim::gui::TopologyView", "the storage network"),
      QT_TRANSLATE_NOOP("lparsim::gui::TopologyView", "storage: a disk or an array")};
  const auto number = static_cast<std::size_t>(kind);
  return number < kMeanings.size() ? tr(kMeanings[number]) : tr("a device that a newer program recorded");
}

void say(QStringList& all, const Figure& figure) {
  if (!figure.sentence.empty()) all << of(figure.sentence);
}

QString modeText(const trace::PartitionFacts& p) {
  if (p.mode == "dedicated") return tr("dedicated cores: %1 of its own").arg(p.cores);
  const QString due = tr("entitled to %1, the processor time that it is due in every dispatch window").arg(unitsText(p.entitlement));
  if (p.capped) return tr("%1; capped: it never gets more").arg(due);
  return tr("%1; uncapped, weight %2: it may use what others leave over").arg(due).arg(p.weight);
}

void sayPartition(QStringList& all, const RunFacts& facts, const PartId& id, const Flows* flows) {
  const trace::PartitionFacts* p = facts.partition(id.server, static_cast<PartitionId>(id.first));
  if (p == nullptr) return;
  all << tr("%1: partition of type %2 in pool %3").arg(of(p->name), of(p->type), p->pool.empty() ? tr("none") : of(p->pool));
  all << modeText(*p);
  if (const PartitionFlow* flow = flowOf(flows, id.server, id.first)) {
    for (const Figure* figure : {&flow->physc, &flow->entc, &flow->excess, &flow->waiting}) say(all, *figure);
    if (flow->hcalls) say(all, *flow->hcalls);
  }
}

void sayCore(QStringList& all, const RunFacts& facts, const PartId& id, const Flows* flows) {
  all << nameOfPart(facts, id);
  const CoreFlow* flow = coreFlow(flows, id.server, id.first);
  if (flow == nullptr || !flow->known) {
    all << (facts.isRecordedInFull() ? tr("who is on it at this moment is not known")
                                     : tr("who is on it is recorded with --trace full only"));
    return;
  }
  const trace::PartitionFacts* p = facts.partition(flow->server, flow->partition);
  if (flow->busy && p != nullptr)
    all << tr("virtual processor %1 of %2 is on it, %3").arg(flow->vp).arg(of(p->name), of(wordsFor(flow->state)));
  else
    all << tr("no virtual processor is on it at this moment");
  say(all, flow->load);
}

void sayVirtualProcessor(QStringList& all, const RunFacts& facts, const PartId& id, const Flows* flows) {
  all << nameOfPart(facts, id);
  bool known = false;
  if (flows != nullptr) {
    for (const CoreFlow& core : flows->cores) {
      if (core.server != id.server || !core.known) continue;
      known = true;
      if (!core.busy || static_cast<std::uint32_t>(core.partition) != id.first || core.vp != id.second) continue;
      all << tr("is on core %1, %2").arg(static_cast<std::uint32_t>(core.core)).arg(of(wordsFor(core.state)));
      return;
    }
  }
  all << (known ? tr("is on no core at this moment") : tr("where it is is recorded with --trace full only"));
}

void sayPool(QStringList& all, const RunFacts& facts, const PartId& id, const Flows* flows) {
  for (const trace::PoolFacts& pool : facts.info.pools) {
    if (pool.server != id.server || static_cast<std::uint32_t>(pool.pool) != id.first) continue;
    all << tr("shared processor pool %1: its partitions use %2 at most together").arg(of(pool.name), unitsText(pool.maximum));
    if (pool.reserved > ProcessingUnits{}) all << tr("%1 are kept for it beyond their entitlements").arg(unitsText(pool.reserved));
  }
  if (const PoolFlow* flow = poolFlow(flows, id.server, id.first)) {
    say(all, flow->used);
    say(all, flow->load);
  }
}

void sayFrame(QStringList& all, const RunFacts& facts, const PartId& id, const Flows* flows) {
  const trace::ServerFacts* s = facts.server(id.server);
  if (s == nullptr) return;
  const QString cores = s->cores == 1 ? tr("1 core") : tr("%1 cores").arg(s->cores);
  all << tr("%1: %2, %3 of %4, %5 GiB")
             .arg(of(s->name), s->model.empty() ? of(s->generation) : tr("%1 (%2)").arg(of(s->model), of(s->generation)), cores,
                  figureText(s->frequency.value / 1e9, QStringLiteral("GHz")))
             .arg(s->memory.count >> 30);
  all << tr("dispatch window %1: every entitlement is due once in each").arg(durationText(s->dispatch_window));
  if (const PoolFlow* flow = poolFlow(flows, id.server, std::nullopt)) {
    say(all, flow->used);
    say(all, flow->load);
  }
}

void sayDevice(QStringList& all, const RunFacts& facts, const PartId& id, const Flows* flows) {
  if (id.first >= facts.info.devices.size()) return;
  const trace::DeviceFacts& d = facts.info.devices[id.first];
  all << tr("%1: %2").arg(nameOfPart(facts, id), meaningOf(d.kind));
  if (!d.about.empty()) all << of(d.about);
  if (const DeviceFlow* flow = deviceFlow(flows, id.first))
    for (const Figure* figure : {&flow->busy, &flow->requests, &flow->bytes}) say(all, *figure);
}

void sayHypervisor(QStringList& all, const RunFacts& facts, const PartId& id, const Flows* flows) {
  all << tr("The hypervisor: dispatches virtual processors, answers calls, copies data between partitions");
  const auto calls = callsOf(facts, flows, id.server);
  all << (calls ? tr("its partitions call it %1 times a second together").arg(countText(static_cast<std::uint64_t>(*calls + 0.5)))
                : tr("how often it is called is not recorded at this moment"));
}

/// With what is known of the connection, or how many they are.
QString titleOf(const RunFacts& facts, const MachineLayout& layout, const Strand& strand, const QString& ends) {
  if (strand.wires > 1) return tr("%1: %2 connections").arg(ends).arg(strand.wires);
  const Wire& wire = layout.wires[static_cast<std::size_t>(strand.sum.wire)];
  if (wire.kind == WireKind::hypervisorCalls) return ends;
  if (wire.kind == WireKind::hook) {
    const trace::VspHookFacts& hook = facts.info.vsp_hooks[wire.index];
    return tr("%1: hook %2 as %3")
        .arg(ends, of(trace::name_in(trace::kVspHooks, hook.hook)), of(trace::name_in(trace::kVspRoles, hook.role)));
  }
  const std::string& about = facts.info.connections[wire.index].about;
  return about.empty() ? ends : tr("%1: %2").arg(ends, of(about));
}

}  // namespace

std::optional<double> callsOf(const RunFacts& facts, const Flows* flows, ServerId server) {
  std::optional<double> calls;
  for (const trace::PartitionFacts& p : facts.info.partitions) {
    const PartitionFlow* flow = p.server == server ? flowOf(flows, server, static_cast<std::uint32_t>(p.partition)) : nullptr;
    if (flow != nullptr && flow->hcalls) calls = calls.value_or(0) + flow->hcalls->value;
  }
  return calls;
}

const PartitionFlow* flowOf(const Flows* flows, ServerId server, std::uint32_t partition) {
  if (flows == nullptr) return nullptr;
  const auto found = std::ranges::find_if(flows->partitions, [&](const PartitionFlow& f) {
    return f.server == server && static_cast<std::uint32_t>(f.partition) == partition;
  });
  return found == flows->partitions.end() ? nullptr : &*found;
}

const CoreFlow* coreFlow(const Flows* flows, ServerId server, std::uint32_t core) {
  if (flows == nullptr) return nullptr;
  const auto found = std::ranges::find_if(
      flows->cores, [&](const CoreFlow& f) { return f.server == server && static_cast<std::uint32_t>(f.core) == core; });
  return found == flows->cores.end() ? nullptr : &*found;
}

const DeviceFlow* deviceFlow(const Flows* flows, std::uint32_t device) {
  if (flows == nullptr) return nullptr;
  const auto found = std::ranges::find(flows->devices, device, &DeviceFlow::device);
  return found == flows->devices.end() ? nullptr : &*found;
}

const PoolFlow* poolFlow(const Flows* flows, ServerId server, std::optional<std::uint32_t> pool) {
  if (flows == nullptr) return nullptr;
  const auto found = std::ranges::find_if(flows->pools, [&](const PoolFlow& f) {
    return f.server == server && f.pool.has_value() == pool.has_value() && (!pool || static_cast<std::uint32_t>(*f.pool) == *pool);
  });
  return found == flows->pools.end() ? nullptr : &*found;
}

QString nameOfPart(const RunFacts& facts, const PartId& id) {
  const auto partition = [&](std::uint32_t number) {
    const trace::PartitionFacts* p = facts.partition(id.server, static_cast<PartitionId>(number));
    return p == nullptr ? QString{} : of(p->name);
  };
  switch (id.kind) {
    case PartKind::frame: {
      const trace::ServerFacts* s = facts.server(id.server);
      return s == nullptr ? QString{} : of(s->name);
    }
    case PartKind::chip:
      return tr("chip %1").arg(id.first);
    case PartKind::core:
      return tr("core %1").arg(id.first);
    case PartKind::pool:
      for (const trace::PoolFacts& pool : facts.info.pools)
        if (pool.server == id.server && static_cast<std::uint32_t>(pool.pool) == id.first) return tr("pool %1").arg(of(pool.name));
      return {};
    case PartKind::group:
      if (id.first == kDedicatedGroup) return tr("dedicated cores");
      return nameOfPart(facts, {PartKind::pool, id.server, id.first, 0});
    case PartKind::hypervisor:
      return tr("hypervisor");
    case PartKind::partition:
      return partition(id.first);
    case PartKind::virtualProcessor:
      return tr("%1 vp %2").arg(partition(id.first)).arg(id.second);
    case PartKind::outside:
      return tr("outside of the servers");
    case PartKind::device:
      break;
  }
  if (id.first >= facts.info.devices.size()) return {};
  const trace::DeviceFacts& d = facts.info.devices[id.first];
  const trace::PartitionFacts* owner = d.server && d.partition ? facts.partition(*d.server, *d.partition) : nullptr;
  return owner == nullptr ? of(d.name) : tr("%1 of %2").arg(of(d.name), of(owner->name));
}

QStringList sentencesOf(const RunFacts& facts, const PartId& id, const Flows* flows) {
  QStringList all;
  switch (id.kind) {
    case PartKind::frame:
      sayFrame(all, facts, id, flows);
      break;
    case PartKind::core:
      sayCore(all, facts, id, flows);
      break;
    case PartKind::group:
      if (id.first == kDedicatedGroup) {
        all << tr("Partitions with dedicated cores: nobody else runs there, unless they lend idle time");
        break;
      }
      [[fallthrough]];
    case PartKind::pool:
      sayPool(all, facts, id, flows);
      break;
    case PartKind::hypervisor:
      sayHypervisor(all, facts, id, flows);
      break;
    case PartKind::partition:
      sayPartition(all, facts, id, flows);
      break;
    case PartKind::virtualProcessor:
      sayVirtualProcessor(all, facts, id, flows);
      break;
    case PartKind::device:
      sayDevice(all, facts, id, flows);
      break;
    case PartKind::chip:
    case PartKind::outside:
      all << nameOfPart(facts, id);
  }
  return all;
}

QStringList sentencesOf(const RunFacts& facts, const MachineLayout& layout, const Strand& strand) {
  const auto name = [&](int place) {
    return nameOfPart(facts, layout.parts[static_cast<std::size_t>(place)].id);
  };
  QStringList all{titleOf(facts, layout, strand, tr("%1 – %2").arg(name(strand.from), name(strand.to)))};
  if (!strand.flows) return all;
  const FlowLine& sum = strand.sum;
  const QString rate = figureText(sum.perSecond, QStringLiteral("/s"));
  switch (strand.kind) {
    case WireKind::hook:
      all << tr("%1: calls that are redirected over this hook, for all clients together").arg(rate);
      break;
    case WireKind::hypervisorCalls:
      all << tr("%1: calls to the hypervisor").arg(rate);
      break;
    case WireKind::network:
    case WireKind::storage:
      all << tr("%1: requests that pass here, of all partitions together").arg(rate);
      if (sum.bytesPerSecond > 0)
        all << tr("%1 MB/s: what they read, write, send and get back")
                   .arg(sum.bytesPerSecond / 1e6, 0, 'f', sum.bytesPerSecond < 1e7 ? 2 : 0);
  }
  if (sum.failedPerSecond > 0) all << tr("%1: of them, those that fail").arg(figureText(sum.failedPerSecond, QStringLiteral("/s")));
  return all;
}

QString pointOfView(const Flows& flows) {
  const SimTime length = flows.end - flows.begin;
  const SimTime fine = std::max(length / 10, SimTime::from_ps(1));
  return tr("at %1, averages of %2").arg(instantText(flows.at, fine), durationText(length));
}

}  // namespace lparsim::gui
