// What lies in the buffers of management datagrams.
#include <algorithm>

#include "models/hypervisor/big_endian.hpp"
#include "models/hypervisor/vfc_mad.hpp"

namespace lparsim::hypervisor {

namespace {

constexpr std::size_t kName = 256;  // IBMVFC_MAX_NAME

// With a 0 behind it, whatever its length.
void put_name(std::span<std::uint8_t> bytes, std::size_t offset, const std::string& name) {
  std::copy_n(name.begin(), std::min(name.size(), kName - 1), bytes.begin() + static_cast<std::ptrdiff_t>(offset));
}
std::string get_name(std::span<const std::uint8_t> bytes, std::size_t offset) {
  const auto field = bytes.subspan(offset, kName);
  return {field.begin(), std::find(field.begin(), field.end(), std::uint8_t{0})};
}

}  // namespace

std::vector<std::uint8_t> encode(const VfcLoginRequest& request) {
  std::vector<std::uint8_t> bytes(VfcLoginRequest::kLength);
  BigEndianWriter out{bytes};
  out.put(0, 4, request.os_type);
  out.put(8, 8, request.maximum_dma);
  out.put(16, 4, VfcCommand::kResponseOffset - VfcCommand::kIuOffset);  // longest payload
  out.put(20, 4, FcpResponse::kLength);                                 // longest response
  out.put(24, 4, request.partition_number);
  out.put(28, 4, 1);  // version of the frames
  out.put(32, 2, 3);  // FCP-3
  out.put(36, 4, request.maximum_commands);
  out.put(40, 8, request.capabilities);
  encode(request.async, std::span{bytes}.subspan(56).first<SrpDescriptor::kLength>());
  put_name(bytes, 72, request.partition_name);
  put_name(bytes, 328, request.device_name);
  return bytes;
}

std::optional<VfcLoginRequest> decode_vfc_login_request(std::span<const std::uint8_t> bytes) {
  if (bytes.size() < VfcLoginRequest::kLength) return {};
  const BigEndianReader in{bytes};
  VfcLoginRequest request;
  request.os_type = in.get<std::uint32_t>(0);
  request.maximum_dma = in.get<std::uint64_t>(8);
  request.partition_number = in.get<std::uint32_t>(24);
  request.maximum_commands = in.get<std::uint32_t>(36);
  request.capabilities = in.get<std::uint64_t>(40);
  request.async = decode_descriptor(bytes.subspan(56).first<SrpDescriptor::kLength>());
  request.partition_name = get_name(bytes, 72);
  request.device_name = get_name(bytes, 328);
  return request;
}

std::vector<std::uint8_t> encode(const VfcLoginResponse& response) {
  std::vector<std::uint8_t> bytes(VfcLoginResponse::kLength);
  BigEndianWriter out{bytes};
  constexpr std::uint32_t kNativeFc = 1;
  out.put(0, 4, 1);
  out.put(4, 2, response.outcome);
  out.put(6, 2, response.error);
  out.put(8, 4, kNativeFc);
  out.put(16, 8, response.capabilities);
  out.put(24, 4, response.maximum_commands);
  out.put(28, 4, 4);  // bytes of an N_Port ID in lists
  out.put(32, 8, response.maximum_dma);
  out.put(40, 8, response.scsi_id);
  out.put(48, 8, response.port_name);
  out.put(56, 8, response.node_name);
  out.put(64, 8, response.link_speed);
  put_name(bytes, 72, response.partition_name);
  put_name(bytes, 328, response.device_name);
  return bytes;
}

std::optional<VfcLoginResponse> decode_vfc_login_response(std::span<const std::uint8_t> bytes) {
  if (bytes.size() < VfcLoginResponse::kLength) return {};
  const BigEndianReader in{bytes};
  VfcLoginResponse response;
  response.outcome = in.get<std::uint16_t>(4);
  response.error = in.get<std::uint16_t>(6);
  response.capabilities = in.get<std::uint64_t>(16);
  response.maximum_commands = in.get<std::uint32_t>(24);
  response.maximum_dma = in.get<std::uint64_t>(32);
  response.scsi_id = in.get<std::uint64_t>(40);
  response.port_name = in.get<std::uint64_t>(48);
  response.node_name = in.get<std::uint64_t>(56);
  response.link_speed = in.get<std::uint64_t>(64);
  response.partition_name = get_name(bytes, 72);
  response.device_name = get_name(bytes, 328);
  return response;
}

std::vector<std::uint8_t> encode(std::span<const VfcTargetEntry> targets) {
  std::vector<std::uint8_t> bytes(targets.size() * VfcDiscoverTargets::kEntry);
  BigEndianWriter out{bytes};
  for (std::size_t i = 0; i < targets.size(); ++i) {
    out.put(i * VfcDiscoverTargets::kEntry, 4, targets[i].scsi_id);
    out.put(i * VfcDiscoverTargets::kEntry + 8, 8, targets[i].wwpn);
  }
  return bytes;
}

std::vector<VfcTargetEntry> decode_vfc_targets(std::span<const std::uint8_t> bytes, std::size_t count) {
  constexpr std::uint32_t kIdMask = 0xFF'FFFF;
  const BigEndianReader in{bytes};
  std::vector<VfcTargetEntry> targets;
  for (std::size_t at = 0; at + VfcDiscoverTargets::kEntry <= bytes.size() && targets.size() < count; at += VfcDiscoverTargets::kEntry) {
    targets.push_back({in.get<std::uint32_t>(at) & kIdMask, in.get<std::uint64_t>(at + 8)});
  }
  return targets;
}

std::vector<std::uint8_t> encode(const VfcChannels& channels) {
  std::vector<std::uint8_t> bytes(VfcChannels::kLength);
  BigEndianWriter out{bytes};
  out.put(0, 4, channels.flags);
  const std::size_t count = std::min(channels.handles.size(), VfcChannels::kMost);
  out.put(8, 4, count);
  for (std::size_t i = 0; i < count; ++i) out.put(80 + 8 * i, 8, channels.handles[i]);
  return bytes;
}

std::optional<VfcChannels> decode_vfc_channels(std::span<const std::uint8_t> bytes) {
  if (bytes.size() < VfcChannels::kLength) return {};
  const BigEndianReader in{bytes};
  const auto count = in.get<std::uint32_t>(8);
  if (count > VfcChannels::kMost) return {};
  VfcChannels channels{in.get<std::uint32_t>(0), {}};
  for (std::size_t i = 0; i < count; ++i) channels.handles.push_back(in.get<std::uint64_t>(80 + 8 * i));
  return channels;
}

}  // namespace lparsim::hypervisor
