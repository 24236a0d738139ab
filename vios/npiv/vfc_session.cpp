#include "vios/npiv/vfc_session.hpp"

#include <algorithm>

namespace lparsim::npiv {

using namespace hypervisor;

namespace {

// Where a datagram failed goes into the fields that most kinds have.
template <class Mad>
VfcMadStatus fail(Mad& mad, std::uint16_t outcome, std::uint16_t error) {
  mad.outcome = outcome;
  mad.error = error;
  return VfcMadStatus::failed;
}

}  // namespace

std::uint32_t VfcSession::add_target(std::uint64_t wwpn, std::uint32_t scsi_id) {
  targets_.push_back({wwpn, scsi_id});
  return static_cast<std::uint32_t>(targets_.size() - 1);
}

void VfcSession::reset() {
  logged_in_ = false;
  for (Target& target : targets_) target.port_login = target.process_login = false;
}

std::uint32_t VfcSession::maximum_commands() const {
  return std::min(identity_.maximum_commands, request_.maximum_commands);
}

VfcLoginResponse VfcSession::log_in(const VfcLoginRequest& request) {
  reset();
  request_ = request;
  logged_in_ = true;
  return {.capabilities = 0,
          .maximum_commands = maximum_commands(),
          .maximum_dma = std::min(identity_.maximum_dma.count, request.maximum_dma),
          .scsi_id = identity_.scsi_id,
          .port_name = identity_.names.first,
          .node_name = identity_.names.first,
          .link_speed = identity_.link_speed,
          .partition_name = identity_.partition_name,
          .device_name = identity_.device_name};
}

std::vector<VfcTargetEntry> VfcSession::targets() const {
  std::vector<VfcTargetEntry> list;
  for (const Target& target : targets_) list.push_back({target.scsi_id, target.wwpn});
  return list;
}

VfcMadStatus VfcSession::answer(VfcMadUnit& unit, bool online) {
  if (std::holds_alternative<VfcNpivLogout>(unit)) {
    reset();
    return VfcMadStatus::success;
  }
  // One queue is all there is: no sub-CRQs.
  if (auto* enquiry = std::get_if<VfcChannelEnquiry>(&unit)) {
    enquiry->scsi_channels = 0;
    return VfcMadStatus::success;
  }
  if (std::holds_alternative<VfcChannelSetup>(unit) || std::holds_alternative<VfcNpivLogin>(unit)) return VfcMadStatus::not_supported;
  if (!logged_in_) return VfcMadStatus::failed;
  if (auto* query = std::get_if<VfcQueryTarget>(&unit)) {
    const auto found = std::find_if(targets_.begin(), targets_.end(), [&](const Target& target) { return target.wwpn == query->wwpn; });
    if (!online) return fail(*query, vfc_status::kFabricMapped, vfc_error::kLinkDown);
    if (found == targets_.end()) return fail(*query, vfc_status::kFabricMapped, vfc_error::kTransportFault);
    query->scsi_id = found->scsi_id;
    return VfcMadStatus::success;
  }
  if (auto* discover = std::get_if<VfcDiscoverTargets>(&unit)) {
    if (!online) return fail(*discover, vfc_status::kFabricMapped, vfc_error::kLinkDown);
    discover->available = static_cast<std::uint32_t>(targets_.size());
    discover->written = std::min(discover->available, discover->buffer.length / static_cast<std::uint32_t>(VfcDiscoverTargets::kEntry));
    return VfcMadStatus::success;
  }
  if (auto* login = std::get_if<VfcPortLogin>(&unit)) {
    Target* target = find(login->scsi_id);
    if (!online) return fail(*login, vfc_status::kFabricMapped, vfc_error::kLinkDown);
    if (target == nullptr) return fail(*login, vfc_status::kFabricMapped, vfc_error::kTransportFault);
    target->port_login = true;
    return VfcMadStatus::success;
  }
  if (auto* login = std::get_if<VfcProcessLogin>(&unit)) {
    Target* target = find(login->scsi_id);
    if (!online) return fail(*login, vfc_status::kFabricMapped, vfc_error::kLinkDown);
    if (target == nullptr || !target->port_login) return fail(*login, vfc_status::kViosFailure, vfc_error::kLoginRequired);
    target->process_login = true;
    login->service = VfcProcessLogin::kTarget;
    return VfcMadStatus::success;
  }
  return logged_into(std::get<VfcTaskManagement>(unit).scsi_id) != nullptr ? VfcMadStatus::success : VfcMadStatus::failed;
}

const VfcSession::Target* VfcSession::logged_into(std::uint64_t scsi_id) const {
  const auto found = std::find_if(targets_.begin(), targets_.end(),
                                  [&](const Target& target) { return target.scsi_id == scsi_id && target.process_login; });
  return logged_in_ && found != targets_.end() ? &*found : nullptr;
}

io::BlockDevice* VfcSession::lun(const Target& target, std::uint64_t lun) {
  const auto number = fc_lun_number(lun);
  return number && *number < target.luns.size() ? target.luns[*number] : nullptr;
}

VfcSession::Target* VfcSession::find(std::uint64_t scsi_id) {
  const auto found = std::find_if(targets_.begin(), targets_.end(), [&](const Target& target) { return target.scsi_id == scsi_id; });
  return found == targets_.end() ? nullptr : &*found;
}

}  // namespace lparsim::npiv
