#include <algorithm>
#include <optional>
#include <utility>

#include "models/hypervisor/logical_lan_hooks.hpp"
#include "models/io/tcp_segment.hpp"

namespace lparsim::hypervisor {

namespace {

// After so many frames delivered the call is suspended with H_Busy, between two receivers: LoPAR leaves the number to the firmware.
constexpr std::uint32_t kDeliveriesPerCall = 64;

}  // namespace

HcallStatus LogicalLan::gather(const LogicalLanPort& sender, const Registers& registers, Sending& sending) const {
  io::Frame& frame = sending.frame;
  std::uint32_t there = 0;
  for (std::size_t i = 1; i <= lan::kSendBuffers; ++i) {
    const std::uint32_t length = lan::length_of(registers[i]);
    if (length == 0 || (registers[i] & lan::kValid) == 0) break;
    const std::uint32_t ioba = lan::ioba_of(registers[i]);
    if (length > lan::kLargestFrame - frame.length || !memory_.accessible(sender.liobn(), ioba, length, kTceRead))
      return HcallStatus::parameter;
    const std::uint32_t part = std::min(length, io::Frame::kHead - there);
    if (part > 0) memory_.read(sender.liobn(), ioba, std::span{frame.head}.subspan(there, part));
    there += part;
    frame.length += length;
  }
  constexpr std::uint32_t kEthernetHeader = 14;
  if (frame.length < kEthernetHeader) return HcallStatus::parameter;

  // A tag of 0 says priority only (IEEE 802.1Q); such a frame belongs to the port's own VLAN.
  sending.vlan = frame.vlan() == 0 ? sender.spec().pvid : frame.vlan();
  if (!sender.member_of(sending.vlan)) return HcallStatus::parameter;

  const auto bits = static_cast<std::uint8_t>(registers[1] >> 56);
  sending.control = bits & (lan::kEntryLargeSend | lan::kEntryNoChecksum | lan::kEntryChecksumGood);
  const auto mss = static_cast<std::uint32_t>(registers[8]);
  if (sender.large_receive() && mss != 0) {
    if (mss < lan::kLeastSegment) return HcallStatus::parameter;
    sending.mss = mss;
  }
  const std::uint8_t checksum = bits & (lan::kEntryNoChecksum | lan::kEntryChecksumGood);
  if (checksum == 0 && sending.mss == 0) return HcallStatus::success;
  sending.layout = io::tcp_layout(frame);
  if (!sending.layout) return HcallStatus::parameter;
  if (checksum == lan::kEntryNoChecksum) return HcallStatus::parameter;
  if (checksum != 0 && !sender.offloads_checksum(sending.layout->ipv6)) return HcallStatus::parameter;
  return HcallStatus::success;
}

HcallStatus LogicalLan::send(LogicalLanPort& sender, HcallExtension& call) {
  if (!sender.registered()) return HcallStatus::dropped;
  const std::uint64_t token = call.registers[7];
  if (token == 0) sender.suspended = {};
  if (token != 0 && token != sender.suspended.token) return HcallStatus::parameter;
  Sending sending;
  if (const HcallStatus status = gather(sender, call.registers, sending); status != HcallStatus::success) return status;

  // Who leaves the checksum to others speaks for itself only.
  const bool foreign = !sender.trunk() && sending.frame.source() != sender.mac();
  if ((sending.control & lan::kEntryNoChecksum) != 0 && foreign) return HcallStatus::dropped;
  const auto port = static_cast<std::uint32_t>(&sender - ports_.data());
  if (hooked_ && token == 0 && hooked_->concerns(port, sending)) return hooked_->send(port, std::move(sending), call.cost);
  if (sending.frame.destination().is_multicast()) return send_to_all(sender, sending, call.registers, call.cost);
  return send_to_one(sender, sending, call.cost);
}

// A frame that was hooked: to all receivers within this call, however many.
HcallStatus LogicalLan::forward(LogicalLanPort& sender, const Sending& sending, SimTime& cost) {
  if (!sending.frame.destination().is_multicast()) return send_to_one(sender, sending, cost);
  HcallStatus status = HcallStatus::success;
  for (const std::uint32_t member : switches_.at(sender.spec().virtual_switch).members(sending.vlan)) {
    LogicalLanPort& receiver = ports_[member];
    if (&receiver == &sender || !receiver.receiving() || !receiver.wants_multicast(sending.frame.destination())) continue;
    if (!deliver(receiver, sending, cost)) status = HcallStatus::dropped;
  }
  return status;
}

HcallStatus LogicalLan::send_to_one(LogicalLanPort& sender, const Sending& sending, SimTime& cost) {
  const LogicalLanSwitch& its_switch = switches_.at(sender.spec().virtual_switch);
  auto receiver = its_switch.find(sending.frame.destination(), sending.vlan);
  if (!receiver) receiver = its_switch.active_trunk(sending.vlan);
  if (!receiver || &ports_[*receiver] == &sender || !ports_[*receiver].receiving()) {
    sender.count_dropped();
    return HcallStatus::dropped;
  }
  return deliver(ports_[*receiver], sending, cost) ? HcallStatus::success : HcallStatus::dropped;
}

HcallStatus LogicalLan::send_to_all(LogicalLanPort& sender, const Sending& sending, Registers& registers, SimTime& cost) {
  const auto members = switches_.at(sender.spec().virtual_switch).members(sending.vlan);
  auto& [token, next, dropped] = sender.suspended;
  std::uint32_t receivers = 0;
  for (; next < members.size(); ++next) {
    LogicalLanPort& receiver = ports_[members[next]];
    if (&receiver == &sender || !receiver.receiving() || !receiver.wants_multicast(sending.frame.destination())) continue;
    if (receivers++ == kDeliveriesPerCall) {
      token = ++tokens_;
      registers[0] = token;
      return HcallStatus::busy;
    }
    if (!deliver(receiver, sending, cost)) dropped = true;
  }
  const bool any = dropped;
  sender.suspended = {};
  return any ? HcallStatus::dropped : HcallStatus::success;
}

bool LogicalLan::deliver(LogicalLanPort& receiver, const Sending& sending, SimTime& cost) {
  const bool no_checksum = (sending.control & lan::kEntryNoChecksum) != 0;
  const bool knows_offload = sending.layout && receiver.offloads_checksum(sending.layout->ipv6);
  constexpr std::uint8_t kChecksums = lan::kEntryNoChecksum | lan::kEntryChecksumGood;
  auto control = static_cast<std::uint8_t>(knows_offload ? sending.control : sending.control & ~kChecksums);

  const auto put = [&](io::Frame frame, std::uint32_t mss) {
    if (sending.vlan == receiver.spec().pvid)
      frame.untag();
    else
      frame.tag(sending.vlan);
    if (!receiver.receive(memory_, frame, control, mss)) return false;
    cost += costs_.lan_send + costs_.copy_per_kib * frame.length / 1024;
    interrupts_.raise(receiver.interrupt());
    return true;
  };
  if (sending.mss != 0 && !receiver.large_receive() && sending.layout->payload_length > sending.mss) {
    control = static_cast<std::uint8_t>(control & ~lan::kEntryLargeSend);
    bool all = true;
    for (std::uint32_t i = 0; i < segments(*sending.layout, sending.mss); ++i) {
      io::Frame piece = segment(sending.frame, *sending.layout, sending.mss, i);
      if (!no_checksum || !knows_offload) set_tcp_checksum(piece, *sending.layout);
      all = put(piece, 0) && all;
    }
    return all;
  }
  if (!no_checksum || knows_offload) return put(sending.frame, receiver.large_receive() ? sending.mss : 0);
  io::Frame complete = sending.frame;
  set_tcp_checksum(complete, *sending.layout);
  return put(complete, receiver.large_receive() ? sending.mss : 0);
}

}  // namespace lparsim::hypervisor
