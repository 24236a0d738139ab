// Hypervisor: the calls by which virtual processors give up their cores and wake each other, and the areas they register; each as its LoPAR
// section says (docs/models/hypervisor-calls.md).
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
  if (payload.get_address() != static_cast<std::uint64_t>(call->call)) return payload.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
  const auto caller = id_of<PartitionId>(static_cast<std::size_t>(binding));
  Partition& partition = partition_at(caller);
  LPARSIM_CHECK(partition.active && call->vp < partition.online,
                "{}: virtual processor {} of partition {} does not exist but calls {:#x} at {} ps", name(), call->vp, binding,
                static_cast<std::uint64_t>(call->call), now().ps());
  if (call->interrupts_enabled) vps_[index(vp_id(caller, call->vp))].interrupt_pending = false;  // it has taken it
  call->keeps_core = true;
  call->cost = {};
  // H_VSP calls: who hooks a call hears by them, and would of its own for ever.
  const Hcall which = call->call;
  const bool hooked =
      hooks_ != nullptr && hooks_->armed(vsp::Hook::hypervisor_call, caller) && !call->asked && !is_channel_call(call->call);
  call->status = hooked ? answer_and_tell(caller, *call) : answer(caller, *call);
  partition.hcalls.count(which, call->status);
  payload.set_response_status(tlm::TLM_OK_RESPONSE);
}

HcallStatus Hypervisor::answer(PartitionId caller, HcallExtension& call) {
  switch (call.call) {
    case Hcall::cede:
      return cede(caller, call);
    case Hcall::confer:
      return confer(caller, call);
    case Hcall::prod:
      return prod(caller, call);
    case Hcall::join:
      return join(caller, call);
    case Hcall::get_ppp:
      return get_ppp(caller, call);
    case Hcall::set_ppp:
      return set_ppp(caller, call);
    case Hcall::purr:
      return purr(caller, call);
    case Hcall::pic:
      return pic(caller, call);
    case Hcall::poll_pending:
      return HcallStatus::success;  // the hypervisor's own administrative work is not simulated, so none is ever pending
    case Hcall::register_vpa:
      return register_area(caller, call);
    default:
      if (is_channel_call(call.call)) return services_ ? services_->answer(caller, call, now()) : HcallStatus::function;
      return virtual_io_.answer(caller, call);
  }
}

/// The caller of a call that only a running virtual processor can make.
VpId Hypervisor::running_caller(PartitionId caller, const HcallExtension& call) const {
  const VpId id = vp_id(caller, call.vp);
  LPARSIM_CHECK(vps_[index(id)].known_to_run, "{}: virtual processor {} of partition {} does not run but calls {:#x} at {} ps", name(),
                call.vp, index(caller), static_cast<std::uint64_t>(call.call), now().ps());
  return id;
}

HcallStatus Hypervisor::cede(PartitionId caller, HcallExtension& call) {
  const VpId id = running_caller(caller, call);
  VirtualProcessor& vp = vps_[index(id)];
  vp.interruptible = true;                // the call turns MSR[EE] on
  if (vp.prod || vp.interrupt_pending) {  // and what was held back by it until now comes at once
    vp.interrupt_pending = false;
    vp.prod = false;
    return HcallStatus::success;
  }
  call.keeps_core = false;
  leave(id, PreemptReason::cede, nullptr);
  return HcallStatus::success;
}

HcallStatus Hypervisor::confer(PartitionId caller, HcallExtension& call) {
  constexpr std::int32_t kAll = -1;
  Partition& partition = partition_at(caller);
  const auto target = static_cast<std::int32_t>(call.registers[0]);
  if (target != kAll && (target < 0 || static_cast<std::uint32_t>(target) >= partition.online)) return HcallStatus::parameter;
  const VpId id = running_caller(caller, call);
  if (target == static_cast<std::int64_t>(call.vp)) return confer_until_prodded(caller, call);

  VirtualProcessor& vp = vps_[index(id)];
  if (target == kAll) {
    for (std::uint32_t i = partition.online; i-- > 0;) {  // the first is served first
      const VpId other = vp_id(caller, i);
      if (other != id) vp.confers.push_back({other, vps_[index(other)].account.dispatch_count});
    }
    pass_on(vp);
  } else {
    const VpId other = vp_id(caller, static_cast<std::uint32_t>(target));
    const VirtualProcessor& holder = vps_[index(other)];
    const std::uint32_t count = holder.account.dispatch_count;
    if (static_cast<std::uint32_t>(call.registers[1]) == count && count % 2 != 0 && !holder.confers_to_all)
      vp.confers.push_back({other, count});
  }
  if (vp.confers.empty()) return HcallStatus::success;
  vp.confers_to_all = target == kAll;
  vp.interruptible = call.interrupts_enabled;
  ++partition.conferring;
  call.keeps_core = false;
  const VpId favoured = vp.confers.back().target;
  leave(id, PreemptReason::confer, &favoured);
  return HcallStatus::success;
}

