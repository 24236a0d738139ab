#pragma once
#include <deque>

#include "sim/base/time.hpp"

namespace lparsim::oracles {

// A virtual processor of a capped partition gets `budget` of processor time in each `window`, and nothing beyond: 0 < budget <= window.

/// Response of a job of `demand` > 0 that starts with its window, on a core of its own: (n - 1) windows of waiting and the rest of the
/// demand, n = demand / budget rounded up.
SimTime capped_job_response(SimTime demand, SimTime budget, SimTime window);

/// Longest time between two dispatches of a virtual processor that always wants to run: served first in one window and last in the next.
/// 16 ms for 0.2 PU (the Gantt chart of IBM SG24-7940), the blackout of a periodic resource (Shin and Lee, RTSS 2003).
SimTime dispatch_gap_bound(SimTime window, SimTime budget);

/// One capped virtual processor with a core of its own that serves jobs first come first served; a budget not used early in a window may be
/// used later in it, and is lost at its end. Times count from the start of a window.
class CappedQueue {
 public:
  CappedQueue(SimTime budget, SimTime window) : budget_{budget}, window_{window}, left_{budget} {}

  /// Takes the next job, in order of arrival, and returns its response time.
  SimTime serve(SimTime arrival, SimTime service);
  /// Of the last response: how long nobody was served since the budget was gone.
  SimTime blocked() const { return blocked_of_last_; }

 private:
  struct Interval {
    SimTime begin, end;
  };
  void advance_to(SimTime time);

  SimTime budget_;
  SimTime window_;
  SimTime now_;                   ///< when the last job was done
  SimTime window_begin_;          ///< of the window that holds now_
  SimTime left_;                  ///< budget of that window not yet used
  std::deque<Interval> blocked_;  ///< with somebody waiting, as far as a job that comes may have been there
  SimTime blocked_of_last_;
};

}  // namespace lparsim::oracles
