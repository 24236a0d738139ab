#include "models/hypervisor/hypercall_port.hpp"

#include <algorithm>

#include "sim/base/check.hpp"

namespace lparsim::hypervisor {

HypercallPort::HypercallPort(const sc_core::sc_module_name& name, InterruptController& interrupts)
    : sc_module{name}, socket{"socket"}, interrupts_{interrupts} {
  payload_.set_command(tlm::TLM_IGNORE_COMMAND);
  payload_.set_extension(&extension_);
}

HypercallPort::~HypercallPort() {
  payload_.clear_extension(&extension_);
}

HcallExtension& HypercallPort::call(std::uint32_t vp, Hcall call, std::span<const std::uint64_t> arguments, bool interrupts_enabled,
                                    bool asked) {
  LPARSIM_CHECK(arguments.size() <= extension_.registers.size(), "{}: {} arguments of a hypervisor call", name(), arguments.size());
  extension_.vp = vp;
  extension_.interrupts_enabled = interrupts_enabled;
  extension_.asked = asked;
  extension_.call = call;
  extension_.registers.fill(0);
  std::copy(arguments.begin(), arguments.end(), extension_.registers.begin());
  extension_.keeps_core = true;
  payload_.set_address(static_cast<sc_dt::uint64>(call));
  payload_.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
  sc_core::sc_time delay;
  socket->b_transport(payload_, delay);
  LPARSIM_CHECK(payload_.is_response_ok(), "{}: hypervisor call {:#x} was not answered", name(), static_cast<std::uint64_t>(call));
  return extension_;
}

bool HypercallPort::cede(std::uint32_t vp) {
  const HcallExtension& result = call(vp, Hcall::cede);
  LPARSIM_CHECK(result.status == HcallStatus::success, "{}: H_CEDE of virtual processor {} failed", name(), vp);
  return !result.keeps_core;
}

void HypercallPort::prod(std::uint32_t vp) {
  LPARSIM_CHECK(call(vp, Hcall::prod, {vp}).status == HcallStatus::success, "{}: H_PROD of virtual processor {} failed", name(), vp);
}

bool HypercallPort::confer(std::uint32_t vp, std::uint32_t target) {
  const HcallExtension& result = call(vp, Hcall::confer, {target, interrupts_.dispatch_count(partition_, target)});
  LPARSIM_CHECK(result.status == HcallStatus::success, "{}: H_CONFER of virtual processor {} to {} failed", name(), vp, target);
  return !result.keeps_core;
}

}  // namespace lparsim::hypervisor
