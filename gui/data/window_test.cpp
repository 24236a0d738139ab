#include "gui/data/window.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <gtest/gtest.h>

#include "gui/data/testing/random_run.hpp"
#include "gui/data/testing/sample_facts.hpp"

namespace lparsim::gui {
namespace {

using namespace literals;

trace::WindowQuestion all(const RunFacts& facts, Arrangement arrangement = Arrangement::byVirtualProcessor) {
  trace::WindowQuestion question{0_s, 4_s, 1000, {}, 300'000};
  for (const Lane& lane : lanesOf(facts, arrangement)) question.lanes.push_back(lane.key);
  return question;
}

TEST(Window, AnswersEveryLaneAtOnceWhereThereAreFewRows) {
  testing::RandomRun run;
  Sources sources = run.sources();
  const auto question = all(run.facts());
  const auto answer = windowOf(sources, question, [](const WindowAnswer&) { FAIL() << "nothing finer can follow"; });
  ASSERT_TRUE(answer) << answer.error();
  EXPECT_TRUE(answer->final);
  ASSERT_EQ(answer->lanes.size(), question.lanes.size());
  for (std::size_t i = 0; i < question.lanes.size(); ++i) {
    EXPECT_EQ(answer->lanes[i].lane, question.lanes[i]);
    EXPECT_TRUE(answer->lanes[i].exact);
    EXPECT_FALSE(answer->lanes[i].slices.empty());
  }
}

TEST(Window, ShowsOperatorsChangesOnceAndFoldedProcessors) {
  testing::RandomRun run;
  Sources sources = run.sources();
  const auto answer = windowOf(sources, all(run.facts()), [](const WindowAnswer&) {});
  ASSERT_TRUE(answer);
  ASSERT_EQ(answer->marks.size(), 2U);
  EXPECT_EQ(answer->marks[0].at, 2_s);
  EXPECT_EQ(answer->marks[0].text, "web: entitlement becomes 1 PU");
  EXPECT_EQ(answer->marks[0].kind, Mark::Kind::operatorChange);
  EXPECT_EQ(answer->marks[0].lane, LaneKey::partition(ServerId{0}, PartitionId{0}));
  EXPECT_EQ(answer->marks[1].at, 3_s);
  EXPECT_EQ(answer->marks[1].kind, Mark::Kind::control);
}

TEST(Window, AGapAtItsLeftEdgeIsConferredWhereTheStayBeforeItEndedSo) {
  testing::RandomRun run;
  { SQLite::Database{run.path().string(), SQLite::OPEN_READWRITE}.exec("UPDATE dispatch SET preempt_reason = 3"); }
  const trace::DispatchSpan* longest = nullptr;
  for (const trace::DispatchSpan& d : run.stays)
    if (d.waiting > SimTime{} && (longest == nullptr || d.ready - d.waiting > longest->ready - longest->waiting)) longest = &d;
  const LaneKey lane = LaneKey::virtual_processor(longest->server, longest->partition, longest->vp);
  const SimTime begin = longest->waiting + (longest->ready - longest->waiting) / 2;
  Sources sources = run.sources();
  const auto answer = windowOf(sources, {begin, longest->end, 1000, {lane}, 300'000}, [](const WindowAnswer&) {});
  ASSERT_TRUE(answer) << answer.error();
  ASSERT_FALSE(answer->lanes[0].slices.empty());
  EXPECT_EQ(answer->lanes[0].slices[0].state, State::conferred);
  for (const Slice& slice : answer->lanes[0].slices) EXPECT_NE(slice.state, State::ceded);
}

TEST(Window, SaysFromWhereOnMoreHappenedThanIsLookedAt) {
  testing::RandomRun run;
  const auto write = [&](int spans) {
    SQLite::Database file{run.path().string(), SQLite::OPEN_READWRITE};
    file.exec("CREATE TEMP TABLE one AS SELECT * FROM span LIMIT 1; DELETE FROM span");
    file.exec("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " + std::to_string(spans) +
              ") INSERT INTO span (track, name, begin_ps, length_ps, value) SELECT track, name, 1000000000000 + i * 100000000, 1000, value "
              "FROM one, n");
  };
  const auto warnings = [&] {
    Sources sources = run.sources();
    std::vector<Mark> found;
    const auto answer = windowOf(sources, all(run.facts()), [](const WindowAnswer&) {});
    for (const Mark& mark : answer->marks)
      if (mark.kind == Mark::Kind::warning) found.push_back(mark);
    return found;
  };
  write(19'000);
  EXPECT_TRUE(warnings().empty());
  write(25'000);
  const auto found = warnings();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_GT(found[0].at, 2900_ms);
  EXPECT_LT(found[0].at, 3500_ms);
}

TEST(Window, FailuresAreShownHoweverSmall) {
  testing::RandomRun run;
  Sources sources = run.sources();
  const auto answer = windowOf(sources, {0_s, 4_s, 10, {LaneKey::io_target(0)}, 300'000}, [](const WindowAnswer&) {});
  ASSERT_TRUE(answer);
  std::uint32_t failed = 0;
  for (const Slice& s : answer->lanes[0].slices) failed += s.state == State::failedRequest ? s.count : 0;
  EXPECT_EQ(failed, 8U);
}

TEST(Window, IsCancelled) {
  testing::RandomRun run;
  Sources sources = run.sources();
  run.cancelled = true;
  EXPECT_FALSE(windowOf(sources, all(run.facts()), [](const WindowAnswer&) {}));
}

TEST(Window, OfASummaryIsCoarse) {
  testing::RandomRun run{1, trace::Level::summary};
  Sources sources = run.sources();
  const auto answer = windowOf(sources, all(run.facts(), Arrangement::byPartition), [](const WindowAnswer&) {});
  ASSERT_TRUE(answer) << answer.error();
  EXPECT_TRUE(answer->lanes[0].coarse);
  EXPECT_FALSE(answer->lanes[0].slices.empty());
}

TEST(Marks, OfAPixelAreOneWithTheirNumber) {
  RunFacts facts = testing::sampleFacts();
  for (std::int64_t i = 0; i < 100; ++i) facts.log.push_back({1_ms * i, "warning", "trouble " + std::to_string(i)});
  const auto marks = marksOf(facts, {}, 0_s, 1_s, 100);
  ASSERT_EQ(marks.size(), 10U);
  EXPECT_EQ(marks[0].count, 10U);
  EXPECT_EQ(marks[0].text, "trouble 0 (and 9 more)");
  EXPECT_EQ(marks[0].kind, Mark::Kind::warning);
}

}  // namespace
}  // namespace lparsim::gui
