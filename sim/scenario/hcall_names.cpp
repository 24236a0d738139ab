#include "sim/scenario/hcall_names.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/hypervisor/hcall.hpp"

namespace lparsim::scenario {
namespace {

using hypervisor::Hcall;

struct Named {
  Hcall token;
  std::string_view name;
};
/// As LoPAR calls them, "Hypervisor Call Functions".
constexpr Named kNames[] = {{Hcall::put_tce, "H_PUT_TCE"},
                            {Hcall::eoi, "H_EOI"},
                            {Hcall::register_vpa, "H_REGISTER_VPA"},
                            {Hcall::cede, "H_CEDE"},
                            {Hcall::confer, "H_CONFER"},
                            {Hcall::prod, "H_PROD"},
                            {Hcall::get_ppp, "H_GET_PPP"},
                            {Hcall::set_ppp, "H_SET_PPP"},
                            {Hcall::purr, "H_PURR"},
                            {Hcall::pic, "H_PIC"},
                            {Hcall::reg_crq, "H_REG_CRQ"},
                            {Hcall::free_crq, "H_FREE_CRQ"},
                            {Hcall::vio_signal, "H_VIO_SIGNAL"},
                            {Hcall::send_crq, "H_SEND_CRQ"},
                            {Hcall::put_rtce, "H_PUT_RTCE"},
                            {Hcall::copy_rdma, "H_COPY_RDMA"},
                            {Hcall::register_logical_lan, "H_REGISTER_LOGICAL_LAN"},
                            {Hcall::free_logical_lan, "H_FREE_LOGICAL_LAN"},
                            {Hcall::add_logical_lan_buffer, "H_ADD_LOGICAL_LAN_BUFFER"},
                            {Hcall::send_logical_lan, "H_SEND_LOGICAL_LAN"},
                            {Hcall::multicast_ctrl, "H_MULTICAST_CTRL"},
                            {Hcall::stuff_tce, "H_STUFF_TCE"},
                            {Hcall::put_tce_indirect, "H_PUT_TCE_INDIRECT"},
                            {Hcall::change_logical_lan_mac, "H_CHANGE_LOGICAL_LAN_MAC"},
                            {Hcall::free_logical_lan_buffer, "H_FREE_LOGICAL_LAN_BUFFER"},
                            {Hcall::poll_pending, "H_POLL_PENDING"},
                            {Hcall::liobn_attributes, "H_LIOBN_ATTRIBUTES"},
                            {Hcall::illan_attributes, "H_ILLAN_ATTRIBUTES"},
                            {Hcall::remove_rtce, "H_REMOVE_RTCE"},
                            {Hcall::join, "H_JOIN"},
                            {Hcall::vioctl, "H_VIOCTL"},
                            {Hcall::enable_crq, "H_ENABLE_CRQ"},
                            {Hcall::reg_sub_crq, "H_REG_SUB_CRQ"},
                            {Hcall::free_sub_crq, "H_FREE_SUB_CRQ"},
                            {Hcall::send_sub_crq, "H_SEND_SUB_CRQ"},
                            {Hcall::send_sub_crq_indirect, "H_SEND_SUB_CRQ_INDIRECT"}};

}  // namespace

std::optional<std::uint32_t> hcall_token(std::string_view name) {
  const auto* const found = std::ranges::find(kNames, name, &Named::name);
  if (found == std::end(kNames)) return std::nullopt;
  return static_cast<std::uint32_t>(found->token);
}

std::string hcall_name(std::uint32_t token) {
  const auto* const found = std::ranges::find(kNames, static_cast<Hcall>(token), &Named::token);
  return found == std::end(kNames) ? fmt::format("0x{:X}", token) : std::string{found->name};
}

std::vector<std::string> hcall_names() {
  std::vector<std::string> names;
  for (const Named& n : kNames) names.emplace_back(n.name);
  return names;
}

}  // namespace lparsim::scenario
