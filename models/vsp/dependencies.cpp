#include "models/vsp/dependencies.hpp"

#include <deque>
#include <map>
#include <set>

#include "models/vsp/catalogue.hpp"

namespace lparsim::vsp {

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

std::vector<Dependency> circle_of(PartitionId who, std::span<const Dependency> dependencies) {
  std::multimap<PartitionId, const Dependency*> of;
  for (const Dependency& d : dependencies) of.emplace(d.who, &d);
  std::map<PartitionId, const Dependency*> came;  // by which dependency a partition was reached first
  std::deque<PartitionId> next{who};
  for (; !next.empty(); next.pop_front()) {
    const auto [begin, end] = of.equal_range(next.front());
    for (auto entry = begin; entry != end; ++entry) {
      const Dependency& d = *entry->second;
      if (!came.emplace(d.on, &d).second) continue;
      if (d.on != who) {
        next.push_back(d.on);
        continue;
      }
      std::vector<Dependency> way{d};
      while (way.front().who != who) way.insert(way.begin(), *came.at(way.front().who));
      return way;
    }
  }
  return {};
}

std::vector<Dependency> circle_in(std::span<const Dependency> dependencies) {
  std::set<PartitionId> partitions;
  for (const Dependency& d : dependencies) partitions.insert(d.who);
  for (const PartitionId start : partitions)
    if (auto way = circle_of(start, dependencies); !way.empty()) return way;
  return {};
}

}  // namespace lparsim::vsp
