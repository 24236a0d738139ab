#pragma once
#include <cstdint>
#include <functional>
#include <systemc>
#include <vector>

#include "lpars/guest/timer_heap.hpp"
#include "sim/base/time.hpp"

namespace lparsim::guest {

/// The timers of all partitions of a server behind one event of the kernel, whose own heap thus stays small. What is due at one instant is
/// served in the order of the partitions, again until nothing is, before the kernel looks at anything else.
class PartitionTimers final : public sc_core::sc_module {
 public:
  explicit PartitionTimers(const sc_core::sc_module_name& name);

  /// A new timer, not set; returns its number. `expired` is called at its time.
  std::uint32_t add(std::function<void(SimTime)> expired);
  /// Sets the timer, or moves it; SimTime::never(): it is not set any more.
  void set(std::uint32_t timer, SimTime when);

 private:
  void ring();
  void plan();

  TimerHeap timers_;
  std::vector<std::function<void(SimTime)>> expired_;
  sc_core::sc_event event_;
  SimTime set_to_ = SimTime::never();  ///< of event_
  bool ringing_ = false;
};

}  // namespace lparsim::guest
