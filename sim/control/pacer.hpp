#pragma once
#include <algorithm>
#include <chrono>

#include "sim/base/time.hpp"
#include "sim/control/protocol.hpp"

namespace lparsim::control {

/// Says when, by the wall clock, simulated time may go on, so that it does not run ahead of the pace. A simulation that is slower than its
/// pace does not make up for it later.
class Pacer {
 public:
  using Clock = std::chrono::steady_clock;

  Pace pace() const { return pace_; }
  /// From this simulated time on, which is reached at this wall time; also after a pause.
  void start(Pace pace, SimTime simulated, Clock::time_point wall) {
    pace_ = pace;
    from_ = simulated;
    begin_ = wall;
  }
  /// When `simulated`, which was reached at `wall`, may be left behind: not after `wall` when it is late.
  Clock::time_point due(SimTime simulated, Clock::time_point wall) {
    if (pace_ <= 0) return wall;
    const double seconds = (simulated - from_).seconds() / pace_;
    // Beyond a year nobody waits, and the clock's range ends.
    const auto ahead = std::chrono::duration<double>(std::min(seconds, 3e7));
    const Clock::time_point due = begin_ + std::chrono::duration_cast<Clock::duration>(ahead);
    if (due + kLate < wall) start(pace_, simulated, wall);
    return due;
  }
  /// So much is simulated at a time at most, to look smooth.
  SimTime longest_piece() const {
    if (pace_ <= 0) return SimTime::never();
    const double ps = pace_ * 1e12 * kPieceSeconds;
    return ps >= 1e18 ? SimTime::never() : SimTime::from_ps(std::max<std::int64_t>(1, static_cast<std::int64_t>(ps)));
  }

 private:
  static constexpr double kPieceSeconds = 0.02;
  static constexpr std::chrono::milliseconds kLate{100};

  Pace pace_ = 0;
  SimTime from_;
  Clock::time_point begin_{};
};

}  // namespace lparsim::control
