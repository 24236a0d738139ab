#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "models/hypervisor/vfc.hpp"

namespace lparsim::hypervisor {

/// enum ibmvfc_mad_types.
enum class VfcMad : std::uint32_t {
  npiv_login = 0x0001,
  discover_targets = 0x0002,
  port_login = 0x0004,
  process_login = 0x0008,
  query_target = 0x0010,
  move_login = 0x0020,
  implicit_logout = 0x0040,
  task_management = 0x0100,
  passthrough = 0x0200,
  npiv_logout = 0x0800,
  channel_enquiry = 0x1000,
  channel_setup = 0x2000,
  connection_info = 0x4000,
};
/// IBMVFC_MAD_*.
enum class VfcMadStatus : std::uint16_t { success = 0, not_supported = 0xF1, failed = 0xF7, driver_failed = 0xEE, crq_error = 0xEF };

/// struct ibmvfc_mad_common, at the front of each.
struct VfcMadHead {
  static constexpr std::size_t kLength = 24;
  std::uint32_t version = 1;
  VfcMad opcode{};
  VfcMadStatus status = VfcMadStatus::success;
  std::uint16_t length = 0;
  std::uint64_t tag = 0;
  bool operator==(const VfcMadHead&) const = default;
};

// Each with the fields that are used; the others are 0. `outcome` and `error` are the server's: vfc_status, vfc_error.

/// struct ibmvfc_npiv_login_mad: the request lies in the buffer, and the answer is put over it.
struct VfcNpivLogin {
  static constexpr VfcMad kOpcode = VfcMad::npiv_login;
  static constexpr std::size_t kLength = 40;
  std::uint64_t tag = 0;
  SrpDescriptor buffer{};
  bool operator==(const VfcNpivLogin&) const = default;
};
struct VfcNpivLogout {
  static constexpr VfcMad kOpcode = VfcMad::npiv_logout;
  static constexpr std::size_t kLength = 24;
  std::uint64_t tag = 0;
  bool operator==(const VfcNpivLogout&) const = default;
};
/// struct ibmvfc_discover_targets with IBMVFC_DISC_TGT_PORT_ID_WWPN_LIST: entries of 16 bytes are put into the buffer.
struct VfcDiscoverTargets {
  static constexpr VfcMad kOpcode = VfcMad::discover_targets;
  static constexpr std::size_t kLength = 80;
  static constexpr std::size_t kEntry = 16;
  std::uint64_t tag = 0;
  SrpDescriptor buffer{};
  std::uint32_t available = 0;
  std::uint32_t written = 0;
  std::uint16_t outcome = 0;
  std::uint16_t error = 0;
  bool operator==(const VfcDiscoverTargets&) const = default;
};
/// struct ibmvfc_port_login (PLOGI).
struct VfcPortLogin {
  static constexpr VfcMad kOpcode = VfcMad::port_login;
  static constexpr std::size_t kLength = 592;
  std::uint64_t tag = 0;
  std::uint64_t scsi_id = 0;
  std::uint64_t wwpn = 0;  ///< the target's
  std::uint16_t outcome = 0;
  std::uint16_t error = 0;
  bool operator==(const VfcPortLogin&) const = default;
};
/// struct ibmvfc_process_login (PRLI).
struct VfcProcessLogin {
  static constexpr VfcMad kOpcode = VfcMad::process_login;
  static constexpr std::size_t kLength = 128;
  static constexpr std::uint32_t kInitiator = 0x20;  ///< IBMVFC_PRLI_INITIATOR_FUNC
  static constexpr std::uint32_t kTarget = 0x10;     ///< IBMVFC_PRLI_TARGET_FUNC
  std::uint64_t tag = 0;
  std::uint64_t scsi_id = 0;
  std::uint32_t service = kInitiator;
  std::uint16_t outcome = 0;
  std::uint16_t error = 0;
  bool operator==(const VfcProcessLogin&) const = default;
};
/// struct ibmvfc_query_tgt: by its name, where the target is now.
struct VfcQueryTarget {
  static constexpr VfcMad kOpcode = VfcMad::query_target;
  static constexpr std::size_t kLength = 64;
  std::uint64_t tag = 0;
  std::uint64_t wwpn = 0;
  std::uint64_t scsi_id = 0;
  std::uint16_t outcome = 0;
  std::uint16_t error = 0;
  bool operator==(const VfcQueryTarget&) const = default;
};
/// struct ibmvfc_tmf.
struct VfcTaskManagement {
  static constexpr VfcMad kOpcode = VfcMad::task_management;
  static constexpr std::size_t kLength = 88;
  static constexpr std::uint32_t kAbortTask = 0x002;
  static constexpr std::uint32_t kAbortTaskSet = 0x004;
  static constexpr std::uint32_t kLunReset = 0x010;
  std::uint64_t tag = 0;
  std::uint64_t scsi_id = 0;
  std::uint64_t lun = 0;
  std::uint32_t flags = 0;
  std::uint32_t cancel_key = 0;  ///< of the commands
  std::uint64_t task = 0;        ///< tag of the command: kAbortTask
  bool operator==(const VfcTaskManagement&) const = default;
};
/// struct ibmvfc_channel_enquiry: how many sub-CRQs the server has.
struct VfcChannelEnquiry {
  static constexpr VfcMad kOpcode = VfcMad::channel_enquiry;
  static constexpr std::size_t kLength = 48;
  std::uint64_t tag = 0;
  std::uint32_t flags = 0;
  std::uint32_t scsi_channels = 0;
  bool operator==(const VfcChannelEnquiry&) const = default;
};
/// struct ibmvfc_channel_setup_mad: the handles lie in the buffer (VfcChannels).
struct VfcChannelSetup {
  static constexpr VfcMad kOpcode = VfcMad::channel_setup;
  static constexpr std::size_t kLength = 40;
  std::uint64_t tag = 0;
  SrpDescriptor buffer{};
  bool operator==(const VfcChannelSetup&) const = default;
};

using VfcMadUnit = std::variant<VfcNpivLogin, VfcNpivLogout, VfcDiscoverTargets, VfcPortLogin, VfcProcessLogin, VfcQueryTarget,
                                VfcTaskManagement, VfcChannelEnquiry, VfcChannelSetup>;
/// The longest of them.
inline constexpr std::size_t kVfcLongestMad = VfcPortLogin::kLength;
std::vector<std::uint8_t> encode(const VfcMadUnit& unit, VfcMadStatus status = VfcMadStatus::success);
std::optional<VfcMadHead> decode_vfc_mad_head(std::span<const std::uint8_t> bytes);
std::optional<VfcMadUnit> decode_vfc_mad(std::span<const std::uint8_t> bytes);

/// struct ibmvfc_npiv_login.
struct VfcLoginRequest {
  static constexpr std::size_t kLength = 856;
  static constexpr std::uint64_t kCanMigrate = 0x01;
  static constexpr std::uint64_t kCanUseChannels = 0x02;
  std::uint32_t os_type = 2;
  std::uint64_t maximum_dma = 0;  ///< bytes of a command
  std::uint32_t partition_number = 0;
  std::uint32_t maximum_commands = 0;
  std::uint64_t capabilities = 0;
  SrpDescriptor async{};  ///< the queue for events
  std::string partition_name{};
  std::string device_name{};
  bool operator==(const VfcLoginRequest&) const = default;
};
/// struct ibmvfc_npiv_login_resp.
struct VfcLoginResponse {
  static constexpr std::size_t kLength = 1360;
  static constexpr std::uint64_t kCanSupportChannels = 0x80;
  std::uint16_t outcome = 0;
  std::uint16_t error = 0;
  std::uint64_t capabilities = 0;
  std::uint32_t maximum_commands = 0;
  std::uint64_t maximum_dma = 0;
  std::uint64_t scsi_id = 0;    ///< the client's N_Port ID
  std::uint64_t port_name = 0;  ///< its WWPN
  std::uint64_t node_name = 0;
  std::uint64_t link_speed = 0;  ///< 100 times as many as gigabits in a second: 1600
  std::string partition_name{};  ///< of the server
  std::string device_name{};
  bool operator==(const VfcLoginResponse&) const = default;
};
std::vector<std::uint8_t> encode(const VfcLoginRequest& request);
std::vector<std::uint8_t> encode(const VfcLoginResponse& response);
std::optional<VfcLoginRequest> decode_vfc_login_request(std::span<const std::uint8_t> bytes);
std::optional<VfcLoginResponse> decode_vfc_login_response(std::span<const std::uint8_t> bytes);

/// struct ibmvfc_discover_targets_entry.
struct VfcTargetEntry {
  std::uint32_t scsi_id = 0;
  std::uint64_t wwpn = 0;
  bool operator==(const VfcTargetEntry&) const = default;
};
std::vector<std::uint8_t> encode(std::span<const VfcTargetEntry> targets);
std::vector<VfcTargetEntry> decode_vfc_targets(std::span<const std::uint8_t> bytes, std::size_t count);

/// struct ibmvfc_channel_setup up to IBMVFC_MAX_CHANNELS handles.
struct VfcChannels {
  static constexpr std::size_t kLength = 4088;
  static constexpr std::size_t kMost = 501;
  static constexpr std::uint32_t kCancel = 0x01;
  static constexpr std::uint32_t kUseBuffer = 0x02;
  static constexpr std::uint32_t kCancelled = 0x04;
  std::uint32_t flags = 0;
  std::vector<std::uint64_t> handles{};  ///< of the SCSI sub-CRQs
  bool operator==(const VfcChannels&) const = default;
};
std::vector<std::uint8_t> encode(const VfcChannels& channels);
std::optional<VfcChannels> decode_vfc_channels(std::span<const std::uint8_t> bytes);

}  // namespace lparsim::hypervisor
