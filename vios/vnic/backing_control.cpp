// BackingDevice: what the client says on the command/response queue.
#include <algorithm>

#include "sim/base/check.hpp"
#include "vios/vnic/backing_device.hpp"

namespace lparsim::vnic {

using hypervisor::CrqNews;
using hypervisor::DmaArea;
using hypervisor::HcallStatus;
using hypervisor::VnicCapability;
using hypervisor::VnicCommand;
using hypervisor::VnicMessage;
using hypervisor::VnicStatus;

namespace {

constexpr std::uint64_t kLargestMtu = 9000;
constexpr std::uint64_t kBufferSize = 16'384;  ///< that the server would like; any will do which holds a frame

/// The number that a request for a capability is held against.
VnicCapability maximum_of(VnicCapability requested) {
  switch (requested) {
    case VnicCapability::req_tx_queues:
      return VnicCapability::max_tx_queues;
    case VnicCapability::req_rx_queues:
      return VnicCapability::max_rx_queues;
    case VnicCapability::req_tx_entries:
      return VnicCapability::max_tx_entries;
    case VnicCapability::req_rx_add_entries:
      return VnicCapability::max_rx_add_entries;
    case VnicCapability::req_mtu:
      return VnicCapability::max_mtu;
    default:
      return requested;
  }
}

}  // namespace

std::uint64_t BackingDevice::limit(VnicCapability capability) const {
  switch (capability) {
    case VnicCapability::max_tx_queues:
    case VnicCapability::max_rx_queues:
    case VnicCapability::tcp_ip_offload:
      return 1;
    case VnicCapability::max_tx_entries:
    case VnicCapability::max_rx_add_entries:
      return kEntries;
    case VnicCapability::max_mtu:
      return std::min<std::uint64_t>(kLargestMtu, place_.port->wire().config().mtu);
    default:
      return 0;
  }
}

void BackingDevice::element_arrived(const hypervisor::CrqElement& element) {
  switch (queue_.digest(element)) {
    case CrqNews::connected:
    case CrqNews::lost:
      forget_client();
      return;
    case CrqNews::suspended:
      queue_.reenable();
      return;
    case CrqNews::none:
    case CrqNews::prepare:
    case CrqNews::resumed:
      break;
  }
  if (element[0] != hypervisor::kCrqCommand) return;
  const auto decoded = hypervisor::decode_vnic(element);
  if (!decoded) {
    hypervisor::CrqElement refused = element;
    refused[1] |= hypervisor::kVnicAnswer;
    refused[12] = static_cast<std::uint8_t>(VnicStatus::unknown_command);
    queue_.send(refused);
    return;
  }
  VnicMessage message = *decoded;
  switch (message.command) {
    case VnicCommand::version_exchange:
      message.version = std::min(message.version, hypervisor::kVnicVersion);
      return answer(message, VnicStatus::success);
    case VnicCommand::query_capability:
      message.number = limit(message.capability);
      return answer(message, VnicStatus::success);
    case VnicCommand::request_capability: {
      const std::uint64_t most = limit(maximum_of(message.capability));
      const bool fits = message.number <= most;
      message.number = std::min(message.number, most);
      return answer(message, fits ? VnicStatus::success : VnicStatus::partial_success);
    }
    case VnicCommand::login:
      return answer(message, login(message));
    case VnicCommand::request_map:
      return answer(message, map(message));
    case VnicCommand::request_unmap:
      return answer(message, unmap(message.map_id));
    case VnicCommand::logical_link_state:
      if (!logged_in_) return answer(message, VnicStatus::invalid_state);
      logical_link_ = message.logical_link;
      place_.port->enable(place_.logical, logical_link_);
      answer(message, VnicStatus::success);
      if (!place_.port->link_up()) tell_link();
      return;
    case VnicCommand::link_state_indication:
      return;
  }
}

void BackingDevice::answer(VnicMessage message, VnicStatus status) {
  message.answer = true;
  message.status = status;
  queue_.send(encode(message));
}

void BackingDevice::tell_link() {
  if (!logged_in_) return;
  VnicMessage message;
  message.command = VnicCommand::link_state_indication;
  message.physical_link = place_.port->link_up();
  message.logical_link = message.physical_link && logical_link_;
  queue_.send(encode(message));
}

/// It is gone, or begins anew; its memory is out of reach.
void BackingDevice::forget_client() {
  place_.port->enable(place_.logical, false);
  while (!maps_.empty()) unmap(maps_.begin()->first);
  if (active_) {
    send_queue_.close();
    buffer_queue_.close();
  }
  logged_in_ = logical_link_ = link_news_ = false;
  ++epoch_;
  buffers_.clear();
  sent_.clear();
  arrived_.clear();
}

VnicStatus BackingDevice::login(const VnicMessage& message) {
  if (logged_in_) return VnicStatus::invalid_state;
  const auto& adapter = place_.adapter;
  if (message.length == 0 || message.length > hypervisor::VnicLogin::kLargest) return VnicStatus::invalid_length;
  if (calls_.copy_rdma(message.length, adapter.remote_liobn, message.ioba, adapter.liobn, staging_) != HcallStatus::success)
    return VnicStatus::invalid_ioba;
  std::vector<std::uint8_t> bytes(message.length);
  area_.read(staging_, bytes);
  const auto login = hypervisor::decode_vnic_login(bytes);
  if (!login || login->sent_queues.size() != 1 || login->received_queues.size() != 1) return VnicStatus::parameter;
  if (!send_queue_.open() || !buffer_queue_.open()) return VnicStatus::no_memory;
  const auto said = encode(hypervisor::VnicLoginAnswer{{send_queue_.number()}, {buffer_queue_.number()}, {kBufferSize}});
  if (said.size() > login->answer_length) return VnicStatus::invalid_length;
  area_.write(staging_, said);
  if (calls_.copy_rdma(said.size(), adapter.liobn, staging_, adapter.remote_liobn, login->answer_ioba) != HcallStatus::success)
    return VnicStatus::invalid_ioba;
  owner_.source_opened(number_, send_queue_.interrupt());
  owner_.source_opened(number_, buffer_queue_.interrupt());
  sent_to_ = login->sent_queues[0];
  received_to_ = login->received_queues[0];
  logged_in_ = true;
  ++counts_.logins;
  return VnicStatus::success;
}

/// The client's pages have the same bus addresses in the adapter's window as in the client's.
VnicStatus BackingDevice::map(const VnicMessage& message) {
  const std::uint64_t first = message.ioba / DmaArea::kPage;
  const std::uint64_t end = (std::uint64_t{message.ioba} + message.length + DmaArea::kPage - 1) / DmaArea::kPage;
  if (!logged_in_) return VnicStatus::invalid_state;
  if (message.length == 0 || maps_.contains(message.map_id)) return VnicStatus::parameter;
  const std::uint64_t ioba = first * DmaArea::kPage;
  const HcallStatus status = calls_.put_rtce(place_.adapter.remote_liobn, ioba, place_.window, ioba, end - first);
  if (status != HcallStatus::success) return VnicStatus::invalid_ioba;
  maps_[message.map_id] = {static_cast<std::uint32_t>(ioba), end - first};
  return VnicStatus::success;
}

VnicStatus BackingDevice::unmap(std::uint8_t map_id) {
  const auto found = maps_.find(map_id);
  if (found == maps_.end()) return VnicStatus::parameter;
  calls_.remove_rtce(place_.adapter.remote_liobn, found->second.ioba, place_.window, found->second.ioba, found->second.pages);
  maps_.erase(found);
  return VnicStatus::success;
}

}  // namespace lparsim::vnic
