#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "models/hypervisor/vio_calls.hpp"

namespace lparsim::hypervisor {

// Virtual NIC: messages on the command/response queue and descriptors on the sub-CRQs, with the layouts of Linux's
// drivers/net/ethernet/ibm/ibmvnic.h. Numbers are big-endian. Decoders return nothing where the bytes do not hold what was asked for.

/// enum ibmvnic_commands, those that occur here. An answer has kVnicAnswer beside it.
enum class VnicCommand : std::uint8_t {
  version_exchange = 0x01,
  query_capability = 0x02,
  request_capability = 0x03,
  login = 0x04,
  logical_link_state = 0x0C,
  link_state_indication = 0x12,
  request_map = 0x1E,
  request_unmap = 0x1F,
};
inline constexpr std::uint8_t kVnicAnswer = 0x80;
inline constexpr std::uint16_t kVnicVersion = 1;

/// enum ibmvnic_rc_codes.
enum class VnicStatus : std::uint8_t {
  success = 0,
  partial_success = 1,
  permission = 2,
  no_memory = 3,
  parameter = 4,
  unknown_command = 5,
  aborted = 6,
  invalid_state = 7,
  invalid_ioba = 8,
  invalid_length = 9,
  unsupported_option = 10,
};

/// enum ibmvnic_capabilities, those that client and server speak about.
enum class VnicCapability : std::uint16_t {
  max_tx_queues = 4,
  max_rx_queues = 5,
  req_tx_queues = 7,
  req_rx_queues = 8,
  max_tx_entries = 12,
  max_rx_add_entries = 13,
  req_tx_entries = 14,
  req_rx_add_entries = 15,
  tcp_ip_offload = 16,
  max_mtu = 20,
  req_mtu = 21,
};

/// union ibmvnic_crq: a message; which members mean something depends on the command.
struct VnicMessage {
  VnicCommand command{};
  bool answer = false;
  VnicStatus status{};          ///< of answers
  std::uint16_t version = 0;    ///< version_exchange
  VnicCapability capability{};  ///< query and request
  std::uint64_t number = 0;     ///< of the capability
  std::uint32_t ioba = 0;       ///< login and request_map, not answers
  std::uint32_t length = 0;
  std::uint8_t map_id = 0;     ///< request_map and request_unmap
  bool physical_link = false;  ///< link_state_indication
  bool logical_link = false;   ///< that, and logical_link_state
  bool operator==(const VnicMessage&) const = default;
};
CrqElement encode(const VnicMessage& message);
/// Of an element whose header is kCrqCommand.
std::optional<VnicMessage> decode_vnic(const CrqElement& element);

/// struct ibmvnic_login_buffer, and the numbers of sub-CRQs behind it: those on which the client waits for what was sent, and for frames.
struct VnicLogin {
  static constexpr std::size_t kLargest = 32 + 32 * 8;
  std::vector<std::uint64_t> sent_queues{};
  std::vector<std::uint64_t> received_queues{};
  std::uint32_t answer_ioba = 0;
  std::uint32_t answer_length = 0;
  bool operator==(const VnicLogin&) const = default;
};
/// struct ibmvnic_login_rsp_buffer and what is behind it: the sub-CRQs to which the client gives frames and empty buffers.
struct VnicLoginAnswer {
  static constexpr std::size_t kLargest = 40 + 32 * 8 + 1;
  std::vector<std::uint64_t> send_queues{};
  std::vector<std::uint64_t> buffer_queues{};
  std::vector<std::uint64_t> buffer_sizes{};  ///< as many; bytes
  bool operator==(const VnicLoginAnswer&) const = default;
};
std::vector<std::uint8_t> encode(const VnicLogin& login);
std::vector<std::uint8_t> encode(const VnicLoginAnswer& answer);
std::optional<VnicLogin> decode_vnic_login(std::span<const std::uint8_t> bytes);
std::optional<VnicLoginAnswer> decode_vnic_login_answer(std::span<const std::uint8_t> bytes);

/// struct ibmvnic_tx_desc: a frame to be sent, in one piece.
struct VnicSend {
  std::uint32_t correlator = 0;
  std::uint8_t map_id = 0;
  std::uint32_t length = 0;
  std::uint64_t ioba = 0;
  std::uint16_t mss = 0;  ///< above 0: a large send
  bool operator==(const VnicSend&) const = default;
};
/// struct ibmvnic_tx_comp_desc: up to five frames were sent.
struct VnicSent {
  static constexpr std::size_t kMost = 5;
  std::uint8_t count = 0;
  std::array<VnicStatus, kMost> statuses{};
  std::array<std::uint32_t, kMost> correlators{};
  bool operator==(const VnicSent&) const = default;
};
/// struct ibmvnic_rx_buff_add_desc: an empty buffer.
struct VnicBuffer {
  std::uint64_t correlator = 0;
  std::uint32_t ioba = 0;
  std::uint8_t map_id = 0;
  std::uint32_t length = 0;  ///< 24 bits
  bool operator==(const VnicBuffer&) const = default;
};
/// struct ibmvnic_rx_comp_desc: a frame has arrived, all of it in one buffer.
struct VnicReceived {
  std::uint16_t offset = 0;  ///< of the frame in the buffer
  std::uint32_t length = 0;
  std::uint64_t correlator = 0;
  VnicStatus status{};
  bool operator==(const VnicReceived&) const = default;
};
SubCrqElement encode(const VnicSend& descriptor);
SubCrqElement encode(const VnicSent& descriptor);
SubCrqElement encode(const VnicBuffer& descriptor);
SubCrqElement encode(const VnicReceived& descriptor);
std::optional<VnicSend> decode_vnic_send(const SubCrqElement& element);
std::optional<VnicSent> decode_vnic_sent(const SubCrqElement& element);
std::optional<VnicBuffer> decode_vnic_buffer(const SubCrqElement& element);
std::optional<VnicReceived> decode_vnic_received(const SubCrqElement& element);

}  // namespace lparsim::hypervisor
