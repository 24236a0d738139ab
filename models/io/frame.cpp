#include "models/io/frame.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace lparsim::io {

namespace {

std::uint64_t number_at(const Frame& frame, std::uint32_t at, std::uint32_t bytes) {
  std::uint64_t value = 0;
  for (std::uint32_t i = 0; i < bytes; ++i) value = value << 8 | frame.head[at + i];
  return value;
}

void put(Frame& frame, std::uint32_t at, std::uint32_t bytes, std::uint64_t value) {
  for (std::uint32_t i = bytes; i-- > 0; value >>= 8) frame.head[at + i] = static_cast<std::uint8_t>(value);
}

}  // namespace

std::string to_string(MacAddress mac) {
  return fmt::format("{:02x}:{:02x}:{:02x}:{:02x}:{:02x}:{:02x}", mac.bits >> 40 & 0xFF, mac.bits >> 32 & 0xFF, mac.bits >> 24 & 0xFF,
                     mac.bits >> 16 & 0xFF, mac.bits >> 8 & 0xFF, mac.bits & 0xFF);
}

MacAddress Frame::destination() const {
  return {number_at(*this, 0, 6)};
}

MacAddress Frame::source() const {
  return {number_at(*this, 6, 6)};
}

bool Frame::tagged() const {
  return number_at(*this, 12, 2) == static_cast<std::uint16_t>(EtherType::vlan);
}

std::uint16_t Frame::vlan() const {
  return tagged() ? static_cast<std::uint16_t>(number_at(*this, 14, 2) & 0xFFF) : std::uint16_t{0};
}

std::uint16_t Frame::ether_type() const {
  return static_cast<std::uint16_t>(number_at(*this, tagged() ? 16 : 12, 2));
}

void Frame::set_addresses(MacAddress destination, MacAddress source) {
  put(*this, 0, 6, destination.bits);
  put(*this, 6, 6, source.bits);
}

void Frame::set_ether_type(std::uint16_t type) {
  put(*this, tagged() ? 16 : 12, 2, type);
}

void Frame::tag(std::uint16_t vlan) {
  if (!tagged()) {
    std::copy_backward(head.begin() + 12, head.end() - 4, head.end());
    put(*this, 12, 2, static_cast<std::uint16_t>(EtherType::vlan));
    length += 4;
  }
  put(*this, 14, 2, vlan);
}

void Frame::untag() {
  if (!tagged()) return;
  std::copy(head.begin() + 16, head.end(), head.begin() + 12);
  std::fill(head.end() - 4, head.end(), std::uint8_t{0});
  length -= 4;
}

}  // namespace lparsim::io
