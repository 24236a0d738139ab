#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace lparsim::hypervisor::dispatch {

/// One competitor for the excess of a window: a partition or a virtual processor. Times in ps.
struct Contender {
  std::size_t pool = 0;
  double weight = 0;
  double room = 0;           ///< most it can take: its virtual processors' time beyond their entitlement
  double share[2] = {0, 0};  ///< result, by level
};

/// What a pool may still hand out in the window. Times in ps.
struct PoolRoom {
  double own = 0;   ///< of its own capacity (level 0)
  double most = 0;  ///< below its maximum
};

/// Divides a window's `excess` among the contenders by weight; whoever meets a limit (its room, its pool's maximum) drops out and the
/// others share on in the same proportion. With several pools, each pool's own capacity goes to its members first. O(contenders x limits
/// met).
void plan_excess(double excess, std::span<PoolRoom> pools, std::span<Contender> contenders);

}  // namespace lparsim::hypervisor::dispatch
