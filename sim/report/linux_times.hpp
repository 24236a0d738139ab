#pragma once
#include <cstdint>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/report/lparcfg/linux_counters.hpp"
#include "sim/report/partition_history.hpp"
#include "sim/trace/reader.hpp"

namespace lparsim::report {

/// What a command of Linux reads off a partition's files at both ends of one of its intervals: the same counters that an exported tree
/// shows (lparcfg/), so that both agree to the last digit.
struct LinuxInterval {
  LinuxCounters before, after;

  std::int64_t purr() const { return after.purr_ticks() - before.purr_ticks(); }  ///< in ticks of the time base
  std::int64_t elapsed() const { return after.timebase() - before.timebase(); }   ///< the same
  std::int64_t pool_idle() const { return timebase_ticks(after.pool_idle) - timebase_ticks(before.pool_idle); }  ///< the same
  double seconds() const { return (after.at - before.at).seconds(); }
};

/// One for each of the partition's intervals.
Result<std::vector<LinuxInterval>> linux_intervals(const trace::Reader& reader, const PartitionHistory& p);

/// How many hundredths of a second of its logical processors an interval was in each state, as the line `cpu` of /proc/stat has them.
struct LinuxTimes {
  explicit LinuxTimes(const LinuxInterval& i);
  double all() const { return user + system + wait + idle + stolen; }
  double user = 0, system = 0, wait = 0, idle = 0, stolen = 0;
};

}  // namespace lparsim::report
