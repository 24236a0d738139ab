#include "models/hypervisor/vfc.hpp"

#include <algorithm>

#include "models/hypervisor/big_endian.hpp"

namespace lparsim::hypervisor {

namespace {

constexpr std::size_t kSense = 96;  // SCSI_SENSE_BUFFERSIZE
constexpr std::uint8_t kReadData = 0x02;
constexpr std::uint8_t kWriteData = 0x01;

std::span<std::uint8_t, SrpDescriptor::kLength> descriptor_at(std::span<std::uint8_t> bytes, std::size_t offset) {
  return bytes.subspan(offset).first<SrpDescriptor::kLength>();
}
SrpDescriptor descriptor_in(std::span<const std::uint8_t> bytes, std::size_t offset) {
  return decode_descriptor(bytes.subspan(offset).first<SrpDescriptor::kLength>());
}

}  // namespace

CrqElement encode(const VfcElement& element) {
  CrqElement bytes{kCrqCommand, static_cast<std::uint8_t>(element.format)};
  BigEndianWriter{bytes}.put(8, 8, element.ioba);
  return bytes;
}

std::optional<VfcElement> decode_vfc(const CrqElement& element) {
  const auto format = static_cast<VfcFormat>(element[1]);
  if (element[0] != kCrqCommand) return {};
  if (format != VfcFormat::command && format != VfcFormat::async_event && format != VfcFormat::mad) return {};
  return VfcElement{format, BigEndianReader{element}.get(8, 8)};
}

VfcCommandBytes encode(const VfcCommand& command) {
  VfcCommandBytes bytes{};
  BigEndianWriter out{bytes};
  out.put(8, 4, VfcCommand::kFcpFrame);
  out.put(12, 4, VfcCommand::kResponseOffset - VfcCommand::kIuOffset);
  out.put(16, 4, FcpResponse::kLength);
  out.put(24, 2, command.status);
  out.put(26, 2, command.error);
  out.put(28, 2, command.flags);
  out.put(32, 4, command.cancel_key);
  encode(command.data, descriptor_at(bytes, 56));
  encode(command.response, descriptor_at(bytes, 72));
  out.put(88, 8, command.correlation);
  out.put(96, 8, command.target);
  out.put(104, 8, command.tag);
  out.put(128, 8, command.lun);
  const bool reads = (command.flags & vfc_flag::kRead) != 0;
  const bool writes = (command.flags & vfc_flag::kWrite) != 0;
  bytes[139] = static_cast<std::uint8_t>((reads ? kReadData : 0) | (writes ? kWriteData : 0));
  std::copy(command.cdb.begin(), command.cdb.end(), bytes.begin() + 140);
  out.put(156, 4, command.transfer);
  return bytes;
}

std::optional<VfcCommand> decode_vfc_command(std::span<const std::uint8_t> bytes) {
  if (bytes.size() < VfcCommand::kLength) return {};
  const BigEndianReader in{bytes};
  if (in.get<std::uint32_t>(8) != VfcCommand::kFcpFrame) return {};
  VfcCommand command;
  command.status = in.get<std::uint16_t>(24);
  command.error = in.get<std::uint16_t>(26);
  command.flags = in.get<std::uint16_t>(28);
  command.cancel_key = in.get<std::uint32_t>(32);
  command.data = descriptor_in(bytes, 56);
  command.response = descriptor_in(bytes, 72);
  command.correlation = in.get<std::uint64_t>(88);
  command.target = in.get<std::uint64_t>(96);
  command.tag = in.get<std::uint64_t>(104);
  command.lun = in.get<std::uint64_t>(128);
  std::copy_n(bytes.begin() + 140, command.cdb.size(), command.cdb.begin());
  command.transfer = in.get<std::uint32_t>(156);
  return command;
}

// Sense data lie behind the 8 bytes of response information where these are there, and at their place where they are not.
std::array<std::uint8_t, FcpResponse::kLength> encode(const FcpResponse& response) {
  std::array<std::uint8_t, FcpResponse::kLength> bytes{};
  BigEndianWriter out{bytes};
  constexpr std::uint8_t kResidueUnder = 0x08;
  bytes[10] = static_cast<std::uint8_t>((response.residue != 0 ? kResidueUnder : 0) | (response.sense ? FcpResponse::kSenseValid : 0));
  bytes[11] = response.scsi_status;
  out.put(12, 4, response.residue);
  if (!response.sense) return bytes;
  static_assert(24 + ScsiSense::kLength <= 24 + kSense);
  out.put(16, 4, ScsiSense::kLength);
  bytes[24] = 0x70;
  bytes[26] = response.sense->key;
  bytes[31] = ScsiSense::kLength - 8;
  bytes[36] = response.sense->code;
  bytes[37] = response.sense->qualifier;
  return bytes;
}

FcpResponse decode_fcp_response(std::span<const std::uint8_t, FcpResponse::kLength> bytes) {
  const BigEndianReader in{bytes};
  FcpResponse response;
  response.scsi_status = bytes[11];
  response.residue = in.get<std::uint32_t>(12);
  const std::size_t behind = (bytes[10] & FcpResponse::kLengthValid) != 0 ? 8 : 0;
  if ((bytes[10] & FcpResponse::kSenseValid) != 0 && in.get<std::uint32_t>(16) >= 14) {
    response.sense = {bytes[24 + behind + 2], bytes[24 + behind + 12], bytes[24 + behind + 13]};
  }
  return response;
}

std::array<std::uint8_t, VfcAsync::kLength> encode(const VfcAsync& event) {
  std::array<std::uint8_t, VfcAsync::kLength> bytes{};
  BigEndianWriter out{bytes};
  bytes[0] = kCrqCommand;
  bytes[1] = event.link_state;
  out.put(8, 8, static_cast<std::uint64_t>(event.event));
  out.put(16, 8, event.scsi_id);
  out.put(24, 8, event.wwpn);
  return bytes;
}

std::optional<VfcAsync> decode_vfc_async(std::span<const std::uint8_t, VfcAsync::kLength> bytes) {
  if (bytes[0] != kCrqCommand) return {};
  const BigEndianReader in{bytes};
  return VfcAsync{bytes[1], static_cast<VfcEvent>(in.get<std::uint64_t>(8)), in.get<std::uint64_t>(16), in.get<std::uint64_t>(24)};
}

}  // namespace lparsim::hypervisor
