#include "vios/npiv/vfc_server.hpp"

#include "sim/base/check.hpp"
#include "vios/npiv/vfc_server_state.hpp"

namespace lparsim::npiv {

using namespace hypervisor;
using system::Activity;

namespace {

constexpr std::uint32_t kHandler = 0;  // tag of the handler's thread; workers follow

}  // namespace

Bytes window_of_port(const VfcServerConfig& config) {
  return {std::uint64_t{kMostPerPort} * config.maximum_commands * region_pages(config) * DmaArea::kPage};
}

VfcServer::State::Adapter::Adapter(State& owner, std::uint32_t own_number, const VirtualAdapter& adapter, std::uint32_t physical_port,
                                   VfcSession::Identity identity)
    : state{owner},
      number{own_number},
      port{physical_port},
      area{owner.calls_, adapter},
      queue{owner.calls_, adapter, area, kQueuePages},
      session{std::move(identity)},
      units{area.reserve(std::uint64_t{owner.config_.maximum_commands} * VfcCommand::kLength)},
      scratch{area.reserve(kScratch)},
      commands(owner.config_.maximum_commands) {
  for (std::uint32_t slot = owner.config_.maximum_commands; slot > 0; --slot) free.push_back(slot - 1);
}

std::uint32_t VfcServer::State::add_port(io::FibreChannelAdapter& port, Liobn window) {
  port.observe(ports_.emplace_back(*this, port, window));
  return static_cast<std::uint32_t>(ports_.size() - 1);
}

std::uint32_t VfcServer::State::add_adapter(const VirtualAdapter& adapter, std::uint32_t port, WwpnPair names) {
  Port& physical = ports_[port];
  LPARSIM_CHECK(physical.adapters < kMostPerPort, "more than {} virtual adapters on port {}", kMostPerPort, physical.adapter.name());
  // An N_Port ID: domain of the switch, the port's area, and which of the port's.
  const std::uint32_t scsi_id = 0x01'0000 | (port & 0xFF) << 8 | physical.adapters++;
  const auto number = static_cast<std::uint32_t>(adapters_.size());
  adapters_.emplace_back(*this, number, adapter, port,
                         VfcSession::Identity{.partition_name = config_.partition_name,
                                              .device_name = "vfchost" + std::to_string(number),
                                              .names = names,
                                              .scsi_id = scsi_id,
                                              .link_speed = physical.adapter.link_speed(),
                                              .maximum_commands = config_.maximum_commands,
                                              .maximum_dma = config_.maximum_dma});
  return number;
}

VfcSession& VfcServer::State::session(std::uint32_t adapter) {
  return adapters_[adapter].session;
}

std::uint32_t VfcServer::State::under_way(std::uint32_t adapter) const {
  return static_cast<std::uint32_t>(adapters_[adapter].commands.size() - adapters_[adapter].free.size());
}

void VfcServer::State::attach(VfcServer& server, system::Host& host) {
  host_ = &host;
  handler_ = host.create_thread(server, kHandler, 0, system::ThreadKind::interrupt);
  for (std::uint32_t i = 0; i < config_.threads; ++i) {
    workers_.push_back({.thread = host.create_thread(server, kHandler + 1 + i, 0, system::ThreadKind::kernel)});
  }
  for (const Adapter& adapter : adapters_) {
    const std::uint32_t source = adapter.queue.adapter().interrupt;
    host.connect_interrupt(source, server);
    by_source_[source] = adapter.number;
  }
}

void VfcServer::State::activated(SimTime now) {
  active_ = true;
  for (Adapter& adapter : adapters_) {
    adapter.area.map();
    adapter.queue.open();
  }
  handler_idle_ = false;
  host_->make_ready(handler_, calls_.take_cost(), system::Cause::boot, now);
}

void VfcServer::State::deactivated(SimTime now) {
  active_ = false;
  work_.clear();
  handler_idle_ = true;
  for (Worker& worker : workers_) worker = {.thread = worker.thread};
  for (Adapter& adapter : adapters_) {
    adapter.queue.forget();
    adapter.session.reset();
    adapter.interrupt_pending = false;
    adapter.waiting = 0;
    drop_commands(adapter, now);
  }
}

void VfcServer::State::interrupted(std::uint32_t source, SimTime now) {
  Adapter& adapter = adapters_[by_source_.at(source)];
  if (!adapter.interrupt_pending) adapter.undispatched = host_->undispatched(now);
  adapter.interrupt_pending = true;
  if (!handler_idle_) return;
  handler_idle_ = false;
  host_->make_ready(handler_, SimTime{}, system::Cause::outside, now);
}

Activity VfcServer::State::next_activity(std::uint32_t thread, SimTime now) {
  if (thread == kHandler) return handler_activity(now);
  Worker& worker = workers_[thread - kHandler - 1];
  while (true) {
    go_on(worker, now);
    if (const SimTime after = calls_.take_cost(); after > SimTime{}) return Activity::compute(after);
    if (work_.empty()) break;
    const Work work = work_.front();
    work_.pop_front();
    const SimTime computes = begin(worker, work, now);
    if (computes > SimTime{}) return Activity::compute(computes);
  }
  worker.idle = true;
  return Activity::block();
}

// Everything that is in the queues becomes work; connections that come and go are dealt with at once.
Activity VfcServer::State::handler_activity(SimTime now) {
  for (Adapter& adapter : adapters_) {
    if (adapter.interrupt_pending) drain(adapter, now);
  }
  if (const SimTime cost = calls_.take_cost(); cost > SimTime{}) return Activity::compute(cost);
  handler_idle_ = true;
  return Activity::block();
}

void VfcServer::State::drain(Adapter& adapter, SimTime now) {
  adapter.interrupt_pending = false;
  while (const auto element = adapter.queue.take()) {
    if ((*element)[0] == kCrqCommand && adapter.waiting == kMostWaiting) {
      ++counts_.rejected;
      continue;
    }
    if ((*element)[0] == kCrqCommand) {
      ++adapter.waiting;
      add_work({.kind = WorkKind::element,
                .adapter = adapter.number,
                .epoch = adapter.epoch,
                .element = *element,
                .undispatched = adapter.undispatched},
               now);
      continue;
    }
    const CrqNews news = adapter.queue.digest(*element);
    if (news == CrqNews::connected || news == CrqNews::lost || news == CrqNews::suspended) {
      adapter.session.reset();
      drop_commands(adapter, now);
    }
    if (news == CrqNews::suspended) adapter.queue.reenable();
  }
  adapter.queue.end_of_interrupt();
}

void VfcServer::State::add_work(const Work& work, SimTime now) {
  work_.push_back(work);
  for (Worker& worker : workers_) {
    if (!worker.idle) continue;
    worker.idle = false;
    host_->make_ready(worker.thread, SimTime{}, work.kind == WorkKind::element ? system::Cause::thread : system::Cause::outside, now);
    return;
  }
}

// Returns for how long the worker computes before it goes on.
SimTime VfcServer::State::begin(Worker& worker, const Work& work, SimTime now) {
  Adapter& adapter = adapters_[work.adapter];
  if (work.kind == WorkKind::element) --adapter.waiting;
  if (work.epoch != adapter.epoch) return {};
  worker.adapter = work.adapter;
  worker.epoch = work.epoch;
  switch (work.kind) {
    case WorkKind::completion:
      complete(worker, adapter, work, now);
      return time(config_.complete) + calls_.take_cost();
    case WorkKind::event:
      return tell_event(worker, adapter, work.online);
    case WorkKind::element:
      break;
  }
  const auto element = decode_vfc(work.element);
  if (!element || element->format == VfcFormat::async_event) {
    ++counts_.rejected;
    return calls_.take_cost();
  }
  if (element->format == VfcFormat::mad) return management(worker, adapter, *element, now);
  const bool taken = receive(worker, adapter, work, element->ioba, now);
  if (!taken) ++counts_.rejected;
  return time(config_.receive) + calls_.take_cost();
}

void VfcServer::State::go_on(Worker& worker, SimTime now) {
  const Then then = std::exchange(worker.then, Then::nothing);
  Adapter* adapter = then == Then::nothing ? nullptr : &adapters_[worker.adapter];
  if (adapter == nullptr || adapter->epoch != worker.epoch) return;
  switch (then) {
    case Then::submit:
      return submit(*adapter, worker.slot, now);
    case Then::answer:
      return answer(*adapter, worker.slot, now);
    default:
      adapter->queue.send(worker.element);
  }
}

void VfcServer::State::port_changed(Port& port, bool online, SimTime now) {
  if (!active_) return;
  for (Adapter& adapter : adapters_) {
    if (&ports_[adapter.port] != &port || !adapter.session.logged_in()) continue;
    add_work({.kind = WorkKind::event, .adapter = adapter.number, .epoch = adapter.epoch, .online = online}, now);
  }
}

VfcServer::VfcServer(const VfcServerConfig& config, VioCalls& calls, io::RequestLedger& ledger)
    : state_{std::make_unique<State>(config, calls, ledger)} {}
VfcServer::~VfcServer() = default;

std::uint32_t VfcServer::add_port(io::FibreChannelAdapter& port, Liobn window) {
  return state_->add_port(port, window);
}
std::uint32_t VfcServer::add_adapter(const VirtualAdapter& adapter, std::uint32_t port, WwpnPair names) {
  return state_->add_adapter(adapter, port, names);
}
std::uint32_t VfcServer::add_target(std::uint32_t adapter, std::uint64_t wwpn) {
  // The storage's ports are behind another domain of the fabric.
  VfcSession& session = state_->session(adapter);
  return session.add_target(wwpn, 0x02'0000 | static_cast<std::uint32_t>(session.targets().size()));
}
void VfcServer::add_lun(std::uint32_t adapter, std::uint32_t target, io::BlockDevice& path) {
  state_->session(adapter).add_lun(target, path);
}
const VfcServerCounts& VfcServer::counts() const {
  return state_->counts();
}
bool VfcServer::logged_in(std::uint32_t adapter) const {
  return state_->session(adapter).logged_in();
}
std::uint32_t VfcServer::waiting(std::uint32_t adapter) const {
  return state_->waiting(adapter);
}
std::uint32_t VfcServer::under_way(std::uint32_t adapter) const {
  return state_->under_way(adapter);
}
void VfcServer::attach(system::Host& host) {
  state_->attach(*this, host);
}
void VfcServer::activated(SimTime now) {
  state_->activated(now);
}
void VfcServer::deactivated(SimTime now) {
  state_->deactivated(now);
}
Activity VfcServer::next_activity(std::uint32_t thread_tag, SimTime now) {
  return state_->next_activity(thread_tag, now);
}
void VfcServer::interrupted(std::uint32_t source, SimTime now) {
  state_->interrupted(source, now);
}

}  // namespace lparsim::npiv
