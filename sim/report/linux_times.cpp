#include "sim/report/linux_times.hpp"

#include "sim/report/lparcfg/processor_times.hpp"

namespace lparsim::report {

Result<std::vector<LinuxInterval>> linux_intervals(const trace::Reader& reader, const PartitionHistory& p) {
  // Counters go on by the intervals as they are recorded; those of the partition may be several put together.
  PartitionHistory recorded = p;
  auto intervals = reader.intervals(p.facts.server, p.facts.partition);
  if (!intervals) return unexpected(intervals.error());
  recorded.intervals = *std::move(intervals);
  auto vps = reader.vp_intervals(p.facts.server, p.facts.partition);
  if (!vps) return unexpected(vps.error());
  auto logical = reader.logical_intervals(p.facts.server, p.facts.partition);
  if (!logical) return unexpected(logical.error());
  LinuxCounting counting{std::move(recorded), *std::move(vps), *std::move(logical)};
  std::vector<LinuxInterval> out;
  for (const trace::IntervalSample& i : p.intervals) {
    LinuxInterval interval{counting.now(), {}};
    if (const auto reached = counting.advance(i.end); !reached) return unexpected(reached.error());
    interval.after = counting.now();
    out.push_back(std::move(interval));
  }
  return out;
}

LinuxTimes::LinuxTimes(const LinuxInterval& i) {
  const ProcessorTimes before = processor_times(i.before), after = processor_times(i.after);
  user = static_cast<double>(after.user - before.user);
  system = static_cast<double>(after.sys - before.sys);
  wait = static_cast<double>(after.iowait - before.iowait);
  idle = static_cast<double>(after.idle - before.idle);
  stolen = static_cast<double>(after.steal - before.steal);
}

}  // namespace lparsim::report
