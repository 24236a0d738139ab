#include "sim/trace/window_reader.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>

#include <fstream>
#include <map>
#include <set>

#include "sim/trace/detail_entry.hpp"
#include "sim/trace/random_history.hpp"
#include "sim/trace/run_file.hpp"
#include "sim/trace/sample_run.hpp"

namespace lparsim::trace {
namespace {

using Kind = LaneKey::Kind;
const std::atomic<bool> kGoOn{false};

RunInfo history_run(SimTime duration) {
  RunInfo run = sample_run();
  run.duration = duration;
  return run;
}

void record(Recorder& recorder, const RandomHistory& history) {
  for (const DispatchSpan& d : history.stays) recorder.dispatch(d);
  for (const IoRequest& r : history.requests) recorder.io_request(r, {});
  for (const VspCall& c : history.calls) recorder.vsp_call(c);
}

bool belongs(const DispatchSpan& d, const LaneKey& lane) {
  if (d.server != lane.server) return false;
  if (lane.kind == Kind::core) return index(d.core) == lane.first;
  return index(d.partition) == lane.first && (lane.kind == Kind::partition || d.vp == lane.second);
}

std::vector<LaneKey> all_lanes() {
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
std::vector<SimTime> ends_in(const RandomHistory& history, const LaneKey& lane, SimTime begin, SimTime end) {
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

RandomHistory only(const LaneKey& lane, const RandomHistory& history) {
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
Sums sums_in(const RandomHistory& history, const LaneKey& lane, SimTime begin, SimTime end) {
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
Sums sums_of(const LaneBucket& b) {
  return {b.count, b.running + b.latency, b.excess, b.queued, b.withheld, b.ceded, b.in_flight};
}

void expect_exact(const LaneDetail& found, const RandomHistory& history, SimTime begin, SimTime end) {
  ASSERT_TRUE(found.exact);
  std::vector<SimTime> ends;
  for (const DispatchSpan& d : found.stays) ends.push_back(d.end);
  for (const IoRequest& r : found.requests) ends.push_back(r.end);
  for (const VspCall& c : found.calls) ends.push_back(c.end_time);
  std::vector<SimTime> expected = ends_in(history, found.lane, begin, end);
  ASSERT_EQ(ends.size(), expected.size()) << "kind " << static_cast<int>(found.lane.kind) << " lane " << found.lane.first;
  EXPECT_TRUE(ends == expected) << "kind " << static_cast<int>(found.lane.kind) << " lane " << found.lane.first << "." << found.lane.second;
}

void expect_buckets(const LaneDetail& found, const RandomHistory& history) {
  ASSERT_FALSE(found.coarse);
  const RandomHistory rows = only(found.lane, history);
  for (std::size_t i = 0; i < found.buckets.size(); i += 1 + i / 4) {
    const LaneBucket& b = found.buckets[i];
    EXPECT_EQ(sums_of(b), sums_in(rows, found.lane, b.begin, b.end)) << "kind " << static_cast<int>(found.lane.kind) << " bucket " << i;
  }
}

bool is_stay(const LaneDetail& lane) {
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

TEST_F(WindowReaderTest, GivesEveryRowThatOverlapsASmallWindow) {
  write();
  open();
  KeyedStream random = RandomKey{2, "windows"}.stream();
  for (int i = 0; i < 30; ++i) {
    const SimTime begin = SimTime::from_ps(static_cast<std::int64_t>(random.uniform() * static_cast<double>(history().end.ps())));
    const SimTime end = begin + SimTime::from_us(static_cast<std::int64_t>(random.bits() % 20'000 + 1));
    // The longest requests and calls end late: all rows that may be theirs have to be read.
    for (const LaneDetail& lane : read(begin, end, 100'000)) expect_exact(lane, history(), begin, end);
  }
}

TEST_F(WindowReaderTest, AddsUpEveryBucketAtEveryZoom) {
  write();
  open();
  std::map<Kind, std::set<SimTime>> lengths;
  for (const std::uint32_t pixels : {1, 20, 200, 5000}) {
    for (const LaneDetail& lane : read(SimTime{}, history().end, 10, pixels)) {
      EXPECT_FALSE(lane.exact);
      expect_buckets(lane, history());
      Sums sum;
      for (const LaneBucket& b : lane.buckets) {
        sum.running += b.running + b.latency;
        sum.count += b.count;
        lengths[lane.lane.kind].insert(b.end - b.begin);
      }
      const Sums whole = sums_in(only(lane.lane, history()), lane.lane, SimTime{}, history().end);
      EXPECT_EQ(sum.running, whole.running);
      EXPECT_EQ(sum.count, whole.count);
    }
  }
  for (const auto& [kind, of_kind] : lengths) EXPECT_GE(of_kind.size(), 2U) << "kind " << static_cast<int>(kind);
}

TEST_F(WindowReaderTest, LooksUpTheRowsOfLanesThatHaveFew) {
  write();
  open();
  std::size_t exact = 0;
  KeyedStream random = RandomKey{3, "windows"}.stream();
  for (int i = 0; i < 10; ++i) {
    const SimTime begin = SimTime::from_ps(static_cast<std::int64_t>(random.uniform() * static_cast<double>(history().end.ps())));
    const SimTime end = begin + history().end / 100;
    for (const LaneDetail& lane : read(begin, end, 600, 4000)) {
      if (lane.lane.kind == Kind::io_target || lane.lane.kind == Kind::vsp) continue;
      if (!lane.exact) {
        expect_buckets(lane, history());
        continue;
      }
      ++exact;
      expect_exact(lane, history(), begin, end);
    }
  }
  EXPECT_GT(exact, 0U);
}

TEST_F(WindowReaderTest, SeesAFileGrow) {
  const RandomHistory all = random_history(12, 200'000, 0, 0);
  RunFile file{file_.path(), Level::full, history_run(all.end)};
  RandomHistory seen;
  for (std::size_t i = 0; i < all.stays.size(); i += 30'000) {
    Batch batch;
    const auto from = all.stays.begin() + static_cast<std::ptrdiff_t>(i);
    batch.dispatches.assign(from, from + std::min<std::ptrdiff_t>(30'000, all.stays.end() - from));
    seen.stays.insert(seen.stays.end(), batch.dispatches.begin(), batch.dispatches.end());
    file.insert(batch);
    file.commit();
    if (!reader_) open();
    const SimTime end = seen.stays.back().end;
    EXPECT_EQ(reader_->last_end().value(), end);
    for (const LaneDetail& lane : read(SimTime{}, all.end, 10, 50))
      if (is_stay(lane) && seen.stays.size() >= 65'536) expect_buckets(lane, seen);
    for (const LaneDetail& lane : read(end - 3_ms, end, 100'000))
      if (is_stay(lane)) expect_exact(lane, seen, end - 3_ms, end);
  }
  file.finish({all.end, 1, 1, 1});
  for (const LaneDetail& lane : read(SimTime{}, all.end, 10, 50))
    if (is_stay(lane)) expect_buckets(lane, all);
}

TEST_F(WindowReaderTest, AddsUpItselfWhatAKilledRunHadNotAddedUp) {
  write();
  {
    // As if the last chunks had not come to be written.
    SQLite::Database cut{file_.path().string(), SQLite::OPEN_READWRITE};
    for (const int kind : {0, 1, 2, 3, 4}) {
      int level = cut.execAndGet("SELECT min(level) FROM detail_level WHERE kind = " + std::to_string(kind)).getInt();
      std::int64_t chunks =
          cut.execAndGet("SELECT max(chunk) FROM detail WHERE kind = " + std::to_string(kind) + " AND level = " + std::to_string(level))
                  .getInt64() /
              2 +
          1;
      for (; cut.execAndGet("SELECT count(*) FROM detail_level WHERE kind = " + std::to_string(kind) +
                            " AND level = " + std::to_string(level))
                 .getInt() > 0;
           ++level, chunks /= 4) {
        const std::int64_t until = bucket_length(level).ps() * kChunkBuckets * chunks;
        const std::string where = " WHERE kind = " + std::to_string(kind) + " AND level = " + std::to_string(level);
        cut.exec("DELETE FROM detail" + where + " AND chunk >= " + std::to_string(chunks));
        cut.exec("UPDATE detail_level SET until_ps = " + std::to_string(until) + where);
      }
    }
    cut.exec("DELETE FROM detail_row; DELETE FROM detail_index");
  }
  open();
  for (const std::uint32_t pixels : {1, 50, 5000})
    for (const LaneDetail& lane : read(SimTime{}, history().end, 10, pixels)) expect_buckets(lane, history());
  const SimTime middle = history().end / 2;
  for (const LaneDetail& lane : read(middle, middle + 1_ms, 100'000)) expect_exact(lane, history(), middle, middle + 1_ms);
}

TEST_F(WindowReaderTest, FindsStaysBesideAMoment) {
  write();
  open();
  KeyedStream random = RandomKey{4, "moments"}.stream();
  const std::vector<LaneKey> lanes = all_lanes();
  for (int i = 0; i < 300; ++i) {
    const LaneKey lane = lanes[random.bits() % lanes.size()];
    if (lane.kind != Kind::core && lane.kind != Kind::virtual_processor) continue;
    const SimTime at = SimTime::from_ps(static_cast<std::int64_t>(random.uniform() * static_cast<double>(history().end.ps())));
    std::optional<SimTime> here, next, previous;
    for (const DispatchSpan& d : history().stays) {
      if (!belongs(d, lane)) continue;
      if (d.begin <= at && at < d.end) here = d.end;
      if (d.begin > at && !next) next = d.end;
      if (d.end <= at) previous = d.end;
    }
    const auto end = [](const Result<std::optional<DispatchSpan>>& stay) {
      return stay.value() ? std::optional{stay.value()->end} : std::nullopt;
    };
    EXPECT_EQ(end(reader_->stay_at(lane, at, kGoOn)), here);
    EXPECT_EQ(end(reader_->next_stay(lane, at, kGoOn)), next);
    EXPECT_EQ(end(reader_->previous_stay(lane, at, kGoOn)), previous);
  }
}

TEST_F(WindowReaderTest, FindsTheNextEventOfEachKindOfRows) {
  write();
  open();
  KeyedStream random = RandomKey{5, "moments"}.stream();
  std::vector<std::optional<LaneKey>> lanes{std::nullopt};
  for (const LaneKey& lane : all_lanes()) lanes.push_back(lane);
  for (int i = 0; i < 200; ++i) {
    const auto lane = lanes[random.bits() % lanes.size()];
    const SimTime after = SimTime::from_ps(static_cast<std::int64_t>(random.uniform() * static_cast<double>(history().end.ps())));
    for (const EventKind kind : {EventKind::dispatch, EventKind::preemption, EventKind::cap_hit, EventKind::wait_for_core}) {
      std::optional<SimTime> expected;
      for (const DispatchSpan& d : history().stays) {
        if (lane && (lane->kind == Kind::io_target || lane->kind == Kind::vsp || !belongs(d, *lane))) continue;
        const bool is = kind == EventKind::dispatch || (kind == EventKind::preemption && d.preempt_reason == 4) ||
                        (kind == EventKind::cap_hit && d.enqueue > d.ready) || (kind == EventKind::wait_for_core && d.begin > d.enqueue);
        const SimTime at = kind == EventKind::dispatch     ? d.begin
                           : kind == EventKind::preemption ? d.end
                           : kind == EventKind::cap_hit    ? d.ready
                                                           : d.enqueue;
        if (is && at > after && (!expected || at < *expected)) expected = at;
      }
      const auto found = reader_->next_event(kind, lane, after, kGoOn).value();
      EXPECT_EQ(found ? std::optional{found->at} : std::nullopt, expected) << "kind " << static_cast<int>(kind);
    }
    std::optional<SimTime> failure;
    for (const IoRequest& r : history().requests)
      if (r.outcome != IoOutcome::done && r.end > after && (!lane || (lane->kind == Kind::io_target && lane->first == r.target)) &&
          !failure)
        failure = r.end;
    const auto found = reader_->next_event(EventKind::io_failure, lane, after, kGoOn).value();
    EXPECT_EQ(found ? std::optional{found->at} : std::nullopt, failure);
  }
}

TEST_F(WindowReaderTest, GivesTheFiguresOfARange) {
  write();
  open();
  for (const LaneKey& lane : all_lanes()) {
    const SimTime begin = history().end / 3;
    const SimTime end = history().end / 3 * 2;
    std::vector<SimTime> lengths, waits;
    for (const DispatchSpan& d : history().stays) {
      if (lane.kind == Kind::io_target || lane.kind == Kind::vsp || !belongs(d, lane) || d.end <= begin || d.end > end) continue;
      lengths.push_back(d.end - d.begin);
      if (d.begin > d.ready) waits.push_back(d.begin - d.ready);
    }
    for (const IoRequest& r : history().requests)
      if (lane.kind == Kind::io_target && lane.first == r.target && r.end > begin && r.end <= end) lengths.push_back(r.end - r.begin);
    for (const VspCall& c : history().calls)
      if (lane.kind == Kind::vsp && lane.first == index(c.vsp) && c.end_time > begin && c.end_time <= end)
        lengths.push_back(c.end_time - c.begin);
    double done = 0;
    const RangeStatistics found = reader_->range(lane, begin, end, kGoOn, [&](double part) { done = part; }).value();
    const bool stays = lane.kind != Kind::io_target && lane.kind != Kind::vsp;
    const auto expect = [](const LengthStatistics& figures, std::vector<SimTime> expected) {
      ASSERT_EQ(figures.count, expected.size());
      if (expected.empty()) return;
      std::sort(expected.begin(), expected.end());
      SimTime sum;
      for (const SimTime length : expected) sum += length;
      EXPECT_EQ(figures.sum, sum);
      EXPECT_EQ(figures.min, expected.front());
      EXPECT_EQ(figures.max, expected.back());
      EXPECT_EQ(figures.mean, sum / static_cast<std::int64_t>(expected.size()));
      const auto not_above = std::upper_bound(expected.begin(), expected.end(), figures.p95) - expected.begin();
      const auto below = std::lower_bound(expected.begin(), expected.end(), figures.p95) - expected.begin();
      EXPECT_GE(not_above * 100, std::ssize(expected) * 95);
      EXPECT_LT(below * 100, std::ssize(expected) * 95);
    };
    expect(stays ? found.stays : found.latencies, lengths);
    expect(found.waits, waits);
    EXPECT_EQ(done, 1);
  }
}

TEST_F(WindowReaderTest, ReadsFilesOfBeforeThereWasDetail) {
  write();
  {
    SQLite::Database old{file_.path().string(), SQLite::OPEN_READWRITE};
    for (const char* table : {"detail", "detail_level", "detail_lane", "detail_row", "detail_index"})
      old.exec(std::string{"DROP TABLE "} + table);
  }
  open();
  const SimTime begin = history().end / 2;
  for (const LaneDetail& lane : read(begin, begin + 2_ms, 100'000)) expect_exact(lane, history(), begin, begin + 2_ms);
  for (const LaneDetail& lane : read(SimTime{}, history().end, 10)) EXPECT_TRUE(lane.coarse && lane.buckets.empty());
}

TEST_F(WindowReaderTest, ShowsSamplesWhereTheRunWasNotTraced) {
  {
    Recorder recorder{file_.path(), Level::summary, sample_run()};
    record_sample(recorder);
    recorder.finish({20_s, 1, 1, 1});
  }
  open();
  const auto found = reader_
                         ->read({1_s,
                                 3_s,
                                 100,
                                 {LaneKey::partition(ServerId{0}, PartitionId{1}),
                                  LaneKey::virtual_processor(ServerId{0}, PartitionId{0}, 1), LaneKey::core(ServerId{0}, CoreId{0})},
                                 1000},
                                kGoOn)
                         .value();
  ASSERT_EQ(found[0].buckets.size(), 2U);
  EXPECT_EQ(found[0].buckets[1].begin, 2_s);
  EXPECT_EQ(found[0].buckets[1].running, 400_ms);
  EXPECT_EQ(found[0].buckets[1].withheld, 20_ms);
  ASSERT_EQ(found[1].buckets.size(), 2U);
  EXPECT_EQ(found[1].buckets[0].queued, 10_ms);
  for (const LaneDetail& lane : found) EXPECT_TRUE(lane.coarse && !lane.exact);
}

TEST_F(WindowReaderTest, TellsWhatTracksSayAndWhereTheyAre) {
  {
    Recorder recorder{file_.path(), Level::full, sample_run()};
    const TrackId server = recorder.add_track("server", TrackId::none, "frame1");
    const TrackId core = recorder.add_track("core", recorder.add_track("chip", server, "0"), "3");
    const TrackId web = recorder.add_track("partition", server, "web");
    const TrackId web1 = recorder.add_track("virtual_processor", web, "1");
    const NameId folded = recorder.intern("folded");
    recorder.span(core, recorder.intern("busy"), 0_s, 9_s);
    recorder.span(web1, folded, 1_s, 2_s);
    recorder.span(web1, folded, 3_s, 4_s);
    recorder.counter(web, recorder.intern("entitlement"), 3_s, 0.7);
    recorder.instant(web, recorder.intern("operator"), 3500_ms, "entitlement 0.70");
    recorder.vsp_event({5_s, ServerId{0}, PartitionId{2}, 5, 8, 0, 0, std::nullopt, "it crashed"});
    recorder.finish({10_s, 1, 1, 1});
  }
  open();
  const auto found = reader_->records(2500_ms, 3600_ms, 100, kGoOn).value();
  ASSERT_EQ(found.size(), 4U);
  EXPECT_EQ(found[0].lane, LaneKey::core(ServerId{0}, CoreId{3}));
  EXPECT_EQ(found[0].name, "busy");
  EXPECT_EQ(found[1].lane, LaneKey::virtual_processor(ServerId{0}, PartitionId{0}, 1));
  EXPECT_EQ(found[1].begin, 3_s);
  EXPECT_EQ(found[2].text, "entitlement 0.70");
  EXPECT_EQ(found[3].value, 0.7);
  const LaneKey web = LaneKey::partition(ServerId{0}, PartitionId{0});
  EXPECT_EQ(reader_->next_event(EventKind::folded, web, 1_s, kGoOn).value()->at, 3_s);
  EXPECT_EQ(reader_->next_event(EventKind::unfolded, std::nullopt, 1_s, kGoOn).value()->at, 2_s);
  EXPECT_EQ(reader_->next_event(EventKind::instant, web, 1_s, kGoOn).value()->text, "operator: entitlement 0.70");
  EXPECT_EQ(reader_->next_event(EventKind::instant, web, 4_s, kGoOn).value().has_value(), false);
  const auto ejected = reader_->next_event(EventKind::vsp_event, std::nullopt, 1_s, kGoOn).value();
  EXPECT_EQ(ejected->lane, LaneKey::vsp(ServerId{0}, PartitionId{2}));
  EXPECT_EQ(ejected->text, "ejected: it crashed");
}

TEST_F(WindowReaderTest, StopsWhenItIsCancelled) {
  write();
  open();
  const std::atomic<bool> cancelled{true};
  EXPECT_EQ(reader_->read({0_s, history().end, 100, all_lanes(), 10}, cancelled).error(), "cancelled");
  EXPECT_EQ(reader_->read({0_s, history().end, 100, all_lanes(), 1'000'000}, cancelled).error(), "cancelled");
  EXPECT_EQ(reader_->range(all_lanes()[0], 0_s, history().end, cancelled).error(), "cancelled");
  EXPECT_TRUE(reader_->range(all_lanes()[0], 0_s, history().end, kGoOn)) << "it can be asked again";
}

TEST_F(WindowReaderTest, SaysWhatIsWrongWithAFile) {
  std::ofstream{file_.path()} << "SQLite format 3";
  EXPECT_THAT(WindowReader::open(file_.path()).error(), testing::HasSubstr("it is not a run file of lparsim"));
  std::filesystem::remove(file_.path());
  write();
  open();
  std::filesystem::resize_file(file_.path(), std::filesystem::file_size(file_.path()) / 2);
  EXPECT_THAT(WindowReader::open(file_.path()).error(), testing::HasSubstr("it is cut short"));
  EXPECT_THAT(reader_->read({0_s, history().end, 100, all_lanes(), 1'000'000}, kGoOn).error(), testing::HasSubstr("cannot read"));
}

}  // namespace
}  // namespace lparsim::trace
