#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "models/hypervisor/srp.hpp"
#include "models/hypervisor/srp_scsi.hpp"
#include "models/hypervisor/vio_calls.hpp"

namespace lparsim::hypervisor {

// Virtual Fibre Channel on a command/response queue, with the layouts of Linux's drivers/scsi/ibmvscsi/ibmvfc.h (version 1 frames). Numbers
// are big-endian. Encoders write over the whole of their bytes; decoders return nothing where the bytes do not hold what was asked for.
// Management datagrams (MADs) are in vfc_mad.hpp.

/// enum ibmvfc_crq_formats.
enum class VfcFormat : std::uint8_t { command = 1, async_event = 2, mad = 4 };

/// struct ibmvfc_crq.
struct VfcElement {
  VfcFormat format = VfcFormat::mad;
  std::uint64_t ioba = 0;  ///< bus address of the unit; in an answer: its tag
  bool operator==(const VfcElement&) const = default;
};
CrqElement encode(const VfcElement& element);
/// Of an element whose header is kCrqCommand.
std::optional<VfcElement> decode_vfc(const CrqElement& element);

/// enum ibmvfc_cmd_status_flags: where a command or MAD failed; what `error` beside it means.
namespace vfc_status {
inline constexpr std::uint16_t kFabricMapped = 0x0001;
inline constexpr std::uint16_t kViosFailure = 0x0002;
inline constexpr std::uint16_t kFcFailure = 0x0004;
inline constexpr std::uint16_t kFcScsiError = 0x0008;  ///< the answer of the disk is in the response
}  // namespace vfc_status

/// enum ibmvfc_fabric_mapped_errors and ibmvfc_vios_errors, those that occur here.
namespace vfc_error {
inline constexpr std::uint16_t kTransportFault = 0x0002;
inline constexpr std::uint16_t kLinkDown = 0x0006;
inline constexpr std::uint16_t kInvalidParameter = 0x0003;
inline constexpr std::uint16_t kTransactionCancelled = 0x0006;
inline constexpr std::uint16_t kInsufficientResource = 0x0008;
inline constexpr std::uint16_t kLoginRequired = 0x0010;  ///< PLOGI
}  // namespace vfc_error

/// enum ibmvfc_cmd_flags, those that occur here.
namespace vfc_flag {
inline constexpr std::uint16_t kNoMemory = 0x0002;  ///< no data
inline constexpr std::uint16_t kRead = 0x0004;
inline constexpr std::uint16_t kWrite = 0x0008;
}  // namespace vfc_flag

/// LUN `number` < 256 in the peripheral addressing of SAM.
constexpr std::uint64_t fc_lun(std::uint32_t number) {
  return std::uint64_t{number} << 48;
}
constexpr std::optional<std::uint32_t> fc_lun_number(std::uint64_t lun) {
  if ((lun & ~(std::uint64_t{0xFF} << 48)) != 0) return std::nullopt;
  return static_cast<std::uint32_t>(lun >> 48);
}

/// struct ibmvfc_fcp_rsp: what the disk says.
struct FcpResponse {
  static constexpr std::size_t kLength = 128;
  static constexpr std::uint8_t kLengthValid = 0x01;  ///< FCP_RSP_LEN_VALID
  static constexpr std::uint8_t kSenseValid = 0x02;   ///< FCP_SNS_LEN_VALID
  std::uint8_t scsi_status = kScsiGood;
  std::uint32_t residue = 0;
  std::optional<ScsiSense> sense{};
  bool operator==(const FcpResponse&) const = default;
};

/// struct ibmvfc_cmd with its struct ibmvfc_fcp_cmd_iu.
struct VfcCommand {
  static constexpr std::size_t kLength = 288;
  static constexpr std::size_t kIuOffset = 128;
  static constexpr std::size_t kResponseOffset = 160;
  static constexpr std::uint32_t kFcpFrame = 0x08;  ///< IBMVFC_SCSI_FCP_TYPE

  // Said by the client.
  std::uint64_t tag = 0;          ///< comes back in the element of the answer
  std::uint64_t correlation = 0;  ///< of the client's own
  std::uint32_t cancel_key = 0;
  std::uint64_t target = 0;  ///< its N_Port ID
  std::uint16_t flags = 0;
  SrpDescriptor data{};
  SrpDescriptor response{};  ///< where the server puts it
  std::uint64_t lun = 0;
  Cdb cdb{};
  std::uint32_t transfer = 0;  ///< bytes
  // Said by the server.
  std::uint16_t status = 0;
  std::uint16_t error = 0;
  bool operator==(const VfcCommand&) const = default;
};
using VfcCommandBytes = std::array<std::uint8_t, VfcCommand::kLength>;
/// The response part is left 0.
VfcCommandBytes encode(const VfcCommand& command);
std::optional<VfcCommand> decode_vfc_command(std::span<const std::uint8_t> bytes);
std::array<std::uint8_t, FcpResponse::kLength> encode(const FcpResponse& response);
FcpResponse decode_fcp_response(std::span<const std::uint8_t, FcpResponse::kLength> bytes);

/// enum ibmvfc_async_event, those that occur here.
enum class VfcEvent : std::uint64_t { state_change = 0x0040, link_up = 0x0080, link_down = 0x0100 };
/// struct ibmvfc_async_crq: an entry of the queue in the client's memory that the server writes.
struct VfcAsync {
  static constexpr std::size_t kLength = 48;
  static constexpr std::uint8_t kLinkUp = 1;
  static constexpr std::uint8_t kLinkDown = 4;
  std::uint8_t link_state = 0;
  VfcEvent event{};
  std::uint64_t scsi_id = 0;
  std::uint64_t wwpn = 0;
  bool operator==(const VfcAsync&) const = default;
};
std::array<std::uint8_t, VfcAsync::kLength> encode(const VfcAsync& event);
/// Nothing where the entry is not valid.
std::optional<VfcAsync> decode_vfc_async(std::span<const std::uint8_t, VfcAsync::kLength> bytes);

}  // namespace lparsim::hypervisor
