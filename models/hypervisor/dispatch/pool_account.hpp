#pragma once
#include <cstdint>
#include <limits>
#include <vector>

#include "models/hypervisor/dispatch/entities.hpp"
#include "models/hypervisor/dispatch/tournament.hpp"
#include "sim/base/time.hpp"
#include "sim/base/units.hpp"

namespace lparsim::hypervisor::dispatch {

/// What a shared processor pool has used and promised within the current window, and the two limits that follow from it: what is left of
/// its own capacity (entitlements + reserve: "level 0" of the multiple shared processor pools), and of its maximum. Times are valid as of
/// the latest settle().
///
/// A member that sleeps may wake and claim its entitlement, so the pool's maximum must not be given away to others under it; nor may it
/// stay unused when the member sleeps on. So entitlement is held back as far as members used it in the window before and do not claim it
/// yet, and what is held back fades evenly over the first nine tenths of the window (assumed: no published text says how the maximum is
/// enforced within a window; docs/models/dispatcher.md).
struct Pool {
  static constexpr double kNoClock = std::numeric_limits<double>::infinity();

  PoolId id{};
  bool limited = false;  ///< has a maximum below the shared cores
  ProcessingUnits maximum;
  ProcessingUnits reserved;
  ProcessingUnits entitlements;       ///< of the members active at the window's start
  ProcessingUnits next_entitlements;  ///< the same for the next window

  SimTime used;           ///< by members, in this window
  SimTime used_own;       ///< the part that was entitled or level-0 excess
  SimTime used_entitled;  ///< the part that was entitled
  SimTime last_entitled;  ///< the same in the window before
  SimTime claims;         ///< the part of it that ready virtual processors may use
  SimTime planned[2];     ///< parts of the excess not yet run, by level
  SimTime granted[2];     ///< outstanding slices of other excess, by level
  std::int32_t running_entitled = 0;
  std::int32_t running_planned[2] = {0, 0};
  std::int32_t running_excess[2] = {0, 0};
  SimTime settled;
  SimTime total_used;  ///< ever

  std::vector<ExcessEntity*> seats;  ///< competitors for excess, by number in the tournaments
  /// Those with a virtual processor waiting, by their clocks: for the pool's own capacity, for the frame's.
  Tournament<double> furthest_behind[2] = {Tournament<double>{kNoClock}, Tournament<double>{kNoClock}};
  double newest_clock = 0;  ///< level-0 clock of the latest choice

  void settle(SimTime now);
  /// `next`: the window before was the one just accounted for (not one that passed unseen).
  void begin_window(SimTime begin, bool next);
  /// Time that members may still get at level 0 in this window.
  SimTime own_left(SimTime window) const;
  /// Time that members may still get on excess without the pool exceeding its maximum; never() when it has none.
  SimTime headroom(SimTime begin, SimTime window) const;
  /// The same for entitlement that a woken member claims beyond `claims`.
  SimTime headroom_for_claims(SimTime window) const;
  /// When fading alone will have made headroom() reach `enough`; never() if it will not within the window.
  SimTime when_headroom_reaches(SimTime enough, SimTime begin, SimTime window) const;

 private:
  SimTime expected_claims() const;
  double faded(SimTime at, SimTime begin, SimTime window) const;
};

}  // namespace lparsim::hypervisor::dispatch
