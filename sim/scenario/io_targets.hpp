#pragma once
#include <string>
#include <vector>

#include "sim/scenario/document.hpp"
#include "sim/trace/io_records.hpp"

namespace lparsim::scenario {

/// What the requests of a partition go to, by the name that the scenario uses.
struct IoTargetName {
  std::string name;
  trace::IoTargetKind kind{};
};

/// Those of a partition: the disks that others serve it, and what its workloads send to and call.
std::vector<IoTargetName> io_targets(const PartitionConfig& partition);

}  // namespace lparsim::scenario
