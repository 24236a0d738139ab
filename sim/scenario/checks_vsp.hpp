#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "sim/scenario/checks.hpp"

namespace lparsim::scenario {

/// What the checks of Virtual Service Partitions share: those of one server.
struct VspChecking {
  Checking& checking;
  std::size_t server;

  const ServerConfig& config() const { return checking.scenario.servers[server]; }
  const PartitionConfig& partition(std::size_t index) const { return config().partitions[index]; }
  std::string place(std::size_t partition) const { return checking.places.partition(server, partition) + ".vsp"; }
  std::string place(std::size_t partition, std::size_t hook) const { return place(partition) + ".hooks." + std::to_string(hook); }
  bool read(const std::string& place) const { return !checking.diagnostics.has_errors_under(place); }
  void error(const std::string& place, std::string message) const { checking.diagnostics.error_at(place, std::move(message)); }
  void warning(const std::string& place, std::string message) const { checking.diagnostics.warning_at(place, std::move(message)); }

  /// The partitions for which a hook is, by their places on the server; those of unknown names left out.
  std::vector<std::size_t> clients(std::size_t vsp, const VspHookConfig& hook) const;
};

/// Whether the partition ever makes a call of this hook, for which somebody may have to wait.
bool makes_calls(const PartitionConfig& partition, const VspHookConfig& hook);
/// Nobody waits for himself: a Virtual Service Partition for a VIOS that waits for it, or two of them for each other.
void check_vsp_circles(const VspChecking& vsps);

}  // namespace lparsim::scenario
