#include <fmt/format.h>

#include "sim/report/aix_shares.hpp"
#include "sim/report/columns.hpp"
#include "sim/report/commands.hpp"
#include "sim/report/processor_sums.hpp"

namespace lparsim::report {

namespace {

const Columns& columns() {
  static const Columns kColumns{{{"begin_s", 12, 3},
                                 {"end_s", 12, 3},
                                 {"vp", 4},
                                 {"capacity_ms", 13, 3},
                                 {"processor_ms", 13, 3},
                                 {"steal_ms", 13, 3},
                                 {"%steal", 7, 2}}};
  return kColumns;
}

std::string row(const trace::IntervalSample& i, const Cell& vp, SimTime capacity, SimTime processor, std::uint32_t processors) {
  return columns().row({i.begin.seconds(), i.end.seconds(), vp, capacity.milliseconds(), processor.milliseconds(),
                        (capacity + processor).milliseconds(), percent(capacity + processor, (i.end - i.begin) * processors)});
}

}  // namespace

Result<std::string> steal_report(const trace::Reader& reader, const PartitionHistory& p, const Options& options) {
  std::string out = columns().heading();
  if (!options.vp) {
    for (const trace::IntervalSample& i : p.intervals)
      out += row(i, std::string{"all"}, i.wait_capacity, i.wait_processor, i.virtual_processors);
    return out;
  }
  const auto samples = reader.vp_intervals(p.facts.server, p.facts.partition);
  if (!samples) return unexpected(samples.error());
  for (const trace::IntervalSample& i : p.intervals) {
    auto sums = sums_by_vp(*samples, i.begin, i.end, i.virtual_processors);
    const trace::VpIntervalSample& vp = sums[*options.vp];
    out += row(i, std::uint64_t{*options.vp}, vp.wait_capacity, vp.wait_processor, 1);
  }
  return out;
}

}  // namespace lparsim::report
