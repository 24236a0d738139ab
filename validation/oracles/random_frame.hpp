#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/base/units.hpp"
#include "validation/oracles/water_fill.hpp"

namespace lparsim::oracles {

/// A shared processor pool of a drawn frame; pool 0 is the default one and has neither of the two.
struct FramePool {
  ProcessingUnits maximum;
  ProcessingUnits reserved;
};

/// A partition of a drawn frame. Virtual processors that are not busy stay idle for ever, the busy ones compute for ever.
struct FramePartition {
  bool dedicated = false;  ///< a core of its own for each virtual processor; entitlement, weight, cap and pool mean nothing then
  bool donates = false;    ///< dedicated only: lends the cores of idle virtual processors to the shared ones
  bool capped = false;
  int virtual_processors = 1;
  int busy = 1;  ///< virtual processors that compute, 0 to all
  int weight = 128;
  ProcessingUnits entitlement = {};
  std::size_t pool = 0;
};

/// A server that every check accepts: POWER7+ or later (0.05 PU at least a virtual processor, 1 PU at most); entitlements and reserves fit
/// the cores that are not dedicated and, pool by pool, the maxima; a pool's maximum is whole cores.
struct Frame {
  int cores = 1;
  std::vector<FramePool> pools;            ///< the default pool first
  std::vector<FramePartition> partitions;  ///< 1 to 200

  int shared_cores() const;
};

/// The frame number `seed`, the same on every machine: 1 to 64 cores, 1 to 200 partitions, up to 5 pools besides the default one, small
/// ones more often. One frame in three or so is an edge case: entitlements that add up to the cores exactly, or that do not pack onto whole
/// cores (0.66 PU three times on 2 cores), or of 1 PU a virtual processor.
Frame random_frame(std::uint64_t seed);

/// The PU that each partition consumes in the long run: water_fill() for the shared ones, the busy virtual processors of the dedicated
/// ones.
std::vector<double> expected_consumption(const Frame& frame, ShareExcessBy by = ShareExcessBy::kPartition);

}  // namespace lparsim::oracles
