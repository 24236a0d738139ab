#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "sim/report/aix_shares.hpp"
#include "sim/report/columns.hpp"
#include "sim/report/commands.hpp"
#include "sim/report/format.hpp"
#include "sim/report/partition_history.hpp"

namespace lparsim::report {

namespace {

using trace::IntervalSample;

Columns columns_of(const PartitionHistory& p) {
  std::vector<Column> columns{{"%user", 5, 1}, {"%sys", 5, 1}, {"%wait", 6, 1}, {"%idle", 6, 1}};
  if (!p.dedicated()) {
    columns.insert(columns.end(), {{"physc", 5, 2},
                                   {"%entc", 5, 1},
                                   {"lbusy", 6, 1},
                                   {"app", 5, 2, "---"},
                                   {"vcsw", 5},
                                   {"phint", 5},
                                   {"%nsp", 5},
                                   {" %utcyc", 6, 2, " ------"}});
  } else if (p.facts.donates()) {
    columns.insert(columns.end(), {{"physc", 5, 2}, {"vcsw", 5}, {"  %nsp", 5}, {" %utcyc", 6, 2}});
  } else {
    columns.push_back({"%nsp", 5});
  }
  return Columns{std::move(columns)};
}

std::vector<Cell> cells_of(const PartitionHistory& p, const IntervalSample& i) {
  const AixShares s{i};
  std::vector<Cell> cells{s.user, s.sys, s.wait, s.idle};
  const SimTime span = i.end - i.begin;
  if (!p.dedicated())
    cells.insert(cells.end(), {s.physc, s.entc, percent(i.logical_busy, i.logical_available), percent(i.pool_idle, span) / 100, i.vcsw,
                               i.phint, s.speed, percent(i.user + i.sys, i.consumed)});
  else if (p.facts.donates())
    cells.insert(cells.end(), {s.physc, i.vcsw, s.speed, percent(i.user + i.sys, i.consumed)});
  else
    cells.push_back(s.speed);
  return cells;
}

}  // namespace

std::string aix_system_configuration(const PartitionHistory& p, const Configuration& c) {
  std::string out = fmt::format("\nSystem configuration: type={} mode={} smt={} lcpu={} mem={}MB", p.type(), p.mode(c), c.smt(),
                                c.logical_processors, p.facts.memory.count >> 20);
  if (!p.dedicated()) out += fmt::format(" psize={} ent={:.2f}", p.pool_size(), c.entitlement);
  return out + "\n\n";
}

std::string aix_lparstat(const PartitionHistory& p) {
  const Columns columns = columns_of(p);
  return with_configurations(
      p, [&](const Configuration& c) { return aix_system_configuration(p, c) + columns.heading() + columns.rule(); },
      [&](const IntervalSample& i) { return columns.row(cells_of(p, i)); });
}

Result<std::string> lparstat_report(const trace::Reader& reader, const Options& options) {
  const auto snapshot = reader.snapshot();
  const auto partitions = read_histories(reader, options);
  if (!partitions) return unexpected(partitions.error());
  std::string out;
  for (const PartitionHistory& p : *partitions) {
    // lparstat itself sees one partition only.
    if (!options.partition) out += (out.empty() ? "" : "\n") + partition_line(p);
    const Result<std::string> rows = p.linux() ? linux_lparstat(reader, p) : aix_lparstat(p);
    if (!rows) return unexpected(rows.error());
    out += *rows;
  }
  return out;
}

}  // namespace lparsim::report
