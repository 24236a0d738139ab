#include "gui/data/series.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "gui/data/testing/random_run.hpp"
#include "gui/data/testing/sample_facts.hpp"
#include "gui/data/time_grid.hpp"

namespace lparsim::gui {
namespace {

using namespace literals;
using testing::RandomRun;

const LaneKey kWeb = LaneKey::partition(ServerId{0}, PartitionId{0});
const LaneKey kDisk = LaneKey::io_target(0);

double overlap(SimTime begin, SimTime end, SimTime from, SimTime to) {
  return begin < to && end > from ? (std::min(end, to) - std::max(begin, from)).seconds() : 0;
}

/// The oracles: over everything that was recorded.
double physc(const RandomRun& run, SimTime from, SimTime to) {
  double sum = 0;
  for (const auto& d : run.stays)
    if (d.partition == PartitionId{0}) sum += overlap(d.begin, d.end, from, to);
  return sum / (to - from).seconds();
}
double waiting(const RandomRun& run, SimTime from, SimTime to) {
  double sum = 0;
  for (const auto& d : run.stays)
    if (d.partition == PartitionId{0}) sum += overlap(d.enqueue, d.begin, from, to);
  return sum / (to - from).seconds();
}
double inFlight(const RandomRun& run, SimTime from, SimTime to) {
  double sum = 0;
  for (const auto& r : run.requests) sum += overlap(r.begin, r.end, from, to);
  return sum / (to - from).seconds();
}
std::vector<double> latencies(const RandomRun& run, SimTime from, SimTime to) {
  std::vector<double> found;
  for (const auto& r : run.requests)
    if (r.end >= from && r.end < to) found.push_back((r.end - r.begin).milliseconds());
  std::ranges::sort(found);
  return found;
}

Series ask(RandomRun& run, LaneKey lane, Quantity quantity, SimTime begin, SimTime end, std::uint32_t points, std::size_t rows = 100'000) {
  Sources sources = run.sources();
  const auto series = seriesOf(sources, {begin, end, points, {{lane, quantity}}, rows});
  EXPECT_TRUE(series) << series.error();
  return series->at(0);
}

TEST(Series, OfProcessorsAreAveragesOfTheirSteps) {
  RandomRun run;
  const Series used = ask(run, kWeb, Quantity::physc, 1_s, 2_s, 50), waits = ask(run, kWeb, Quantity::waitingProcessor, 1_s, 2_s, 50);
  ASSERT_EQ(used.points.size(), 50U);
  ASSERT_EQ(waits.points.size(), 50U);
  EXPECT_EQ(used.points[7].begin, 1140_ms);
  for (const Point& p : used.points) EXPECT_NEAR(p.value, physc(run, p.begin, p.end), 1e-6);
  for (const Point& p : waits.points) EXPECT_NEAR(p.value, waiting(run, p.begin, p.end), 1e-6);
}

TEST(Series, EntcFollowsTheOperatorsEntitlement) {
  RandomRun run;
  const Series entc = ask(run, kWeb, Quantity::entc, 0_s, 4_s, 4);
  ASSERT_EQ(entc.points.size(), 4U);
  EXPECT_NEAR(entc.points[0].value, physc(run, 0_s, 1_s) / 0.5 * 100, 1e-4);
  EXPECT_NEAR(entc.points[3].value, physc(run, 3_s, 4_s) / 1.0 * 100, 1e-4);
}

/// A virtual processor's lane of `count` buckets of `length` that begin at `begin`; in the i-th it runs for i thousandths.
trace::LaneDetail bucketsOf(SimTime begin, SimTime length, std::int64_t count) {
  trace::LaneDetail detail;
  detail.lane = LaneKey::virtual_processor(ServerId{0}, PartitionId{0}, 0);
  for (std::int64_t i = 0; i < count; ++i) {
    trace::LaneBucket bucket;
    bucket.begin = begin + length * i;
    bucket.end = bucket.begin + length;
    bucket.running = length * i / 1000;
    detail.buckets.push_back(bucket);
  }
  return detail;
}

TEST(Series, StepsThatAreShorterThanBucketsBecomeThese) {
  const RunFacts facts = testing::sampleFacts();
  const TimeGrid grid = gridOf(bucketsOf(50_ms, 100_ms, 30), facts, 200_ms, 3_s, 1000);
  ASSERT_GE(grid.size(), 28U);
  EXPECT_EQ(grid.beginOf(0), 150_ms);
  EXPECT_EQ(grid.endOf(0), 250_ms);
  for (std::size_t i = 0; i + 1 < grid.size(); ++i) EXPECT_NEAR(grid.at(i).held[0], 0.1 * static_cast<double>(i + 1) / 1000, 1e-12);
}

TEST(Series, LongerStepsAddTheirBuckets) {
  const RunFacts facts = testing::sampleFacts();
  const TimeGrid grid = gridOf(bucketsOf(0_ms, 10_ms, 100), facts, 0_ms, 1_s, 10);
  ASSERT_EQ(grid.size(), 10U);
  // Ten neighbours: 10 i + 0 .. 9.
  for (std::size_t i = 0; i < 10; ++i) EXPECT_NEAR(grid.at(i).held[0], 0.01 * (100.0 * static_cast<double>(i) + 45) / 1000, 1e-12);
}

TEST(Series, OfRequestsAreThoseThatEnded) {
  RandomRun run;
  for (const Point& p : ask(run, kDisk, Quantity::requests, 0_s, 4_s, 10).points)
    EXPECT_NEAR(p.value, static_cast<double>(latencies(run, p.begin, p.end).size()) / 0.4, 1e-6);
  for (const Point& p : ask(run, kDisk, Quantity::inFlight, 0_s, 4_s, 10).points) EXPECT_NEAR(p.value, inFlight(run, p.begin, p.end), 1e-6);
  for (const Point& p : ask(run, kDisk, Quantity::latencyP95, 0_s, 4_s, 10).points) {
    const auto all = latencies(run, p.begin, p.end);
    EXPECT_NEAR(p.value, all[static_cast<std::size_t>(std::ceil(static_cast<double>(all.size()) * 0.95)) - 1], 1e-9);
  }
  for (const Point& p : ask(run, kDisk, Quantity::latencyMax, 0_s, 4_s, 10).points)
    EXPECT_NEAR(p.value, latencies(run, p.begin, p.end).back(), 1e-9);
}

TEST(Series, WhereNothingEndedThereIsNoLatency) {
  RandomRun run;
  EXPECT_EQ(ask(run, kDisk, Quantity::latencyMean, 0_s, 100_us, 10).points.size(), 0U);
}

TEST(Series, SayWhyTheyAreEmpty) {
  RandomRun run;
  EXPECT_NE(ask(run, kDisk, Quantity::latencyP99, 0_s, 4_s, 10, 5).remark, "");
  EXPECT_NE(ask(run, kDisk, Quantity::physc, 0_s, 4_s, 10).remark, "");
  RandomRun coarse{1, trace::Level::summary};
  EXPECT_NE(ask(coarse, kDisk, Quantity::latencyP99, 0_s, 4_s, 10).remark, "");
}

TEST(Series, OfASummaryAreItsSamples) {
  RandomRun run{1, trace::Level::summary};
  const Series used = ask(run, kWeb, Quantity::physc, 0_s, 4_s, 100);
  EXPECT_TRUE(used.coarse);
  ASSERT_EQ(used.points.size(), 4U);
  for (const Point& p : used.points) EXPECT_NEAR(p.value, 0.4, 1e-6);
}

/// The same run while it went on: two seconds further than what was recorded.
Sources growing(RandomRun& run) {
  Sources sources = run.sources();
  RunFacts facts = run.facts();
  facts.state = trace::RunState::running;
  facts.simulated = 6_s;
  sources.facts = std::make_shared<const RunFacts>(std::move(facts));
  return sources;
}

TEST(Series, OfAGrowingRunEndWhereTheLastStayEnded) {
  RandomRun run;
  Sources sources = growing(run);
  const auto series = seriesOf(sources, {2_s, 8_s, 60, {{kWeb, Quantity::physc}}, 100'000});
  ASSERT_TRUE(series) << series.error();
  const SimTime last = std::max({run.stays.back().end, run.requests.back().end, run.calls.back().end_time});
  ASSERT_FALSE(series->at(0).points.empty());
  EXPECT_EQ(series->at(0).points.back().end, last);
  for (const Point& p : series->at(0).points) EXPECT_NEAR(p.value, physc(run, p.begin, p.end), 1e-6);
}

TEST(Series, OfAGrowingSummaryEndWithItsLastSample) {
  RandomRun run{1, trace::Level::summary};
  Sources sources = growing(run);
  const auto series = seriesOf(sources, {0_s, 8_s, 100, {{kWeb, Quantity::physc}}, 100'000});
  ASSERT_TRUE(series) << series.error();
  ASSERT_EQ(series->at(0).points.size(), 4U);
  EXPECT_EQ(series->at(0).points.back().end, 4_s);
  EXPECT_NEAR(series->at(0).points.back().value, 0.4, 1e-6);
}

TEST(Distribution, CountsEveryLengthOnceInItsBin) {
  RandomRun run;
  Sources sources = run.sources();
  const auto found = distributionOf(sources, kDisk, Counted::requests, {0_s, 4_s}, [](const Distribution&) {});
  ASSERT_TRUE(found) << found.error();
  const auto all = latencies(run, 0_s, 4_s);
  EXPECT_EQ(found->count, all.size());
  EXPECT_LE(found->bins.size(), 25U);
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < found->bins.size(); ++i) {
    const auto& bin = found->bins[i];
    EXPECT_TRUE(i == 0 || found->bins[i - 1].to == bin.from);
    const auto inside =
        std::ranges::count_if(all, [&](double ms) { return ms >= bin.from.milliseconds() - 1e-12 && ms < bin.to.milliseconds(); });
    EXPECT_EQ(static_cast<std::int64_t>(bin.count), inside);
    sum += bin.count;
  }
  EXPECT_EQ(sum, found->count);
  EXPECT_NEAR(found->p50.milliseconds(), all[(all.size() + 1) / 2 - 1], found->p50.milliseconds() * 0.002);
}

TEST(Distribution, OfStaysAndWaitsAreThoseOfTheLane) {
  RandomRun run;
  Sources sources = run.sources();
  std::uint64_t stays = 0, waits = 0;
  for (const auto& d : run.stays) {
    if (d.partition != PartitionId{0} || d.end <= 1_s || d.end > 3_s) continue;
    ++stays;
    if (d.ready < d.begin) ++waits;
  }
  const auto none = [](const Distribution&) {
  };
  EXPECT_EQ(distributionOf(sources, kWeb, Counted::stays, {1_s, 3_s}, none)->count, stays);
  EXPECT_EQ(distributionOf(sources, kWeb, Counted::waits, {1_s, 3_s}, none)->count, waits);
}

TEST(Distribution, CountsWhatEndsBetweenTwoOfItsReads) {
  RandomRun run;
  Sources sources = run.sources();
  const auto none = [](const Distribution&) {
  };
  const auto& d = *std::ranges::find_if(run.stays, [](const auto& s) { return s.partition == PartitionId{0} && s.end > 1_s; });
  // A range of 64 ps is read picosecond by picosecond.
  const SimTime begin = d.end - SimTime::from_ps(32);
  EXPECT_GE(distributionOf(sources, kWeb, Counted::stays, {begin, begin + SimTime::from_ps(64)}, none)->count, 1U);
}

TEST(Distribution, GivesUpWhenCancelled) {
  RandomRun run;
  Sources sources = run.sources();
  run.cancelled = true;
  EXPECT_FALSE(distributionOf(sources, kWeb, Counted::stays, {0_s, 4_s}, [](const Distribution&) {}));
}

}  // namespace
}  // namespace lparsim::gui
