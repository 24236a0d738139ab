#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "models/io/block_device.hpp"
#include "sim/base/units.hpp"

namespace lparsim::hypervisor {

/// The SCSI commands that disks of virtual SCSI are given (SBC-3, SPC-4).
enum class ScsiOperation : std::uint8_t { test_unit_ready, inquiry, read_capacity, report_luns, read, write };

inline constexpr std::uint32_t kScsiBlock = io::kBlock;

struct ScsiRequest {
  ScsiOperation operation{};
  std::uint64_t block = 0;       ///< read, write
  std::uint32_t blocks = 0;      ///< read, write
  std::uint32_t allocation = 0;  ///< inquiry, report_luns, read_capacity: most bytes that the client takes
  bool long_form = false;        ///< READ(16), WRITE(16), READ CAPACITY(16)
  bool operator==(const ScsiRequest&) const = default;
};

using Cdb = std::array<std::uint8_t, 16>;
/// READ(10) and WRITE(10) where block and count fit, else the ones of 16 bytes.
Cdb encode(const ScsiRequest& request);
std::optional<ScsiRequest> decode_cdb(const Cdb& cdb);

/// LUN `number` of an adapter as a VIOS writes it: 0x8100000000000000, 0x8200000000000000, ...
inline constexpr std::uint32_t kMostLuns = 126;
constexpr std::uint64_t scsi_lun(std::uint32_t number) {
  return std::uint64_t{0x81 + number} << 56;
}
constexpr std::optional<std::uint32_t> lun_number(std::uint64_t lun) {
  if (lun << 8 != 0 || lun >> 56 < 0x81) return std::nullopt;
  return static_cast<std::uint32_t>(lun >> 56) - 0x81;
}

// What comes back as data.
std::vector<std::uint8_t> report_luns_data(std::span<const std::uint64_t> luns);
/// Nothing where the bytes are not such a list.
std::optional<std::vector<std::uint64_t>> decode_report_luns(std::span<const std::uint8_t> bytes);
std::array<std::uint8_t, 36> inquiry_data(std::string_view vendor, std::string_view product);
/// READ CAPACITY(16), or (10): there 2 TiB at most can be told.
std::vector<std::uint8_t> read_capacity_data(Bytes capacity, bool long_form);
/// Of the long form.
std::optional<Bytes> decode_read_capacity(std::span<const std::uint8_t> bytes);

}  // namespace lparsim::hypervisor
