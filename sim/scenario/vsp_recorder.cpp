#include "sim/scenario/vsp_recorder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "sim/base/check.hpp"
#include "sim/scenario/partition_sums.hpp"

namespace lparsim::scenario {
namespace {

using vsp::CallEnd;

static_assert(trace::kVspHooks.size() == vsp::kHooks);
static_assert(trace::kVspCallEnds.size() == vsp::kCallEnds);
static_assert(trace::kVspStates.size() == vsp::kChannelStates);
static_assert(trace::kVspEventKinds.size() == static_cast<std::size_t>(vsp::VspEventKind::deadlock) + 1);

constexpr std::array kPercentiles{50, 95, 99};

std::size_t place(CallEnd end) {
  return static_cast<std::size_t>(end);
}

/// Whether a caller waited for it.
bool held_up(const vsp::CallRecord& record) {
  return record.role != vsp::Role::observer;
}

bool same_account(const vsp::LedgerEntry& a, const vsp::LedgerEntry& b) {
  return a.vsp == b.vsp && a.client == b.client && a.hook == b.hook && a.role == b.role;
}

}  // namespace

/// Of one server.
class VspRecorder::Observer final : public vsp::ExchangeObserver {
 public:
  Observer(VspRecorder& recorder, Server& server) : recorder_{recorder}, server_{server} {}
  void call_ended(const vsp::CallRecord& record) override;
  void happened(const vsp::VspEvent& event) override;
  bool wants_messages() const override { return other_ != nullptr && other_->wants_messages(); }
  void message(PartitionId vsp, bool to_vsp, std::span<const std::uint8_t> bytes, SimTime now) override {
    other_->message(vsp, to_vsp, bytes, now);
  }
  std::string partition_name(PartitionId partition) const override;
  void tell_too(vsp::ExchangeObserver& other) { other_ = &other; }

 private:
  void record(const vsp::VspEvent& event);

  VspRecorder& recorder_;
  Server& server_;
  vsp::ExchangeObserver* other_ = nullptr;
};

struct VspRecorder::Server {
  ServerId id{};
  std::vector<std::string> names{};  ///< of its partitions
  std::deque<Service> services{};
  std::vector<std::uint32_t> by_partition{};  ///< place in services, plus 1
  const vsp::Exchange* exchange = nullptr;
  std::vector<vsp::LedgerEntry> at_begin{};
  std::unique_ptr<Observer> observer{};

