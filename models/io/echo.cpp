#include "models/io/echo.hpp"

namespace lparsim::io {

namespace {

constexpr std::uint8_t kIcmp = 1;
constexpr std::uint8_t kRequest = 8;
constexpr std::uint8_t kReply = 0;
constexpr std::uint32_t kIpHeader = 20;
constexpr std::uint32_t kIcmpHeader = 8;

}  // namespace

Frame echo_request(MacAddress destination, MacAddress source) {
  Frame frame;
  frame.set_addresses(destination, source);
  frame.set_ether_type(static_cast<std::uint16_t>(EtherType::ipv4));
  const std::uint32_t ip = frame.header_length();
  frame.head[ip] = 0x45;
  frame.head[ip + 3] = kIpHeader + kIcmpHeader;
  frame.head[ip + 8] = 64;  // time to live
  frame.head[ip + 9] = kIcmp;
  frame.head[ip + 10] = 0x7A;  // checksum of this header
  frame.head[ip + 11] = 0xE2;
  frame.head[ip + kIpHeader] = kRequest;
  frame.head[ip + kIpHeader + 2] = 0xF7;  // and of this one
  frame.head[ip + kIpHeader + 3] = 0xFF;
  frame.length = kLeastFrame;
  return frame;
}

std::optional<Frame> echo_reply(const Frame& frame) {
  const std::uint32_t ip = frame.header_length();
  const bool is_request = frame.ether_type() == static_cast<std::uint16_t>(EtherType::ipv4) && frame.head[ip] == 0x45 &&
                          frame.head[ip + 9] == kIcmp && frame.head[ip + kIpHeader] == kRequest &&
                          frame.length >= ip + kIpHeader + kIcmpHeader;
  if (!is_request) return std::nullopt;
  Frame reply = frame;
  reply.set_addresses(frame.source(), frame.destination());
  reply.head[ip + kIpHeader] = kReply;
  reply.head[ip + kIpHeader + 2] = 0xFF;
  return reply;
}

}  // namespace lparsim::io
