#include "models/hypervisor/hooked_frame.hpp"

#include <algorithm>
#include <array>

#include "models/hypervisor/io_page.hpp"

namespace lparsim::hypervisor {

namespace {

constexpr std::uint8_t kTcp = 6;
constexpr std::uint8_t kUdp = 17;

}  // namespace

void describe(const io::Frame& frame, std::uint16_t vlan, vsp::Call& call) {
  call.function = vlan;
  call.arguments[0] = frame.length;
  call.arguments[1] = frame.source().bits;
  call.arguments[2] = frame.destination().bits;
  call.arguments[3] = frame.ether_type();
  call.arguments[7] = frame.mss;
  constexpr std::uint32_t kIpv4Header = 20, kPorts = 4;
  const std::uint32_t ip = frame.header_length();
  if (frame.ether_type() != static_cast<std::uint16_t>(io::EtherType::ipv4) || ip + kIpv4Header > frame.length) return;
  call.arguments[4] = frame.number<8>(ip + 12);
  const std::uint8_t protocol = frame.head[ip + 9];
  call.arguments[5] = std::uint64_t{protocol} << 32;
  const std::uint32_t above = ip + 4U * (frame.head[ip] & 0xF);
  const bool has_ports = (protocol == kTcp || protocol == kUdp) && above + kPorts <= std::min(frame.length, io::Frame::kHead);
  if (has_ports) call.arguments[5] |= frame.number<kPorts>(above);
}

vsp::Buffer HeldHeads::keep(const io::Frame& frame) {
  if (free_.empty()) {
    const std::uint64_t page = page_();
    for (std::uint64_t at = kIoPage; at > 0; at -= io::Frame::kHead) free_.push_back(page + at - io::Frame::kHead);
  }
  const std::uint64_t address = free_.back();
  free_.pop_back();
  memory_.write(address, frame.head);
  return {address, Bytes{io::Frame::kHead}, true, true};
}

bool HeldHeads::take_back(std::uint64_t address, io::Frame& frame) {
  std::array<std::uint8_t, io::Frame::kHead> head{};
  memory_.read(address, head);
  forget(address);
  if (head == frame.head) return false;
  frame.head = head;
  return true;
}

}  // namespace lparsim::hypervisor
