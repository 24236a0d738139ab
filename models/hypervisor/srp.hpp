#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <variant>

#include "models/hypervisor/vio_calls.hpp"

namespace lparsim::hypervisor {

// Virtual SCSI on a command/response queue: the SCSI RDMA Protocol (T10, draft revision 16a) with the layouts of Linux's
// include/scsi/viosrp.h and srp.h. Numbers are big-endian. Encoders write over the whole of their bytes; decoders return nothing where
// the bytes are too few or do not hold what was asked for.

/// enum viosrp_crq_formats.
enum class VscsiFormat : std::uint8_t { srp = 1, mad = 2, os400 = 3, aix = 4, linux_ = 5, inline_message = 6 };
/// enum viosrp_crq_status; of an inline message its kind.
enum class VscsiStatus : std::uint8_t {
  ok = 0,
  nonrecoverable = 1,
  violates_maximum_transfer = 2,
  partner_panic = 3,
  device_busy = 8,
  adapter_fail = 0x10,
  ping = 0xF5,
  ping_response = 0xF6,
};

/// struct viosrp_crq.
struct VscsiElement {
  VscsiFormat format = VscsiFormat::srp;
  VscsiStatus status = VscsiStatus::ok;
  std::uint16_t timeout = 0;  ///< seconds
  std::uint16_t length = 0;   ///< of the information unit, bytes
  std::uint64_t data = 0;     ///< its bus address; in an answer: the tag
  bool operator==(const VscsiElement&) const = default;
};
CrqElement encode(const VscsiElement& element);
/// Of an element whose header is kCrqCommand.
std::optional<VscsiElement> decode_vscsi(const CrqElement& element);

/// SRP_MAX_IU_LEN.
inline constexpr std::size_t kSrpLongestIu = 256;
using SrpIu = std::array<std::uint8_t, kSrpLongestIu>;

enum class SrpOpcode : std::uint8_t {
  login_request = 0x00,
  task_management = 0x01,
  command = 0x02,
  initiator_logout = 0x03,
  credit_response = 0x41,
  event_response = 0x42,
  target_logout = 0x80,
  credit_request = 0x81,
  event_request = 0x82,
  login_response = 0xC0,
  response = 0xC1,
  login_reject = 0xC2,
};

/// `req_buf_fmt`, `buf_fmt`: which data descriptors are understood.
inline constexpr std::uint16_t kSrpDirect = 1 << 1;
inline constexpr std::uint16_t kSrpIndirect = 1 << 2;

struct SrpLoginRequest {
  static constexpr std::size_t kLength = 64;
  std::uint64_t tag = 0;
  std::uint32_t iu_length = 0;  ///< the longest that will be asked for
  std::uint16_t formats = kSrpDirect | kSrpIndirect;
  bool operator==(const SrpLoginRequest&) const = default;
};
struct SrpLoginResponse {
  static constexpr std::size_t kLength = 52;
  std::uint64_t tag = 0;
  std::uint32_t request_limit = 0;  ///< req_lim_delta
  std::uint32_t to_target_iu = kSrpLongestIu;
  std::uint32_t to_initiator_iu = kSrpLongestIu;
  std::uint16_t formats = kSrpDirect | kSrpIndirect;
  bool operator==(const SrpLoginResponse&) const = default;
};
enum class SrpLoginRejection : std::uint32_t {
  unable_to_establish_channel = 0x10000,
  insufficient_resources = 0x10001,
  iu_too_long = 0x10002,
  unable_to_associate_channel = 0x10003,
  unsupported_descriptor_format = 0x10004,
  no_multi_channel = 0x10005,
  channel_limit = 0x10006,
};
struct SrpLoginReject {
  static constexpr std::size_t kLength = 32;
  std::uint64_t tag = 0;
  SrpLoginRejection reason{};
  std::uint16_t formats = kSrpDirect | kSrpIndirect;
  bool operator==(const SrpLoginReject&) const = default;
};

enum class SrpTask : std::uint8_t { abort_task = 0x01, abort_task_set = 0x02, clear_task_set = 0x04, lun_reset = 0x08, clear_aca = 0x40 };
struct SrpTaskManagement {
  static constexpr std::size_t kLength = 48;
  std::uint64_t tag = 0;
  std::uint64_t lun = 0;
  SrpTask function{};
  std::uint64_t task = 0;  ///< the tag of the command
  bool operator==(const SrpTaskManagement&) const = default;
};

/// struct srp_direct_buf: so many bytes of the client's window.
struct SrpDescriptor {
  static constexpr std::size_t kLength = 16;
  std::uint64_t address = 0;
  std::uint32_t key = 0;
  std::uint32_t length = 0;
  bool operator==(const SrpDescriptor&) const = default;
};
void encode(const SrpDescriptor& descriptor, std::span<std::uint8_t, SrpDescriptor::kLength> bytes);
SrpDescriptor decode_descriptor(std::span<const std::uint8_t, SrpDescriptor::kLength> bytes);

enum class SrpDirection : std::uint8_t { none, to_client, to_disk };  ///< of the data
enum class SrpFormat : std::uint8_t { none = 0, direct = 1, indirect = 2 };
struct SrpCommand {
  static constexpr std::size_t kHead = 48;          ///< bytes before the descriptors
  static constexpr std::size_t kIndirectHead = 20;  ///< before the list
  static constexpr std::size_t kMostInline = (kSrpLongestIu - kHead - kIndirectHead) / SrpDescriptor::kLength;
  std::uint64_t tag = 0;
  std::uint64_t lun = 0;
  std::array<std::uint8_t, 16> cdb{};
  SrpDirection direction = SrpDirection::none;
  SrpFormat format = SrpFormat::none;
  SrpDescriptor table{};          ///< indirect: where the whole list lies in the client's window
  std::uint32_t data_length = 0;  ///< indirect: sum of all
  std::uint8_t count = 0;         ///< of `descriptors`: 1 if direct, else those of the list that the request carries
  std::array<SrpDescriptor, kMostInline> descriptors{};

