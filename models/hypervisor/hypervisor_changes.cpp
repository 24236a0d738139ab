// Hypervisor: what an operator does while the simulation runs, and what becomes of virtual processors that are taken away.
#include <utility>

#include "models/hypervisor/hypervisor.hpp"
#include "models/hypervisor/hypervisor_parts.hpp"

namespace lparsim::hypervisor {

void Hypervisor::activate(PartitionId partition) {
  submit({Action::Kind::activate, partition});
}
void Hypervisor::deactivate(PartitionId partition, bool failed) {
  submit({Action::Kind::deactivate, partition, {}, failed});
}
void Hypervisor::suspend(PartitionId partition) {
  submit({Action::Kind::suspend, partition});
}
void Hypervisor::resume(PartitionId partition) {
  submit({Action::Kind::resume, partition});
}
void Hypervisor::change(PartitionId partition, const PartitionChange& change) {
  submit({Action::Kind::change, partition, change});
}

void Hypervisor::submit(const Action& action) {
  actions_.push_back(action);
  react_soon();
}

void Hypervisor::apply(const Action& action, SimTime at) {
  switch (action.kind) {
    case Action::Kind::activate:
      return activate(action.partition, at);
    case Action::Kind::deactivate:
      return deactivate(action.partition, action.failed, at);
    case Action::Kind::suspend:
      return suspend(action.partition, at);
    case Action::Kind::resume:
      return resume(action.partition, at);
    case Action::Kind::change:
      return change(action.partition, action.change, at);
  }
}

void Hypervisor::activate(PartitionId id, SimTime at) {
  Partition& partition = partition_at(id);
  settle_entitled(partition, at);
  dispatch_.activate(id, at);
  monitor_.activated(id, at);
  partition.active = true;
  if (services_) services_->started(id, at);
  partition.listener->activated(partition.online, at);
  if (services_) services_->up(id);
}

void Hypervisor::deactivate(PartitionId id, bool failed, SimTime at) {
  Partition& partition = partition_at(id);
  if (!partition.active) return;  // two have stopped it at this instant
  settle_entitled(partition, at);
  settle_starved(partition, at);
  for (std::uint32_t i = 0; i < partition.online; ++i) settle_waits(vp_id(id, i), at);
  partition.ready = 0;
  dispatch_.deactivate(id, at);
  monitor_.deactivated(id);
  partition.active = partition.suspended = false;
  for (std::uint32_t i = 0; i < partition.online; ++i) take_down(vp_id(id, i));
  partition.listener->deactivated(at);
  virtual_io_.partition_stopped(id, failed);
  if (services_) services_->stopped(id, failed, at);
}

// What stood on a core or waited for one goes on by itself; what is woken meanwhile goes on then, too (make_ready).
void Hypervisor::suspend(PartitionId id, SimTime at) {
  Partition& partition = partition_at(id);
  if (!partition.active || partition.suspended) return;
  partition.suspended = true;
  // Those on cores last: they are not to make room for their siblings.
  for (const bool running : {false, true}) {
    for (std::uint32_t i = 0; i < partition.online; ++i) {
      const VpId vp = vp_id(id, i);
      if (!dispatch_.is_ready(vp) || dispatch_.is_running(vp) != running) continue;
      vps_[index(vp)].goes_on = DispatchReason::firmware;
      settle_waits(vp, at);
      monitor_.not_ready(vp, at);
      settle_starved(partition, at);
      --partition.ready;
      notices_.push_back(vp);  // before those who come to its core
      dispatch_.cede(vp, PreemptReason::firmware, at);
    }
  }
  react_soon();
}

void Hypervisor::resume(PartitionId id, SimTime at) {
  Partition& partition = partition_at(id);
  if (!partition.suspended) return;
  partition.suspended = false;
  for (std::uint32_t i = 0; i < partition.online; ++i) {
    const VpId vp = vp_id(id, i);
    if (const auto why = std::exchange(vps_[index(vp)].goes_on, std::nullopt)) make_ready(vp, *why, at);
  }
}

void Hypervisor::change(PartitionId id, const PartitionChange& change, SimTime at) {
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
  if (change.online && *change.online != partition.online) set_online(id, *change.online, at);
  react_soon();
}

void Hypervisor::set_online(PartitionId id, std::uint32_t online, SimTime at) {
  Partition& partition = partition_at(id);
  const std::uint32_t before = partition.online;
  for (std::uint32_t i = online; i < before; ++i) {
    if (dispatch_.is_ready(vp_id(id, i))) {
      monitor_.not_ready(vp_id(id, i), at);
      settle_starved(partition, at);
      --partition.ready;
    }
    settle_waits(vp_id(id, i), at);
  }
  dispatch_.set_online(id, online, at);
  monitor_.set_online(id, online);
  for (std::uint32_t i = online; i < before; ++i) {
    served(vp_id(id, i));
    take_down(vp_id(id, i));
  }
  partition.online = online;
  if (partition.active) partition.listener->online_processors_changed(online, at);
}

// It is about to be taken away: what it has waited counts, although it comes to no core any more.
void Hypervisor::settle_waits(VpId id, SimTime at) {
  VirtualProcessor& vp = vps_[index(id)];
  Partition& partition = partition_at(vp.partition);
  record_vain_wait(id, at);
  const auto wait = dispatch_.present_wait(id, at);
  partition.ended.wait_capacity += wait.capacity;
  partition.ended.wait_processor += wait.processor;
  vp.account.waited_capacity += wait.capacity;
  vp.account.waited_processor += wait.processor;
}

// It is gone, off its core already. Its accounts and what it registered last stay in memory as they are.
void Hypervisor::take_down(VpId id) {
  VirtualProcessor& vp = vps_[index(id)];
  Partition& partition = partition_at(vp.partition);
  vp.area.update(*partition.memory, vp.account);
  vp.area = {};
  if (caches_) caches_->forget(id);
  if (!vp.confers.empty()) --partition.conferring;
  if (vp.joined) --partition.joined;
  vp.confers.clear();
  vp.prod = vp.joined = vp.confers_to_all = vp.interrupt_pending = vp.known_to_run = false;
  vp.interruptible = true;
  vp.goes_on.reset();
  vp.left_by = PreemptReason::none;
}

}  // namespace lparsim::hypervisor
