#include <gmock/gmock.h>

#include <algorithm>

#include "sim/trace/window_oracle.hpp"

namespace lparsim::trace {
namespace {

using WindowEventsTest = WindowReaderTest;

TEST_F(WindowEventsTest, FindsStaysBesideAMoment) {
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

TEST_F(WindowEventsTest, FindsTheNextEventOfEachKindOfRows) {
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

TEST_F(WindowEventsTest, GivesTheFiguresOfARange) {
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

TEST_F(WindowEventsTest, KnowsWhereAnInstantIsThoughNothingElseWasAskedBefore) {
  {
    Recorder recorder{file_.path(), Level::full, sample_run()};
    const TrackId web = recorder.add_track("partition", recorder.add_track("server", TrackId::none, "frame1"), "web");
    recorder.instant(web, recorder.intern("operator"), 2_s, "entitlement 0.70");
    recorder.finish({10_s, 1, 1, 1});
  }
  open();
  const LaneKey web = LaneKey::partition(ServerId{0}, PartitionId{0});
  const auto found = reader_->next_event(EventKind::instant, web, 1_s, kGoOn).value();
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->lane, web);
}

TEST_F(WindowEventsTest, TellsWhatTracksSayAndWhereTheyAre) {
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

}  // namespace
}  // namespace lparsim::trace
