#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "models/hypervisor/srp.hpp"

namespace lparsim::hypervisor {

/// Management datagrams of virtual SCSI: requests and their answers beside SRP (Linux: include/scsi/viosrp.h). An answer is the request
/// with its status set, at the same place.
enum class MadType : std::uint32_t {
  empty_iu = 1,
  error_log = 2,
  adapter_info = 3,
  capabilities = 5,
  enable_fast_fail = 8,
};
enum class MadStatus : std::uint16_t { success = 0, not_supported = 0xF1, failed = 0xF7 };

struct Mad {
  static constexpr std::size_t kHead = 16;
  static constexpr std::size_t kWithBuffer = 24;
  static constexpr std::size_t kEmptyIu = 28;
  std::uint32_t type = 0;  ///< MadType, or another one
  MadStatus status = MadStatus::success;
  std::uint16_t length = 0;  ///< of the buffer
  std::uint64_t tag = 0;
  std::uint64_t buffer = 0;  ///< bus address; all but enable_fast_fail
  bool operator==(const Mad&) const = default;
};
std::size_t encode(const Mad& mad, SrpIu& iu);
std::optional<Mad> decode_mad(std::span<const std::uint8_t> bytes);

/// struct mad_adapter_info_data.
struct AdapterInfo {
  static constexpr std::size_t kLength = 148;
  static constexpr std::size_t kNameLength = 96;
  std::string srp_version = "16.a";
  std::string partition_name;
  std::uint32_t partition_number = 0;
  std::uint32_t mad_version = 1;
  std::uint32_t os_type = 0;                        ///< 1 OS/400, 2 Linux, 3 AIX, 4 Open Firmware
  std::array<std::uint32_t, 8> maximum_transfer{};  ///< port_max_txu, bytes
  bool operator==(const AdapterInfo&) const = default;
};
std::array<std::uint8_t, AdapterInfo::kLength> encode(const AdapterInfo& info);
AdapterInfo decode_adapter_info(std::span<const std::uint8_t, AdapterInfo::kLength> bytes);

/// struct capabilities: what client and server can do beside.
struct Capabilities {
  static constexpr std::size_t kLength = 92;
  static constexpr std::uint32_t kClientMigrated = 1;
  static constexpr std::uint32_t kClientReconnect = 2;
  static constexpr std::uint32_t kListSupported = 4;
  static constexpr std::uint32_t kListData = 8;
  std::uint32_t flags = 0;
  std::string name;  ///< of the device, 31 characters at most
  std::string location;
  bool migration = false;  ///< the server supports it
  bool reservation = false;
  bool operator==(const Capabilities&) const = default;
};
std::array<std::uint8_t, Capabilities::kLength> encode(const Capabilities& capabilities);
Capabilities decode_capabilities(std::span<const std::uint8_t, Capabilities::kLength> bytes);

}  // namespace lparsim::hypervisor
