#include "models/io/tcp_segment.hpp"

#include <algorithm>

#include "sim/base/check.hpp"

namespace lparsim::io {

namespace {

constexpr std::uint16_t kEtherTypeIpv6 = 0x86DD;
constexpr std::uint32_t kIpv4Header = 20;
constexpr std::uint32_t kIpv6Header = 40;
constexpr std::uint32_t kTcpHeader = 20;
constexpr std::uint8_t kProtocolTcp = 6;
constexpr std::uint8_t kFin = 0x01;
constexpr std::uint8_t kPsh = 0x08;
constexpr std::uint8_t kCwr = 0x80;

// RFC 1071, of the bytes from `begin` up to `end`; `begin` is even within what is summed.
std::uint64_t sum(const Frame& frame, std::uint32_t begin, std::uint32_t end) {
  std::uint64_t total = 0;
  std::uint32_t at = begin;
  for (; at + 8 <= end; at += 8) {  // four at once: the carries are folded in
    const std::uint64_t four = frame.number<8>(at);
    total += (four >> 32) + (four & 0xFFFF'FFFF);
  }
  for (; at + 1 < end; at += 2) total += static_cast<std::uint32_t>(frame.head[at] << 8 | frame.head[at + 1]);
  return at < end ? total + (std::uint64_t{frame.head[at]} << 8) : total;
}

std::uint16_t folded(std::uint64_t total) {
  while (total >> 16 != 0) total = (total & 0xFFFF) + (total >> 16);
  return static_cast<std::uint16_t>(~total);
}

// The offset behind the IPv6 header and those extension headers that LoPAR names for its checksums, or 0 where TCP does not follow.
std::uint32_t behind_ipv6(const Frame& frame, std::uint32_t ip) {
  constexpr std::uint8_t kHopByHop = 0;
  constexpr std::uint8_t kRouting = 43;
  constexpr std::uint8_t kDestinationOptions = 60;
  std::uint8_t next = frame.head[ip + 6];
  std::uint32_t at = ip + kIpv6Header;
  while (next == kHopByHop || next == kRouting || next == kDestinationOptions) {
    if (at + 2 > Frame::kHead) return 0;
    next = frame.head[at];
    at += 8 + 8U * frame.head[at + 1];
  }
  return next == kProtocolTcp ? at : 0;
}

}  // namespace

std::optional<TcpLayout> tcp_layout(const Frame& frame) {
  TcpLayout layout;
  layout.ip = frame.header_length();
  const std::uint32_t there = std::min(frame.length, Frame::kHead);
  std::uint32_t end = 0;
  if (frame.ether_type() == static_cast<std::uint16_t>(EtherType::ipv4)) {
    if (layout.ip + kIpv4Header > there || frame.head[layout.ip] >> 4 != 4 || frame.head[layout.ip + 9] != kProtocolTcp)
      return std::nullopt;
    constexpr std::uint32_t kFragment = 0x3FFF;  // more fragments, or an offset
    if ((frame.number<2>(layout.ip + 6) & kFragment) != 0) return std::nullopt;
    layout.tcp = layout.ip + 4U * (frame.head[layout.ip] & 0xF);
    if (layout.tcp < layout.ip + kIpv4Header) return std::nullopt;
    end = layout.ip + frame.number<2>(layout.ip + 2);
  } else if (frame.ether_type() == kEtherTypeIpv6) {
    if (layout.ip + kIpv6Header > there || frame.head[layout.ip] >> 4 != 6) return std::nullopt;
    layout.ipv6 = true;
    layout.tcp = behind_ipv6(frame, layout.ip);
    if (layout.tcp == 0) return std::nullopt;
    end = layout.ip + kIpv6Header + frame.number<2>(layout.ip + 4);
  } else {
    return std::nullopt;
  }
  if (layout.tcp + kTcpHeader > there) return std::nullopt;
  const std::uint32_t header = 4U * (frame.head[layout.tcp + 12] >> 4);
  layout.payload = layout.tcp + header;
  if (header < kTcpHeader || layout.payload > there || end < layout.payload || end > frame.length) return std::nullopt;
  layout.payload_length = end - layout.payload;
  return layout;
}

Frame segment(const Frame& frame, const TcpLayout& layout, std::uint32_t mss, std::uint32_t number) {
  const std::uint32_t from = number * mss;
  const std::uint32_t carried = std::min(mss, layout.payload_length - from);
  const bool last = from + carried == layout.payload_length;
  Frame result;
  result.length = layout.payload + carried;
  std::copy_n(frame.head.begin(), std::min(result.length, Frame::kHead), result.head.begin());

  if (layout.ipv6) {
    result.put<2>(layout.ip + 4, result.length - layout.ip - kIpv6Header);
  } else {
    result.put<2>(layout.ip + 2, result.length - layout.ip);
    result.put<2>(layout.ip + 4, frame.number<2>(layout.ip + 4) + number);
    set_ip_checksum(result, layout);
  }
  result.put<4>(layout.tcp + 4, frame.number<4>(layout.tcp + 4) + from);
  std::uint8_t& flags = result.head[layout.tcp + 13];
  if (!last) flags = static_cast<std::uint8_t>(flags & ~(kFin | kPsh));
  if (number != 0) flags = static_cast<std::uint8_t>(flags & ~kCwr);
  return result;
}

std::uint32_t segments_of(const Frame& frame) {
  if (frame.mss == 0) return 1;
  const auto layout = tcp_layout(frame);
  return layout ? segments(*layout, frame.mss) : 1;
}

Frame segment_of(const Frame& frame, std::uint32_t n) {
  const std::uint32_t count = segments_of(frame);
  LPARSIM_CHECK(n < count, "segment {} of a frame with {}", n, count);
  if (count > 1) return segment(frame, *tcp_layout(frame), frame.mss, n);
  Frame whole = frame;
  whole.mss = 0;
  return whole;
}

void set_ip_checksum(Frame& frame, const TcpLayout& layout) {
  if (layout.ipv6) return;
  frame.put<2>(layout.ip + 10, 0);
  frame.put<2>(layout.ip + 10, folded(sum(frame, layout.ip, layout.ip + 4U * (frame.head[layout.ip] & 0xF))));
}

void set_tcp_checksum(Frame& frame, const TcpLayout& layout) {
  const std::uint32_t end = layout.ipv6 ? layout.ip + kIpv6Header + frame.number<2>(layout.ip + 4)  //
                                        : layout.ip + frame.number<2>(layout.ip + 2);
  const std::uint32_t addresses = layout.ip + (layout.ipv6 ? 8 : 12);
  frame.put<2>(layout.tcp + 16, 0);
  const std::uint64_t pseudo = sum(frame, addresses, addresses + (layout.ipv6 ? 32 : 8)) + kProtocolTcp + (end - layout.tcp);
  frame.put<2>(layout.tcp + 16, folded(pseudo + sum(frame, layout.tcp, std::min(end, Frame::kHead))));
}

}  // namespace lparsim::io
