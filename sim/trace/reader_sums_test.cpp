#include <gtest/gtest.h>

#include "sim/trace/io_sample.hpp"
#include "sim/trace/reader.hpp"

namespace lparsim::trace {
namespace {

class ReaderSums : public ::testing::Test {
 protected:
  template <class Record>
  Reader written(const RunInfo& run, const Record& record) {
    {
      Recorder recorder{file_.path(), Level::summary, run};
      record(recorder);
      recorder.finish({4_s, 1, 1, 1});
    }
    auto reader = Reader::open(file_.path());
    EXPECT_TRUE(reader) << reader.error();
    return std::move(*reader);
  }

  TemporaryFile file_;
};

/// The same by reading everything.
IntervalSample sum_of(const Reader& reader, PartitionId partition, SimTime begin, SimTime end) {
  IntervalSample sum;
  const auto samples = reader.intervals(ServerId{0}, partition);
  for (const IntervalSample& sample : *samples) {
    if (sample.end <= begin || sample.begin >= end) continue;
    sum.consumed += sample.consumed;
    sum.dispatches += sample.dispatches;
    sum.end = sample.end;
  }
  return sum;
}

TEST_F(ReaderSums, PoolsOfAWindowAreThoseThatOverlapIt) {
  const Reader reader = written(sample_run(), [](Recorder& r) { record_sample(r); });
  const auto inside = reader.pool_intervals(1500_ms, 3_s);
  ASSERT_TRUE(inside.has_value());
  ASSERT_EQ(inside->size(), 2U);
  EXPECT_EQ(inside->front().begin, 1_s);
  EXPECT_EQ(inside->back().end, 3_s);
  EXPECT_EQ(inside->back().idle, 1500_ms);
  EXPECT_EQ(reader.pool_intervals(0_s, 4_s)->size(), reader.pool_intervals()->size());
  EXPECT_TRUE(reader.pool_intervals(4_s, 5_s)->empty());
}

TEST_F(ReaderSums, AddUpTheSamplesThatOverlapAndNoOthers) {
  const Reader reader = written(sample_run(), [](Recorder& r) { record_sample(r); });
  for (std::int64_t begin = 0; begin <= 4500; begin += 250) {
    for (std::int64_t end = begin; end <= 4750; end += 250) {
      const auto sums = reader.interval_sums(1_ms * begin, 1_ms * end);
      ASSERT_TRUE(sums) << sums.error();
      const IntervalSample expected = sum_of(reader, PartitionId{1}, 1_ms * begin, 1_ms * end);
      if (expected.dispatches == 0) {
        EXPECT_TRUE(sums->empty()) << begin << " to " << end;
        continue;
      }
      ASSERT_EQ(sums->size(), 3u) << begin << " to " << end;
      EXPECT_EQ((*sums)[1].partition, PartitionId{1});
      EXPECT_EQ((*sums)[1].consumed, expected.consumed) << begin << " to " << end;
      EXPECT_EQ((*sums)[1].dispatches, expected.dispatches) << begin << " to " << end;
      EXPECT_EQ((*sums)[1].end, expected.end) << begin << " to " << end;
    }
  }
}

TEST_F(ReaderSums, AMomentIsInOneSample) {
  const Reader reader = written(sample_run(), [](Recorder& r) { record_sample(r); });
  const auto sums = reader.interval_sums(2_s, 2_s + SimTime::from_ps(1));
  ASSERT_TRUE(sums && sums->size() == 3);
  EXPECT_EQ((*sums)[0].begin, 2_s);
  EXPECT_EQ((*sums)[0].end, 3_s);
  EXPECT_EQ((*sums)[0].consumed, 400_ms);
}

TEST_F(ReaderSums, OfRequestsAreByTargetAndKind) {
  const Reader reader = written(io_run(), [](Recorder& r) { record_io_sample(r); });
  const auto sums = reader.io_interval_sums(1_s, 3_s);
  ASSERT_TRUE(sums) << sums.error();
  ASSERT_EQ(sums->size(), 3u);
  EXPECT_EQ((*sums)[0].kind, IoKind::read);
  EXPECT_EQ((*sums)[0].requests, 100u);
  EXPECT_EQ((*sums)[1].kind, IoKind::write);
  EXPECT_EQ((*sums)[2].target, 1u);
  EXPECT_EQ((*sums)[2].bytes, 4'000'000u);
}

TEST_F(ReaderSums, OfARunWithoutAnyAreNone) {
  const Reader reader = written(sample_run(), [](Recorder&) {});
  EXPECT_TRUE(reader.interval_sums(0_s, 20_s)->empty());
  EXPECT_TRUE(reader.io_interval_sums(0_s, 20_s)->empty());
}

}  // namespace
}  // namespace lparsim::trace
