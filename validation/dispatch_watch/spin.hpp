#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "validation/dispatch_watch/watched_dispatch.hpp"

namespace lparsim::validation {

/// A shared partition that uses up to `demand` PU; more than it has virtual processors: all of them compute for ever.
struct Spinner {
  double entitlement = 0;  ///< PU, in hundredths
  std::uint32_t virtual_processors = 1;
  std::uint32_t weight = 128;
  bool capped = false;
  std::size_t pool = 0;  ///< 0: the default pool
  double demand = 1e9;   ///< PU; below 1: each window one virtual processor computes that long, from the window's start
};

inline ProcessingUnits processing_units(double pu) {
  return ProcessingUnits::from_hundredths(static_cast<std::int64_t>(pu * 100 + 0.5));
}

/// What each partition gets over `windows`, in PU. `pools` are those besides the default one. Throws CheckFailure when a rule that must
/// always hold is broken.
std::vector<double> spin(const hypervisor::FrameSpec& frame, std::span<const hypervisor::PoolSpec> pools, std::span<const Spinner> spinners,
                         int windows = 100);
std::vector<double> spin(std::uint32_t cores, std::span<const Spinner> spinners);

}  // namespace lparsim::validation
