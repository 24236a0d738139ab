#pragma once
#include <cstdint>
#include <vector>

#include "sim/base/ids.hpp"
#include "sim/base/time.hpp"
#include "sim/base/units.hpp"

namespace lparsim::core {

/// A core's cache and what it takes to fill it again. docs/models/cache-refill.md
struct CacheRefillConfig {
  /// What a core has to itself: the L2 cache of POWER7 (POWER7 and POWER7+ Optimization and Tuning Guide, table 2-6).
  Bytes cache{256 * 1024};
  /// One line from a core of the same chip, and of another chip: measured on two 3.3 GHz POWER7 (github.com/nviennot/core-to-core-latency).
  SimTime line_transfer = SimTime::from_ns(173);
  SimTime line_transfer_other_chip = SimTime::from_ns(443);
  /// Lines under way at once. Assumed: no figure for a whole working set is published.
  std::uint32_t overlapping_misses = 8;
};

/// What a virtual processor keeps in its core's cache. Assumed: it depends on what runs there.
inline constexpr Bytes kAssumedCacheFootprint{256 * 1024};

/// How long virtual processors wait for their working sets after a switch.
///
/// A virtual processor uses the lines of its footprint, at most those of the cache. When it comes to another core, all of them follow it,
/// `overlapping_misses` at a time, from the core where it ran last. Back on its core it fetches what others have pushed out: the cache
/// keeps what was used last, so that of its lines as many stay as there is room beside what all others have used there since; who came
/// twice with others in between counts twice. Its first turn fetches nothing: there is no working set yet. A turn that ends before all
/// lines are there goes on fetching the next time. Every call is O(1).
class CacheRefill {
 public:
  static constexpr std::uint64_t kLineBytes = 128;  ///< of all POWER processors from POWER4 on

  CacheRefill(const CacheRefillConfig& config, std::uint32_t cores, std::uint32_t cores_per_chip);

  /// The next virtual processor: VpId 0, then 1 and so on.
  void add(Bytes footprint);
  /// It comes to a core and executes from `useful_from` on: how long it will wait for lines then.
  SimTime come(VpId vp, CoreId core, SimTime useful_from);
  /// It leaves the core it came to: how long it has waited for lines.
  SimTime leave(VpId vp, SimTime now);
  /// How long it has waited since it came.
  SimTime waited(VpId vp, SimTime now) const;
  /// What it had is gone, its partition was stopped: as if it had never run. It is on no core.
  void forget(VpId vp);

  /// For `bytes` from a core of the same chip or of another one: min(bytes, cache) / 128 B x line transfer / overlapping misses.
  SimTime time_for(Bytes bytes, bool other_chip) const;

 private:
  struct VirtualProcessor {
    std::uint64_t lines = 0;    ///< of its footprint, at most those of the cache
    std::uint64_t present = 0;  ///< of these, in the cache of its last core; while it runs: when it came
    std::int64_t last_core = -1;
    std::uint64_t used_then = 0;  ///< Core::used when it left
    SimTime useful_from;
    SimTime per_wait;  ///< one line's transfer
  };
  struct Core {
    std::uint64_t used = 0;       ///< lines that virtual processors have used here, one stay after the other
    std::int64_t last = -1;       ///< virtual processor
    std::uint64_t last_used = 0;  ///< the part of `used` that counts for it, since others were here
  };

  SimTime time_of(std::uint64_t lines, SimTime transfer) const;
  std::uint64_t lines_of(Bytes bytes) const;

  CacheRefillConfig config_;
  std::uint64_t cache_lines_;
  std::uint32_t cores_per_chip_;
  std::vector<VirtualProcessor> vps_;
  std::vector<Core> cores_;
};

}  // namespace lparsim::core
