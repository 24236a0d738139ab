#include "vios/sea/ip_fragments.hpp"

#include <algorithm>

namespace lparsim::sea {

namespace {

constexpr std::uint32_t kIpHeader = 20;
constexpr std::uint32_t kDontFragment = 0x4000;
constexpr std::uint32_t kMoreFragments = 0x2000;

// RFC 1071 of `bytes` bytes, put at `place` among them.
void put_checksum(io::Frame& frame, std::uint32_t at, std::uint32_t bytes, std::uint32_t place) {
  frame.put<2>(place, 0);
  std::uint32_t sum = 0;
  for (std::uint32_t i = 0; i < bytes; i += 2) sum += frame.number<2>(at + i);
  while (sum >> 16 != 0) sum = (sum & 0xFFFF) + (sum >> 16);
  frame.put<2>(place, ~sum & 0xFFFF);
}

bool is_ipv4(const io::Frame& frame) {
  const std::uint32_t ip = frame.header_length();
  return frame.ether_type() == static_cast<std::uint16_t>(io::EtherType::ipv4) && frame.length >= ip + kIpHeader &&
         frame.head[ip] >> 4 == 4;
}

}  // namespace

bool may_fragment(const io::Frame& frame) {
  return is_ipv4(frame) && (frame.number<2>(frame.header_length() + 6) & kDontFragment) == 0;
}

std::vector<io::Frame> fragments(const io::Frame& frame, std::uint32_t mtu) {
  const std::uint32_t ip = frame.header_length();
  const std::uint32_t header = 4U * (frame.head[ip] & 0xF);
  const std::uint32_t data = frame.length - ip - header;
  const std::uint32_t most = (mtu - header) / 8 * 8;
  const std::uint32_t flags = frame.number<2>(ip + 6);
  std::vector<io::Frame> result;
  for (std::uint32_t from = 0; from < data; from += most) {
    const std::uint32_t part = std::min(most, data - from);
    const bool last = from + part == data;
    io::Frame& piece = result.emplace_back(frame);
    piece.length = ip + header + part;
    piece.put<2>(ip + 2, header + part);
    piece.put<2>(ip + 6, (flags + from / 8) | (last ? flags & kMoreFragments : kMoreFragments));
    put_checksum(piece, ip, header, ip + 10);
  }
  return result;
}

std::optional<io::Frame> too_big(const io::Frame& frame, std::uint32_t mtu) {
  if (!is_ipv4(frame)) return std::nullopt;
  constexpr std::uint32_t kIcmpHeader = 8;
  constexpr std::uint32_t kQuoted = kIpHeader + 8;  // its header and 8 bytes of its data (RFC 792)
  constexpr std::uint32_t kDestinationUnreachable = 3;
  constexpr std::uint32_t kFragmentationNeeded = 4;
  const std::uint32_t ip = frame.header_length();
  io::Frame answer;
  answer.head = frame.head;
  answer.set_addresses(frame.source(), frame.destination());
  answer.length = ip + kIpHeader + kIcmpHeader + kQuoted;
  std::copy_n(frame.head.begin() + ip, kQuoted, answer.head.begin() + ip + kIpHeader + kIcmpHeader);
  answer.put<4>(ip, 0x4500'0000 | (kIpHeader + kIcmpHeader + kQuoted));
  answer.put<4>(ip + 4, 0);
  answer.put<4>(ip + 8, 0x4001'0000);  // time to live 64, ICMP
  answer.put<4>(ip + 12, frame.number<4>(ip + 16));
  answer.put<4>(ip + 16, frame.number<4>(ip + 12));
  put_checksum(answer, ip, kIpHeader, ip + 10);
  const std::uint32_t icmp = ip + kIpHeader;
  answer.put<4>(icmp, kDestinationUnreachable << 24 | kFragmentationNeeded << 16);
  answer.put<4>(icmp + 4, mtu);
  std::fill(answer.head.begin() + answer.length, answer.head.end(), std::uint8_t{0});
  put_checksum(answer, icmp, kIcmpHeader + kQuoted, icmp + 2);
  return answer;
}

}  // namespace lparsim::sea
