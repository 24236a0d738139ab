#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/io/frame.hpp"
#include "sim/scenario/io_index.hpp"

namespace lparsim::scenario {

/// How a partition reaches a peer: a service of a partition (`db.orders`) or a host outside (`gateway`).
struct Route {
  std::size_t adapter = 0;  ///< in its PartitionIoConfig::ethernet
  io::MacAddress mac;
  std::uint16_t service = 0;
  std::optional<IoIndex::Owner> peer{};  ///< absent: a host outside
  std::size_t peer_adapter = 0;          ///< likewise in that partition's
  bool inside = false;                   ///< over the virtual switch alone
};

/// Over the first of its adapters that has a VLAN in common with the peer: on the same virtual switch, or bridged to the network outside at
/// both ends. Nothing if there is none, or no such peer.
std::optional<Route> route_to(const IoIndex& index, IoIndex::Owner from, const std::string& peer);

/// Number of the service that is a partition's workload with this index.
constexpr std::uint16_t service_number(std::size_t workload) {
  return static_cast<std::uint16_t>(1'000 + workload % 15'000);
}

/// Whether the trunk takes part in the VLAN.
bool has_vlan(const TrunkConfig& trunk, std::uint16_t vlan);

/// Whether a Shared Ethernet Adapter of the server bridges the VLAN of the switch to the network outside.
bool is_bridged(const IoIndex& index, std::size_t server, const std::string& virtual_switch, std::uint16_t vlan);

/// What the workloads of a partition send to and call, each once, in the order in which they stand there.
std::vector<std::string> peers_of(const PartitionConfig& partition);

/// The index of the workload of that name which is a service.
std::optional<std::size_t> find_service(const PartitionConfig& partition, const std::string& name);

}  // namespace lparsim::scenario
