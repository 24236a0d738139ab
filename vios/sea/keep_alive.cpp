#include "vios/sea/keep_alive.hpp"

#include <algorithm>

namespace lparsim::sea {

namespace {

// Behind the Ethernet header: 4 bytes of mark, 2 of priority, mode, health, number of clients, 3 reserved; then 8 for each client.
constexpr std::uint64_t kMark = 0x5345'4131;  // "SEA1"
constexpr std::uint32_t kBegin = 14;
constexpr std::uint32_t kFirstClient = kBegin + 12;

}  // namespace

io::Frame to_frame(const KeepAlive& message, io::MacAddress source) {
  io::Frame frame;
  frame.set_addresses(io::MacAddress::broadcast(), source);
  frame.set_ether_type(static_cast<std::uint16_t>(io::EtherType::local_experimental));
  const std::size_t clients = std::min(message.clients.size(), KeepAlive::kClients);
  frame.put<4>(kBegin, kMark);
  frame.put<2>(kBegin + 4, message.priority);
  frame.put<1>(kBegin + 6, static_cast<std::uint64_t>(message.mode));
  frame.put<1>(kBegin + 7, message.healthy ? 1 : 0);
  frame.put<1>(kBegin + 8, clients);
  auto at = kFirstClient;
  for (std::size_t i = 0; i < clients; ++i, at += 8)
    frame.put<8>(at, std::uint64_t{message.clients[i].first} << 48 | message.clients[i].second.bits);
  frame.length = std::max(at, io::kLeastFrame);
  return frame;
}

std::optional<KeepAlive> keep_alive(const io::Frame& frame) {
  const bool experimental = frame.ether_type() == static_cast<std::uint16_t>(io::EtherType::local_experimental);
  if (!experimental || frame.tagged() || frame.length < io::kLeastFrame || frame.number<4>(kBegin) != kMark) return std::nullopt;
  const std::uint64_t mode = frame.number<1>(kBegin + 6);
  const std::uint64_t clients = frame.number<1>(kBegin + 8);
  if (mode > static_cast<std::uint64_t>(HaMode::sharing) || clients > KeepAlive::kClients) return std::nullopt;
  KeepAlive message{frame.number<2>(kBegin + 4), static_cast<HaMode>(mode), frame.number<1>(kBegin + 7) != 0};
  for (std::uint32_t i = 0; i < clients; ++i) {
    const std::uint64_t client = frame.number<8>(kFirstClient + 8 * i);
    message.clients.push_back({static_cast<std::uint16_t>(client >> 48), io::MacAddress{client & 0xFFFF'FFFF'FFFF}});
  }
  return message;
}

}  // namespace lparsim::sea
