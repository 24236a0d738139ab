#include "models/hypervisor/hypervisor.hpp"

#include <algorithm>
#include <utility>

#include "models/hypervisor/hypervisor_parts.hpp"
#include "sim/base/check.hpp"
#include "sim/kernel/sim_time.hpp"

namespace lparsim::hypervisor {

using kernel::now;

namespace {

DtlEntry dtl_entry(const SwitchIn& in, PreemptReason left_by) {
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

// Of the hook hypervisor.dispatch.
constexpr std::uint32_t vsp_function(PreemptReason reason) {
  return reason == PreemptReason::cede ? 3 : reason == PreemptReason::confer ? 4 : 2;
}

}  // namespace

Hypervisor::Hypervisor(const sc_core::sc_module_name& name, const HypervisorConfig& config, trace::Recorder* recorder)
    : sc_module{name},
      hcalls{"hcalls"},
      config_{config},
      recorder_{recorder},
      dispatch_{config.frame, *this},
      monitor_{config.frame.cores, config.frame.window},
      pool_specs_(1),
      virtual_io_{config.virtual_io, *this},
      on_core_(config.frame.cores),
      core_busy_(config.frame.cores, false),
      core_owner_(config.frame.cores, -1) {
  if (config.cache_refill) caches_.emplace(*config.cache_refill, config.frame.cores, config.frame.cores_per_chip);
  hcalls.register_b_transport(this, &Hypervisor::b_transport);
}

Hypervisor::~Hypervisor() = default;

PoolId Hypervisor::add_pool(const PoolSpec& pool) {
  monitor_.add_pool(pool);
  pool_specs_.push_back(pool);
  return dispatch_.add_pool(pool);
}

PartitionId Hypervisor::add_shared(const SharedSpec& spec, Bytes memory, PartitionListener& listener, Bytes cache_footprint) {
  const PartitionId id = dispatch_.add_shared(spec);
  monitor_.add_shared(spec);
  Partition& partition = partitions_.emplace_back();
  partition.pool = spec.pool;
  partition.entitlement = spec.entitlement;
  partition.capped = spec.capped;
  partition.weight = spec.weight;
  partition.online = spec.online;
  partition.max_virtual = spec.max_virtual;
  return set_up(id, memory, listener, cache_footprint);
}

PartitionId Hypervisor::add_dedicated(const DedicatedSpec& spec, Bytes memory, PartitionListener& listener, Bytes cache_footprint) {
  const PartitionId id = dispatch_.add_dedicated(spec);
  monitor_.add_dedicated(spec);
  Partition& partition = partitions_.emplace_back();
  partition.shared = false;
  partition.entitlement = ProcessingUnits::cores(spec.cores);
  partition.online = partition.max_virtual = spec.cores;
  const auto first = std::find(core_owner_.begin(), core_owner_.end(), -1);
  std::fill_n(first, spec.cores, static_cast<std::int64_t>(index(id)));
  return set_up(id, memory, listener, cache_footprint);
}

PartitionId Hypervisor::set_up(PartitionId id, Bytes memory, PartitionListener& listener, Bytes cache_footprint) {
  Partition& partition = partition_at(id);
  partition.listener = &listener;
  partition.memory = std::make_unique<PartitionMemory>(memory);
  virtual_io_.add_partition(*partition.memory);
  partition.first = dispatch_.vp(id, 0);
  for (std::uint32_t i = 0; i < partition.max_virtual; ++i) {
    VirtualProcessor& vp = vps_.emplace_back();
    vp.partition = id;
    vp.number = i;
    if (caches_) caches_->add(cache_footprint);
  }
  return id;
}

void Hypervisor::end_of_elaboration() {
  LPARSIM_CHECK(hcalls.size() == partitions_.size(), "{}: {} hypervisor call bindings for {} partitions", name(), hcalls.size(),
                partitions_.size());
}

void Hypervisor::interrupt(PartitionId id, std::uint32_t number, DispatchReason reason) {
  const Partition& partition = partition_at(id);
  if (!partition.active || number >= partition.online) return;
  const VpId target = vp_id(id, number);
  VirtualProcessor& vp = vps_[index(target)];
  if (reason == DispatchReason::external_interrupt && partition.shared && vp.last_core >= 0 &&
      core_busy_[static_cast<std::size_t>(vp.last_core)]) {
    // The device's interrupt goes to the core where the virtual processor was last.
    Partition& there = partition_at(vps_[index(on_core_[static_cast<std::size_t>(vp.last_core)].vp)].partition);
    if (&there != &partition && there.shared) ++there.ended.phint;
  }
  if (dispatch_.is_ready(target)) return;  // it takes the interrupt when it runs
  if (!vp.interruptible && reason != DispatchReason::boot) {
    vp.interrupt_pending = true;
    return;
  }
  make_ready(target, reason, now());
}

// An adapter's interrupt that nobody takes is lost, as the adapter's registration is.
void Hypervisor::virtual_interrupt(PartitionId id, std::uint32_t source) {
  const Partition& partition = partition_at(id);
  if (partition.active) partition.listener->virtual_interrupt(source, now());
}

// The present instant is not over for the hypervisor: somebody is to be told, or the dispatcher's next event has changed.
void Hypervisor::react_soon() {
  if (reacting_ || reacts_soon_) return;
  reacts_soon_ = true;
  wake_soon();
}

void Hypervisor::wake(SimTime at) {
  reacts_soon_ = false;
  if (timer_at_ <= at) timer_at_ = SimTime::never();
  reacting_ = true;
  settle(at);
  while (dispatch_.next_event() <= at) {
    if (inputs_seen_ != at) {  // whatever else is due at this instant goes first
      inputs_seen_ = at;
      reacting_ = false;
      return react_soon();
    }
    dispatch_.advance(at);
    settle(at);
  }
  reacting_ = false;
  // A timer that has become too early is left to run out: one idle activation is cheaper than cancelling it at every switch.
  if (const SimTime next = dispatch_.next_event(); next < timer_at_) {
    timer_at_ = next;
    wake_at(next);
  }
}

// Does and tells all that has come up. The dispatcher is never inside a call of its own here, nor when partitions call, so that what they
// ask for in return can be done at once.
void Hypervisor::settle(SimTime at) {
  std::size_t served = 0, notices = 0, actions = 0, events = 0;
  while (true) {
    if (served < served_.size()) {
      const VpId vp = served_[served++];
      if (still_waits(vp)) make_ready(vp, DispatchReason::entitled_slice, at);
    } else if (notices < notices_.size()) {
      tell(notices_[notices++], at);
    } else if (events < dispatches_to_tell_.size()) {
      hooks_->tell(vsp::Call{dispatches_to_tell_[events++]}, at);
    } else if (actions < actions_.size()) {
      apply(Action{actions_[actions++]}, at);
    } else {
      break;
    }
  }
  served_.clear();
  notices_.clear();
  dispatches_to_tell_.clear();
  actions_.clear();
}

// It may have been woken or taken away at this instant.
bool Hypervisor::still_waits(VpId id) const {
  const VirtualProcessor& vp = vps_[index(id)];
  const Partition& partition = partition_at(vp.partition);
  return partition.active && vp.number < partition.online && !dispatch_.is_ready(id);
}

// The operating system learns where its processor is now: not what happened meanwhile, and nothing if it is as the system left it.
void Hypervisor::tell(VpId id, SimTime at) {
  VirtualProcessor& vp = vps_[index(id)];
  PartitionListener& listener = *partition_at(vp.partition).listener;
  if (vp.known_to_run && vp.known_dispatch != vp.account.dispatch_count) {
    vp.known_to_run = false;
    listener.preempted(vp.number, at);
  }
  if (!vp.known_to_run && vp.account.dispatch_count % 2 == 0) {
    vp.known_to_run = true;
    vp.known_dispatch = vp.account.dispatch_count;
    const SimTime useful_from = at + config_.dispatch_cost;
    listener.dispatched(vp.number, id_of<CoreId>(static_cast<std::size_t>(vp.last_core)), at, useful_from, useful_from + vp.refill);
  }
}

// H_CEDE or H_CONFER. Where the processor has lost its core at this very instant and does not know it yet, it only ceases to be ready.
void Hypervisor::leave(VpId id, PreemptReason reason, const VpId* favoured) {
  VirtualProcessor& vp = vps_[index(id)];
  vp.known_to_run = false;
  vp.left_by = reason;
  // It lost its core with its partition's suspension and does not know it yet.
  if (std::exchange(vp.goes_on, std::nullopt)) return;
  const SimTime at = now();
  monitor_.not_ready(id, at);
  settle_starved(partition_at(vp.partition), at);
  --partition_at(vp.partition).ready;
  dispatch_.cede(id, reason, at, favoured);
  react_soon();
}

void Hypervisor::make_ready(VpId id, DispatchReason reason, SimTime at) {
  VirtualProcessor& vp = vps_[index(id)];
  Partition& partition = partition_at(vp.partition);
  if (!vp.confers.empty()) --partition.conferring;
  if (vp.joined) --partition.joined;
  vp.confers.clear();
  vp.joined = vp.confers_to_all = false;
  if (partition.suspended) {
    if (!vp.goes_on) vp.goes_on = reason;
    return;
  }
  monitor_.ready(id, at);
  settle_starved(partition, at);
  ++partition.ready;
  dispatch_.make_ready(id, reason, at);
  react_soon();
}

void Hypervisor::switched_in(const SwitchIn& in) {
  VirtualProcessor& vp = vps_[index(in.vp)];
  Partition& partition = partition_at(vp.partition);
  monitor_.switched_in(in.vp, in.core, in.now);
  ++dispatches_;
  ++partition.ended.dispatches;
  partition.ended.wait_capacity += in.capacity_wait;
  partition.ended.wait_processor += in.processor_wait;
  partition.dispatch_delay.record(in.now - in.ready_since, in.now);
  vp.prod = false;
  count_distance(vp, in.core);
  if (caches_) vp.refill = caches_->come(in.vp, in.core, in.now + config_.dispatch_cost);
  vp.last_core = static_cast<std::int64_t>(index(in.core));
  ++vp.account.dispatch_count;
  vp.account.dispersion += in.moved ? 1 : 0;
  vp.account.waited_ready += in.ready_since - in.waiting_since;
  vp.account.waited_capacity += in.capacity_wait;
  vp.account.waited_processor += in.processor_wait;
  if (vp.area.has_vpa()) {
    vp.area.update(*partition.memory, vp.account);
    if (vp.area.has_dtl()) vp.area.log(*partition.memory, dtl_entry(in, vp.left_by));
  }
  on_core_[index(in.core)] = in;
  core_busy_[index(in.core)] = true;
  notices_.push_back(in.vp);
  count_running(partition, true, in.now);
  if (hooks_ != nullptr) note_dispatch(1, in.vp, in.core, in.now - in.ready_since, {});
}

void Hypervisor::switched_out(const SwitchOut& out) {
  VirtualProcessor& vp = vps_[index(out.vp)];
  Partition& partition = partition_at(vp.partition);
  monitor_.switched_out(out.vp, out.core, out.now);
  const SwitchIn& in = on_core_[index(out.core)];
  const SimTime span = out.now - in.now;
  ++partition.ended.vcsw;
  ++(out.reason == PreemptReason::end_of_slice ? vp.redispatches.involuntary : vp.redispatches.voluntary);
  if (caches_) partition.ended.cache_refill += caches_->leave(out.vp, out.now);
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
    notices_.push_back(out.vp);
  }
  served(out.vp);
  count_running(partition, false, out.now);
  if (hooks_ != nullptr) note_dispatch(vsp_function(out.reason), out.vp, out.core, in.now - in.ready_since, span);
}

// A window is a dispatch cycle, whether or not a slice ended in it.
void Hypervisor::window_began(SimTime begin) {
  monitor_.window_began(begin);
  for (std::size_t core = 0; core < on_core_.size(); ++core) {
    if (core_busy_[core]) served(on_core_[core].vp);
  }
}

}  // namespace lparsim::hypervisor
