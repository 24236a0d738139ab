#include <algorithm>

#include "sim/report/aix_shares.hpp"
#include "sim/report/columns.hpp"
#include "sim/report/mpstat_tables.hpp"

namespace lparsim::report {

namespace {

using trace::LogicalIntervalSample;

/// What the row is about, its switches, and those of its virtual processor.
struct Dispersion {
  Cell name;
  LogicalIntervalSample threads;
  Cell run_queue, involuntary, voluntary;
};

std::string row(const Columns& columns, const Dispersion& d) {
  const LogicalIntervalSample& s = d.threads;
  const std::uint64_t again = s.same_logical + s.same_virtual + s.other_virtual;
  const auto share = [&](std::uint64_t part) {
    return again == 0 ? 0.0 : 100.0 * static_cast<double>(part) / static_cast<double>(again);
  };
  // Affinity domains, by AIX's numbers: 0 the hardware thread, 1 the core, 2 what shares a cache beyond it, 3 the chip or module, 4 the
  // server, 5 beyond. Virtual processors of a shared partition are in one domain 3.
  return columns.row({d.name, s.context_switches, s.involuntary_switches, kNotSimulated, d.run_queue, kNotSimulated, kNotSimulated,
                      kNotSimulated, share(s.same_logical), share(s.same_virtual), 0.0, share(s.other_virtual), 0.0, 0.0, d.involuntary,
                      d.voluntary, kNotSimulated, kNotSimulated, kNotSimulated});
}

std::string table(const Columns& columns, const PartitionHistory& p, const ProcessorsInInterval& now, bool with_sum) {
  std::string out;
  LogicalIntervalSample sum;
  for (const auto& [processor, s] : now.logical) {
    const auto vp = now.virtual_processors.find(processor.first);
    const bool known = vp != now.virtual_processors.end();
    out += row(columns, {std::uint64_t{p.logical_number(processor.first, processor.second)}, s, kNotSimulated,
                         of_first_thread(processor, known ? vp->second.involuntary : 0),
                         of_first_thread(processor, known ? vp->second.voluntary : 0)});
    for (std::uint64_t LogicalIntervalSample::*count :
         {&LogicalIntervalSample::context_switches, &LogicalIntervalSample::involuntary_switches, &LogicalIntervalSample::same_logical,
          &LogicalIntervalSample::same_virtual, &LogicalIntervalSample::other_virtual})
      sum.*count += s.*count;
  }
  if (!with_sum) return out;
  std::uint64_t involuntary = 0, voluntary = 0;
  for (const auto& [vp, one] : now.virtual_processors) {
    involuntary += one.involuntary;
    voluntary += one.voluntary;
  }
  const trace::IntervalSample& i = now.interval;
  return out + row(columns, {std::string{"ALL"}, sum, percent(i.runnable, i.end - i.begin) / 100, involuntary, voluntary});
}

}  // namespace

Result<std::string> mpstat_d_report(const trace::Reader& reader, const PartitionHistory& p, const Options& options) {
  const Columns columns{{{"cpu", 3},
                         {"cs", 6},
                         {"ics", 6},
                         {"bound", 6},
                         {"rq", 6},
                         {"push", 6},
                         {"S3pull", 6},
                         {"S3grd", 6},
                         {"S0rd", 5, 1},
                         {"S1rd", 5, 1},
                         {"S2rd", 5, 1},
                         {"S3rd", 5, 1},
                         {"S4rd", 5, 1},
                         {"S5rd", 5, 1},
                         {"ilcs", 6},
                         {"vlcs", 6},
                         {"S3hrd", 5, 1},
                         {"S4hrd", 5, 1},
                         {"S5hrd", 5, 1}}};
  return mpstat_tables(reader, p, options, columns.heading(),
                       [&](const ProcessorsInInterval& now) { return table(columns, p, now, !options.vp); });
}

}  // namespace lparsim::report
