// EntitlementDispatch: configuration, and changes of it while it runs (DLPAR, activation, dedicated processors).
#include <algorithm>

#include "models/hypervisor/dispatch/entitlement_dispatch.hpp"
#include "sim/base/check.hpp"

namespace lparsim::hypervisor {

using dispatch::Core;
using dispatch::Partition;
using dispatch::Pool;
using dispatch::Vp;
using dispatch::VpState;

PoolId EntitlementDispatch::add_pool(const PoolSpec& spec) {
  Pool& pool = *pool_store_.emplace_back(std::make_unique<Pool>());
  pools_.push_back(&pool);
  pool.id = id_of<PoolId>(pools_.size() - 1);
  pool.limited = spec.maximum.has_value();
  pool.maximum = spec.maximum.value_or(ProcessingUnits{});
  pool.reserved = spec.reserved;
  return pool.id;
}

Partition& EntitlementDispatch::add_partition(std::uint32_t vps) {
  Partition& partition = *partitions_.emplace_back(std::make_unique<Partition>());
  partition.id = id_of<PartitionId>(partitions_.size() - 1);
  for (std::uint32_t i = 0; i < vps; ++i) {
    Vp& vp = vps_.emplace_back();
    vp.id = id_of<VpId>(vps_.size() - 1);
    vp.partition = &partition;
    partition.vps.push_back(&vp);
  }
  due_promised_.resize(static_cast<std::uint32_t>(vps_.size()));
  due_planned_.resize(static_cast<std::uint32_t>(vps_.size()));
  return partition;
}

PartitionId EntitlementDispatch::add_shared(const SharedSpec& spec) {
  LPARSIM_CHECK(spec.online >= 1 && spec.online <= spec.max_virtual, "partition with {} of {} virtual processors", spec.online,
                spec.max_virtual);
  Partition& partition = add_partition(spec.max_virtual);
  partition.pool = pools_.at(index(spec.pool));
  partition.capped = spec.capped;
  partition.weight = spec.weight;
  partition.entitlement = spec.entitlement;
  partition.online = spec.online;
  if (frame_.share_excess_by == ShareExcessBy::partition) partition.excess = &excess_.add_competitor(*partition.pool, partition, false);
  for (Vp* vp : partition.vps)
    vp->excess = partition.excess != nullptr ? partition.excess : &excess_.add_competitor(*partition.pool, partition, true);
  return partition.id;
}

PartitionId EntitlementDispatch::add_dedicated(const DedicatedSpec& spec) {
  LPARSIM_CHECK(spec.cores <= shared_cores_, "{} dedicated cores asked of {} left", spec.cores, shared_cores_);
  Partition& partition = add_partition(spec.cores);
  partition.online = spec.cores;
  partition.sharing = spec.sharing;
  for (Vp* vp : partition.vps) {
    Core& core = cores_[next_dedicated_++];
    idle_shared_.erase(number(core));
    core.owner = vp;
    vp->last_core = &core;
    core.available = false;
    set_lent(core, lends(partition));
    if (core.available) set_idle(core);
  }
  shared_cores_ -= spec.cores;
  return partition.id;
}

VpId EntitlementDispatch::vp(PartitionId partition, std::uint32_t number) const {
  return partitions_[index(partition)]->vps.at(number)->id;
}

void EntitlementDispatch::activate(PartitionId id, SimTime now) {
  open_books(now);
  Partition& partition = at(id);
  LPARSIM_CHECK(!partition.active, "partition {} activated twice, at {} ps", index(id), now.ps());
  partition.active = true;
  for (std::uint32_t i = 0; i < partition.online; ++i) {
    partition.vps[i]->state = VpState::ceded;
    partition.vps[i]->waiting_since = now;
  }
  if (partition.pool == nullptr) return lend_or_keep(partition, now);
  Pool& pool = *partition.pool;
  pool.next_entitlements += partition.entitlement;
  // In mid-window nothing is due to it yet: the others' promises may fill the window.
  partition.window = window_;
  partition.remaining = SimTime{};
  if (now == window_begin()) {
    partition.remaining = partition.entitlement.time_in(frame_.window);
    pool.entitlements += partition.entitlement;
  }
}

void EntitlementDispatch::deactivate(PartitionId id, SimTime now) {
  open_books(now);
  Partition& partition = at(id);
  LPARSIM_CHECK(partition.active, "partition {} deactivated while it is not active, at {} ps", index(id), now.ps());
  partition.active = false;
  for (Vp* vp : partition.vps) {
    if (vp->ready()) release(*vp, PreemptReason::firmware, VpState::offline, now);
    vp->state = VpState::offline;
  }
  if (partition.pool == nullptr) {
    lend_or_keep(partition, now);
  } else {
    refresh(partition);
    Pool& pool = *partition.pool;
    pool.next_entitlements -= partition.entitlement;
    partition.remaining = SimTime{};
  }
  fill_idle(now);
}

void EntitlementDispatch::set_entitlement(PartitionId id, ProcessingUnits entitlement) {
  Partition& partition = at(id);
  refresh(partition);
  if (partition.active) partition.pool->next_entitlements += entitlement - partition.entitlement;
  partition.entitlement = entitlement;
}

void EntitlementDispatch::set_weight(PartitionId id, std::uint32_t weight, SimTime now) {
  open_books(now);
  Partition& partition = at(id);
  for (Vp* vp : partition.ready) {  // what it has run counts at the old weight
    if (vp->state == VpState::running) settle(*vp, now);
  }
  partition.weight = weight;
  rights_changed(partition, now);
}

void EntitlementDispatch::set_capped(PartitionId id, bool capped, SimTime now) {
  open_books(now);
  at(id).capped = capped;
  rights_changed(at(id), now);
}

void EntitlementDispatch::set_online(PartitionId id, std::uint32_t online, SimTime now) {
  open_books(now);
  Partition& partition = at(id);
  LPARSIM_CHECK(partition.pool != nullptr && online >= 1 && online <= partition.vps.size(), "partition {} given {} virtual processors",
                index(id), online);
  for (std::uint32_t i = online; i < partition.vps.size(); ++i) {
    if (partition.vps[i]->ready()) release(*partition.vps[i], PreemptReason::firmware, VpState::offline, now);
    partition.vps[i]->state = VpState::offline;
  }
  for (std::uint32_t i = partition.online; i < online && partition.active; ++i) {
    partition.vps[i]->state = VpState::ceded;
    partition.vps[i]->waiting_since = now;
  }
  partition.online = online;
  if (!partition.ready.empty()) share_out(partition, now, false);  // to the siblings before anybody else
  drop_plan(now);
  if (!partition.ready.empty()) reclassify(partition, now);
  fill_idle(now);
}

bool EntitlementDispatch::lends(const Partition& partition) const {
  switch (partition.sharing) {
    case SharingMode::keep_idle_procs:
      return false;
    case SharingMode::share_idle_procs:
      return !partition.active;
    case SharingMode::share_idle_procs_active:
      return partition.active;
    case SharingMode::share_idle_procs_always:
      return true;
  }
  return false;
}

void EntitlementDispatch::set_lent(Core& core, bool lent) {
  if (core.available != lent) lent ? ++lent_ : --lent_;
  core.available = lent;
}

// A dedicated partition came or went: its idle cores are lent, or no longer.
void EntitlementDispatch::lend_or_keep(Partition& partition, SimTime now) {
  plan_changed_ = true;
  if (!lends(partition)) return recall(partition.vps, now);
  for (Vp* vp : partition.vps) {
    Core& core = *vp->last_core;
    set_lent(core, true);
    if (core.running == nullptr) fill(core, now);
  }
}

// The owner of a dedicated core wants to run: it has absolute priority there.
void EntitlementDispatch::take_back(Vp& owner, SimTime now) {
  Vp* const owners[] = {&owner};
  recall(owners, now);
  run_on(*owner.last_core, owner, {}, now);
}

// The owners' cores are no longer lent; borrowers that lose them may find others.
void EntitlementDispatch::recall(std::span<Vp* const> owners, SimTime now) {
  gained_.clear();
  for (const Vp* owner : owners) {
    Core& core = *owner->last_core;
    set_lent(core, false);
    idle_lent_.erase(number(core));
    if (core.running == nullptr) continue;
    gained_.push_back(core.running);
    preempt(core, now);
  }
  drop_plan(now);
  for (std::size_t i = 0; i < gained_.size(); ++i) {
    if (gained_[i]->state == VpState::waiting) place(*gained_[i], now);
  }
}

// Cap or weight changed: those without entitlement gain or lose the right to excess.
void EntitlementDispatch::rights_changed(Partition& partition, SimTime now) {
  drop_plan(now);
  for (Vp* vp : partition.ready) {
    if (vp->state == VpState::waiting) {
      requeue(*vp, now);
    } else if (!vp->on_entitlement() && !partition.shares_excess()) {
      Core& core = *vp->core;
      preempt(core, now);
      fill(core, now);
    }
  }
  fill_idle(now);
}

SimTime EntitlementDispatch::consumed(VpId id, SimTime now) const {
  const Vp& vp = vps_[index(id)];
  return vp.total_run + (vp.state == VpState::running ? now - vp.settled : SimTime{});
}

EntitlementDispatch::Wait EntitlementDispatch::present_wait(VpId id, SimTime now) const {
  const Vp& vp = vps_[index(id)];
  if (vp.state != VpState::waiting) return {};
  const bool entitled = vp.queue == dispatch::Queue::promised || vp.queue == dispatch::Queue::late;
  const SimTime span = now - vp.wait_settled;
  return {vp.capacity_wait + (entitled ? SimTime{} : span), vp.processor_wait + (entitled ? span : SimTime{})};
}

SimTime EntitlementDispatch::entitled_so_far(VpId id, SimTime now) const {
  const Vp& vp = vps_[index(id)];
  const bool counts = vp.state == VpState::running && vp.partition->pool != nullptr && vp.on_entitlement();
  return vp.dispatch_entitled + (counts ? now - vp.settled : SimTime{});
}

SimTime EntitlementDispatch::pool_consumed(PoolId pool, SimTime now) {
  pools_[index(pool)]->settle(now);
  return pools_[index(pool)]->total_used;
}

}  // namespace lparsim::hypervisor
