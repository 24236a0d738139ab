#include "vios/sea/keep_alive.hpp"

#include <algorithm>

namespace lparsim::sea {

namespace {

// Behind the Ethernet header: 4 bytes of mark, 2 of priority, mode, health, number of clients, 3 reserved; then 8 for each client.
constexpr std::uint64_t kMark = 0x5345'4131;  // "SEA1"
constexpr std::uint32_t kBegin = 14;
constexpr std::uint32_t kFirstClient = kBegin + 12;

void put(io::Frame& frame, std::uint32_t at, std::uint32_t bytes, std::uint64_t value) {
  for (std::uint32_t i = bytes; i-- > 0; value >>= 8) frame.head[at + i] = static_cast<std::uint8_t>(value);
}

std::uint64_t number_at(const io::Frame& frame, std::uint32_t at, std::uint32_t bytes) {
  std::uint64_t value = 0;
  for (std::uint32_t i = 0; i < bytes; ++i) value = value << 8 | frame.head[at + i];
  return value;
}

}  // namespace

io::Frame to_frame(const KeepAlive& message, io::MacAddress source) {
  io::Frame frame;
  frame.set_addresses(io::MacAddress::broadcast(), source);
  frame.set_ether_type(static_cast<std::uint16_t>(io::EtherType::local_experimental));
  const std::size_t clients = std::min(message.clients.size(), KeepAlive::kClients);
  put(frame, kBegin, 4, kMark);
  put(frame, kBegin + 4, 2, message.priority);
  put(frame, kBegin + 6, 1, static_cast<std::uint64_t>(message.mode));
  put(frame, kBegin + 7, 1, message.healthy ? 1 : 0);
  put(frame, kBegin + 8, 1, clients);
  auto at = kFirstClient;
  for (std::size_t i = 0; i < clients; ++i, at += 8)
    put(frame, at, 8, std::uint64_t{message.clients[i].first} << 48 | message.clients[i].second.bits);
  frame.length = std::max(at, io::kLeastFrame);
  return frame;
}

std::optional<KeepAlive> keep_alive(const io::Frame& frame) {
  const bool experimental = frame.ether_type() == static_cast<std::uint16_t>(io::EtherType::local_experimental);
  if (!experimental || frame.tagged() || frame.length < io::kLeastFrame || number_at(frame, kBegin, 4) != kMark) return std::nullopt;
  const std::uint64_t mode = number_at(frame, kBegin + 6, 1);
  const std::uint64_t clients = number_at(frame, kBegin + 8, 1);
  if (mode > static_cast<std::uint64_t>(HaMode::sharing) || clients > KeepAlive::kClients) return std::nullopt;
  KeepAlive message{static_cast<std::uint32_t>(number_at(frame, kBegin + 4, 2)), static_cast<HaMode>(mode),
                    number_at(frame, kBegin + 7, 1) != 0};
  for (std::uint32_t i = 0; i < clients; ++i) {
    const std::uint64_t client = number_at(frame, kFirstClient + 8 * i, 8);
    message.clients.push_back({static_cast<std::uint16_t>(client >> 48), io::MacAddress{client & 0xFFFF'FFFF'FFFF}});
  }
  return message;
}

}  // namespace lparsim::sea
