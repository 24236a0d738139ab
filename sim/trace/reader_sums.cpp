// Sums of the interval samples of all partitions or targets at once, without reading those of other times.
#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "sim/trace/reader_query.hpp"

namespace lparsim::trace {

using namespace query;

std::int64_t query::first_row(SQLite::Database& file, const std::string& table, SimTime begin) {
  SQLite::Statement bounds{file, "SELECT coalesce(min(rowid), 1), coalesce(max(rowid), 0) + 1 FROM " + table};
  bounds.executeStep();
  std::int64_t low = integer(bounds.getColumn(0));
  std::int64_t high = integer(bounds.getColumn(1));
  SQLite::Statement end{file, "SELECT begin_ps + length_ps FROM " + table + " WHERE rowid = ?"};
  while (low < high) {
    const std::int64_t middle = low + (high - low) / 2;
    end.reset();
    end.bind(1, middle);
    if (end.executeStep() && time(end.getColumn(0)) > begin)
      high = middle;
    else
      low = middle + 1;
  }
  return low;
}

Result<std::vector<IntervalSample>> Reader::interval_sums(SimTime begin, SimTime end) const {
  return guarded([&] {
    std::map<std::pair<ServerId, PartitionId>, IntervalSample> sums;
    SQLite::Statement q{
        *database_,
        "SELECT server, \"partition\", begin_ps, length_ps, virtual_processors, logical_processors, capped, weight, entitled_ps, "
        "consumed_ps, user_ps, sys_ps, wait_ps, idle_ps, donated_ps, logical_busy_ps, logical_available_ps, pool_idle_ps, "
        "wait_capacity_ps, wait_processor_ps, scaled_ps, scaled_idle_ps, spinning_ps, snoozing_ps, runnable_ps, unfolded_ps, dispatches, "
        "preemptions, vcsw, phint, context_switches, interrupts FROM interval WHERE rowid >= ? ORDER BY rowid"};
    q.bind(1, first_row(*database_, "interval", begin));
    while (q.executeStep()) {
      const SimTime from = time(q.getColumn(2));
      if (from >= end) break;
      const auto server = id<ServerId>(q.getColumn(0));
      const auto partition = id<PartitionId>(q.getColumn(1));
      const auto [at, isNew] = sums.try_emplace({server, partition});
      IntervalSample& sum = at->second;
      if (isNew) {
        sum.server = server;
        sum.partition = partition;
        sum.begin = from;
      }
      sum.end = from + time(q.getColumn(3));
      sum.virtual_processors = count(q.getColumn(4));
      sum.logical_processors = count(q.getColumn(5));
      sum.capped = integer(q.getColumn(6)) != 0;
      sum.weight = count(q.getColumn(7));
      int column = 8;
      for (SimTime IntervalSample::*of : kIntervalTimes) sum.*of += time(q.getColumn(column++));
      for (std::uint64_t IntervalSample::*of : kIntervalCounts) sum.*of += static_cast<std::uint64_t>(integer(q.getColumn(column++)));
    }
    std::vector<IntervalSample> found;
    for (const auto& [of, sum] : sums) found.push_back(sum);
    return found;
  });
}

Result<std::vector<PoolIntervalSample>> Reader::pool_intervals(SimTime begin, SimTime end) const {
  return guarded([&] {
    std::vector<PoolIntervalSample> found;
    SQLite::Statement q{*database_,
                        "SELECT server, pool, begin_ps, length_ps, used_ps, idle_ps FROM pool_interval WHERE rowid >= ? ORDER BY rowid"};
    q.bind(1, first_row(*database_, "pool_interval", begin));
    while (q.executeStep()) {
      const SimTime from = time(q.getColumn(2));
      if (from >= end) break;
      found.push_back({id<ServerId>(q.getColumn(0)), id<PoolId>(q.getColumn(1)), from, from + time(q.getColumn(3)), time(q.getColumn(4)),
                       time(q.getColumn(5))});
    }
    return found;
  });
}

Result<std::vector<IoIntervalSample>> Reader::io_interval_sums(SimTime begin, SimTime end) const {
  return guarded([&] {
    std::map<std::pair<std::uint32_t, IoKind>, IoIntervalSample> sums;
    if (database_->tableExists("io_interval")) {
      SQLite::Statement q{*database_,
                          "SELECT target, kind, begin_ps, length_ps, requests, failed, bytes, latency_ps, in_flight_ps FROM io_interval "
                          "WHERE rowid >= ? ORDER BY rowid"};
      q.bind(1, first_row(*database_, "io_interval", begin));
      while (q.executeStep()) {
        const SimTime from = time(q.getColumn(2));
        if (from >= end) break;
        const std::uint32_t target = count(q.getColumn(0));
        const auto kind = static_cast<IoKind>(count(q.getColumn(1)));
        const auto [at, isNew] = sums.try_emplace({target, kind});
        IoIntervalSample& sum = at->second;
        if (isNew) {
          sum.target = target;
          sum.kind = kind;
          sum.begin = from;
        }
        sum.end = from + time(q.getColumn(3));
        int column = 4;
        for (std::uint64_t* of : {&sum.requests, &sum.failed, &sum.bytes})
          *of += static_cast<std::uint64_t>(integer(q.getColumn(column++)));
        for (SimTime* of : {&sum.latency, &sum.in_flight}) *of += time(q.getColumn(column++));
      }
    }
    std::vector<IoIntervalSample> found;
    for (const auto& [of, sum] : sums) found.push_back(sum);
    return found;
  });
}

Result<std::vector<HcallIntervalSample>> Reader::hcall_interval_sums(SimTime begin, SimTime end) const {
  return guarded([&] {
    std::map<std::tuple<ServerId, PartitionId, std::uint32_t>, HcallIntervalSample> sums;
    if (database_->tableExists("hcall_interval")) {
      SQLite::Statement q{*database_,
                          "SELECT server, \"partition\", token, begin_ps, length_ps, calls, refused FROM hcall_interval WHERE rowid >= ? "
                          "ORDER BY rowid"};
      q.bind(1, first_row(*database_, "hcall_interval", begin));
      while (q.executeStep()) {
        const SimTime from = time(q.getColumn(3));
        if (from >= end) break;
        const auto server = id<ServerId>(q.getColumn(0));
        const auto partition = id<PartitionId>(q.getColumn(1));
        const std::uint32_t token = count(q.getColumn(2));
        const auto [at, isNew] =
            sums.try_emplace({server, partition, token}, HcallIntervalSample{server, partition, token, from, {}, 0, 0});
        at->second.end = from + time(q.getColumn(4));
        at->second.calls += static_cast<std::uint64_t>(integer(q.getColumn(5)));
        at->second.refused += static_cast<std::uint64_t>(integer(q.getColumn(6)));
      }
    }
    std::vector<HcallIntervalSample> found;
    for (const auto& [of, sum] : sums) found.push_back(sum);
    return found;
  });
}

}  // namespace lparsim::trace
