#pragma once
#include <optional>
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
  std::string why;  ///< `vscsi.command`, `its disks`
};

/// What permits make clients depend on: those of filters and providers. `partitions` are all of the server, for permits that list none.
std::vector<Dependency> dependencies_of(const VspConfig& vsp, std::span<const PartitionId> partitions);

/// Partitions that depend on each other in a circle, which would wait for each other; nothing where there is none. The circle that comes
/// first begins with the lowest number.
std::optional<std::vector<Dependency>> circle_in(std::span<const Dependency> dependencies);

}  // namespace lparsim::vsp
