#include "models/hypervisor/srp_scsi.hpp"

#include <algorithm>

#include "models/hypervisor/big_endian.hpp"

namespace lparsim::hypervisor {

namespace {

constexpr std::uint8_t kTestUnitReady = 0x00;
constexpr std::uint8_t kInquiry = 0x12;
constexpr std::uint8_t kReadCapacity10 = 0x25;
constexpr std::uint8_t kRead10 = 0x28;
constexpr std::uint8_t kWrite10 = 0x2A;
constexpr std::uint8_t kRead16 = 0x88;
constexpr std::uint8_t kWrite16 = 0x8A;
constexpr std::uint8_t kServiceActionIn = 0x9E;
constexpr std::uint8_t kReadCapacity16 = 0x10;
constexpr std::uint8_t kReportLuns = 0xA0;

}  // namespace

Cdb encode(const ScsiRequest& request) {
  Cdb cdb{};
  BigEndianWriter out{cdb};
  switch (request.operation) {
    case ScsiOperation::test_unit_ready:
      cdb[0] = kTestUnitReady;
      break;
    case ScsiOperation::inquiry:
      cdb[0] = kInquiry;
      out.put(3, 2, request.allocation);
      break;
    case ScsiOperation::report_luns:
      cdb[0] = kReportLuns;
      out.put(6, 4, request.allocation);
      break;
    case ScsiOperation::read_capacity:
      cdb[0] = request.long_form ? kServiceActionIn : kReadCapacity10;
      if (request.long_form) {
        cdb[1] = kReadCapacity16;
        out.put(10, 4, request.allocation);
      }
      break;
    case ScsiOperation::read:
    case ScsiOperation::write: {
      const bool write = request.operation == ScsiOperation::write;
      if (!request.long_form && request.block <= 0xFFFF'FFFF && request.blocks <= 0xFFFF) {
        cdb[0] = write ? kWrite10 : kRead10;
        out.put(2, 4, request.block);
        out.put(7, 2, request.blocks);
      } else {
        cdb[0] = write ? kWrite16 : kRead16;
        out.put(2, 8, request.block);
        out.put(10, 4, request.blocks);
      }
    }
  }
  return cdb;
}

std::optional<ScsiRequest> decode_cdb(const Cdb& cdb) {
  const BigEndianReader in{cdb};
  ScsiRequest request;
  switch (cdb[0]) {
    case kTestUnitReady:
      request.operation = ScsiOperation::test_unit_ready;
      return request;
    case kInquiry:
      request.operation = ScsiOperation::inquiry;
      request.allocation = in.get<std::uint16_t>(3);
      return request;
    case kReportLuns:
      request.operation = ScsiOperation::report_luns;
      request.allocation = in.get<std::uint32_t>(6);
      return request;
    case kReadCapacity10:
      request.operation = ScsiOperation::read_capacity;
      request.allocation = 8;
      return request;
    case kServiceActionIn:
      if ((cdb[1] & 0x1F) != kReadCapacity16) return {};
      request.operation = ScsiOperation::read_capacity;
      request.allocation = in.get<std::uint32_t>(10);
      request.long_form = true;
      return request;
    case kRead10:
    case kWrite10:
      request.operation = cdb[0] == kRead10 ? ScsiOperation::read : ScsiOperation::write;
      request.block = in.get<std::uint32_t>(2);
      request.blocks = in.get<std::uint16_t>(7);
      return request;
    case kRead16:
    case kWrite16:
      request.operation = cdb[0] == kRead16 ? ScsiOperation::read : ScsiOperation::write;
      request.block = in.get<std::uint64_t>(2);
      request.blocks = in.get<std::uint32_t>(10);
      request.long_form = true;
      return request;
    default:
      return {};
  }
}

std::vector<std::uint8_t> report_luns_data(std::span<const std::uint64_t> luns) {
  std::vector<std::uint8_t> bytes(8 + 8 * luns.size());
  BigEndianWriter out{bytes};
  out.put(0, 4, 8 * luns.size());
  for (std::size_t i = 0; i < luns.size(); ++i) out.put(8 + 8 * i, 8, luns[i]);
  return bytes;
}

std::optional<std::vector<std::uint64_t>> decode_report_luns(std::span<const std::uint8_t> bytes) {
  if (bytes.size() < 8) return {};
  const BigEndianReader in{bytes};
  const auto length = in.get<std::uint32_t>(0);
  if (length % 8 != 0 || length > bytes.size() - 8) return {};
  std::vector<std::uint64_t> luns;
  for (std::size_t at = 8; at < 8 + length; at += 8) luns.push_back(in.get<std::uint64_t>(at));
  return luns;
}

std::array<std::uint8_t, 36> inquiry_data(std::string_view vendor, std::string_view product) {
  std::array<std::uint8_t, 36> bytes{};
  bytes[2] = 4;  // SPC-2
  bytes[3] = 2;
  bytes[4] = 36 - 5;
  bytes[7] = 2;  // command queueing
  std::fill(bytes.begin() + 8, bytes.end(), std::uint8_t{' '});
  std::copy_n(vendor.begin(), std::min<std::size_t>(vendor.size(), 8), bytes.begin() + 8);
  std::copy_n(product.begin(), std::min<std::size_t>(product.size(), 16), bytes.begin() + 16);
  return bytes;
}

std::vector<std::uint8_t> read_capacity_data(Bytes capacity, bool long_form) {
  const std::uint64_t last = capacity.count / kScsiBlock - 1;
  std::vector<std::uint8_t> bytes(long_form ? 32 : 8);
  BigEndianWriter out{bytes};
  out.put(0, long_form ? 8 : 4, long_form ? last : std::min<std::uint64_t>(last, 0xFFFF'FFFF));
  out.put(long_form ? 8 : 4, 4, kScsiBlock);
  return bytes;
}

std::optional<Bytes> decode_read_capacity(std::span<const std::uint8_t> bytes) {
  if (bytes.size() < 12) return {};
  const BigEndianReader in{bytes};
  return Bytes{(in.get<std::uint64_t>(0) + 1) * in.get<std::uint32_t>(8)};
}

}  // namespace lparsim::hypervisor
