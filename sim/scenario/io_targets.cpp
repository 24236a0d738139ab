#include "sim/scenario/io_targets.hpp"

#include <variant>

#include "sim/scenario/io_routes.hpp"

namespace lparsim::scenario {

std::vector<IoTargetName> io_targets(const PartitionConfig& partition) {
  std::vector<IoTargetName> targets;
  for (const DiskConfig& disk : partition.io.disks) {
    // The disks of a VIOS serve its clients' requests, and make none.
    if (!std::holds_alternative<PhysicalVolume>(disk.type)) targets.push_back({disk.name, trace::IoTargetKind::disk});
  }
  for (const std::string& peer : peers_of(partition)) targets.push_back({peer, trace::IoTargetKind::peer});
  return targets;
}

}  // namespace lparsim::scenario