HcallStatus Hypervisor::confer_until_prodded(PartitionId caller, HcallExtension& call) {
  const VpId id = running_caller(caller, call);
  VirtualProcessor& vp = vps_[index(id)];
  if (vp.prod) {  // prodded already: as for H_CEDE
    vp.prod = false;
    return HcallStatus::success;
  }
  vp.interruptible = call.interrupts_enabled;
  call.keeps_core = false;
  leave(id, PreemptReason::confer, nullptr);
  return HcallStatus::success;
}

// One of several to whom a virtual processor conferred: it is passed over unless it still waits for its dispatch.
bool Hypervisor::accepts(const Conferred& conferred) const {
  const std::uint32_t count = vps_[index(conferred.target)].account.dispatch_count;
  return count == conferred.dispatch_count && count % 2 != 0 && dispatch_.is_ready(conferred.target);
}

// Strikes off those for whom it need not wait.
void Hypervisor::pass_on(VirtualProcessor& conferrer) {
  while (!conferrer.confers.empty() && !accepts(conferrer.confers.back())) conferrer.confers.pop_back();
}

// `target` has had a dispatch cycle: those who conferred to it need not wait for it any more.
void Hypervisor::served(VpId target) {
  Partition& partition = partition_at(vps_[index(target)].partition);
  if (partition.conferring == 0) return;
  for (std::uint32_t i = 0; i < partition.online; ++i) {
    const auto id = id_of<VpId>(index(partition.first) + i);
    VirtualProcessor& vp = vps_[index(id)];
    if (vp.confers.empty() || vp.confers.back().target != target) continue;
    vp.confers.pop_back();
    pass_on(vp);
    if (!vp.confers.empty()) continue;
    --partition.conferring;
    served_.push_back(id);
  }
}

HcallStatus Hypervisor::prod(PartitionId caller, const HcallExtension& call) {
  if (call.registers[0] >= partition_at(caller).online) return HcallStatus::parameter;
  const VpId target = vp_id(caller, static_cast<std::uint32_t>(call.registers[0]));
  vps_[index(target)].prod = true;
  if (!dispatch_.is_ready(target)) make_ready(target, DispatchReason::prod, now());
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

HcallStatus Hypervisor::register_area(PartitionId caller, const HcallExtension& call) {
  constexpr std::uint64_t kCacheLine = 128;
  constexpr std::uint64_t kPage = 4096;
  Partition& partition = partition_at(caller);
  PartitionMemory& memory = *partition.memory;
  const auto function = vpa_function(call.registers[0]);
  if (!function || call.registers[1] >= partition.online) return HcallStatus::parameter;
  VirtualProcessor& vp = vps_[index(vp_id(caller, static_cast<std::uint32_t>(call.registers[1])))];
  const std::uint64_t address = call.registers[2];
  const bool registers = *function < VpaFunction::deregister_vpa;
  if (registers && (address % kCacheLine != 0 || !memory.contains(address, 8))) return HcallStatus::parameter;
  const std::uint64_t size = registers ? memory.read(address + 4, *function == VpaFunction::register_vpa ? 2 : 4) : 0;
  const auto fits = [&](std::uint64_t least) {
    return size >= least && memory.contains(address, size);
  };
  const bool in_one_page = address / kPage == (address + size - 1) / kPage;
  switch (*function) {
    case VpaFunction::register_vpa:
      if (!fits(VirtualProcessorArea::kSize) || !in_one_page) return HcallStatus::parameter;
      vp.area.register_vpa(memory, address, vp.account);
      return HcallStatus::success;
    case VpaFunction::register_dtl:
      if (!fits(DtlEntry::kSize) || size > VirtualProcessorArea::kMostLog) return HcallStatus::parameter;
      if (!vp.area.has_vpa()) return HcallStatus::resource;
      vp.area.register_dtl(memory, address, size);
      return HcallStatus::success;
    case VpaFunction::register_slb:
      if (!fits(8) || !in_one_page) return HcallStatus::parameter;
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
  return HcallStatus::parameter;
}

}  // namespace lparsim::hypervisor
