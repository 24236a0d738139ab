// VnicClient: negotiation, in the order of Linux's ibmvnic, and what the hypervisor says.
#include <array>
#include <numeric>

#include "lpars/drivers/vnic_client.hpp"
#include "sim/base/check.hpp"

namespace lparsim::drivers {

using hypervisor::CrqNews;
using hypervisor::HcallStatus;
using hypervisor::VnicCapability;
using hypervisor::VnicCommand;
using hypervisor::VnicMessage;
using hypervisor::VnicStatus;

namespace {

constexpr SimTime kRetry = SimTime::from_ms(100);  ///< H_ENABLE_CRQ was busy
constexpr std::array kQueried = {VnicCapability::max_tx_queues,      VnicCapability::max_rx_queues,  VnicCapability::max_tx_entries,
                                 VnicCapability::max_rx_add_entries, VnicCapability::tcp_ip_offload, VnicCapability::max_mtu};
constexpr std::uint64_t kAnswer = 2048;  ///< offset of the login answer in its page

VnicMessage message_of(VnicCommand command) {
  VnicMessage message;
  message.command = command;
  return message;
}

}  // namespace

void VnicClient::element_arrived(const hypervisor::CrqElement& element, SimTime now) {
  switch (queue_.digest(element)) {
    case CrqNews::connected: {
      connection_lost(now);
      step_ = Step::version;
      VnicMessage message = message_of(VnicCommand::version_exchange);
      message.version = hypervisor::kVnicVersion;
      return send(message);
    }
    case CrqNews::lost:
      return connection_lost(now);
    case CrqNews::suspended:
      counts_.failovers += element[1] == static_cast<std::uint8_t>(hypervisor::TransportEvent::device_failover) ? 1 : 0;
      connection_lost(now);
      return reenable(now);
    case CrqNews::none:
    case CrqNews::prepare:
    case CrqNews::resumed:
      break;
  }
  const auto message = hypervisor::decode_vnic(element);
  if (!message) return;
  if (message->command == VnicCommand::link_state_indication) {
    link_ = message->physical_link;
    // What it said at login may not have left the server.
    if (up()) announce();
  } else if (message->answer) {
    answer_arrived(*message, now);
  }
}

void VnicClient::reenable(SimTime now) {
  if (queue_.reenable() == HcallStatus::success || retry_set_) return;
  retry_set_ = true;
  host().set_timer(retry_timer_, now + kRetry);
}

/// All buffers are the client's again; sub-CRQs are registered anew at the next login.
void VnicClient::connection_lost(SimTime now) {
  step_ = Step::partner;
  link_ = false;
  if (active()) {
    sent_queue_.close();
    received_queue_.close();
  }
  free_.resize(config_.send_buffers);
  std::iota(free_.rbegin(), free_.rend(), 0U);
  empty_.resize(config_.receive_buffers);
  std::iota(empty_.rbegin(), empty_.rend(), 0U);
  if (!was_up_) return;
  counts_.dropped += backlog_.size();
  for (const Waiting& waiting : backlog_) ledger_.enter(waiting.request, io::Stage::recovery, now);
  backlog_.clear();
}

void VnicClient::answer_arrived(const VnicMessage& message, SimTime now) {
  const bool agreed = message.status == VnicStatus::success;
  switch (step_) {
    case Step::version:
      if (message.command != VnicCommand::version_exchange || !agreed) return;
      step_ = Step::query;
      unanswered_ = kQueried.size();
      for (const VnicCapability capability : kQueried) {
        VnicMessage query = message_of(VnicCommand::query_capability);
        query.capability = capability;
        send(query);
      }
      return;
    case Step::query:
      if (message.command == VnicCommand::query_capability && --unanswered_ == 0) request_capabilities();
      return;
    case Step::request:
      if (message.command == VnicCommand::request_capability && --unanswered_ == 0) log_in();
      return;
    case Step::login:
      if (message.command == VnicCommand::login && agreed) logged_in();
      return;
    case Step::map_send:
      if (message.command == VnicCommand::request_map && agreed) map(Step::map_receive);
      return;
    case Step::map_receive: {
      if (message.command != VnicCommand::request_map || !agreed) return;
      step_ = Step::link;
      VnicMessage up = message_of(VnicCommand::logical_link_state);
      up.logical_link = true;
      return send(up);
    }
    case Step::link:
      if (message.command != VnicCommand::logical_link_state || !agreed) return;
      step_ = Step::up;
      link_ = was_up_ = true;
      ++counts_.logins;
      replenish();
      announce();
      return send_waiting(now);
    case Step::partner:
    case Step::up:
      return;
  }
}

void VnicClient::request_capabilities() {
  step_ = Step::request;
  const std::array<std::pair<VnicCapability, std::uint64_t>, 5> wanted = {{{VnicCapability::req_tx_queues, 1},
                                                                           {VnicCapability::req_rx_queues, 1},
                                                                           {VnicCapability::req_tx_entries, config_.send_buffers},
                                                                           {VnicCapability::req_rx_add_entries, config_.receive_buffers},
                                                                           {VnicCapability::req_mtu, config_.mtu}}};
  unanswered_ = wanted.size();
  for (const auto& [capability, number] : wanted) {
    VnicMessage request = message_of(VnicCommand::request_capability);
    request.capability = capability;
    request.number = number;
    send(request);
  }
}

void VnicClient::log_in() {
  step_ = Step::login;
  const bool open = sent_queue_.open() && received_queue_.open();
  LPARSIM_CHECK(open, "sub-CRQs of adapter {:#x} cannot be registered", static_cast<std::uint64_t>(config_.adapter.unit));
  host().connect_interrupt(sent_queue_.interrupt(), *this);
  host().connect_interrupt(received_queue_.interrupt(), *this);
  const hypervisor::VnicLogin login{{sent_queue_.number()},
                                    {received_queue_.number()},
                                    static_cast<std::uint32_t>(login_ + kAnswer),
                                    hypervisor::VnicLoginAnswer::kLargest};
  const auto bytes = encode(login);
  area_.write(login_, bytes);
  VnicMessage message = message_of(VnicCommand::login);
  message.ioba = static_cast<std::uint32_t>(login_);
  message.length = static_cast<std::uint32_t>(bytes.size());
  send(message);
}

void VnicClient::logged_in() {
  std::vector<std::uint8_t> bytes(hypervisor::VnicLoginAnswer::kLargest);
  area_.read(login_ + kAnswer, bytes);
  const auto answer = hypervisor::decode_vnic_login_answer(bytes);
  if (!answer || answer->send_queues.empty() || answer->buffer_queues.empty()) return;
  send_to_ = answer->send_queues[0];
  buffers_to_ = answer->buffer_queues[0];
  map(Step::map_send);
}

/// REQUEST_MAP of one of the two pools: 1 is for sending, 2 for receiving.
void VnicClient::map(Step step) {
  step_ = step;
  const bool to_send = step == Step::map_send;
  VnicMessage message = message_of(VnicCommand::request_map);
  message.map_id = to_send ? 1 : 2;
  message.ioba = static_cast<std::uint32_t>(to_send ? send_pool_ : receive_pool_);
  message.length = to_send ? send_size_ * config_.send_buffers : receive_size_ * config_.receive_buffers;
  send(message);
}

/// Says where it is now, so that switches learn it (Linux: NETDEV_NOTIFY_PEERS after a failover). RARP (RFC 903), of which only the
/// addresses matter to anybody.
void VnicClient::announce() {
  io::Frame frame;
  frame.length = io::kLeastFrame;
  frame.set_addresses(io::MacAddress::broadcast(), config_.mac);
  frame.set_ether_type(static_cast<std::uint16_t>(io::EtherType::rarp));
  transmit(frame, io::RequestTag::none);
}

}  // namespace lparsim::drivers
