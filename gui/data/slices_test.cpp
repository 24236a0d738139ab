#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>

#include "gui/data/slice.hpp"
#include "gui/data/testing/sample_facts.hpp"
#include "sim/base/random.hpp"
#include "sim/explain/occupancy.hpp"

namespace lparsim::gui {
namespace {

using namespace literals;
using testing::sampleFacts;

const LaneKey kVp = LaneKey::virtual_processor(ServerId{0}, PartitionId{0}, 1);

trace::DispatchSpan stay(SimTime waiting, SimTime ready, SimTime enqueue, SimTime begin, SimTime end, SimTime entitled) {
  trace::DispatchSpan d;
  d.vp = 1;
  d.core = CoreId{2};
  d.waiting = waiting;
  d.ready = ready;
  d.enqueue = enqueue;
  d.begin = begin;
  d.end = end;
  d.entitled = entitled;
  return d;
}

trace::LaneDetail exactly(LaneKey lane) {
  trace::LaneDetail detail;
  detail.lane = lane;
  detail.exact = true;
  return detail;
}

/// `begin..end state xcount`, in picoseconds' units given.
std::string text(const LaneSlices& lane, SimTime unit) {
  std::string all;
  for (const Slice& s : lane.slices)
    all += fmt::format("{}{}..{} {}{}", all.empty() ? "" : ", ", s.begin / unit, s.end / unit, wordsFor(s.state),
                       s.count > 1 ? fmt::format(" x{}", s.count) : "");
  return all;
}

/// A random life of a virtual processor, the stays in the order of time.
std::vector<trace::DispatchSpan> randomStays(std::uint64_t seed, std::size_t count, std::uint32_t vp = 1) {
  RandomStream random{seed, "stays"};
  std::vector<trace::DispatchSpan> stays;
  SimTime now;
  const auto below = [&](std::uint64_t most) {
    return static_cast<std::int64_t>(random.bits() % most);
  };
  const auto some = [&](std::uint64_t most) {
    return below(4) == 0 ? SimTime{} : SimTime::from_us(below(most));
  };
  for (std::size_t i = 0; i < count; ++i) {
    const SimTime ready = now + some(4000), enqueue = ready + some(9000), begin = enqueue + some(3000), end = begin + some(30'000) + 1_us;
    const SimTime entitled = below(3) == 0 ? end - begin : SimTime::from_ps((end - begin).ps() * below(100) / 100);
    stays.push_back(stay(now, ready, enqueue, begin, end, entitled));
    stays.back().vp = vp;
    stays.back().preempt_reason = below(4) == 0 ? 3 : 2;
    now = end;
  }
  return stays;
}

using Times = std::map<State, double>;

/// The oracle: how long the state held in [from, to), nanosecond-wise simple.
Times timesOf(const std::vector<trace::DispatchSpan>& stays, SimTime from, SimTime to) {
  Times times;
  const auto add = [&](State state, SimTime begin, SimTime end) {
    begin = std::max(begin, from);
    end = std::min(end, to);
    if (begin < end) times[state] += (end - begin).seconds();
  };
  bool conferred = false;
  for (const trace::DispatchSpan& d : stays) {
    add(conferred ? State::conferred : State::ceded, d.waiting, d.ready);
    add(State::waitingCapacity, d.ready, d.enqueue);
    add(State::waitingProcessor, d.enqueue, d.begin);
    for (SimTime at = d.begin; at < d.end;) {
      const explain::Portion portion = explain::portion_of(d, 10_ms, at);
      add(State::entitled, portion.begin, portion.changes_at);
      add(State::excess, portion.changes_at, portion.end);
      at = portion.end;
    }
    conferred = d.preempt_reason == 3;
  }
  return times;
}

Times shownOf(const LaneSlices& lane, SimTime from, SimTime to, double of = 1) {
  Times times;
  for (const Slice& s : lane.slices) {
    const SimTime begin = std::max(s.begin, from), end = std::min(s.end, to);
    if (begin < end) times[s.state] += (end - begin).seconds() * static_cast<double>(s.fill) * of;
  }
  return times;
}

void expectOrder(const LaneSlices& lane) {
  std::map<std::pair<int, State>, SimTime> ends;
  for (std::size_t i = 0; i < lane.slices.size(); ++i) {
    const Slice& s = lane.slices[i];
    EXPECT_LT(s.begin, s.end);
    EXPECT_GT(s.fill, 0);
    EXPECT_LE(s.fill, 1.0001F);
    EXPECT_LT(s.row, lane.rows);
    const auto [place, fresh] = ends.try_emplace({s.row, s.state}, s.end);
    EXPECT_TRUE(fresh || s.begin >= place->second) << "slices of a row and state overlap";
    place->second = s.end;
    EXPECT_TRUE(i == 0 || std::tie(lane.slices[i - 1].row, lane.slices[i - 1].begin) <= std::tie(s.row, s.begin));
  }
}

TEST(Slices, AStayIsEntitledTimeThenExcessAfterItsWaits) {
  trace::LaneDetail detail = exactly(kVp);
  detail.stays = {stay(0_ms, 1_ms, 3_ms, 4_ms, 9_ms, 2_ms)};
  const LaneSlices lane = slicesOf(detail, sampleFacts(), 0_ms, 10_ms, 1000);
  EXPECT_EQ(text(lane, 1_ms),
            "0..1 ceded, 1..3 waiting for capacity, 3..4 waiting for a processor, 4..6 running on entitlement, 6..9 running on excess");
  EXPECT_TRUE(lane.exact);
  EXPECT_EQ(lane.slices[3].core, CoreId{2});
}

TEST(Slices, AStayAcrossDispatchWindowsHasItsEntitledTimeFirstInEach) {
  trace::LaneDetail detail = exactly(kVp);
  detail.stays = {stay(0_ms, 0_ms, 0_ms, 0_ms, 20_ms, 10_ms)};
  EXPECT_EQ(text(slicesOf(detail, sampleFacts(), 0_ms, 20_ms, 1000), 1_ms),
            "0..5 running on entitlement, 5..10 running on excess, 10..15 running on entitlement, 15..20 running on excess");
}

TEST(Slices, WhoConferredDidNotCede) {
  trace::LaneDetail detail = exactly(kVp);
  detail.stays = {stay(0_ms, 0_ms, 0_ms, 0_ms, 2_ms, 2_ms), stay(2_ms, 5_ms, 5_ms, 5_ms, 6_ms, 1_ms)};
  detail.stays[0].preempt_reason = 3;
  EXPECT_EQ(text(slicesOf(detail, sampleFacts(), 0_ms, 10_ms, 1000), 1_ms),
            "0..2 running on entitlement, 2..5 conferred, 5..6 running on entitlement");
}

TEST(Slices, AFoldedProcessorIsNotOnlyIdle) {
  trace::LaneDetail detail = exactly(kVp);
  detail.stays = {stay(0_ms, 8_ms, 8_ms, 8_ms, 9_ms, 1_ms)};
  const std::vector<TimeRange> folded{{2_ms, 5_ms}, {6_ms, 20_ms}};
  EXPECT_EQ(text(slicesOf(detail, sampleFacts(), 0_ms, 10_ms, 1000, folded), 1_ms),
            "0..2 ceded, 2..5 folded, 5..6 ceded, 6..8 folded, 8..9 running on entitlement");
}

TEST(Slices, ADedicatedPartitionRunsOnItsOwn) {
  trace::LaneDetail detail = exactly(LaneKey::core(ServerId{0}, CoreId{0}));
  detail.stays = {stay(0_ms, 0_ms, 0_ms, 0_ms, 2_ms, SimTime{})};
  detail.stays[0].partition = PartitionId{2};
  EXPECT_EQ(text(slicesOf(detail, sampleFacts(), 0_ms, 10_ms, 1000), 1_ms), "0..2 running on its own core");
}

TEST(Slices, LosesNoTimeAtAnyZoomAndDrawsAboutOneAPixelAndState) {
  const RunFacts facts = sampleFacts();
  trace::LaneDetail detail = exactly(kVp);
  detail.stays = randomStays(1, 2000);
  const SimTime all = detail.stays.back().end;
  for (const std::uint32_t pixels : {7U, 100U, 3000U, 1'000'000U}) {
    const LaneSlices lane = slicesOf(detail, facts, SimTime{}, all, pixels);
    expectOrder(lane);
    EXPECT_LE(lane.slices.size(), 2U * pixels * 6);
    const Times oracle = timesOf(detail.stays, SimTime{}, all);
    const Times shown = shownOf(lane, SimTime{}, all);
    ASSERT_EQ(oracle.size(), 6U);
    for (const auto& [state, time] : oracle) EXPECT_NEAR(shown.at(state), time, time * 1e-5 + 1e-9) << wordsFor(state) << ", " << pixels;
  }
}

TEST(Slices, ShowsEveryPlaceAsItIsToAPixel) {
  const RunFacts facts = sampleFacts();
  trace::LaneDetail detail = exactly(kVp);
  detail.stays = randomStays(2, 300);
  const SimTime begin = detail.stays[100].begin, end = begin + 1_s;
  const LaneSlices lane = slicesOf(detail, facts, begin, end, 500);
  for (SimTime at = begin; at < end; at += 20_ms) {
    const Times oracle = timesOf(detail.stays, at, at + 20_ms), shown = shownOf(lane, at, at + 20_ms);
    // What is merged may lie up to two pixels (2 ms each) beside its place on either side.
    for (const auto& [state, time] : oracle) EXPECT_NEAR(shown.contains(state) ? shown.at(state) : 0, time, 8e-3);
  }
}

TEST(Slices, OfSeveralVirtualProcessorsShowsWhichPartOfThemIsInAState) {
  const RunFacts facts = sampleFacts();
  trace::LaneDetail detail = exactly(LaneKey::partition(ServerId{0}, PartitionId{0}));
  const auto first = randomStays(3, 500, 0), second = randomStays(4, 500, 1);
  const SimTime all = std::min(first.back().end, second.back().end);
  detail.stays = first;
  detail.stays.insert(detail.stays.end(), second.begin(), second.end());
  std::ranges::stable_sort(detail.stays, {}, &trace::DispatchSpan::end);
  const LaneSlices lane = slicesOf(detail, facts, SimTime{}, all, 400);
  expectOrder(lane);
  EXPECT_LE(lane.slices.size(), 400U * 4);
  Times oracle = timesOf(first, SimTime{}, all);
  for (const auto& [state, time] : timesOf(second, SimTime{}, all)) oracle[state] += time;
  const Times shown = shownOf(lane, SimTime{}, all, 2);
  for (const State state : {State::entitled, State::excess, State::waitingCapacity, State::waitingProcessor})
    EXPECT_NEAR(shown.at(state), oracle.at(state), oracle.at(state) * 1e-3) << wordsFor(state);
  EXPECT_FALSE(shown.contains(State::ceded));
}

TEST(Slices, RequestsThatOverlapLieInRows) {
  trace::LaneDetail detail = exactly(LaneKey::io_target(0));
  for (std::uint64_t i = 0; i < 3; ++i) {
    trace::IoRequest r;
    r.number = i;
    r.begin = 1_ms * static_cast<std::int64_t>(i);
    r.end = r.begin + 2_ms;
    detail.requests.push_back(r);
  }
  const LaneSlices lane = slicesOf(detail, sampleFacts(), 0_ms, 10_ms, 1000);
  ASSERT_EQ(lane.slices.size(), 3U);
  EXPECT_EQ(lane.rows, 2);
  EXPECT_EQ(lane.slices[0].number, 0U);
  EXPECT_EQ(lane.slices[1].number, 2U);
  EXPECT_EQ(lane.slices[1].row, 0);
  EXPECT_EQ(lane.slices[2].number, 1U);
  EXPECT_EQ(lane.slices[2].row, 1);
  EXPECT_EQ(lane.slices[0].partition, PartitionId{0});
}

TEST(Slices, ManyRequestsAtOnceShareTheLastRowAndFailuresStayVisible) {
  trace::LaneDetail detail = exactly(LaneKey::io_target(0));
  for (std::uint64_t i = 0; i < 200; ++i) {
    trace::IoRequest r;
    r.number = i;
    r.begin = 1_us * static_cast<std::int64_t>(i);
    r.end = r.begin + 5_ms;
    r.outcome = i == 150 ? trace::IoOutcome::failed : trace::IoOutcome::done;
    detail.requests.push_back(r);
  }
  const LaneSlices lane = slicesOf(detail, sampleFacts(), 0_ms, 10_ms, 1000);
  EXPECT_EQ(lane.rows, kMostRows);
  std::uint32_t requests = 0, failed = 0;
  for (const Slice& s : lane.slices) (s.state == State::failedRequest ? failed : requests) += s.count;
  EXPECT_EQ(requests, 199U);
  EXPECT_EQ(failed, 1U);
  expectOrder(lane);
}

TEST(Slices, ABucketShowsThePartsOfItsTime) {
  trace::LaneDetail detail;
  detail.lane = LaneKey::core(ServerId{0}, CoreId{3});
  trace::LaneBucket bucket;
  bucket.begin = 0_ms;
  bucket.end = 10_ms;
  bucket.count = 7;
  bucket.running = 8_ms;
  bucket.excess = 2_ms;
  bucket.partition = 1;
  detail.buckets = {bucket};
  const LaneSlices lane = slicesOf(detail, sampleFacts(), 0_ms, 100_ms, 100);
  ASSERT_EQ(lane.slices.size(), 2U);
  EXPECT_FALSE(lane.exact);
  EXPECT_EQ(lane.slices[0].state, State::entitled);
  EXPECT_FLOAT_EQ(lane.slices[0].fill, 0.6F);
  EXPECT_FLOAT_EQ(lane.slices[1].fill, 0.2F);
  EXPECT_EQ(lane.slices[0].count, 7U);
  EXPECT_EQ(lane.slices[0].partition, PartitionId{1});
}

TEST(Slices, BucketsThatLookTheSameAreOneSliceAndThoseOfAPixelToo) {
  trace::LaneDetail detail;
  detail.lane = kVp;
  for (std::int64_t i = 0; i < 1000; ++i) {
    trace::LaneBucket bucket;
    bucket.begin = 1_ms * i;
    bucket.end = bucket.begin + 1_ms;
    bucket.running = i < 500 ? 1_ms : 10_us * (i % 100);
    detail.buckets.push_back(bucket);
  }
  const LaneSlices lane = slicesOf(detail, sampleFacts(), 0_s, 1_s, 50);
  expectOrder(lane);
  EXPECT_EQ(lane.slices[0].begin, 0_s);
  EXPECT_EQ(lane.slices[0].end, 500_ms);
  EXPECT_LE(lane.slices.size(), 1U + 2U * 25U);
  EXPECT_NEAR(shownOf(lane, 0_s, 1_s).at(State::entitled), 0.5 + 0.2475, 1e-5);
}

TEST(Slices, OneFailureInABucketOfThousandsIsSeen) {
  trace::LaneDetail detail;
  detail.lane = LaneKey::io_target(0);
  trace::LaneBucket bucket;
  bucket.end = 10_ms;
  bucket.count = 5000;
  bucket.failed = 1;
  bucket.in_flight = 80_ms;
  detail.buckets = {bucket};
  const LaneSlices lane = slicesOf(detail, sampleFacts(), 0_ms, 10_ms, 100);
  ASSERT_EQ(lane.slices.size(), 2U);
  float sum = 0;
  for (const Slice& s : lane.slices) {
    sum += s.fill;
    EXPECT_TRUE(s.state != State::failedRequest || s.fill >= 0.1F);
  }
  EXPECT_LE(sum, 1.0001F);
}

TEST(Slices, EveryStateHasWords) {
  for (std::size_t i = 0; i < kStates; ++i) {
    EXPECT_FALSE(wordsFor(static_cast<State>(i)).empty());
    EXPECT_EQ(meaningOf(static_cast<State>(i)).back(), '.');
  }
}

}  // namespace
}  // namespace lparsim::gui
