// Hypervisor: the calls, each as its LoPAR section says (docs/models/hypervisor-calls.md).
#include <algorithm>

#include "models/hypervisor/hypervisor.hpp"
#include "models/hypervisor/hypervisor_parts.hpp"
#include "sim/base/check.hpp"
#include "sim/kernel/sim_time.hpp"

namespace lparsim::hypervisor {

using kernel::now;

void Hypervisor::b_transport(int binding, tlm::tlm_generic_payload& payload, sc_core::sc_time&) {
  auto* call = payload.get_extension<HcallExtension>();
  if (call == nullptr || payload.get_command() != tlm::TLM_IGNORE_COMMAND)
    return payload.set_response_status(tlm::TLM_COMMAND_ERROR_RESPONSE);
  payload.set_response_status(tlm::TLM_OK_RESPONSE);
  const auto caller = id_of<PartitionId>(static_cast<std::size_t>(binding));
  LPARSIM_CHECK(call->vp < partition_at(caller).online, "{}: virtual processor {} of partition {} does not exist but calls {:#x} at {} ps",
                name(), call->vp, binding, static_cast<std::uint64_t>(call->call), now().ps());
  switch (call->call) {
    case Hcall::cede:
      call->status = cede(caller, *call);
      return;
    case Hcall::confer:
      call->status = confer(caller, *call);
      return;
    case Hcall::prod:
      call->status = prod(caller, *call);
      return;
    case Hcall::join:
      call->status = join(caller, *call);
      return;
    case Hcall::get_ppp:
      call->status = get_ppp(caller, *call);
      return;
    case Hcall::set_ppp:
      call->status = set_ppp(caller, *call);
      return;
    case Hcall::purr:
      call->status = purr(caller, *call);
      return;
    case Hcall::pic:
      call->status = pic(caller, *call);
      return;
    case Hcall::poll_pending:
      call->status = poll_pending();
      return;
    case Hcall::register_vpa:
      call->status = register_area(caller, *call);
      return;
  }
  call->status = HcallStatus::function;
}

HcallStatus Hypervisor::cede(PartitionId caller, HcallExtension& call) {
  const VpId id = vp_id(caller, call.vp);
  VirtualProcessor& vp = vps_[index(id)];
  if (vp.prod) {
    vp.prod = false;
    return HcallStatus::success;
  }
  vp.interruptible = true;  // the call turns MSR[EE] on
  call.keeps_core = false;
  submit({.kind = Action::Kind::cede, .vp = id});
  return HcallStatus::success;
}

HcallStatus Hypervisor::confer(PartitionId caller, HcallExtension& call) {
  constexpr std::int32_t kAll = -1;
  Partition& partition = partition_at(caller);
  const auto target = static_cast<std::int32_t>(call.registers[0]);
  if (target != kAll && (target < 0 || static_cast<std::uint32_t>(target) >= partition.online)) return HcallStatus::parameter;
  if (target != kAll && static_cast<std::uint32_t>(target) == call.vp) return confer_until_prodded(caller, call);

  const VpId id = vp_id(caller, call.vp);
  VirtualProcessor& vp = vps_[index(id)];
  std::vector<VpId> targets;
  if (target == kAll) {
    for (std::uint32_t i = 0; i < partition.online; ++i) {
      const VpId other = vp_id(caller, i);
      if (other != id && dispatch_.is_ready(other) && !dispatch_.is_running(other)) targets.push_back(other);
    }
  } else {
    const VpId other = vp_id(caller, static_cast<std::uint32_t>(target));
    const VirtualProcessor& holder = vps_[index(other)];
    const std::uint32_t count = holder.account.dispatch_count;
    if (static_cast<std::uint32_t>(call.registers[1]) != count || count % 2 == 0 || holder.confers_to_all) return HcallStatus::success;
    targets.push_back(other);
  }
  if (targets.empty()) return HcallStatus::success;
  vp.confers_to_all = target == kAll;
  vp.interruptible = call.interrupts_enabled;
  vp.awaits = targets;
  ++partition.conferring;
  call.keeps_core = false;
  submit({.kind = Action::Kind::confer, .vp = id, .favoured = targets.front(), .favours = true});
  return HcallStatus::success;
}

HcallStatus Hypervisor::confer_until_prodded(PartitionId caller, HcallExtension& call) {
  const VpId id = vp_id(caller, call.vp);
  VirtualProcessor& vp = vps_[index(id)];
  if (vp.prod) {  // prodded already, as for H_CEDE
    vp.prod = false;
    return HcallStatus::success;
  }
  vp.interruptible = call.interrupts_enabled;
  call.keeps_core = false;
  submit({.kind = Action::Kind::confer, .vp = id});
  return HcallStatus::success;
}

HcallStatus Hypervisor::prod(PartitionId caller, const HcallExtension& call) {
  if (call.registers[0] >= partition_at(caller).online) return HcallStatus::parameter;
  const VpId target = vp_id(caller, static_cast<std::uint32_t>(call.registers[0]));
  vps_[index(target)].prod = true;
  submit({.kind = Action::Kind::wake, .vp = target, .reason = DispatchReason::prod});
  return HcallStatus::success;
}

HcallStatus Hypervisor::join(PartitionId caller, HcallExtension& call) {
  if (call.interrupts_enabled) return HcallStatus::bad_mode;
  Partition& partition = partition_at(caller);
  if (partition.joined + 1 == partition.online) return HcallStatus::continue_;
  const HcallStatus status = confer_until_prodded(caller, call);
  if (!call.keeps_core) {
    ++partition.joined;
    vps_[index(vp_id(caller, call.vp))].joined = true;
  }
  return status;
}

ProcessingUnits Hypervisor::unallocated(PoolId pool) const {
  ProcessingUnits given;
  ProcessingUnits in_pool = pool_specs_[index(pool)].reserved;
  for (const PoolSpec& spec : pool_specs_) given += spec.reserved;
  for (const Partition& partition : partitions_) {
    if (!partition.shared || !partition.active) continue;
    given += partition.entitlement;
    if (partition.pool == pool) in_pool += partition.entitlement;
  }
  ProcessingUnits left = ProcessingUnits::cores(dispatch_.shared_cores()) - given;
  if (pool_specs_[index(pool)].maximum) left = std::min(left, *pool_specs_[index(pool)].maximum - in_pool);
  return left;
}

HcallStatus Hypervisor::get_ppp(PartitionId caller, HcallExtension& call) const {
  const Partition& partition = partition_at(caller);
  const auto hundredths = [](ProcessingUnits pu) {
    return static_cast<std::uint64_t>(pu.hundredths());
  };
  const std::uint64_t platform = config_.frame.cores;
  call.registers[0] = hundredths(partition.entitlement);
  if (!partition.shared) {
    call.registers[2] = 0xFFFF;  // no pool
    call.registers[3] = std::uint64_t{1} << 48 | platform;
    return HcallStatus::success;
  }
  const PoolSpec& pool = pool_specs_[index(partition.pool)];
  const std::uint64_t shared = dispatch_.shared_cores();
  const ProcessingUnits most = pool.maximum.value_or(ProcessingUnits::cores(dispatch_.shared_cores()));
  ProcessingUnits entitled = pool.reserved;
  for (const Partition& other : partitions_) {
    if (other.shared && other.active && other.pool == partition.pool) entitled += other.entitlement;
  }
  constexpr std::uint64_t kGroupBase = 32768;  // a partition's group is 32768 + its number, as `lparstat -i` shows
  call.registers[1] = hundredths(unallocated(partition.pool));
  call.registers[2] = (kGroupBase + index(caller) + 1) << 16 | index(partition.pool);
  call.registers[3] = std::uint64_t{partition.capped} << 48 | std::uint64_t{partition.weight} << 40 | shared << 16 | platform;
  call.registers[4] = shared << 48 | hundredths(most) << 24 | hundredths(entitled);
  return HcallStatus::success;
}

HcallStatus Hypervisor::set_ppp(PartitionId caller, const HcallExtension& call) {
  const Partition& partition = partition_at(caller);
  if (!partition.shared) return HcallStatus::function;
  if (call.registers[1] > 255) return HcallStatus::parameter;
  const auto asked = ProcessingUnits::from_hundredths(static_cast<std::int64_t>(std::min<std::uint64_t>(call.registers[0], 1'000'000)));
  const ProcessingUnits least = config_.minimum_per_vp * partition.online;
  const ProcessingUnits most = std::min(ProcessingUnits::cores(partition.online), partition.entitlement + unallocated(partition.pool));
  const ProcessingUnits granted = std::max(least, std::min(asked, most));
  PartitionChange change;
  change.entitlement = granted;
  change.weight = static_cast<std::uint32_t>(call.registers[1]);
  submit({.kind = Action::Kind::change, .partition = caller, .change = change});
  return granted == asked ? HcallStatus::success : HcallStatus::constrained;
}

HcallStatus Hypervisor::purr(PartitionId caller, HcallExtension& call) const {
  call.registers[0] = static_cast<std::uint64_t>(timebase_ticks(dispatch_.consumed(vp_id(caller, call.vp), now())));
  return HcallStatus::success;
}

HcallStatus Hypervisor::pic(PartitionId caller, HcallExtension& call) {
  const Partition& partition = partition_at(caller);
  if (!partition.shared) return HcallStatus::function;
  const auto ticks = [](SimTime t) {
    return static_cast<std::uint64_t>(timebase_ticks(t));
  };
  const PoolUsage usage = pool_usage(partition.pool);
  const std::uint64_t cores = dispatch_.shared_cores();
  call.registers[0] = ticks(usage.idle);
  call.registers[1] = cores;
  call.registers[2] = ticks(now() * dispatch_.shared_cores());
  call.registers[3] = call.registers[4] = ticks(usage.used);
  call.registers[5] = index(partition.pool);
  call.registers[6] = ticks(now() * dispatch_.shared_cores());
  call.registers[7] = call.registers[8] = ticks(shared_busy());
  return HcallStatus::success;
}

// Administrative work of the hypervisor itself is not simulated, so none is ever pending.
HcallStatus Hypervisor::poll_pending() {
  return HcallStatus::success;
}

HcallStatus Hypervisor::register_area(PartitionId caller, const HcallExtension& call) {
  constexpr std::uint64_t kCacheLine = 128;
  constexpr std::uint64_t kPage = 4096;
  Partition& partition = partition_at(caller);
  PartitionMemory& memory = *partition.memory;
  const VpaFunction function = vpa_function(call.registers[0]);
  const std::uint64_t address = call.registers[2];
  if (static_cast<std::uint64_t>(function) % 4 == 0) return HcallStatus::parameter;
  if (call.registers[1] >= partition.online) return HcallStatus::parameter;
  VirtualProcessor& vp = vps_[index(vp_id(caller, static_cast<std::uint32_t>(call.registers[1])))];
  const bool registers = static_cast<std::uint64_t>(function) < 4;
  if (registers && (address % kCacheLine != 0 || !memory.contains(address, 8))) return HcallStatus::parameter;
  const std::uint64_t size = registers ? memory.read(address + 4, function == VpaFunction::register_vpa ? 2 : 4) : 0;
  const auto in_one_page = [&] {
    return memory.contains(address, size) && address / kPage == (address + size - 1) / kPage;
  };
  switch (function) {
    case VpaFunction::register_vpa:
      if (size < VirtualProcessorArea::kSize || !in_one_page()) return HcallStatus::parameter;
      vp.area.register_vpa(memory, address, vp.account);
      return HcallStatus::success;
    case VpaFunction::register_dtl:
      if (size < DtlEntry::kSize || !memory.contains(address, size)) return HcallStatus::parameter;
      if (!vp.area.has_vpa()) return HcallStatus::resource;
      vp.area.register_dtl(memory, address);
      return HcallStatus::success;
    case VpaFunction::register_slb:
      if (size < 8 || !in_one_page()) return HcallStatus::parameter;
      if (!vp.area.has_vpa()) return HcallStatus::resource;
      vp.area.register_slb(address);
      return HcallStatus::success;
    case VpaFunction::deregister_vpa:
      if (vp.area.has_dtl() || vp.area.has_slb()) return HcallStatus::resource;
      vp.area.deregister_vpa();
      return HcallStatus::success;
    case VpaFunction::deregister_dtl:
      vp.area.deregister_dtl();
      return HcallStatus::success;
    case VpaFunction::deregister_slb:
      vp.area.deregister_slb();
      return HcallStatus::success;
  }
  return HcallStatus::function;
}

}  // namespace lparsim::hypervisor
