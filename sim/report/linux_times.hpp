#pragma once
#include "sim/trace/records.hpp"

namespace lparsim::report {

/// How Linux divides the time of a partition's logical processors among the columns of /proc/stat, in seconds. They add up to
/// the number of logical processors times the elapsed time.
///
/// Busy time is elapsed time with a thread on the logical processor, divided among user and system as PURR is. Stolen is what every
/// hardware thread of a virtual processor loses while that waits for capacity or for a core (the kernel adds up enqueue_to_dispatch and
/// ready_to_enqueue of its dispatch trace log, arch/powerpc/platforms/pseries/lpar.c). The rest is idle, or I/O wait in proportion.
struct LinuxTimes {
  explicit LinuxTimes(const trace::IntervalSample& i);
  double all() const { return user + system + wait + idle + stolen; }
  double user = 0, system = 0, wait = 0, idle = 0, stolen = 0;
};

}  // namespace lparsim::report
