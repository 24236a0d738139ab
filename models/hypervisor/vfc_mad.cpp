#include "models/hypervisor/vfc_mad.hpp"

#include "models/hypervisor/big_endian.hpp"

namespace lparsim::hypervisor {

namespace {

void put_descriptor(std::span<std::uint8_t> bytes, std::size_t offset, const SrpDescriptor& descriptor) {
  encode(descriptor, bytes.subspan(offset).first<SrpDescriptor::kLength>());
}
SrpDescriptor get_descriptor(std::span<const std::uint8_t> bytes, std::size_t offset) {
  return decode_descriptor(bytes.subspan(offset).first<SrpDescriptor::kLength>());
}

constexpr std::size_t kHead = VfcMadHead::kLength;

// Each kind's fields behind the common head. `out` writes into `bytes`.
void fill(std::span<std::uint8_t> bytes, BigEndianWriter, const VfcNpivLogin& unit) {
  put_descriptor(bytes, kHead, unit.buffer);
}
void fill(std::span<std::uint8_t>, BigEndianWriter, const VfcNpivLogout&) {}
void fill(std::span<std::uint8_t> bytes, BigEndianWriter out, const VfcDiscoverTargets& unit) {
  constexpr std::uint32_t kIdAndName = 0x02;
  put_descriptor(bytes, 24, unit.buffer);
  out.put(40, 4, kIdAndName);
  out.put(44, 2, unit.outcome);
  out.put(46, 2, unit.error);
  out.put(48, 4, unit.buffer.length);
  out.put(52, 4, unit.available);
  out.put(56, 4, unit.written);
}
void fill(std::span<std::uint8_t>, BigEndianWriter out, const VfcPortLogin& unit) {
  out.put(24, 8, unit.scsi_id);
  out.put(44, 2, unit.outcome);
  out.put(46, 2, unit.error);
  out.put(568, 8, unit.wwpn);
}
void fill(std::span<std::uint8_t> bytes, BigEndianWriter out, const VfcProcessLogin& unit) {
  constexpr std::uint8_t kFcp = 0x08;
  constexpr std::uint16_t kEstablishPair = 0x2000;
  out.put(24, 8, unit.scsi_id);
  bytes[32] = kFcp;
  out.put(34, 2, kEstablishPair);
  out.put(44, 4, unit.service);
  out.put(96, 2, unit.outcome);
  out.put(98, 2, unit.error);
}
void fill(std::span<std::uint8_t>, BigEndianWriter out, const VfcQueryTarget& unit) {
  out.put(24, 8, unit.wwpn);
  out.put(32, 8, unit.scsi_id);
  out.put(40, 2, unit.outcome);
  out.put(42, 2, unit.error);
}
void fill(std::span<std::uint8_t>, BigEndianWriter out, const VfcTaskManagement& unit) {
  out.put(24, 8, unit.scsi_id);
  out.put(32, 8, unit.lun);
  out.put(40, 4, unit.flags);
  out.put(44, 4, unit.cancel_key);
  out.put(64, 8, unit.task);
}
void fill(std::span<std::uint8_t>, BigEndianWriter out, const VfcChannelEnquiry& unit) {
  out.put(24, 4, unit.flags);
  out.put(28, 4, unit.scsi_channels);
}
void fill(std::span<std::uint8_t> bytes, BigEndianWriter, const VfcChannelSetup& unit) {
  put_descriptor(bytes, kHead, unit.buffer);
}

std::optional<VfcMadUnit> read(std::span<const std::uint8_t> bytes, const VfcMadHead& head) {
  const BigEndianReader in{bytes};
  const std::uint64_t tag = head.tag;
  const auto enough = [&](std::size_t length) {
    return bytes.size() >= length;
  };
  const auto half = [&](std::size_t offset) {
    return in.get<std::uint16_t>(offset);
  };
  const auto word = [&](std::size_t offset) {
    return in.get<std::uint32_t>(offset);
  };
  const auto wide = [&](std::size_t offset) {
    return in.get<std::uint64_t>(offset);
  };
  switch (head.opcode) {
    case VfcMad::npiv_login:
      if (!enough(VfcNpivLogin::kLength)) return {};
      return VfcNpivLogin{tag, get_descriptor(bytes, 24)};
    case VfcMad::npiv_logout:
      return VfcNpivLogout{tag};
    case VfcMad::discover_targets:
      if (!enough(VfcDiscoverTargets::kLength)) return {};
      return VfcDiscoverTargets{tag, get_descriptor(bytes, 24), word(52), word(56), half(44), half(46)};
    case VfcMad::port_login:
      if (!enough(VfcPortLogin::kLength)) return {};
      return VfcPortLogin{tag, wide(24), wide(568), half(44), half(46)};
    case VfcMad::process_login:
      if (!enough(VfcProcessLogin::kLength)) return {};
      return VfcProcessLogin{tag, wide(24), word(44), half(96), half(98)};
    case VfcMad::query_target:
      if (!enough(VfcQueryTarget::kLength)) return {};
      return VfcQueryTarget{tag, wide(24), wide(32), half(40), half(42)};
    case VfcMad::task_management:
      if (!enough(VfcTaskManagement::kLength)) return {};
      return VfcTaskManagement{tag, wide(24), wide(32), word(40), word(44), wide(64)};
    case VfcMad::channel_enquiry:
      if (!enough(VfcChannelEnquiry::kLength)) return {};
      return VfcChannelEnquiry{tag, word(24), word(28)};
    case VfcMad::channel_setup:
      if (!enough(VfcChannelSetup::kLength)) return {};
      return VfcChannelSetup{tag, get_descriptor(bytes, 24)};
    default:
      return {};
  }
}

}  // namespace

std::vector<std::uint8_t> encode(const VfcMadUnit& unit, VfcMadStatus status) {
  return std::visit(
      [&](const auto& mad) {
        using Mad = std::decay_t<decltype(mad)>;
        std::vector<std::uint8_t> bytes(Mad::kLength);
        BigEndianWriter out{bytes};
        out.put(0, 4, 1);
        out.put(8, 4, static_cast<std::uint32_t>(Mad::kOpcode));
        out.put(12, 2, static_cast<std::uint16_t>(status));
        out.put(14, 2, Mad::kLength);
        out.put(16, 8, mad.tag);
        fill(bytes, out, mad);
        return bytes;
      },
      unit);
}

std::optional<VfcMadHead> decode_vfc_mad_head(std::span<const std::uint8_t> bytes) {
  if (bytes.size() < VfcMadHead::kLength) return {};
  const BigEndianReader in{bytes};
  return VfcMadHead{in.get<std::uint32_t>(0), static_cast<VfcMad>(in.get<std::uint32_t>(8)),
                    static_cast<VfcMadStatus>(in.get<std::uint16_t>(12)), in.get<std::uint16_t>(14), in.get<std::uint64_t>(16)};
}

std::optional<VfcMadUnit> decode_vfc_mad(std::span<const std::uint8_t> bytes) {
  const auto head = decode_vfc_mad_head(bytes);
  if (!head) return {};
  return read(bytes, *head);
}

}  // namespace lparsim::hypervisor
