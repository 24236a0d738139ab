#pragma once
// For tests of WindowReader: what it should answer, from the rows themselves.
#include <gtest/gtest.h>

#include <atomic>
#include <optional>

#include "sim/trace/random_history.hpp"
#include "sim/trace/sample_run.hpp"
#include "sim/trace/window_reader.hpp"

namespace lparsim::trace {

using Kind = LaneKey::Kind;
inline const std::atomic<bool> kGoOn{false};

inline RunInfo history_run(SimTime duration) {
  RunInfo run = sample_run();
  run.duration = duration;
  return run;
}

inline void record(Recorder& recorder, const RandomHistory& history) {
  for (const DispatchSpan& d : history.stays) recorder.dispatch(d);
  for (const IoRequest& r : history.requests) recorder.io_request(r, {});
  for (const VspCall& c : history.calls) recorder.vsp_call(c);
}

inline bool belongs(const DispatchSpan& d, const LaneKey& lane) {
  if (d.server != lane.server) return false;
  if (lane.kind == Kind::core) return index(d.core) == lane.first;
  return index(d.partition) == lane.first && (lane.kind == Kind::partition || d.vp == lane.second);
}

inline std::vector<LaneKey> all_lanes() {
  std::vector<LaneKey> lanes;
  for (std::uint32_t s = 0; s < kHistoryServers; ++s) {
    for (std::uint32_t c = 0; c < kHistoryCores + 2; ++c) lanes.push_back(LaneKey::core(ServerId{s}, CoreId{c}));
    for (std::uint32_t p = 0; p <= kHistoryPartitions; ++p) {
      lanes.push_back(LaneKey::partition(ServerId{s}, PartitionId{p}));
      for (std::uint32_t v = 0; v < kHistoryVps; ++v) lanes.push_back(LaneKey::virtual_processor(ServerId{s}, PartitionId{p}, v));
    }
  }
  for (std::uint32_t t = 0; t <= kHistoryTargets; ++t) lanes.push_back(LaneKey::io_target(t));
  for (std::uint32_t v = 0; v < 2; ++v) lanes.push_back(LaneKey::vsp(ServerId{0}, PartitionId{v}));
  return lanes;
}

/// The oracle of exact answers: ends of the rows that overlap the window.
inline std::vector<SimTime> ends_in(const RandomHistory& history, const LaneKey& lane, SimTime begin, SimTime end) {
  std::vector<SimTime> ends;
  if (lane.kind == Kind::io_target) {
    for (const IoRequest& r : history.requests)
      if (r.target == lane.first && r.begin < end && r.end > begin) ends.push_back(r.end);
  } else if (lane.kind == Kind::vsp) {
    for (const VspCall& c : history.calls)
      if (index(c.vsp) == lane.first && c.begin < end && c.end_time > begin) ends.push_back(c.end_time);
  } else {
    for (const DispatchSpan& d : history.stays)
      if (belongs(d, lane) && (lane.kind == Kind::core ? d.begin : d.waiting) < end && d.end > begin) ends.push_back(d.end);
  }
  return ends;
}

inline RandomHistory only(const LaneKey& lane, const RandomHistory& history) {
  RandomHistory rows;
  for (const IoRequest& r : history.requests)
    if (lane.kind == Kind::io_target && r.target == lane.first) rows.requests.push_back(r);
  for (const VspCall& c : history.calls)
    if (lane.kind == Kind::vsp && index(c.vsp) == lane.first) rows.calls.push_back(c);
  for (const DispatchSpan& d : history.stays)
    if (lane.kind != Kind::io_target && lane.kind != Kind::vsp && belongs(d, lane)) rows.stays.push_back(d);
  return rows;
}

/// The oracle of buckets: what the rows did between two moments. Of requests and calls both have latency in `running`.
struct Sums {
  std::uint64_t count = 0;
  SimTime running, excess, queued, withheld, ceded, in_flight;
  bool operator==(const Sums&) const = default;
};
/// `history`: of the lane only.
inline Sums sums_in(const RandomHistory& history, const LaneKey& lane, SimTime begin, SimTime end) {
  Sums sums;
  const auto overlap = [&](SimTime from, SimTime until) {
    return std::max(std::min(until, end) - std::max(from, begin), SimTime{});
  };
  const auto ended = [&](SimTime at) {
    return at > begin && at <= end;
  };
  const auto activity = [&](SimTime from, SimTime until) {
    sums.in_flight += overlap(from, until);
    if (!ended(until)) return;
    ++sums.count;
    sums.running += until - from;
  };
  for (const IoRequest& r : history.requests) activity(r.begin, r.end);
  for (const VspCall& c : history.calls) activity(c.begin, c.end_time);
  for (const DispatchSpan& d : history.stays) {
    sums.count += ended(d.end) ? 1 : 0;
    sums.running += overlap(d.begin, d.end);
    sums.excess += overlap(d.begin + d.entitled, d.end);
    if (lane.kind == Kind::core) continue;
    sums.queued += overlap(d.enqueue, d.begin);
    sums.withheld += overlap(d.ready, d.enqueue);
    sums.ceded += overlap(d.waiting, d.ready);
  }
  return sums;
}
inline Sums sums_of(const LaneBucket& b) {
  return {b.count, b.running + b.latency, b.excess, b.queued, b.withheld, b.ceded, b.in_flight};
}

inline void expect_exact(const LaneDetail& found, const RandomHistory& history, SimTime begin, SimTime end) {
  ASSERT_TRUE(found.exact);
  std::vector<SimTime> ends;
  for (const DispatchSpan& d : found.stays) ends.push_back(d.end);
  for (const IoRequest& r : found.requests) ends.push_back(r.end);
  for (const VspCall& c : found.calls) ends.push_back(c.end_time);
  std::vector<SimTime> expected = ends_in(history, found.lane, begin, end);
  ASSERT_EQ(ends.size(), expected.size()) << "kind " << static_cast<int>(found.lane.kind) << " lane " << found.lane.first;
  EXPECT_TRUE(ends == expected) << "kind " << static_cast<int>(found.lane.kind) << " lane " << found.lane.first << "." << found.lane.second;
}

inline void expect_buckets(const LaneDetail& found, const RandomHistory& history) {
  ASSERT_FALSE(found.coarse);
  const RandomHistory rows = only(found.lane, history);
  for (std::size_t i = 0; i < found.buckets.size(); i += 1 + i / 4) {
    const LaneBucket& b = found.buckets[i];
    EXPECT_EQ(sums_of(b), sums_in(rows, found.lane, b.begin, b.end)) << "kind " << static_cast<int>(found.lane.kind) << " bucket " << i;
  }
}

inline bool is_stay(const LaneDetail& lane) {
  return lane.lane.kind != Kind::io_target && lane.lane.kind != Kind::vsp;
}

class WindowReaderTest : public testing::Test {
 protected:
  static const RandomHistory& history() {
    static const RandomHistory made = random_history(11, 80'000, 70'000, 70'000);
    return made;
  }
  void write() {
    Recorder recorder{file_.path(), Level::full, history_run(history().end)};
    record(recorder, history());
    recorder.finish({history().end, 1, 1, 1});
  }
  std::vector<LaneDetail> read(SimTime begin, SimTime end, std::size_t most_rows, std::uint32_t pixels = 100) {
    return reader_->read({begin, end, pixels, all_lanes(), most_rows}, kGoOn).value();
  }
  void open() { reader_.emplace(WindowReader::open(file_.path()).value()); }

  TemporaryFile file_;
  std::optional<WindowReader> reader_;
};

}  // namespace lparsim::trace
