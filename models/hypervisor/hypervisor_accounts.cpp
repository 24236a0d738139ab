// Hypervisor: what it knows and tells of itself.
#include "models/hypervisor/hypervisor.hpp"
#include "models/hypervisor/hypervisor_parts.hpp"
#include "sim/base/check.hpp"
#include "sim/kernel/sim_time.hpp"
#include "sim/trace/span_names.hpp"

namespace lparsim::hypervisor {

using kernel::now;

Hypervisor::Partition& Hypervisor::partition_at(PartitionId id) {
  return partitions_[index(id)];
}
const Hypervisor::Partition& Hypervisor::partition_at(PartitionId id) const {
  return partitions_[index(id)];
}
VpId Hypervisor::vp_id(PartitionId partition, std::uint32_t number) const {
  return id_of<VpId>(index(partition_at(partition).first) + number);
}
const SampledTimes& Hypervisor::dispatch_delay(PartitionId partition) const {
  return partition_at(partition).dispatch_delay;
}
void Hypervisor::reset_dispatch_delays() {
  for (Partition& partition : partitions_) partition.dispatch_delay.clear();
}
std::vector<HcallCount> Hypervisor::hcall_counts(PartitionId partition) const {
  return partition_at(partition).hcalls.all();
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
bool Hypervisor::capped(PartitionId partition) const {
  return partition_at(partition).shared && partition_at(partition).capped;
}
std::uint32_t Hypervisor::weight(PartitionId partition) const {
  return partition_at(partition).weight;
}
PoolId Hypervisor::pool_of(PartitionId partition) const {
  return partition_at(partition).pool;
}
bool Hypervisor::active(PartitionId partition) const {
  return partition_at(partition).active;
}

void Hypervisor::settle_entitled(Partition& partition, SimTime at) {
  if (partition.active) partition.ended.entitled += partition.entitlement.time_in(at - partition.entitled_since);
  partition.entitled_since = at;
}

PartitionUsage Hypervisor::usage(PartitionId id) const {
  const Partition& partition = partition_at(id);
  PartitionUsage usage = partition.ended;
  const SimTime at = now();
  if (partition.active) usage.entitled += partition.entitlement.time_in(at - partition.entitled_since);
  for (std::uint32_t i = 0; i < partition.max_virtual; ++i) {
    const VpId vp = vp_id(id, i);
    const auto wait = dispatch_.present_wait(vp, at);
    usage.wait_capacity += wait.capacity;
    usage.wait_processor += wait.processor;
    usage.consumed += dispatch_.consumed(vp, at);
    if (caches_ && dispatch_.is_running(vp)) usage.cache_refill += caches_->waited(vp, at);
  }
  if (!partition.shared) {
    for (std::size_t core = 0; core < on_core_.size(); ++core) {
      if (core_busy_[core] && core_owner_[core] == static_cast<std::int64_t>(index(id)) && vps_[index(on_core_[core].vp)].partition != id)
        usage.donated += at - on_core_[core].now;
    }
  }
  return usage;
}

VpUsage Hypervisor::vp_usage(PartitionId id, std::uint32_t number) const {
  const VpId vp = vp_id(id, number);
  const VirtualProcessor& record = vps_[index(vp)];
  VpUsage usage = record.redispatches;
  const SimTime at = now();
  const auto wait = dispatch_.present_wait(vp, at);
  usage.consumed = dispatch_.consumed(vp, at);
  usage.wait_capacity = record.account.waited_capacity + wait.capacity;
  usage.wait_processor = record.account.waited_processor + wait.processor;
  return usage;
}

void Hypervisor::count_distance(VirtualProcessor& vp, CoreId core) const {
  ++vp.redispatches.dispatches;
  if (vp.last_core < 0) return;
  const auto to = index(core);
  const auto from = static_cast<std::size_t>(vp.last_core);
  const std::size_t chip = config_.frame.cores_per_chip;
  ++(from == to ? vp.redispatches.same_core : from / chip == to / chip ? vp.redispatches.same_chip : vp.redispatches.other_chip);
}

std::uint32_t Hypervisor::dispatch_count(PartitionId partition, std::uint32_t vp) const {
  return account(partition, vp).dispatch_count;
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

void Hypervisor::record(const SwitchIn& in, SimTime end, SimTime entitled, PreemptReason reason) {
  if (recorder_ == nullptr || !recorder_->full()) return;
  const VirtualProcessor& vp = vps_[index(in.vp)];
  if (!partition_at(vp.partition).shared) entitled = end - in.now;  // to whom a core belongs is entitled to all of it
  recorder_->dispatch({config_.server, in.core, vp.partition, vp.number, in.now, end, in.now - in.processor_wait, in.ready_since,
                       in.waiting_since, entitled, static_cast<std::uint8_t>(in.reason), static_cast<std::uint8_t>(reason)});
}

void Hypervisor::record_waits_on(PartitionId partition, const std::vector<trace::TrackId>& tracks) {
  for (std::uint32_t i = 0; i < partition_at(partition).max_virtual && i < tracks.size(); ++i)
    vps_[index(vp_id(partition, i))].track = tracks[i];
}

// A wait whose end is no dispatch leaves no row there.
void Hypervisor::record_vain_wait(VpId id, SimTime at) {
  const trace::TrackId track = vps_[index(id)].track;
  if (recorder_ == nullptr || !recorder_->full() || track == trace::TrackId::none) return;
  const auto wait = dispatch_.present_wait(id, at);
  const SimTime queued_since = at - wait.processor;
  if (wait.capacity > SimTime{})
    recorder_->span(track, recorder_->intern(trace::kWaitedForEntitlement), queued_since - wait.capacity, queued_since);
  if (wait.processor > SimTime{}) recorder_->span(track, recorder_->intern(trace::kWaitedForCore), queued_since, at);
}

void Hypervisor::finish() {
  const SimTime at = now();
  monitor_.finish(at);
  for (std::size_t i = 0; i < vps_.size(); ++i) {
    const auto vp = id_of<VpId>(i);
    LPARSIM_CHECK(monitor_.consumed(vp, at) == dispatch_.consumed(vp, at),
                  "{}: PURR of virtual processor {} of partition {} is {} ps and its dispatched time {} ps, at {} ps", name(),
                  vps_[i].number, index(vps_[i].partition), dispatch_.consumed(vp, at).ps(), monitor_.consumed(vp, at).ps(), at.ps());
  }
  for (std::size_t i = 0; i < vps_.size(); ++i) record_vain_wait(id_of<VpId>(i), at);
  for (std::size_t core = 0; core < on_core_.size(); ++core) {
    if (core_busy_[core]) record(on_core_[core], at, dispatch_.entitled_so_far(on_core_[core].vp, at), PreemptReason::none);
  }
}

}  // namespace lparsim::hypervisor
