#include "models/hypervisor/srp_mad.hpp"

#include <algorithm>
#include <string_view>

#include "models/hypervisor/big_endian.hpp"

namespace lparsim::hypervisor {

namespace {

// The two capabilities of the list, each {type, length, support, data}.
constexpr std::size_t kMigrationAt = 68;
constexpr std::size_t kReservationAt = 80;
constexpr std::uint32_t kMigrationType = 1;
constexpr std::uint32_t kReservationType = 2;
constexpr std::size_t kCapabilityLength = 12;
constexpr std::size_t kLocationLength = 32;

void put_text(std::span<std::uint8_t> bytes, std::string_view text) {
  std::copy_n(text.begin(), std::min(text.size(), bytes.size() - 1), bytes.begin());
}
std::string get_text(std::span<const std::uint8_t> bytes) {
  return {bytes.begin(), std::find(bytes.begin(), bytes.end(), 0)};
}

void put_capability(BigEndianWriter& out, std::size_t at, std::uint32_t type, bool supported) {
  out.put(at, 4, type);
  out.put(at + 4, 2, kCapabilityLength);
  out.put(at + 6, 2, supported ? 1 : 0);
}

std::size_t mad_length(std::uint32_t type) {
  switch (static_cast<MadType>(type)) {
    case MadType::empty_iu:
      return Mad::kEmptyIu;
    case MadType::error_log:
    case MadType::adapter_info:
    case MadType::capabilities:
      return Mad::kWithBuffer;
    case MadType::enable_fast_fail:
      break;
  }
  return Mad::kHead;
}

}  // namespace

std::size_t encode(const Mad& mad, SrpIu& iu) {
  iu.fill(0);
  BigEndianWriter out{iu};
  out.put(0, 4, mad.type);
  out.put(4, 2, static_cast<std::uint64_t>(mad.status));
  out.put(6, 2, mad.length);
  out.put(8, 8, mad.tag);
  const std::size_t length = mad_length(mad.type);
  if (length > Mad::kHead) out.put(16, 8, mad.buffer);
  return length;
}

std::optional<Mad> decode_mad(std::span<const std::uint8_t> bytes) {
  if (bytes.size() < Mad::kHead) return {};
  const BigEndianReader in{bytes};
  Mad mad{in.get<std::uint32_t>(0), static_cast<MadStatus>(in.get<std::uint16_t>(4)), in.get<std::uint16_t>(6), in.get<std::uint64_t>(8)};
  const std::size_t length = mad_length(mad.type);
  if (bytes.size() < length) return {};
  if (length > Mad::kHead) mad.buffer = in.get<std::uint64_t>(16);
  return mad;
}

std::array<std::uint8_t, AdapterInfo::kLength> encode(const AdapterInfo& info) {
  std::array<std::uint8_t, AdapterInfo::kLength> bytes{};
  put_text(std::span{bytes}.first(8), info.srp_version);
  put_text(std::span{bytes}.subspan(8, AdapterInfo::kNameLength), info.partition_name);
  BigEndianWriter out{bytes};
  out.put(104, 4, info.partition_number);
  out.put(108, 4, info.mad_version);
  out.put(112, 4, info.os_type);
  for (std::size_t i = 0; i < info.maximum_transfer.size(); ++i) out.put(116 + 4 * i, 4, info.maximum_transfer[i]);
  return bytes;
}

AdapterInfo decode_adapter_info(std::span<const std::uint8_t, AdapterInfo::kLength> bytes) {
  const BigEndianReader in{bytes};
  AdapterInfo info;
  info.srp_version = get_text(bytes.first(8));
  info.partition_name = get_text(bytes.subspan(8, AdapterInfo::kNameLength));
  info.partition_number = in.get<std::uint32_t>(104);
  info.mad_version = in.get<std::uint32_t>(108);
  info.os_type = in.get<std::uint32_t>(112);
  for (std::size_t i = 0; i < info.maximum_transfer.size(); ++i) info.maximum_transfer[i] = in.get<std::uint32_t>(116 + 4 * i);
  return info;
}

std::array<std::uint8_t, Capabilities::kLength> encode(const Capabilities& capabilities) {
  std::array<std::uint8_t, Capabilities::kLength> bytes{};
  BigEndianWriter out{bytes};
  out.put(0, 4, capabilities.flags);
  put_text(std::span{bytes}.subspan(4, kLocationLength), capabilities.name);
  put_text(std::span{bytes}.subspan(36, kLocationLength), capabilities.location);
  put_capability(out, kMigrationAt, kMigrationType, capabilities.migration);
  put_capability(out, kReservationAt, kReservationType, capabilities.reservation);
  return bytes;
}

Capabilities decode_capabilities(std::span<const std::uint8_t, Capabilities::kLength> bytes) {
  const BigEndianReader in{bytes};
  return {in.get<std::uint32_t>(0), get_text(bytes.subspan(4, kLocationLength)), get_text(bytes.subspan(36, kLocationLength)),
          in.get<std::uint16_t>(kMigrationAt + 6) == 1, in.get<std::uint16_t>(kReservationAt + 6) == 1};
}

}  // namespace lparsim::hypervisor
