#include "sim/trace/window_reader.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>

#include <fstream>
#include <map>
#include <set>

#include "sim/trace/detail_entry.hpp"
#include "sim/trace/run_file.hpp"
#include "sim/trace/window_oracle.hpp"

namespace lparsim::trace {
namespace {

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
  {
    // It would have taken so long that its longest buckets are as long as what there is of it.
    Recorder recorder{file_.path(), Level::full, history_run(history().end * 64)};
    record(recorder, history());
    recorder.finish({history().end, 1, 1, 1});
  }
  {
    // As if the last chunks had not come to be written.
    SQLite::Database cut{file_.path().string(), SQLite::OPEN_READWRITE};
    for (const int kind : {0, 1, 2, 3, 4}) {
      const std::string of_kind = " WHERE kind = " + std::to_string(kind);
      int level = cut.execAndGet("SELECT min(level) FROM detail_level" + of_kind).getInt();
      const SimTime end = SimTime::from_ps(cut.execAndGet("SELECT until_ps FROM detail_level" + of_kind + " ORDER BY level").getInt64());
      std::int64_t chunks = bucket_of(end, level) / kChunkBuckets / 2 + 1;
      for (; cut.execAndGet("SELECT count(*) FROM detail_level" + of_kind + " AND level = " + std::to_string(level)).getInt() > 0;
           ++level, chunks /= 4) {
        const std::string where = of_kind + " AND level = " + std::to_string(level);
        cut.exec("DELETE FROM detail WHERE key BETWEEN " + std::to_string(detail_key(static_cast<Kind>(kind), level, chunks, 0)) + " AND " +
                 std::to_string(detail_key(static_cast<Kind>(kind), level + 1, 0, 0) - 1));
        cut.exec("DELETE FROM detail_late" + where + " AND chunk >= " + std::to_string(chunks));
        cut.exec("UPDATE detail_level SET until_ps = " + std::to_string(bucket_length(level).ps() * kChunkBuckets * chunks) + where);
      }
    }
    cut.exec("DELETE FROM detail_row; DELETE FROM detail_index");
  }
  open();
  // Windows that end before the sums do, whose last buckets do not.
  for (const int part : {6, 7, 8, 9})
    for (const LaneDetail& lane : read(SimTime{}, history().end / 20 * part, 10, 1)) expect_buckets(lane, history());
  for (const std::uint32_t pixels : {1, 50, 5000})
    for (const LaneDetail& lane : read(SimTime{}, history().end, 10, pixels)) expect_buckets(lane, history());
  const SimTime middle = history().end / 2;
  for (const LaneDetail& lane : read(middle, middle + 1_ms, 100'000)) expect_exact(lane, history(), middle, middle + 1_ms);
}

TEST_F(WindowReaderTest, BelievesNoSumsOfTimesThatTheRowsHaveNotReached) {
  write();
  {
    SQLite::Database hostile{file_.path().string(), SQLite::OPEN_READWRITE};
    hostile.exec("UPDATE detail_level SET until_ps = " + std::to_string(INT64_MAX - 7));
    hostile.exec("UPDATE detail_index SET block_rows = " + std::to_string(INT64_MAX) + ", until_row = " + std::to_string(INT64_MAX));
  }
  open();
  // Chunk by chunk up to there would take days.
  for (const std::uint32_t pixels : {1, 100}) {
    for (const LaneDetail& lane : read(SimTime{}, history().end, 10, pixels)) expect_buckets(lane, history());
    EXPECT_TRUE(reader_->read({SimTime{}, SimTime::never() - 1_ps, pixels, all_lanes(), 10}, kGoOn));
  }
  const SimTime middle = history().end / 2;
  for (const LaneDetail& lane : read(middle, middle + 2_ms, 100'000)) expect_exact(lane, history(), middle, middle + 2_ms);
  EXPECT_TRUE(reader_->previous_stay(LaneKey::core(ServerId{0}, CoreId{0}), history().end, kGoOn));
}

TEST_F(WindowReaderTest, ReadsFilesOfBeforeThereWasDetail) {
  write();
  {
    SQLite::Database old{file_.path().string(), SQLite::OPEN_READWRITE};
    for (const char* table : {"detail", "detail_late", "detail_level", "detail_lane", "detail_row", "detail_index"})
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

TEST_F(WindowReaderTest, TakesWindowsThatAreNone) {
  write();
  open();
  for (const LaneDetail& lane : read(2_s, 1_s, 10)) EXPECT_TRUE(lane.buckets.empty() && lane.stays.empty());
  const auto all = read(SimTime{}, history().end, 10, 1);
  for (const std::uint32_t pixels : {0, 1}) {
    const auto found = read(SimTime{} - 5_s, SimTime::never() - 1_ps, 10, pixels);
    for (std::size_t i = 0; i < all.size(); ++i) EXPECT_EQ(found[i].buckets.size(), all[i].buckets.size());
  }
  EXPECT_TRUE(reader_->read({0_s, 1_s, 100, {}}, kGoOn)->empty());
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
