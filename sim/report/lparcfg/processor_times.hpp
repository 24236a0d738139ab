#pragma once
#include <cstdint>

#include "sim/report/lparcfg/linux_counters.hpp"

namespace lparsim::report {

/// A line of /proc/stat in its unit, 1/100 s (USER_HZ), truncated.
struct ProcessorTimes {
  std::int64_t user = 0, sys = 0, idle = 0, iowait = 0, steal = 0;
};

ProcessorTimes processor_times(const LogicalCounters& cpu);
/// The line `cpu`: the sum over all of them, truncated once.
ProcessorTimes processor_times(const LinuxCounters& counters);

}  // namespace lparsim::report
