#include <fmt/format.h>

#include "sim/report/aix_shares.hpp"
#include "sim/report/columns.hpp"
#include "sim/report/commands.hpp"
#include "sim/report/linux_times.hpp"

namespace lparsim::report {

namespace {

using trace::IntervalSample;

/// Scripts read every column as a number, so what is not simulated is 0.
const Cell kNotSimulated = std::uint64_t{0};

double per_second(double what, const IntervalSample& i) {
  return what / (i.end - i.begin).seconds();
}

std::vector<Cell> aix_cells(const PartitionHistory& p, const IntervalSample& i) {
  const AixShares s{i};
  std::vector<Cell> cells{per_second(i.runnable.seconds(), i), kNotSimulated, kNotSimulated, p.facts.memory.count >> 12};
  cells.insert(cells.end(), 6, kNotSimulated);
  cells.insert(cells.end(), {per_second(static_cast<double>(i.interrupts), i), kNotSimulated,
                             per_second(static_cast<double>(i.context_switches), i), s.user, s.sys, s.idle, s.wait});
  if (!p.dedicated()) cells.insert(cells.end(), {s.physc, s.entc});
  return cells;
}

std::string aix_vmstat(const PartitionHistory& p) {
  std::vector<Column> columns{{"r", 2},  {"b", 2},  {"avm", 5}, {"fre", 5}, {"re", 3}, {"pi", 3}, {"po", 3}, {"fr", 3}, {"sr", 4},
                              {"cy", 3}, {"in", 3}, {"sy", 4},  {"cs", 3},  {"us", 2}, {"sy", 2}, {"id", 2}, {"wa", 2}};
  if (!p.dedicated()) columns.insert(columns.end(), {{"pc", 5, 2}, {"ec", 5, 1}});
  const Columns table{std::move(columns)};
  return with_configurations(
      p,
      [&](const Configuration& c) {
        std::string out = fmt::format("\nSystem configuration: lcpu={} mem={}MB", c.logical_processors, p.facts.memory.count >> 20);
        if (!p.dedicated()) out += fmt::format(" ent={:.2f}", c.entitlement);
        out += "\n\nkthr    memory              page              faults              cpu\n";
        out += p.dedicated() ? "----- ----------- ------------------------ ------------ -----------\n"
                             : "----- ----------- ------------------------ ------------ -----------------------\n";
        return out + table.heading();
      },
      [&](const IntervalSample& i) { return table.row(aix_cells(p, i)); });
}

// procps 4.0.2 (src/vmstat.c, new_header and new_format).
Result<std::string> linux_vmstat(const trace::Reader& reader, const PartitionHistory& p) {
  const auto intervals = linux_intervals(reader, p);
  if (!intervals) return unexpected(intervals.error());
  const Columns table{{{"r", 2},
                       {"b", 2},
                       {"swpd", 6},
                       {"free", 6},
                       {"buff", 6},
                       {"cache", 6},
                       {"si", 4},
                       {"so", 4},
                       {"bi", 5},
                       {"bo", 5},
                       {"in", 4},
                       {"cs", 4},
                       {"us", 2},
                       {"sy", 2},
                       {"id", 2},
                       {"wa", 2},
                       {"st", 2}}};
  std::string out = "procs -----------memory---------- ---swap-- -----io---- -system-- ------cpu-----\n" + table.heading();
  for (std::size_t n = 0; n < intervals->size(); ++n) {
    const IntervalSample& i = p.intervals[n];
    const LinuxTimes t{(*intervals)[n]};
    const auto share = [&](double part) {
      return t.all() > 0 ? 100 * part / t.all() : 0.0;
    };
    std::vector<Cell> cells{per_second(i.runnable.seconds(), i), kNotSimulated, kNotSimulated, p.facts.memory.count >> 10};
    cells.insert(cells.end(), 6, kNotSimulated);
    cells.insert(cells.end(), {per_second(static_cast<double>(i.interrupts), i), per_second(static_cast<double>(i.context_switches), i),
                               share(t.user), share(t.system), share(t.idle), share(t.wait), share(t.stolen)});
    out += table.row(cells);
  }
  return out;
}

}  // namespace

Result<std::string> vmstat_report(const trace::Reader& reader, const PartitionHistory& p, const Options&) {
  return p.linux() ? linux_vmstat(reader, p) : Result<std::string>{aix_vmstat(p)};
}

}  // namespace lparsim::report
