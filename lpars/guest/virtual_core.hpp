#pragma once
#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>

#include "lpars/guest/processor_times.hpp"
#include "models/core/smt.hpp"
#include "sim/base/time.hpp"

namespace lparsim::guest {

/// How fast cores run at present.
struct Speed {
  core::SmtThroughput throughput;
  std::int64_t frequency_ppm = 1'000'000;  ///< of the nominal frequency

  /// Of each of `busy` hardware threads, relative to one alone at nominal frequency.
  std::int64_t thread_ppm(std::uint32_t busy) const {
    const std::int64_t ppm = throughput.thread_ppm(busy);
    return frequency_ppm == 1'000'000 ? ppm : ppm * frequency_ppm / 1'000'000;
  }
};

/// One virtual processor as its operating system sees it: a core with hardware threads ("slots"), on some of which software threads are.
///
/// Three clocks stand still while it is not on a core: `run_clock` counts time on cores, `work_clock` the work of each busy thread, in time
/// of one thread alone at nominal frequency. All busy threads are equally fast, so one clock serves them all: a burst ends when the clock
/// reaches `ends_at`. Proven against a naive model in virtual_core_test.
class VirtualCore {
 public:
  static constexpr std::uint32_t kMostSlots = core::SmtThroughput::kMostThreads;
  static constexpr std::uint32_t kNone = UINT32_MAX;
  enum class State : std::uint8_t { offline, idle, woken, running, preempted, conferred };

  struct Slot {
    std::uint32_t thread = kNone;
    bool spinning = false;   ///< waits for a lock
    bool in_kernel = false;  ///< its thread's time is system time
    bool handler = false;    ///< its thread is an interrupt handler
    SimTime ends_at;         ///< on the work clock; never() for ever
    SimTime slice_ends;      ///< on the run clock
    SimTime came;            ///< its thread, on the run clock
    LogicalTimes times;      ///< idle counts up to idle_mark only
    SimTime idle_mark;       ///< of idle_each_
    SimTime io_wait_mark;    ///< of io_wait_each_
  };

  State state = State::offline;
  bool folded = false;
  SimTime snooze_until;
  SimTime off_since;    ///< when its run clock stopped
  SimTime confer_from;  ///< earliest since its last dispatch

  std::uint32_t mode() const { return mode_; }
  void set_mode(std::uint32_t mode);
  std::uint32_t busy() const { return busy_; }
  /// Busy threads that wait for locks.
  std::uint32_t spinning() const { return spinning_; }
  std::uint32_t busy_mask() const { return busy_mask_; }
  Slot& slot(std::uint32_t i) { return slots_[i]; }
  const Slot& slot(std::uint32_t i) const { return slots_[i]; }
  /// On the lowest slot with one; asks for one.
  std::uint32_t first_thread() const { return slots_[static_cast<std::uint32_t>(std::countr_zero(busy_mask_))].thread; }
  /// The lowest without a thread; asks for one.
  std::uint32_t idle_slot() const { return static_cast<std::uint32_t>(std::countr_one(busy_mask_)); }

  SimTime run_clock() const { return run_clock_; }
  SimTime work_clock() const { return work_clock_; }
  SimTime useful_from() const { return useful_from_; }

  /// On a core from now on.
  void dispatch(SimTime now, SimTime useful_from, SimTime warm_from);
  /// While on a core: brings clocks and accounts up to `now`. Before any of the changes below. `io_waits`: idle time counts as waiting for
  /// I/O, too.
  void advance(SimTime now, const Speed& speed, ProcessorTimes& totals, bool io_waits = false) {
    if (now != charged_to_) charge(now, speed, totals, io_waits);
  }
  void occupy(std::uint32_t slot, std::uint32_t thread, SimTime remaining, bool spinning, bool in_kernel = false);
  /// Returns what is left of the thread's burst.
  SimTime vacate(std::uint32_t slot);
  void set_spinning(std::uint32_t slot, bool spinning);
  /// The next burst of the thread that is there.
  void set_burst(std::uint32_t slot, SimTime demand, bool in_kernel);

  /// When the first burst ends if nothing changes after the present advance(); never() if none does.
  SimTime next_burst_end(const Speed& speed) const;
  /// When the run clock reaches `run`, likewise.
  SimTime when_run(SimTime run) const { return std::max(charged_to_, useful_from_) + std::max(SimTime{}, run - run_clock_); }

  /// Of one slot, complete; `first` takes what does not divide evenly.
  LogicalTimes times(std::uint32_t slot) const;
  SimTime charged_to() const { return charged_to_; }

 private:
  void charge(SimTime now, const Speed& speed, ProcessorTimes& totals, bool io_waits);
  void progress(SimTime elapsed, std::int64_t speed_ppm);
  SimTime time_for(SimTime work, std::int64_t speed_ppm) const;
  void settle_idle(Slot& slot);

  std::uint32_t mode_ = 1;
  std::uint32_t busy_ = 0;
  std::uint32_t spinning_ = 0;
  std::uint32_t busy_mask_ = 0;
  SimTime useful_from_;  ///< the cost of the dispatch lies before
  SimTime warm_from_;    ///< instructions wait for the caches before
  SimTime charged_to_;
  SimTime run_clock_;
  SimTime work_clock_;
  std::int64_t work_dust_ = 0;  ///< millionths of a picosecond of work beyond work_clock_
  SimTime idle_each_;           ///< idle time of each slot, since it is idle
  SimTime idle_dust_;           ///< what did not divide evenly
  SimTime io_wait_each_;        ///< the parts of these with I/O outstanding
  SimTime io_wait_dust_;
  std::array<Slot, kMostSlots> slots_;
};

}  // namespace lparsim::guest
