#include "models/io/frame.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace lparsim::io {

std::string to_string(MacAddress mac) {
  return fmt::format("{:02x}:{:02x}:{:02x}:{:02x}:{:02x}:{:02x}", mac.bits >> 40 & 0xFF, mac.bits >> 32 & 0xFF, mac.bits >> 24 & 0xFF,
                     mac.bits >> 16 & 0xFF, mac.bits >> 8 & 0xFF, mac.bits & 0xFF);
}

void Frame::set_addresses(MacAddress destination, MacAddress source) {
  put<6>(0, destination.bits);
  put<6>(6, source.bits);
}

void Frame::set_ether_type(std::uint16_t type) {
  put<2>(tagged() ? 16 : 12, type);
}

void Frame::tag(std::uint16_t vlan) {
  if (!tagged()) {
    std::copy_backward(head.begin() + 12, head.end() - 4, head.end());
    put<2>(12, static_cast<std::uint16_t>(EtherType::vlan));
    length += 4;
  }
  put<2>(14, vlan);
}

void Frame::untag() {
  if (!tagged()) return;
  std::copy(head.begin() + 16, head.end(), head.begin() + 12);
  std::fill(head.end() - 4, head.end(), std::uint8_t{0});
  length -= 4;
}

}  // namespace lparsim::io
