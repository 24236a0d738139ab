#include "models/hypervisor/srp.hpp"

#include <algorithm>

#include "models/hypervisor/big_endian.hpp"

namespace lparsim::hypervisor {

namespace {

constexpr std::uint8_t kFlagResponse = 1 << 0;
constexpr std::uint8_t kFlagSense = 1 << 1;
constexpr std::uint8_t kFlagOutUnder = 1 << 3;
constexpr std::uint8_t kFlagInUnder = 1 << 5;
constexpr std::uint32_t kTaskResultLength = 4;
constexpr std::uint8_t kFixedSense = 0x70;

BigEndianWriter begin(SrpIu& iu, SrpOpcode opcode, std::uint64_t tag) {
  iu.fill(0);
  iu[0] = static_cast<std::uint8_t>(opcode);
  BigEndianWriter out{iu};
  out.put(8, 8, tag);
  return out;
}

SrpLoginRequest decode_login_request(const BigEndianReader& in) {
  return {in.get<std::uint64_t>(8), in.get<std::uint32_t>(16), in.get<std::uint16_t>(24)};
}
SrpLoginResponse decode_login_response(const BigEndianReader& in) {
  return {in.get<std::uint64_t>(8), in.get<std::uint32_t>(4), in.get<std::uint32_t>(16), in.get<std::uint32_t>(20),
          in.get<std::uint16_t>(24)};
}
SrpLoginReject decode_login_reject(const BigEndianReader& in) {
  return {in.get<std::uint64_t>(8), static_cast<SrpLoginRejection>(in.get<std::uint32_t>(4)), in.get<std::uint16_t>(24)};
}
SrpTaskManagement decode_task(const BigEndianReader& in) {
  return {in.get<std::uint64_t>(8), in.get<std::uint64_t>(20), static_cast<SrpTask>(in.get<std::uint8_t>(30)), in.get<std::uint64_t>(32)};
}

SrpDescriptor descriptor_at(std::span<const std::uint8_t> bytes, std::size_t offset) {
  return decode_descriptor(bytes.subspan(offset).first<SrpDescriptor::kLength>());
}

std::optional<SrpCommand> decode_command(std::span<const std::uint8_t> bytes) {
  const BigEndianReader in{bytes};
  SrpCommand unit;
  unit.tag = in.get<std::uint64_t>(8);
  unit.lun = in.get<std::uint64_t>(20);
  std::copy_n(bytes.begin() + 32, unit.cdb.size(), unit.cdb.begin());
  const std::uint8_t formats = bytes[5];
  const std::uint8_t format = formats > 0xF ? formats >> 4 : formats;
  if (format == 0) return unit;
  // Data in both directions has no use here; nor have further formats and bytes of the CDB.
  if ((formats & 0xF) != 0 && (formats >> 4) != 0) return {};
  if (format > static_cast<std::uint8_t>(SrpFormat::indirect) || bytes[31] != 0) return {};
  unit.format = static_cast<SrpFormat>(format);
  unit.direction = formats > 0xF ? SrpDirection::to_disk : SrpDirection::to_client;
  std::size_t offset = SrpCommand::kHead;
  if (unit.format == SrpFormat::direct) {
    unit.count = 1;
  } else {
    unit.count = formats > 0xF ? bytes[6] : bytes[7];
    if (unit.count > SrpCommand::kMostInline || bytes.size() < offset + SrpCommand::kIndirectHead) return {};
    unit.table = descriptor_at(bytes, offset);
    unit.data_length = in.get<std::uint32_t>(offset + SrpDescriptor::kLength);
    offset += SrpCommand::kIndirectHead;
  }
  if (bytes.size() < offset + unit.count * SrpDescriptor::kLength) return {};
  for (std::size_t i = 0; i < unit.count; ++i) unit.descriptors[i] = descriptor_at(bytes, offset + i * SrpDescriptor::kLength);
  return unit;
}

std::optional<SrpResponse> decode_response(std::span<const std::uint8_t> bytes) {
  const BigEndianReader in{bytes};
  SrpResponse unit;
  unit.tag = in.get<std::uint64_t>(8);
  unit.limit_delta = static_cast<std::int32_t>(in.get<std::uint32_t>(4));
  unit.status = bytes[19];
  const std::uint8_t flags = bytes[18];
  unit.residue_to_disk = (flags & kFlagOutUnder) != 0;
  if ((flags & (kFlagOutUnder | kFlagInUnder)) != 0) unit.residue = in.get<std::uint32_t>(unit.residue_to_disk ? 20 : 24);
  std::size_t offset = SrpResponse::kHead;
  if ((flags & kFlagResponse) != 0) {
    const auto length = in.get<std::uint32_t>(32);
    if (length != kTaskResultLength || bytes.size() < offset + length) return {};
    unit.task_result = bytes[offset + 3];
    offset += length;
  }
  if ((flags & kFlagSense) != 0) {
    const auto length = in.get<std::uint32_t>(28);
    if (length < ScsiSense::kLength || bytes.size() < offset + length) return {};
    unit.sense = ScsiSense{static_cast<std::uint8_t>(bytes[offset + 2] & 0xF), bytes[offset + 12], bytes[offset + 13]};
  }
  return unit;
}

}  // namespace

CrqElement encode(const VscsiElement& element) {
  CrqElement bytes{};
  bytes[0] = kCrqCommand;
  bytes[1] = static_cast<std::uint8_t>(element.format);
  bytes[3] = static_cast<std::uint8_t>(element.status);
  BigEndianWriter out{bytes};
  out.put(4, 2, element.timeout);
  out.put(6, 2, element.length);
  out.put(8, 8, element.data);
  return bytes;
}

std::optional<VscsiElement> decode_vscsi(const CrqElement& element) {
  if (element[0] != kCrqCommand || element[1] < 1 || element[1] > static_cast<std::uint8_t>(VscsiFormat::inline_message)) return {};
  const BigEndianReader in{element};
  return VscsiElement{static_cast<VscsiFormat>(element[1]), static_cast<VscsiStatus>(element[3]), in.get<std::uint16_t>(4),
                      in.get<std::uint16_t>(6), in.get<std::uint64_t>(8)};
}

void encode(const SrpDescriptor& descriptor, std::span<std::uint8_t, SrpDescriptor::kLength> bytes) {
  BigEndianWriter out{bytes};
  out.put(0, 8, descriptor.address);
  out.put(8, 4, descriptor.key);
  out.put(12, 4, descriptor.length);
}
SrpDescriptor decode_descriptor(std::span<const std::uint8_t, SrpDescriptor::kLength> bytes) {
  const BigEndianReader in{bytes};
  return {in.get<std::uint64_t>(0), in.get<std::uint32_t>(8), in.get<std::uint32_t>(12)};
}

std::size_t SrpCommand::length() const {
  return kHead + (format == SrpFormat::indirect ? kIndirectHead : 0) + count * SrpDescriptor::kLength;
}
std::size_t SrpResponse::length() const {
  return kHead + (task_result ? kTaskResultLength : 0) + (sense ? ScsiSense::kLength : 0);
}

std::size_t encode(const SrpLoginRequest& unit, SrpIu& iu) {
  BigEndianWriter out = begin(iu, SrpOpcode::login_request, unit.tag);
  out.put(16, 4, unit.iu_length);
  out.put(24, 2, unit.formats);
  return SrpLoginRequest::kLength;
}
std::size_t encode(const SrpLoginResponse& unit, SrpIu& iu) {
  BigEndianWriter out = begin(iu, SrpOpcode::login_response, unit.tag);
  out.put(4, 4, unit.request_limit);
  out.put(16, 4, unit.to_target_iu);
  out.put(20, 4, unit.to_initiator_iu);
  out.put(24, 2, unit.formats);
  return SrpLoginResponse::kLength;
}
std::size_t encode(const SrpLoginReject& unit, SrpIu& iu) {
  BigEndianWriter out = begin(iu, SrpOpcode::login_reject, unit.tag);
  out.put(4, 4, static_cast<std::uint32_t>(unit.reason));
  out.put(24, 2, unit.formats);
  return SrpLoginReject::kLength;
}
std::size_t encode(const SrpTaskManagement& unit, SrpIu& iu) {
  BigEndianWriter out = begin(iu, SrpOpcode::task_management, unit.tag);
  out.put(20, 8, unit.lun);
  out.put(30, 1, static_cast<std::uint8_t>(unit.function));
  out.put(32, 8, unit.task);
  return SrpTaskManagement::kLength;
}
std::size_t encode(const SrpCommand& unit, SrpIu& iu) {
  BigEndianWriter out = begin(iu, SrpOpcode::command, unit.tag);
  out.put(20, 8, unit.lun);
  std::copy(unit.cdb.begin(), unit.cdb.end(), iu.begin() + 32);
  const auto format = static_cast<std::uint8_t>(unit.format);
  const bool to_disk = unit.direction == SrpDirection::to_disk;
  iu[5] = static_cast<std::uint8_t>(to_disk ? format << 4 : format);
  std::size_t offset = SrpCommand::kHead;
  if (unit.format == SrpFormat::indirect) {
    iu[to_disk ? 6 : 7] = unit.count;
    encode(unit.table, std::span{iu}.subspan(offset).first<SrpDescriptor::kLength>());
    out.put(offset + SrpDescriptor::kLength, 4, unit.data_length);
    offset += SrpCommand::kIndirectHead;
  }
  for (std::size_t i = 0; i < unit.count; ++i, offset += SrpDescriptor::kLength) {
    encode(unit.descriptors[i], std::span{iu}.subspan(offset).first<SrpDescriptor::kLength>());
  }
  return unit.length();
}
std::size_t encode(const SrpResponse& unit, SrpIu& iu) {
  BigEndianWriter out = begin(iu, SrpOpcode::response, unit.tag);
  out.put(4, 4, static_cast<std::uint32_t>(unit.limit_delta));
  iu[19] = unit.status;
  std::uint8_t flags = 0;
  if (unit.residue > 0) {
    flags |= unit.residue_to_disk ? kFlagOutUnder : kFlagInUnder;
    out.put(unit.residue_to_disk ? 20 : 24, 4, unit.residue);
  }
  std::size_t offset = SrpResponse::kHead;
  if (unit.task_result) {
    flags |= kFlagResponse;
    out.put(32, 4, kTaskResultLength);
    iu[offset + 3] = *unit.task_result;
    offset += kTaskResultLength;
  }
  if (unit.sense) {
    flags |= kFlagSense;
    out.put(28, 4, ScsiSense::kLength);
    iu[offset] = kFixedSense;
    iu[offset + 2] = unit.sense->key & 0xF;
    iu[offset + 7] = ScsiSense::kLength - 8;
    iu[offset + 12] = unit.sense->code;
    iu[offset + 13] = unit.sense->qualifier;
  }
  iu[18] = flags;
  return unit.length();
}

std::optional<SrpUnit> decode_srp(std::span<const std::uint8_t> bytes) {
  if (bytes.empty() || bytes.size() > kSrpLongestIu) return {};
  const BigEndianReader in{bytes};
  const auto at_least = [&](std::size_t length) {
    return bytes.size() >= length;
  };
  switch (static_cast<SrpOpcode>(bytes[0])) {
    case SrpOpcode::login_request:
      if (at_least(SrpLoginRequest::kLength)) return decode_login_request(in);
      return {};
    case SrpOpcode::login_response:
      if (at_least(SrpLoginResponse::kLength)) return decode_login_response(in);
      return {};
    case SrpOpcode::login_reject:
      if (at_least(SrpLoginReject::kLength)) return decode_login_reject(in);
      return {};
    case SrpOpcode::task_management:
      if (at_least(SrpTaskManagement::kLength)) return decode_task(in);
      return {};
    case SrpOpcode::command:
      if (at_least(SrpCommand::kHead)) return decode_command(bytes);
      return {};
    case SrpOpcode::response:
      if (at_least(SrpResponse::kHead)) return decode_response(bytes);
      return {};
    default:
      return {};
  }
}

}  // namespace lparsim::hypervisor
