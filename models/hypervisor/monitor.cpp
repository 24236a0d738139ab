#include "models/hypervisor/monitor.hpp"

#include <algorithm>

#include "sim/base/check.hpp"

namespace lparsim::hypervisor {
namespace {

/// Dispatches of one virtual processor at one instant: a few happen (it confers, is conferred to, is preempted), thousands are a circle.
constexpr std::uint32_t kMostAtOnce = 10'000;

}  // namespace

Monitor::Monitor(std::uint32_t cores, SimTime window) : window_{window}, on_core_(cores, -1), core_used_(cores) {
  add_pool({});
}

void Monitor::add_pool(const PoolSpec& pool) {
  pool_limit_.push_back(pool.maximum ? pool.maximum->time_in(window_) : SimTime::never());
  pool_got_.emplace_back();
}

Monitor::OnePartition& Monitor::add_partition(std::uint32_t vps) {
  vps_.resize(vps_.size() + vps,
              OneVp{.partition = partitions_.size(), .core = -1, .since = {}, .total = {}, .ready_since = {}, .came = {}});
  return partitions_.emplace_back();
}

void Monitor::add_shared(const SharedSpec& spec) {
  OnePartition& partition = add_partition(spec.max_virtual);
  partition.pool = index(spec.pool);
  partition.entitlement = spec.entitlement;
  partition.capped = spec.capped || spec.weight == 0;
  partition.online = partition.next_online = spec.online;
}

void Monitor::add_dedicated(const DedicatedSpec& spec) {
  dedicated_.push_back(partitions_.size());
  OnePartition& partition = add_partition(spec.cores);
  partition.shared = false;
  partition.entitlement = ProcessingUnits::cores(spec.cores);
  partition.online = partition.next_online = spec.cores;
}

// From now on the partition counts in this window; what it is due is what was set when the window began.
void Monitor::touch(std::size_t i) {
  OnePartition& partition = partitions_[i];
  if (partition.listed) return;
  partition.listed = true;
  touched_.push_back(i);
  if (!partition.due_known) partition.due = partition.entitlement.time_in(window_);
  partition.due_known = true;
}

// In mid-window nothing more is due to it, beyond what it got in that window before it was shut down.
void Monitor::activated(PartitionId id, SimTime now) {
  OnePartition& partition = partitions_[index(id)];
  touch(index(id));
  partition.active = true;
  partition.steady = now == begin_;
  partition.due = now == begin_ ? partition.entitlement.time_in(window_) : partition.got;
}

void Monitor::deactivated(PartitionId id) {
  touch(index(id));
  partitions_[index(id)].active = false;
  partitions_[index(id)].steady = false;
  partitions_[index(id)].ready = 0;
}

void Monitor::set_entitlement(PartitionId id, ProcessingUnits entitlement) {
  touch(index(id));
  partitions_[index(id)].entitlement = entitlement;
}

void Monitor::set_capped(PartitionId id, bool capped) {
  touch(index(id));
  partitions_[index(id)].capped = capped;
  partitions_[index(id)].steady = partitions_[index(id)].cap_steady = false;
}

void Monitor::set_online(PartitionId id, std::uint32_t online) {
  touch(index(id));
  OnePartition& partition = partitions_[index(id)];
  partition.next_online = online;
  partition.online = std::max(partition.online, online);
  partition.steady = false;
}

// At the very begin of a window it is ready through all of it.
void Monitor::ready(VpId id, SimTime now) {
  OneVp& vp = vps_[index(id)];
  OnePartition& partition = partitions_[vp.partition];
  touch(vp.partition);
  ++partition.ready;
  partition.steady = partition.steady && now == begin_;
  partition.changed = now;
  vp.ready_since = now;
}

void Monitor::not_ready(VpId id, SimTime now) {
  const OneVp& vp = vps_[index(id)];
  OnePartition& partition = partitions_[vp.partition];
  touch(vp.partition);
  --partition.ready;
  partition.steady = false;
  partition.changed = now;
  LPARSIM_CHECK(partition.shared || vp.core >= 0, "dedicated partition {} had no core from {} to {} ps", vp.partition, vp.ready_since.ps(),
                now.ps());
}

void Monitor::charge(OneVp& vp, SimTime now) {
  const SimTime span = now - vp.since;
  LPARSIM_CHECK(span >= SimTime{}, "partition {}: time runs backwards at {} ps", vp.partition, now.ps());
  vp.since = now;
  vp.total += span;
  partitions_[vp.partition].got += span;
  SimTime& used = core_used_[static_cast<std::size_t>(vp.core)];
  used += span;
  LPARSIM_CHECK(used <= now, "core {} has been used for {} ps by the time of {} ps, last by partition {}", vp.core, used.ps(), now.ps(),
                vp.partition);
}

void Monitor::switched_in(VpId id, CoreId core, SimTime now) {
  OneVp& vp = vps_[index(id)];
  OnePartition& partition = partitions_[vp.partition];
  touch(vp.partition);
  LPARSIM_CHECK(partition.active, "partition {} is not active but runs on core {} at {} ps", vp.partition, index(core), now.ps());
  LPARSIM_CHECK(on_core_[index(core)] == -1, "core {} runs two virtual processors at {} ps (partition {})", index(core), now.ps(),
                vp.partition);
  LPARSIM_CHECK(vp.core == -1, "a virtual processor of partition {} is on two cores at {} ps", vp.partition, now.ps());
  LPARSIM_CHECK(++partition.running <= partition.online, "partition {} runs on more cores than its {} virtual processors at {} ps",
                vp.partition, partition.online, now.ps());
  LPARSIM_CHECK(partition.shared || vp.ready_since == now, "dedicated partition {} waits for its core from {} to {} ps", vp.partition,
                vp.ready_since.ps(), now.ps());
  on_core_[index(core)] = static_cast<std::int64_t>(index(id));
  vp.core = static_cast<std::int64_t>(index(core));
  vp.since = now;
  vp.came_at_once = vp.came == now ? vp.came_at_once + 1 : 1;
  vp.came = now;
  LPARSIM_CHECK(vp.came_at_once <= kMostAtOnce, "a virtual processor of partition {} is dispatched without end at {} ps", vp.partition,
                now.ps());
}

void Monitor::switched_out(VpId id, CoreId core, SimTime now) {
  OneVp& vp = vps_[index(id)];
  LPARSIM_CHECK(vp.core == static_cast<std::int64_t>(index(core)), "partition {} loses a core at {} ps that it does not have", vp.partition,
                now.ps());
  charge(vp, now);
  --partitions_[vp.partition].running;
  on_core_[index(core)] = -1;
  vp.core = -1;
}

void Monitor::window_began(SimTime begin) {
  const SimTime end = begin_ + window_;  // of the window that was watched; later ones passed unseen, with nobody ready
  for (const std::int64_t on : on_core_) {
    if (on < 0) continue;
    OneVp& vp = vps_[static_cast<std::size_t>(on)];
    if (partitions_[vp.partition].shared) charge(vp, begin);
  }
  std::fill(pool_got_.begin(), pool_got_.end(), SimTime{});
  for (const std::size_t i : touched_) {
    OnePartition& partition = partitions_[i];
    if (partition.shared) {
      check(partition, i, end);
      pool_got_[partition.pool] += partition.got;
    }
  }
  for (std::size_t k = 0; k < pool_got_.size(); ++k)
    LPARSIM_CHECK(pool_got_[k] <= pool_limit_[k], "shared processor pool {} exceeds its maximum in the window that ends at {} ps", k,
                  end.ps());
  begin_ = begin;
  std::size_t kept = 0;
  for (const std::size_t i : touched_) {
    OnePartition& partition = partitions_[i];
    partition.got = SimTime{};
    partition.due = partition.entitlement.time_in(window_);
    partition.steady = partition.active && partition.changed <= begin;  // it may change while a window that passed unseen is caught up with
    partition.cap_steady = true;
    partition.online = partition.next_online;
    partition.listed = partition.due_known = partition.ready > 0;
    if (partition.listed) touched_[kept++] = i;
  }
  touched_.resize(kept);
}

void Monitor::check(const OnePartition& partition, std::size_t i, SimTime end) const {
  LPARSIM_CHECK(partition.got <= window_ * partition.online,
                "partition {} exceeds its {} virtual processors in the window that ends at {} ps", i, partition.online, end.ps());
  LPARSIM_CHECK(!partition.capped || !partition.cap_steady || partition.got <= partition.due,
                "capped partition {} got {} ps instead of {} in the window that ends at {} ps", i, partition.got.ps(), partition.due.ps(),
                end.ps());
  if (!partition.steady) return;
  const SimTime due = std::min(partition.due, window_ * partition.ready);
  LPARSIM_CHECK(partition.got >= due, "partition {} got {} of the {} ps due to it in the window that ends at {} ps", i, partition.got.ps(),
                due.ps(), end.ps());
}

void Monitor::finish(SimTime now) {
  for (const std::int64_t on : on_core_) {
    if (on >= 0) charge(vps_[static_cast<std::size_t>(on)], now);
  }
  for (const std::size_t i : dedicated_)
    LPARSIM_CHECK(partitions_[i].running == partitions_[i].ready, "dedicated partition {} has {} of the {} cores that it can use at {} ps",
                  i, partitions_[i].running, partitions_[i].ready, now.ps());
}

SimTime Monitor::consumed(VpId id, SimTime now) const {
  const OneVp& vp = vps_[index(id)];
  return vp.total + (vp.core >= 0 ? now - vp.since : SimTime{});
}

}  // namespace lparsim::hypervisor
