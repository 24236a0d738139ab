#pragma once
#include <cstdint>

#include "models/io/frame.hpp"

namespace lparsim::io::testing {

/// IPv4 and TCP headers that carry `payload` bytes; without checksums.
inline Frame tcp_frame(MacAddress destination, MacAddress source, std::uint32_t payload) {
  Frame frame;
  frame.length = 54 + payload;
  frame.set_addresses(destination, source);
  frame.set_ether_type(static_cast<std::uint16_t>(EtherType::ipv4));
  const auto put = [&](std::uint32_t at, std::uint32_t bytes, std::uint32_t value) {
    for (std::uint32_t i = bytes; i-- > 0; value >>= 8) frame.head[at + i] = static_cast<std::uint8_t>(value);
  };
  put(14, 4, 0x4500'0000 | (40 + payload));  // version, length
  put(18, 4, 0x1234'4000);                   // identification, do not fragment
  put(22, 4, 0x4006'0000);                   // time to live, TCP
  put(26, 4, 0x0A00'0001);
  put(30, 4, 0x0A00'0002);
  put(34, 4, 0x1388'0050);  // ports
  put(38, 4, 0xFFFF'FF00);  // sequence number
  put(42, 4, 0x0000'0001);
  put(46, 4, 0x5019'FFFF);  // header of 20 bytes; ACK, PSH, FIN
  put(50, 4, 0);
  return frame;
}

}  // namespace lparsim::io::testing
