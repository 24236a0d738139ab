#include "gui/data/lane.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/trace/span_names.hpp"

namespace lparsim::gui {

namespace {

/// Disks, peers and services of a partition; beneath it they need not repeat its name.
void addIo(const RunFacts& facts, const trace::PartitionFacts& partition, bool beneath, std::vector<Lane>& lanes) {
  const auto add = [&](LaneKey key, const std::string& name) {
    const std::string full = partition.name + " " + name;
    lanes.push_back({key, beneath ? name : full, full, beneath ? 1 : 0, false});
  };
  for (const trace::IoTarget& target : facts.targets)
    if (target.server == partition.server && target.partition == partition.partition) add(LaneKey::io_target(target.id), target.name);
  if (isService(facts, partition)) add(LaneKey::vsp(partition.server, partition.partition), "calls");
}

void addCores(const RunFacts& facts, std::vector<Lane>& lanes) {
  for (const trace::ServerFacts& server : facts.info.servers) {
    // Dedicated partitions own the lowest cores.
    std::uint32_t dedicated = 0;
    for (const trace::PartitionFacts& p : facts.info.partitions)
      if (p.server == server.server) dedicated += p.cores;
    for (std::uint32_t core = 0; core < server.cores; ++core) {
      const std::string name = fmt::format("core {}", core), full = server.name + " " + name;
      lanes.push_back({LaneKey::core(server.server, CoreId{core}), facts.info.servers.size() > 1 ? full : name, full, 0, core < dedicated});
    }
  }
}

}  // namespace

std::vector<Lane> lanesOf(const RunFacts& facts, Arrangement arrangement) {
  std::vector<Lane> lanes;
  const bool by_core = arrangement == Arrangement::byCore;
  if (by_core) addCores(facts, lanes);
  for (const trace::PartitionFacts& partition : facts.info.partitions) {
    const bool dedicated = partition.mode == "dedicated";
    if (!by_core)
      lanes.push_back({LaneKey::partition(partition.server, partition.partition), partition.name, partition.name, 0, dedicated});
    const std::uint32_t processors = arrangement == Arrangement::byVirtualProcessor ? virtualProcessorsOf(facts, partition) : 0;
    for (std::uint32_t vp = 0; vp < processors; ++vp) {
      const std::string name = fmt::format("vp {}", vp);
      lanes.push_back(
          {LaneKey::virtual_processor(partition.server, partition.partition, vp), name, partition.name + " " + name, 1, dedicated});
    }
    addIo(facts, partition, !by_core, lanes);
  }
  return lanes;
}

}  // namespace lparsim::gui
