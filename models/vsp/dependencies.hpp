#pragma once
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "models/vsp/config.hpp"
#include "sim/base/ids.hpp"

namespace lparsim::vsp {

/// One partition cannot do its work without another.
struct Dependency {
  PartitionId who{};
  PartitionId on{};
  std::string why;       ///< `vscsi.command`, `its disks`
  std::size_t mark = 0;  ///< the caller's own
};

/// What permits make clients depend on: those of filters and providers. `partitions` are all of the server, for permits that list none.
std::vector<Dependency> dependencies_of(const VspConfig& vsp, std::span<const PartitionId> partitions);

/// The shortest way by which a partition depends on itself, and would wait for itself; empty where there is none.
std::vector<Dependency> circle_of(PartitionId who, std::span<const Dependency> dependencies);
/// That of the lowest number which has one.
std::vector<Dependency> circle_in(std::span<const Dependency> dependencies);

}  // namespace lparsim::vsp
