#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <tlm>

#include "sim/base/time.hpp"

namespace lparsim::hypervisor {

/// Function tokens (LoPAR, "Hypervisor Call Function (hcall()) Table").
enum class Hcall : std::uint64_t {
  put_tce = 0x20,
  eoi = 0x64,
  register_vpa = 0xDC,
  cede = 0xE0,
  confer = 0xE4,
  prod = 0xE8,
  get_ppp = 0xEC,
  set_ppp = 0xF0,
  purr = 0xF4,
  pic = 0xF8,
  reg_crq = 0xFC,
  free_crq = 0x100,
  vio_signal = 0x104,
  send_crq = 0x108,
  put_rtce = 0x10C,
  copy_rdma = 0x110,
  register_logical_lan = 0x114,
  free_logical_lan = 0x118,
  add_logical_lan_buffer = 0x11C,
  send_logical_lan = 0x120,
  multicast_ctrl = 0x130,
  stuff_tce = 0x138,
  put_tce_indirect = 0x13C,
  change_logical_lan_mac = 0x14C,
  free_logical_lan_buffer = 0x1D4,
  poll_pending = 0x1D8,
  liobn_attributes = 0x240,
  illan_attributes = 0x244,
  remove_rtce = 0x24C,
  join = 0x298,
  vioctl = 0x2A8,
  enable_crq = 0x2B0,
  reg_sub_crq = 0x2DC,
  free_sub_crq = 0x2E0,
  send_sub_crq = 0x2E4,
  send_sub_crq_indirect = 0x2E8,
  // From the range that LoPAR leaves to platforms: the channel of a Virtual Service Partition (docs/models/vsp-hooks.md).
  vsp_send = 0xF100,
  vsp_receive = 0xF104,
  vsp_copy = 0xF108,
};

/// Of the channel of a Virtual Service Partition.
constexpr bool is_channel_call(Hcall call) {
  return call == Hcall::vsp_send || call == Hcall::vsp_receive || call == Hcall::vsp_copy;
}

/// Return codes (LoPAR, "Hypervisor Call Return Codes").
enum class HcallStatus : std::int64_t {
  success = 0,
  busy = 1,
  closed = 2,
  not_available = 3,
  constrained = 4,
  partial = 5,
  in_progress = 14,
  pending = 17,
  continue_ = 18,
  long_busy_1_ms = 9900,
  long_busy_10_ms = 9901,
  long_busy_100_ms = 9902,
  hardware = -1,
  function = -2,
  privilege = -3,
  parameter = -4,
  bad_mode = -5,
  not_found = -7,
  no_memory = -9,
  authority = -10,
  permission = -11,
  dropped = -12,
  source_parameter = -13,
  destination_parameter = -14,
  remote_parameter = -15,
  resource = -16,
  adapter_parameter = -17,
  rescinded = -46,
  p4 = -57,
};

/// Subfunctions of H_REGISTER_VPA: bits 16 to 18 of its flags, counted from the left as LoPAR does.
enum class VpaFunction : std::uint64_t {
  register_vpa = 1,
  register_dtl = 2,
  register_slb = 3,
  deregister_vpa = 5,
  deregister_dtl = 6,
  deregister_slb = 7,
};
constexpr std::uint64_t vpa_flags(VpaFunction function) {
  return static_cast<std::uint64_t>(function) << 45;
}
/// Nothing where the whole field of the subfunction, bits 16 to 23, holds none of them; the other bits do not matter.
constexpr std::optional<VpaFunction> vpa_function(std::uint64_t flags) {
  const std::uint64_t field = flags >> 40 & 0xFF;
  const std::uint64_t function = field >> 5;
  if (field % 32 != 0 || function % 4 == 0) return std::nullopt;
  return static_cast<VpaFunction>(function);
}

/// A hypervisor call as a TLM-2.0 transaction: this extension travels on a generic payload whose command is TLM_IGNORE_COMMAND and whose
/// address is the token (another one is an address error). The target sets the response status TLM_OK_RESPONSE for every call, known or
/// not: what the hypervisor says is in `status`. No simulated time passes within a call; what it costs its caller is in `cost`.
struct HcallExtension final : tlm::tlm_extension<HcallExtension> {
  std::uint32_t vp = 0;                      ///< the calling virtual processor, counted within its partition
  bool interrupts_enabled = true;            ///< MSR[EE] of the caller
  bool asked = false;                        ///< who hooks the call has been asked already (HypervisorCalls)
  Hcall call{};                              ///< R3 on entry
  std::array<std::uint64_t, 9> registers{};  ///< R4 to R12: arguments on entry, results on return
  HcallStatus status{};                      ///< R3 on return
  bool keeps_core = true;                    ///< the caller goes on running; false when the call gave its core away
  SimTime cost;                              ///< processor time that the call takes from its caller, who computes for so long

  tlm_extension_base* clone() const override { return new HcallExtension(*this); }
  void copy_from(const tlm_extension_base& other) override { *this = static_cast<const HcallExtension&>(other); }
};

}  // namespace lparsim::hypervisor