  Service& service(PartitionId partition) {
    LPARSIM_CHECK(index(partition) < by_partition.size() && by_partition[index(partition)] > 0, "partition {} is no service",
                  index(partition));
    return services[by_partition[index(partition)] - 1];
  }
};

std::string VspRecorder::Observer::partition_name(PartitionId partition) const {
  return server_.names.at(index(partition));
}

VspRecorder::VspRecorder(const ScenarioConfig& scenario, const Tracks& tracks, trace::Recorder& recorder)
    : recorder_{recorder}, state_{recorder.intern("channel")}, trouble_{recorder.intern("service trouble")} {
  for (std::size_t s = 0; s < scenario.servers.size(); ++s) {
    const auto& partitions = scenario.servers[s].partitions;
    Server& server = servers_.emplace_back();
    server.id = id_of<ServerId>(s);
    server.by_partition.resize(partitions.size());
    server.observer = std::make_unique<Observer>(*this, server);
    for (std::size_t p = 0; p < partitions.size(); ++p) {
      server.names.push_back(partitions[p].name);
      if (!partitions[p].vsp) continue;
      Service& service = server.services.emplace_back();
      service.name = partitions[p].name;
      service.partition = id_of<PartitionId>(p);
      service.track = tracks.of(partitions[p].name).partition;
      server.by_partition[p] = static_cast<std::uint32_t>(server.services.size());
    }
  }
}

VspRecorder::~VspRecorder() = default;

vsp::ExchangeObserver& VspRecorder::observer(std::size_t server) {
  return *servers_[server].observer;
}

void VspRecorder::tell_too(std::size_t server, vsp::ExchangeObserver& other) {
  servers_[server].observer->tell_too(other);
}

void VspRecorder::follow(std::size_t server, const vsp::Exchange& exchange) {
  servers_[server].exchange = &exchange;
}

void VspRecorder::Observer::call_ended(const vsp::CallRecord& record) {
  Service& service = server_.service(record.vsp);
  ++service.ends[place(record.end)];
  if (record.end != CallEnd::dropped) ++service.calls;
  if (held_up(record)) {
    const SimTime latency = record.end_time - record.begin;
    service.latency.record(latency, record.end_time);
    service.latency_ps += latency.ps();
    service.undispatched_ps += record.undispatched.ps();
  }
  if (!recorder_.recorder_.full()) return;
  trace::VspCall call;
  call.server = server_.id;
  call.vsp = record.vsp;
  call.number = record.number;
  call.hook = static_cast<std::uint16_t>(record.hook);
  call.role = static_cast<std::uint8_t>(record.role);
  call.function = record.function;
  call.client = record.client;
  call.end = static_cast<std::uint8_t>(record.end);
  call.status = record.status;
  call.epoch = record.epoch;
  call.sent = record.sent;
  call.begin = record.begin;
  call.taken = record.taken;
  call.end_time = record.end_time;
  call.undispatched = record.undispatched;
  call.client_cost = record.client_cost;
  call.vsp_cost = record.vsp_cost;
  call.bytes = record.bytes_copied;
  recorder_.recorder_.vsp_call(call);
}

void VspRecorder::Observer::happened(const vsp::VspEvent& event) {
  record(event);
  if (other_ != nullptr) other_->happened(event);
}

void VspRecorder::Observer::record(const vsp::VspEvent& event) {
  Service& service = server_.service(event.vsp);
  const bool ready = event.state == vsp::ChannelState::ready;
  if (ready && service.ready.value() == 0) ++service.epochs;
  service.ready.set(ready ? 1 : 0, event.at);
  const bool ejected = event.kind == vsp::VspEventKind::ejected || event.kind == vsp::VspEventKind::quarantined;
  if (event.kind == vsp::VspEventKind::ejected) {
    ++service.ejections;
    service.last_ejection = fmt::format("at {:.6g} s", event.at.seconds());
  }
  trace::Recorder& recorder = recorder_.recorder_;
  if (ejected) recorder.log(event.at, trace::Severity::warning, fmt::format("{}: {}", service.name, event.text));
  recorder.instant(service.track, event.kind == vsp::VspEventKind::state ? recorder_.state_ : recorder_.trouble_, event.at, event.text);
  trace::VspEvent row;
  row.at = event.at;
  row.server = server_.id;
  row.vsp = event.vsp;
  row.kind = static_cast<std::uint8_t>(event.kind);
  row.state = static_cast<std::uint8_t>(event.state);
  row.hook = static_cast<std::uint16_t>(event.hook);
  row.call = event.call;
  if (event.hook != vsp::Hook{}) row.client = event.client;
  row.text = event.text;
  recorder.vsp_event(std::move(row));
}

void VspRecorder::begin(SimTime now) {
  begun_ = now;
  for (Server& server : servers_) {
    if (server.exchange != nullptr) server.at_begin = server.exchange->ledger();
    for (Service& service : server.services) {
      service.calls = 0;
      service.ends = {};
      service.latency.clear();
      service.latency_ps = service.undispatched_ps = 0;
      service.ready.reset(now);
      if (server.exchange != nullptr) service.at_begin = server.exchange->status(service.partition, now);
    }
  }
}

void VspRecorder::add_metrics(Values& values, SimTime now) const {
  const double seconds = (now - begun_).seconds();
  for (const Server& server : servers_) {
    if (server.exchange == nullptr) continue;
    for (const Service& service : server.services) {
      const auto set = [&](const char* metric, double value) {
        values[fmt::format("{}.vsp.{}", service.name, metric)] = value;
      };
      const auto set_count = [&](const char* metric, std::uint64_t count) {
        set(metric, static_cast<double>(count));
      };
      if (seconds > 0) set("calls", static_cast<double>(service.calls) / seconds);
      if (const Histogram& histogram = service.latency.histogram(); histogram.count() > 0) {
        set("latency.mean", histogram.mean().milliseconds());
        set("latency.max", histogram.max().milliseconds());
        for (const int p : kPercentiles)
          values[fmt::format("{}.vsp.latency.p{}", service.name, p)] = histogram.percentile(p).milliseconds();
      }
      if (service.latency_ps > 0) set("wait", 100 * static_cast<double>(service.undispatched_ps) / static_cast<double>(service.latency_ps));
      for (const CallEnd end : {CallEnd::denied, CallEnd::failed, CallEnd::dropped})
        set_count(trace::kVspCallEnds[place(end)].data(), service.ends[place(end)]);
      set_count("opened", service.ends[place(CallEnd::open)]);
      const vsp::VspStatus status = server.exchange->status(service.partition, now);
      set_count("timeouts", status.timeouts - service.at_begin.timeouts);
      set_count("violations", status.violations - service.at_begin.violations);
      set_count("ejections", status.ejections - service.at_begin.ejections);
      set("available", 100 * service.ready.mean(now));
    }
  }
}

// Of each: calls, time that callers waited, of that without a processor, and the time in which it was ready.
std::vector<IoRecorder::Figure> VspRecorder::figures() const {
  std::vector<IoRecorder::Figure> all;
  std::size_t at = 0;
  for (const Server& server : servers_) {
    for (const Service& service : server.services) {
      const std::string prefix = service.name + ".vsp.";
      all.push_back({prefix + "calls", at, std::nullopt, kPerSecond});
      all.push_back({prefix + "wait", at + 2, at + 1, 100});
      all.push_back({prefix + "available", at + 3, std::nullopt, 100});
      at += 4;
    }
  }
  return all;
}

std::size_t VspRecorder::sums() const {
  std::size_t services = 0;
  for (const Server& server : servers_) services += server.services.size();
  return 4 * services;
}

void VspRecorder::append_sums(std::vector<double>& to, SimTime now) const {
  for (const Server& server : servers_) {
    for (const Service& service : server.services) {
      to.push_back(static_cast<double>(service.calls));
      to.push_back(static_cast<double>(service.latency_ps));
      to.push_back(static_cast<double>(service.undispatched_ps));
      to.push_back(service.ready.mean(now) * ps(now - begun_));
    }
  }
}

void VspRecorder::add_half_widths(Values& widths) const {
  for (const Server& server : servers_) {
    for (const Service& service : server.services) {
      const std::string name = service.name + ".vsp.latency";
      if (const auto half = service.latency.mean_half_width()) widths[name + ".mean"] = half->milliseconds();
      for (const int p : kPercentiles)
        if (const auto half = service.latency.percentile_half_width(p)) widths[fmt::format("{}.p{}", name, p)] = half->milliseconds();
    }
  }
}

void VspRecorder::write_ledger() const {
  std::vector<trace::VspLedgerRow> rows;
  for (const Server& server : servers_) {
    if (server.exchange == nullptr) continue;
    for (const vsp::LedgerEntry& entry : server.exchange->ledger()) {
      const auto found = std::ranges::find_if(server.at_begin, [&](const vsp::LedgerEntry& e) { return same_account(e, entry); });
      const vsp::LedgerEntry before = found == server.at_begin.end() ? vsp::LedgerEntry{} : *found;
      trace::VspLedgerRow row;
      row.server = server.id;
      row.vsp = entry.vsp;
      row.client = entry.client;
      row.hook = static_cast<std::uint16_t>(entry.hook);
      row.role = static_cast<std::uint8_t>(entry.role);
      row.calls = entry.calls - before.calls;
      for (std::size_t i = 0; i < row.ends.size(); ++i) row.ends[i] = entry.ends[i] - before.ends[i];
      row.latency = entry.latency - before.latency;
      row.undispatched = entry.undispatched - before.undispatched;
      row.client_paid = entry.client_paid - before.client_paid;
      row.vsp_paid = entry.vsp_paid - before.vsp_paid;
      row.messages = entry.messages - before.messages;
      row.doorbells = entry.doorbells - before.doorbells;
      row.bytes = entry.bytes_copied - before.bytes_copied;
      if (row.calls > 0 || row.messages > 0) rows.push_back(row);
    }
  }
  if (!rows.empty()) recorder_.vsp_ledger(std::move(rows));
}

std::vector<std::string> VspRecorder::remarks(SimTime now) const {
  std::vector<std::string> sentences;
  for (const Server& server : servers_) {
    if (server.exchange == nullptr) continue;
    for (const Service& service : server.services) {
      const vsp::VspStatus status = server.exchange->status(service.partition, now);
      if (service.ejections > 0)
        sentences.push_back(fmt::format("{}.vsp: was ejected {}; the last time {} (`lparsim report --format vsp` has the dump).",
                                        service.name, service.ejections == 1 ? "once" : fmt::format("{} times", service.ejections),
                                        service.last_ejection));
      if (service.epochs == 0)
        sentences.push_back(fmt::format("{}.vsp: never was ready: its calls went by the policy for one that is absent.", service.name));
      if (status.waiting > 0 && status.state != vsp::ChannelState::ready)
        sentences.push_back(fmt::format("{}.vsp: {} call{} still waited for it when the run ended, and it was {}.", service.name,
                                        status.waiting, status.waiting == 1 ? "" : "s",
                                        trace::kVspStates[static_cast<std::size_t>(status.state)]));
      if (const std::uint64_t lost = service.ends[place(CallEnd::dropped)]; lost > 0)
        sentences.push_back(fmt::format("{}.vsp: {} copies for it were dropped, since its queue was full.", service.name, lost));
    }
  }
  return sentences;
}

}  // namespace lparsim::scenario
