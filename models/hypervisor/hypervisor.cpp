#include "models/hypervisor/hypervisor.hpp"

#include <algorithm>

#include "models/hypervisor/hypervisor_parts.hpp"
#include "sim/base/check.hpp"
#include "sim/kernel/sim_time.hpp"

namespace lparsim::hypervisor {

using kernel::now;

Hypervisor::Hypervisor(const sc_core::sc_module_name& name, const HypervisorConfig& config, trace::Recorder* recorder)
    : sc_module{name},
      hcalls{"hcalls"},
      config_{config},
      recorder_{recorder},
      dispatch_{config.frame, *this},
      monitor_{config.frame.cores, config.frame.window},
      pool_specs_(1),
      on_core_(config.frame.cores),
      core_busy_(config.frame.cores, false),
      core_owner_(config.frame.cores, -1) {
  hcalls.register_b_transport(this, &Hypervisor::b_transport);
  SC_HAS_PROCESS(Hypervisor);
  SC_METHOD(react);
  sensitive << wake_up_;
  dont_initialize();
}

Hypervisor::~Hypervisor() = default;

Hypervisor::Partition& Hypervisor::partition_at(PartitionId id) {
  return partitions_[index(id)];
}
const Hypervisor::Partition& Hypervisor::partition_at(PartitionId id) const {
  return partitions_[index(id)];
}
VpId Hypervisor::vp_id(PartitionId partition, std::uint32_t number) const {
  return id_of<VpId>(index(partition_at(partition).first) + number);
}
const Histogram& Hypervisor::dispatch_delay(PartitionId partition) const {
  return partition_at(partition).dispatch_delay;
}
const VpAccount& Hypervisor::account(PartitionId partition, std::uint32_t vp) const {
  return vps_[index(vp_id(partition, vp))].account;
}
PartitionMemory& Hypervisor::memory(PartitionId partition) {
  return *partition_at(partition).memory;
}
ProcessingUnits Hypervisor::entitlement(PartitionId partition) const {
  return partition_at(partition).entitlement;
}
std::uint32_t Hypervisor::online(PartitionId partition) const {
  return partition_at(partition).online;
}
PoolId Hypervisor::pool_of(PartitionId partition) const {
  return partition_at(partition).pool;
}
bool Hypervisor::active(PartitionId partition) const {
  return partition_at(partition).active;
}

PoolId Hypervisor::add_pool(const PoolSpec& pool) {
  monitor_.add_pool(pool);
  pool_specs_.push_back(pool);
  return dispatch_.add_pool(pool);
}

PartitionId Hypervisor::add_shared(const SharedSpec& spec, Bytes memory, PartitionListener& listener) {
  const PartitionId id = dispatch_.add_shared(spec);
  monitor_.add_shared(spec);
  Partition& partition = partitions_.emplace_back();
  partition.pool = spec.pool;
  partition.entitlement = spec.entitlement;
  partition.capped = spec.capped;
  partition.weight = spec.weight;
  partition.online = spec.online;
  partition.max_virtual = spec.max_virtual;
  return set_up(id, memory, listener);
}

PartitionId Hypervisor::add_dedicated(const DedicatedSpec& spec, Bytes memory, PartitionListener& listener) {
  const PartitionId id = dispatch_.add_dedicated(spec);
  monitor_.add_dedicated(spec);
  Partition& partition = partitions_.emplace_back();
  partition.shared = false;
  partition.entitlement = ProcessingUnits::cores(spec.cores);
  partition.online = partition.max_virtual = spec.cores;
  const auto first = std::find(core_owner_.begin(), core_owner_.end(), -1);
  std::fill_n(first, spec.cores, static_cast<std::int64_t>(index(id)));
  return set_up(id, memory, listener);
}

PartitionId Hypervisor::set_up(PartitionId id, Bytes memory, PartitionListener& listener) {
  Partition& partition = partition_at(id);
  partition.listener = &listener;
  partition.memory = std::make_unique<PartitionMemory>(memory);
  partition.first = dispatch_.vp(id, 0);
  for (std::uint32_t i = 0; i < partition.max_virtual; ++i) {
    VirtualProcessor& vp = vps_.emplace_back();
    vp.partition = id;
    vp.number = i;
  }
  return id;
}

void Hypervisor::end_of_elaboration() {
  LPARSIM_CHECK(hcalls.size() == partitions_.size(), "{}: {} hypervisor call bindings for {} partitions", name(), hcalls.size(),
                partitions_.size());
}

void Hypervisor::activate(PartitionId partition) {
  submit({.kind = Action::Kind::activate, .partition = partition});
}
void Hypervisor::deactivate(PartitionId partition) {
  submit({.kind = Action::Kind::deactivate, .partition = partition});
}
void Hypervisor::change(PartitionId partition, const PartitionChange& change) {
  submit({.kind = Action::Kind::change, .partition = partition, .change = change});
}

void Hypervisor::interrupt(PartitionId partition, std::uint32_t number, DispatchReason reason) {
  const VpId id = vp_id(partition, number);
  const VirtualProcessor& vp = vps_[index(id)];
  if (reason == DispatchReason::external_interrupt && vp.last_core >= 0 && core_busy_[static_cast<std::size_t>(vp.last_core)]) {
    // The device's interrupt goes to the core where the virtual processor was last.
    Partition& there = partition_at(vps_[index(on_core_[static_cast<std::size_t>(vp.last_core)].vp)].partition);
    if (&there != &partition_at(partition) && there.shared) ++there.ended.phint;
  }
  submit({.kind = Action::Kind::wake, .vp = id, .reason = reason});
}

void Hypervisor::submit(Action action) {
  if (actions_.empty() && !reacting_) wake_up_.notify(sc_core::SC_ZERO_TIME);
  actions_.push_back(std::move(action));
}

void Hypervisor::react() {
  const SimTime at = now();
  reacting_ = true;
  while (true) {
    for (std::size_t i = 0; i < actions_.size(); ++i) {
      const Action action = std::move(actions_[i]);
      apply(action, at);
      deliver(at);
    }
    actions_.clear();
    if (dispatch_.next_event() > at) break;
    if (inputs_seen_ != at) {  // whatever else is due at this instant goes first
      inputs_seen_ = at;
      reacting_ = false;
      wake_up_.notify(sc_core::SC_ZERO_TIME);
      return;
    }
    dispatch_.advance(at);
    deliver(at);
  }
  reacting_ = false;
  if (const SimTime next = dispatch_.next_event(); next != SimTime::never()) wake_up_.notify(kernel::to_sc_time(next - at));
}

void Hypervisor::apply(const Action& action, SimTime at) {
  switch (action.kind) {
    case Action::Kind::cede:
    case Action::Kind::confer: {
      if (!dispatch_.is_ready(action.vp)) return;  // its partition was shut down at this instant
      monitor_.not_ready(action.vp);
      const bool cedes = action.kind == Action::Kind::cede;
      vps_[index(action.vp)].left_by = cedes ? PreemptReason::cede : PreemptReason::confer;
      dispatch_.cede(action.vp, vps_[index(action.vp)].left_by, at, action.favours ? &action.favoured : nullptr);
      return;
    }
    case Action::Kind::wake:
      return wake(action.vp, action.reason, at);
    case Action::Kind::activate: {
      Partition& partition = partition_at(action.partition);
      settle_entitled(partition, at);
      dispatch_.activate(action.partition, at);
      monitor_.activated(action.partition, at);
      partition.active = true;
      partition.listener->activated(partition.online, at);
      return;
    }
    case Action::Kind::deactivate: {
      Partition& partition = partition_at(action.partition);
      settle_entitled(partition, at);
      dispatch_.deactivate(action.partition, at);
      monitor_.deactivated(action.partition);
      partition.active = false;
      partition.joined = partition.conferring = 0;
      for (std::uint32_t i = 0; i < partition.max_virtual; ++i) vps_[index(partition.first) + i].take_down();
      partition.listener->deactivated(at);
      return;
    }
    case Action::Kind::change:
      return apply_change(action.partition, action.change, at);
  }
}

void Hypervisor::settle_entitled(Partition& partition, SimTime at) {
  if (partition.active) partition.ended.entitled += partition.entitlement.time_in(at - partition.entitled_since);
  partition.entitled_since = at;
}

void Hypervisor::apply_change(PartitionId id, const PartitionChange& change, SimTime at) {
  Partition& partition = partition_at(id);
  settle_entitled(partition, at);
  if (change.entitlement) {
    partition.entitlement = *change.entitlement;
    dispatch_.set_entitlement(id, *change.entitlement);
    monitor_.set_entitlement(id, *change.entitlement);
  }
  if (change.weight) {
    partition.weight = *change.weight;
    dispatch_.set_weight(id, *change.weight, at);
  }
  if (change.capped) {
    partition.capped = *change.capped;
    dispatch_.set_capped(id, *change.capped, at);
  }
  if (change.capped || change.weight) monitor_.set_capped(id, partition.capped || partition.weight == 0);
  if (change.online && *change.online != partition.online) {
    for (std::uint32_t i = *change.online; i < partition.online; ++i) {
      const VpId vp = vp_id(id, i);
      if (dispatch_.is_ready(vp)) monitor_.not_ready(vp);
      served(vp);
      vps_[index(vp)].take_down();
    }
    partition.online = *change.online;
    dispatch_.set_online(id, *change.online, at);
    monitor_.set_online(id, *change.online);
    if (partition.active) partition.listener->online_processors_changed(*change.online, at);
  }
}

void Hypervisor::wake(VpId id, DispatchReason reason, SimTime at) {
  VirtualProcessor& vp = vps_[index(id)];
  const Partition& partition = partition_at(vp.partition);
  if (!partition.active || vp.number >= partition.online || dispatch_.is_ready(id)) return;
  if (!vp.interruptible && reason != DispatchReason::prod) return;
  if (!vp.awaits.empty()) --partition_at(vp.partition).conferring;
  if (vp.joined) --partition_at(vp.partition).joined;
  vp.awaits.clear();
  vp.joined = vp.confers_to_all = false;
  vp.interruptible = true;
  dispatch_.make_ready(id, reason, at);  // which may first open a window that passed unseen so far
  monitor_.ready(id);
}

// `target` has had a dispatch cycle: those who conferred to it need not wait for it any more.
void Hypervisor::served(VpId target) {
  const Partition& partition = partition_at(vps_[index(target)].partition);
  if (partition.conferring == 0) return;
  for (std::uint32_t i = 0; i < partition.online; ++i) {
    VirtualProcessor& vp = vps_[index(partition.first) + i];
    if (std::erase(vp.awaits, target) == 0 || !vp.awaits.empty()) continue;
    vp.awaits.push_back(target);  // wake() takes it off the books
    vp.interruptible = true;
    submit({.kind = Action::Kind::wake, .vp = id_of<VpId>(index(partition.first) + i), .reason = DispatchReason::entitled_slice});
  }
}

void Hypervisor::switched_in(const SwitchIn& in) {
  VirtualProcessor& vp = vps_[index(in.vp)];
  Partition& partition = partition_at(vp.partition);
  monitor_.switched_in(in.vp, in.core, in.now);
  ++dispatches_;
  ++partition.ended.dispatches;
  partition.ended.wait_capacity += in.capacity_wait;
  partition.ended.wait_processor += in.processor_wait;
  partition.dispatch_delay.record(in.now - in.ready_since);
  vp.prod = false;
  vp.last_core = static_cast<std::int64_t>(index(in.core));
  ++vp.account.dispatch_count;
  vp.account.dispersion += in.moved ? 1 : 0;
  vp.account.waited_ready += in.ready_since - in.waiting_since;
  vp.account.waited_capacity += in.capacity_wait;
  vp.account.waited_processor += in.processor_wait;
  if (vp.area.has_vpa()) {
    vp.area.update(*partition.memory, vp.account);
    vp.area.log(*partition.memory, vp.left_by, dtl_entry(in, vp.left_by));
  }
  on_core_[index(in.core)] = in;
  core_busy_[index(in.core)] = true;
  notices_.push_back({vp.partition, vp.number, true, in.core});
}

void Hypervisor::switched_out(const SwitchOut& out) {
  VirtualProcessor& vp = vps_[index(out.vp)];
  Partition& partition = partition_at(vp.partition);
  monitor_.switched_out(out.vp, out.core, out.now);
  const SwitchIn& in = on_core_[index(out.core)];
  const SimTime span = out.now - in.now;
  partition.ended.consumed += span;
  ++partition.ended.vcsw;
  vp.left_by = out.reason;
  if (const auto owner = core_owner_[index(out.core)]; owner < 0) {
    shared_busy_ += span;
  } else if (partition.shared) {
    partitions_[static_cast<std::size_t>(owner)].ended.donated += span;
  }
  ++vp.account.dispatch_count;
  if (vp.area.has_vpa()) vp.area.update(*partition.memory, vp.account);
  core_busy_[index(out.core)] = false;
  record(in, out.now, out.entitled_time, out.reason);
  if (out.reason == PreemptReason::end_of_slice) {
    ++partition.ended.preemptions;
    notices_.push_back({vp.partition, vp.number, false, out.core});
  }
  served(out.vp);
}

// A window is a dispatch cycle, whether or not a slice ended in it.
void Hypervisor::window_began(SimTime begin) {
  monitor_.window_began(begin);
  for (std::size_t core = 0; core < on_core_.size(); ++core) {
    if (core_busy_[core]) served(on_core_[core].vp);
  }
}

DtlEntry Hypervisor::dtl_entry(const SwitchIn& in, PreemptReason left_by) {
  const auto ticks = [](SimTime t) {
    return static_cast<std::uint32_t>(timebase_ticks(t));
  };
  return {in.reason,
          left_by,
          static_cast<std::uint16_t>(index(in.core)),
          ticks(in.processor_wait),
          ticks(in.capacity_wait),
          ticks(in.ready_since - in.waiting_since),
          static_cast<std::uint64_t>(timebase_ticks(in.now))};
}

// The listeners learn what happened after the dispatcher has finished with it, since they may ask for more.
void Hypervisor::deliver(SimTime at) {
  for (std::size_t i = 0; i < notices_.size(); ++i) {
    const Notice notice = notices_[i];
    PartitionListener& listener = *partition_at(notice.partition).listener;
    if (notice.dispatched) {
      listener.dispatched(notice.vp, notice.core, at, at + config_.dispatch_cost);
    } else {
      listener.preempted(notice.vp, at);
    }
  }
  notices_.clear();
}

void Hypervisor::record(const SwitchIn& in, SimTime end, SimTime entitled, PreemptReason reason) {
  if (recorder_ == nullptr || !recorder_->full()) return;
  const VirtualProcessor& vp = vps_[index(in.vp)];
  recorder_->dispatch({config_.server, in.core, vp.partition, vp.number, in.now, end, in.now - in.processor_wait, in.ready_since,
                       in.waiting_since, entitled, static_cast<std::uint8_t>(in.reason), static_cast<std::uint8_t>(reason)});
}

PartitionUsage Hypervisor::usage(PartitionId id) const {
  const Partition& partition = partition_at(id);
  PartitionUsage usage = partition.ended;
  const SimTime at = now();
  if (partition.active) usage.entitled += partition.entitlement.time_in(at - partition.entitled_since);
  for (std::uint32_t i = 0; i < partition.max_virtual; ++i) {
    const VpId vp = id_of<VpId>(index(partition.first) + i);
    const auto wait = dispatch_.present_wait(vp, at);
    usage.wait_capacity += wait.capacity;
    usage.wait_processor += wait.processor;
  }
  usage.consumed = SimTime{};
  for (std::uint32_t i = 0; i < partition.max_virtual; ++i)
    usage.consumed += dispatch_.consumed(id_of<VpId>(index(partition.first) + i), at);
  if (!partition.shared) {
    for (std::size_t core = 0; core < on_core_.size(); ++core) {
      if (core_busy_[core] && core_owner_[core] == static_cast<std::int64_t>(index(id)) && vps_[index(on_core_[core].vp)].partition != id)
        usage.donated += at - on_core_[core].now;
    }
  }
  return usage;
}

void Hypervisor::reset_dispatch_delays() {
  for (Partition& partition : partitions_) partition.dispatch_delay.clear();
}

SimTime Hypervisor::shared_busy() const {
  SimTime busy = shared_busy_;
  for (std::size_t core = 0; core < on_core_.size(); ++core) {
    if (core_busy_[core] && core_owner_[core] < 0) busy += now() - on_core_[core].now;
  }
  return busy;
}

PoolUsage Hypervisor::pool_usage(PoolId pool) {
  return {dispatch_.pool_consumed(pool, now()), now() * dispatch_.shared_cores() - shared_busy()};
}

SimTime Hypervisor::server_used() const {
  SimTime used;
  for (std::size_t vp = 0; vp < vps_.size(); ++vp) used += dispatch_.consumed(id_of<VpId>(vp), now());
  return used;
}

void Hypervisor::finish() {
  for (std::size_t i = 0; i < vps_.size(); ++i) {
    const auto vp = id_of<VpId>(i);
    LPARSIM_CHECK(monitor_.consumed(vp, now()) == dispatch_.consumed(vp, now()),
                  "{}: PURR of virtual processor {} of partition {} does not add up to its dispatched time at {} ps", name(),
                  vps_[i].number, index(vps_[i].partition), now().ps());
  }
  for (std::size_t core = 0; core < on_core_.size(); ++core) {
    if (core_busy_[core]) record(on_core_[core], now(), dispatch_.entitled_so_far(on_core_[core].vp, now()), PreemptReason::none);
  }
}

}  // namespace lparsim::hypervisor
