#include <fmt/format.h>

#include <algorithm>

#include "sim/report/aix_shares.hpp"
#include "sim/report/columns.hpp"
#include "sim/report/mpstat_tables.hpp"

namespace lparsim::report {

namespace {

using trace::LogicalIntervalSample;

/// pc, %ec and lcs of a row: only pc where there is no entitlement to share.
std::vector<Cell> capacity_cells(const PartitionHistory& p, SimTime used, const trace::IntervalSample& i, const Cell& switches) {
  std::vector<Cell> cells{percent(used, i.end - i.begin) / 100};
  if (!p.dedicated()) cells.insert(cells.end(), {percent(used, i.entitled), switches});
  return cells;
}

std::string logical_row(const Columns& columns, const PartitionHistory& p, const ProcessorsInInterval& now,
                        const LogicalProcessor& processor, const LogicalIntervalSample& s) {
  const SimTime used = s.user + s.sys + s.wait + s.idle;
  const std::uint64_t migrations = s.same_virtual + s.other_virtual;
  const bool dispatched_again = s.same_logical + migrations > 0;
  const auto vp = now.virtual_processors.find(processor.first);
  const std::uint64_t switches = vp == now.virtual_processors.end() ? 0 : vp->second.voluntary + vp->second.involuntary;
  std::vector<Cell> cells{std::uint64_t{p.logical_number(processor.first, processor.second)},
                          kNotSimulated,
                          kNotSimulated,
                          kNotSimulated,
                          kNotSimulated,
                          s.context_switches,
                          s.involuntary_switches,
                          kNotSimulated,
                          migrations,
                          dispatched_again ? Cell{std::uint64_t{100}} : kNotSimulated,
                          kNotSimulated,
                          percent(s.user, used),
                          percent(s.sys, used),
                          percent(s.wait, used),
                          used > SimTime{} ? percent(s.idle, used) : 100.0};
  for (const Cell& cell : capacity_cells(p, used, now.interval, of_first_thread(processor, switches))) cells.push_back(cell);
  return columns.row(cells);
}

/// The entitlement that was not used, which AIX counts as idle.
std::string unused_row(const Columns& columns, const trace::IntervalSample& i) {
  std::vector<Cell> cells{std::string{"U"}};
  cells.insert(cells.end(), 12, kNotSimulated);
  const SimTime unused = i.entitled - i.consumed;
  cells.insert(cells.end(),
               {0.0, percent(unused, i.entitled), percent(unused, i.end - i.begin) / 100, percent(unused, i.entitled), kNotSimulated});
  return columns.row(cells);
}

std::string all_row(const Columns& columns, const PartitionHistory& p, const ProcessorsInInterval& now) {
  const trace::IntervalSample& i = now.interval;
  const AixShares s{i};
  LogicalIntervalSample sum;
  for (const auto& [processor, one] : now.logical) {
    sum.context_switches += one.context_switches;
    sum.involuntary_switches += one.involuntary_switches;
    sum.same_logical += one.same_logical;
    sum.same_virtual += one.same_virtual + one.other_virtual;
  }
  std::uint64_t switches = 0;
  for (const auto& [vp, one] : now.virtual_processors) switches += one.voluntary + one.involuntary;
  std::vector<Cell> cells{std::string{"ALL"},
                          kNotSimulated,
                          kNotSimulated,
                          kNotSimulated,
                          i.interrupts,
                          sum.context_switches,
                          sum.involuntary_switches,
                          percent(i.runnable, i.end - i.begin) / 100,
                          sum.same_virtual,
                          sum.same_logical + sum.same_virtual > 0 ? Cell{std::uint64_t{100}} : kNotSimulated,
                          kNotSimulated,
                          s.user,
                          s.sys,
                          s.wait,
                          s.idle};
  for (const Cell& cell : capacity_cells(p, i.consumed, i, switches)) cells.push_back(cell);
  return columns.row(cells);
}

}  // namespace

Result<std::string> mpstat_report(const trace::Reader& reader, const PartitionHistory& p, const Options& options) {
  std::vector<Column> list{{"cpu", 3}, {"min", 4}, {"maj", 4},  {"mpc", 4}, {"int", 4}, {"cs", 4}, {"ics", 4}, {"rq", 4},
                           {"mig", 4}, {"lpa", 3}, {"sysc", 4}, {"us", 2},  {"sy", 2},  {"wa", 2}, {"id", 2},  {"pc", 4, 2}};
  if (!p.dedicated()) list.insert(list.end(), {{"%ec", 4, 1}, {"lcs", 4}});
  const Columns columns{std::move(list)};
  return mpstat_tables(reader, p, options, columns.heading(), [&](const ProcessorsInInterval& now) {
    std::string out;
    for (const auto& [processor, sample] : now.logical) out += logical_row(columns, p, now, processor, sample);
    if (options.vp) return out;
    if (!p.dedicated() && now.interval.consumed < now.interval.entitled) out += unused_row(columns, now.interval);
    return out + all_row(columns, p, now);
  });
}

}  // namespace lparsim::report
