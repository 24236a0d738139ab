#pragma once
#include <cstddef>
#include <cstdint>
#include <string>

#include "models/io/frame.hpp"
#include "sim/scenario/document.hpp"

namespace lparsim::scenario {

// Addresses in the network: the same in every run. All are locally administered (IEEE 802, second bit of the first octet).

enum class AddressKind : std::uint8_t { client, trunk, control, port };

/// Of an adapter of a partition: 02, server, partition (2 octets), kind and number.
constexpr io::MacAddress mac_of(std::size_t server, std::size_t partition, AddressKind kind, std::size_t number) {
  return {0x0200'0000'0000 | (server & 0xFF) << 32 | (partition & 0xFFFF) << 16 | (static_cast<std::uint64_t>(kind) & 0xF) << 12 |
          (number & 0xFFF)};
}
/// Of a host outside: 06, then its number.
constexpr io::MacAddress mac_of_host(std::size_t host) {
  return {0x0600'0000'0000 | (host & 0xFFFF'FFFF)};
}

/// With which tag a VLAN's frames travel outside of the servers: 0 (none) for one that is the PVID of some Shared Ethernet Adapter's first
/// trunk (mkvdev's default adapter), else the VLAN itself.
std::uint16_t tag_outside(const ScenarioConfig& scenario, std::uint16_t vlan);

}  // namespace lparsim::scenario
