// Hypervisor: the calls by which a partition learns of its capacity and its pool's, and sets its own; each as its LoPAR section says
// (docs/models/hypervisor-calls.md).
#include <algorithm>

#include "models/hypervisor/hypervisor.hpp"
#include "models/hypervisor/hypervisor_parts.hpp"
#include "sim/kernel/sim_time.hpp"

namespace lparsim::hypervisor {

using kernel::now;

namespace {

std::uint64_t hundredths(ProcessingUnits pu) {
  return static_cast<std::uint64_t>(pu.hundredths());
}
std::uint64_t ticks(SimTime t) {
  return static_cast<std::uint64_t>(timebase_ticks(t));
}

}  // namespace

// What a stopped partition is entitled to stays its own: nobody asks again when it is activated.
ProcessingUnits Hypervisor::unallocated(PoolId pool) const {
  ProcessingUnits given;
  ProcessingUnits in_pool = pool_specs_[index(pool)].reserved;
  for (const PoolSpec& spec : pool_specs_) given += spec.reserved;
  for (const Partition& partition : partitions_) {
    if (!partition.shared) continue;
    given += partition.entitlement;
    if (partition.pool == pool) in_pool += partition.entitlement;
  }
  ProcessingUnits left = ProcessingUnits::cores(dispatch_.shared_cores()) - given;
  if (pool_specs_[index(pool)].maximum) left = std::min(left, *pool_specs_[index(pool)].maximum - in_pool);
  return std::max(left, ProcessingUnits{});
}

HcallStatus Hypervisor::get_ppp(PartitionId caller, HcallExtension& call) const {
  const Partition& partition = partition_at(caller);
  constexpr std::uint64_t kGroupBase = 32768;  // a partition's group is 32768 + its number, as `lparstat -i` shows
  const std::uint64_t group = (kGroupBase + index(caller) + 1) << 16;
  const std::uint64_t platform = config_.frame.cores;
  call.registers[0] = hundredths(partition.entitlement);
  if (!partition.shared) {
    call.registers[1] = 0;
    call.registers[2] = group | 0xFFFF;                     // no pool
    call.registers[3] = std::uint64_t{1} << 48 | platform;  // capped
    call.registers[4] = 0;
    return HcallStatus::success;
  }
  const PoolSpec& pool = pool_specs_[index(partition.pool)];
  const std::uint64_t shared = dispatch_.shared_cores();
  const ProcessingUnits most = pool.maximum.value_or(ProcessingUnits::cores(dispatch_.shared_cores()));
  ProcessingUnits entitled = pool.reserved;
  for (const Partition& other : partitions_) {
    if (other.shared && other.active && other.pool == partition.pool) entitled += other.entitlement;
  }
  call.registers[1] = hundredths(unallocated(partition.pool));
  call.registers[2] = group | index(partition.pool);
  call.registers[3] = std::uint64_t{partition.capped} << 48 | std::uint64_t{partition.weight} << 40 | shared << 16 | platform;
  call.registers[4] = shared << 48 | hundredths(most) << 24 | hundredths(entitled);
  return HcallStatus::success;
}

HcallStatus Hypervisor::set_ppp(PartitionId caller, const HcallExtension& call) {
  const Partition& partition = partition_at(caller);
  if (!partition.shared) return HcallStatus::function;
  if (call.registers[1] > 255) return HcallStatus::parameter;
  constexpr std::uint64_t kMoreThanAnyServer = 1'000'000;
  const auto asked = ProcessingUnits::from_hundredths(static_cast<std::int64_t>(std::min(call.registers[0], kMoreThanAnyServer)));
  const ProcessingUnits least = config_.minimum_per_vp * partition.online;
  const ProcessingUnits most = std::min(ProcessingUnits::cores(partition.online), partition.entitlement + unallocated(partition.pool));
  const ProcessingUnits granted = std::min(std::max(asked, least), most);
  change(caller, {granted, static_cast<std::uint32_t>(call.registers[1]), std::nullopt, std::nullopt}, now());
  return granted == asked ? HcallStatus::success : HcallStatus::constrained;
}

HcallStatus Hypervisor::purr(PartitionId caller, HcallExtension& call) const {
  call.registers[0] = ticks(dispatch_.consumed(vp_id(caller, call.vp), now()));
  return HcallStatus::success;
}

HcallStatus Hypervisor::pic(PartitionId caller, HcallExtension& call) {
  const Partition& partition = partition_at(caller);
  if (!partition.shared) return HcallStatus::function;
  const PoolUsage usage = pool_usage(partition.pool);
  const std::uint64_t cores = dispatch_.shared_cores();
  call.registers[0] = ticks(usage.idle);
  call.registers[1] = cores;
  call.registers[2] = ticks(now() * dispatch_.shared_cores());
  call.registers[3] = call.registers[4] = ticks(usage.used);  // constant speed: SPURR is PURR
  call.registers[5] = index(partition.pool);
  call.registers[6] = ticks(now() * dispatch_.shared_cores());
  call.registers[7] = call.registers[8] = ticks(shared_busy());
  return HcallStatus::success;
}

}  // namespace lparsim::hypervisor
