#include "models/vsp/dependencies.hpp"

#include <algorithm>
#include <set>

#include "models/vsp/catalogue.hpp"

namespace lparsim::vsp {

namespace {

/// Extends `path` to one that ends at `goal`.
bool reaches(std::span<const Dependency> all, PartitionId from, PartitionId goal, std::set<PartitionId>& seen,
             std::vector<Dependency>& path) {
  for (const Dependency& next : all) {
    if (next.who != from) continue;
    path.push_back(next);
    if (next.on == goal || (seen.insert(next.on).second && reaches(all, next.on, goal, seen, path))) return true;
    path.pop_back();
  }
  return false;
}

}  // namespace

std::vector<Dependency> dependencies_of(const VspConfig& vsp, std::span<const PartitionId> partitions) {
  std::vector<Dependency> found;
  for (const HookPermit& permit : vsp.permits) {
    if (permit.role == Role::observer) continue;
    const std::span<const PartitionId> clients = permit.clients.empty() ? partitions : permit.clients;
    for (const PartitionId client : clients)
      if (client != vsp.partition) found.push_back({client, vsp.partition, std::string{to_string(permit.hook)}});
  }
  return found;
}

std::optional<std::vector<Dependency>> circle_in(std::span<const Dependency> dependencies) {
  std::set<PartitionId> partitions;
  for (const Dependency& d : dependencies) partitions.insert(d.who);
  for (const PartitionId start : partitions) {
    std::set<PartitionId> seen;
    std::vector<Dependency> path;
    if (reaches(dependencies, start, start, seen, path)) return path;
  }
  return std::nullopt;
}

}  // namespace lparsim::vsp
