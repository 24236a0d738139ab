#pragma once
#include <cstdint>
#include <functional>
#include <vector>

#include "lpars/guest/timer_heap.hpp"
#include "sim/base/time.hpp"
#include "sim/kernel/agenda.hpp"

namespace lparsim::guest {

/// The timers of all partitions of a server. What is due at one instant is served in the order of the partitions, again until nothing is,
/// before anybody else is.
class PartitionTimers final : private kernel::Wakeup {
 public:
  /// A new timer, not set; returns its number. `expired` is called at its time.
  std::uint32_t add(std::function<void(SimTime)> expired);
  /// Sets the timer, or moves it; SimTime::never(): it is not set any more.
  void set(std::uint32_t timer, SimTime when);

 private:
  static constexpr std::uint32_t kNone = UINT32_MAX;
  void wake(SimTime now) override;

  TimerHeap timers_;
  std::vector<std::function<void(SimTime)>> expired_;
  std::uint32_t serving_ = kNone;  ///< has expired, and nobody has set it again yet
  bool ringing_ = false;
};

}  // namespace lparsim::guest
