#pragma once
#include <cstdint>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/report/partition_history.hpp"
#include "sim/trace/reader.hpp"

namespace lparsim::report {

/// What one logical processor (hardware thread) has counted since the partition started.
struct LogicalCounters {
  bool online = false;
  // By PURR: its part of the core, while its virtual processor was on one.
  SimTime user, sys, wait, idle;
  // By SPURR.
  SimTime scaled, scaled_idle;
  // By elapsed time, as Linux accounts since 2010 (commit cf9efce0ce31): while it is online these five add up to the time that passes.
  SimTime user_time, sys_time, iowait_time, idle_time, steal_time;

  SimTime purr() const { return user + sys + wait + idle; }
  SimTime idle_purr() const { return wait + idle; }
};

/// Where the dispatches of one virtual processor but its first went, by the core where it ran last.
struct DispatchCounters {
  std::uint64_t same_core = 0, same_chip = 0, other_chip = 0;
};

/// What a Linux partition could read off itself at one instant. Sums from the start; settings as the interval that ends there has them.
struct LinuxCounters {
  SimTime at;
  ProcessingUnits entitlement;
  bool capped = false;
  std::uint32_t weight = 0;
  std::uint32_t online_processors = 0;       ///< virtual ones
  std::uint32_t potential_processors = 0;    ///< the most there have been
  std::uint32_t threads_per_core = 1;        ///< that the machine has; a partition may use fewer
  std::vector<LogicalCounters> logical;      ///< number = virtual processor x threads_per_core + thread, for every potential processor
  std::vector<DispatchCounters> dispatched;  ///< by virtual processor
  SimTime pool_idle;
  SimTime runnable;  ///< of the last interval: threads times their time
  SimTime last_interval;
  std::uint64_t yields = 0;  ///< dispatches and losses of a core: what the yield counts of the virtual processor areas add up to
  std::uint64_t phantom_interrupts = 0, interrupts = 0, context_switches = 0;

  // As the files of /proc show them.
  std::int64_t purr_ticks() const;       ///< sum over the logical processors, each truncated, as reading the registers does
  std::int64_t idle_purr_ticks() const;  ///< the same of the idle part
  std::int64_t timebase() const { return timebase_ticks(at); }
};

/// Adds up the rows of a partition, interval by interval.
class LinuxCounting {
 public:
  /// What the virtual and the logical processors did is in the order of its begin.
  LinuxCounting(PartitionHistory partition, std::vector<trace::VpIntervalSample> virtual_processors,
                std::vector<trace::LogicalIntervalSample> logical);

  const LinuxCounters& now() const { return now_; }
  /// Goes on to `to`, which is where a recorded interval ends, or where the count stands. An error names the nearest such times.
  Result<void> advance(SimTime to);

 private:
  void add(const trace::IntervalSample& interval);

  PartitionHistory partition_;
  std::vector<trace::VpIntervalSample> virtual_processors_;
  std::vector<trace::LogicalIntervalSample> logical_;
  std::size_t next_ = 0, next_vp_ = 0, next_logical_ = 0;
  LinuxCounters now_;
};

}  // namespace lparsim::report
