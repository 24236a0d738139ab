// WindowReader: what the interval samples say, where there is nothing finer.
#include <algorithm>

#include "sim/trace/window_state.hpp"

namespace lparsim::trace {

namespace {

using Kind = LaneKey::Kind;

struct Samples {
  const char* table;
  const char* columns;  ///< after server, number, second, begin_ps and length_ps: as LaneBucket has them
};

/// Of cores and VSPs there are none.
std::optional<Samples> samples_of(Kind kind) {
  switch (kind) {
    case Kind::virtual_processor:
      return Samples{"vp_interval",
                     "server, \"partition\", vp, begin_ps, length_ps, dispatches, consumed_ps, wait_processor_ps, wait_capacity_ps, "
                     "involuntary"};
    case Kind::partition:
      return Samples{"interval",
                     "server, \"partition\", 0, begin_ps, length_ps, dispatches, consumed_ps, wait_processor_ps, wait_capacity_ps, "
                     "preemptions"};
    case Kind::io_target:
      return Samples{"io_interval", "0, target, 0, begin_ps, length_ps, requests, latency_ps, in_flight_ps, failed, bytes"};
    case Kind::core:
    case Kind::vsp:
      break;
  }
  return std::nullopt;
}

LaneBucket bucket_from(const RowQuery& row, Kind kind) {
  LaneBucket bucket;
  bucket.begin = row.time(3);
  bucket.end = bucket.begin + row.time(4);
  bucket.count = static_cast<std::uint64_t>(row.number(5));
  if (kind == Kind::io_target) {
    bucket.latency = row.time(6);
    bucket.in_flight = row.time(7);
    bucket.failed = static_cast<std::uint64_t>(row.number(8));
    bucket.bytes = static_cast<std::uint64_t>(row.number(9));
  } else {
    bucket.running = row.time(6);
    bucket.queued = row.time(7);
    bucket.withheld = row.time(8);
    bucket.preemptions = static_cast<std::uint64_t>(row.number(9));
  }
  return bucket;
}

}  // namespace

void WindowReader::State::read_samples(const WindowQuestion& question, Kind kind, const Places& places, std::vector<LaneDetail>& answers,
                                       const Cancelled& cancelled) {
  std::map<LaneKey, Places> wanted;
  for (const std::size_t i : places) {
    answers[i].coarse = true;
    wanted[answers[i].lane].push_back(i);
  }
  const auto samples = samples_of(kind);
  if (!samples || !database->tableExists(samples->table)) return;
  RowTable table{*database, samples->table, "begin_ps + length_ps", samples->columns};
  // Samples of an interval are recorded together, so their rows are in the order of time like the others.
  each_row_of_all(table, table.first_after(question.begin), table.last_row(), cancelled, [&](const RowQuery& row) {
    if (row.time(3) >= question.end) return false;
    const auto lane = wanted.find({kind, static_cast<ServerId>(row.count(0)), row.count(1), row.count(2)});
    if (lane == wanted.end()) return true;
    const LaneBucket bucket = bucket_from(row, kind);
    for (const std::size_t i : lane->second) {
      std::vector<LaneBucket>& buckets = answers[i].buckets;
      if (buckets.empty() || buckets.back().begin != bucket.begin) {
        buckets.push_back(bucket);
        continue;
      }
      // Another kind of requests.
      buckets.back().count += bucket.count;
      buckets.back().latency += bucket.latency;
      buckets.back().in_flight += bucket.in_flight;
      buckets.back().failed += bucket.failed;
      buckets.back().bytes += bucket.bytes;
    }
    return true;
  });
}

}  // namespace lparsim::trace