  /// Whether the request does not carry the whole list.
  bool external() const { return format == SrpFormat::indirect && table.length > count * SrpDescriptor::kLength; }
  std::size_t length() const;
  bool operator==(const SrpCommand&) const = default;
};

/// SAM status codes.
inline constexpr std::uint8_t kScsiGood = 0x00;
inline constexpr std::uint8_t kScsiCheckCondition = 0x02;
inline constexpr std::uint8_t kScsiBusy = 0x08;
/// Fixed-format sense data (SPC: 18 bytes).
struct ScsiSense {
  static constexpr std::size_t kLength = 18;
  std::uint8_t key = 0;   ///< 2 not ready, 3 medium error, 4 hardware error, 5 illegal request, 6 unit attention, 0xB aborted command
  std::uint8_t code = 0;  ///< ASC
  std::uint8_t qualifier = 0;
  bool operator==(const ScsiSense&) const = default;
};

struct SrpResponse {
  static constexpr std::size_t kHead = 36;
  std::uint64_t tag = 0;
  std::int32_t limit_delta = 1;
  std::uint8_t status = kScsiGood;
  std::optional<ScsiSense> sense{};
  /// To task management: SRP response code (0: done, 4: not supported, 5: failed).
  std::optional<std::uint8_t> task_result{};
  std::uint32_t residue = 0;  ///< bytes that were not transferred, in the direction of the command
  bool residue_to_disk = false;
  std::size_t length() const;
  bool operator==(const SrpResponse&) const = default;
};

/// Writes the unit into `iu` and 0 behind it; returns its length.
std::size_t encode(const SrpLoginRequest& unit, SrpIu& iu);
std::size_t encode(const SrpLoginResponse& unit, SrpIu& iu);
std::size_t encode(const SrpLoginReject& unit, SrpIu& iu);
std::size_t encode(const SrpTaskManagement& unit, SrpIu& iu);
std::size_t encode(const SrpCommand& unit, SrpIu& iu);
std::size_t encode(const SrpResponse& unit, SrpIu& iu);

using SrpUnit = std::variant<SrpLoginRequest, SrpLoginResponse, SrpLoginReject, SrpTaskManagement, SrpCommand, SrpResponse>;
/// `bytes`: as long as the element says.
std::optional<SrpUnit> decode_srp(std::span<const std::uint8_t> bytes);

}  // namespace lparsim::hypervisor
