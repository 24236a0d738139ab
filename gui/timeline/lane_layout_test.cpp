#include "gui/timeline/lane_layout.hpp"

#include <gtest/gtest.h>

#include "gui/timeline/answers.hpp"

namespace lparsim::gui {
namespace {

using namespace literals;

constexpr double kLine = 14;

std::vector<Lane> manyLanes(std::uint32_t partitions, std::uint32_t vps) {
  std::vector<Lane> lanes;
  for (std::uint32_t p = 0; p < partitions; ++p) {
    const std::string name = "p" + std::to_string(p);
    lanes.push_back({LaneKey::partition(ServerId{0}, PartitionId{p}), name, name, 0, false});
    for (std::uint32_t vp = 0; vp < vps; ++vp)
      lanes.push_back({LaneKey::virtual_processor(ServerId{0}, PartitionId{p}, vp), "vp " + std::to_string(vp),
                       name + " vp " + std::to_string(vp), 1, false});
  }
  return lanes;
}

TEST(LaneLayout, FindsWhatIsVisibleAmongTenThousandLanes) {
  const std::vector<Lane> lanes = manyLanes(1000, 9);
  const LaneLayout layout{lanes, {}, kLine, 600};
  ASSERT_EQ(layout.size(), 10'000U);
  for (const double scroll : {0.0, 1.0, 12345.0, layout.scrolledHeight() - 600}) {
    const auto visible = layout.visible(600, scroll);
    ASSERT_FALSE(visible.empty());
    EXPECT_LT(visible.size(), 40U);
    // As a walk over all of them finds it.
    double top = 0;
    std::size_t expected = 0;
    for (const Lane& lane : lanes) {
      const double height = LaneLayout::heightOf(lane, kLine);
      if (top + height > scroll && top < scroll + 600) {
        ASSERT_LT(expected, visible.size());
        EXPECT_EQ(visible[expected].lane->key, lane.key);
        EXPECT_DOUBLE_EQ(visible[expected].top, top - scroll);
        ++expected;
      }
      top += height;
    }
    EXPECT_EQ(expected, visible.size());
  }
}

TEST(LaneLayout, KeepsPinnedLanesAtTheTopUnderTheirFullNames) {
  const std::vector<Lane> lanes = manyLanes(10, 4);
  const LaneLayout layout{lanes, {lanes[8]}, kLine, 300};
  EXPECT_EQ(layout.size(), lanes.size());
  EXPECT_EQ(layout.lane(0).name, "p1 vp 2");
  const auto visible = layout.visible(300, 500);
  EXPECT_TRUE(visible[0].pinned);
  EXPECT_EQ(visible[0].top, 0);
  EXPECT_LT(visible[1].top, layout.pinnedHeight() + 0.001);
  EXPECT_EQ(std::ranges::count_if(visible, [&](const PlacedLane& placed) { return placed.lane->key == lanes[8].key; }), 1);
  EXPECT_EQ(layout.find(lanes[8].key), 0U);
}

TEST(LaneLayout, UsesTheRoomThatFewLanesLeave) {
  const std::vector<Lane> lanes = manyLanes(2, 2);
  const LaneLayout tight{lanes, {}, kLine, 50}, roomy{lanes, {}, kLine, 200}, huge{lanes, {}, kLine, 5000};
  EXPECT_GT(roomy.scrolledHeight(), tight.scrolledHeight());
  EXPECT_LE(roomy.scrolledHeight(), 200);
  EXPECT_LT(huge.scrolledHeight(), 1.8 * tight.scrolledHeight());
}

TEST(LaneLayout, MakesRoomForTheStagesOfARequest) {
  const std::vector<Lane> lanes{{LaneKey::io_target(0), "sda", "web sda", 1, false}, {LaneKey::io_target(1), "sdb", "web sdb", 1, false}};
  const LaneLayout plain{lanes, {}, kLine, 10}, expanded{lanes, {}, kLine, 10, LaneKey::io_target(0)};
  const auto visible = expanded.visible(200, 0);
  EXPECT_GT(visible[0].extra, kLine);
  EXPECT_EQ(visible[1].extra, 0);
  EXPECT_EQ(visible[0].height - visible[0].extra, plain.visible(200, 0)[0].height);
}

TEST(LaneLayout, ScrollsNoMoreThanNeeded) {
  const LaneLayout layout{manyLanes(100, 2), {}, kLine, 300};
  EXPECT_EQ(layout.scrollTo(0, 300, 0), 0);
  const double down = layout.scrollTo(100, 300, 0);
  EXPECT_GT(down, 0);
  EXPECT_EQ(layout.scrollTo(100, 300, down), down);
  const auto visible = layout.visible(300, down);
  EXPECT_EQ(visible.back().lane->key, layout.lane(100).key);
  EXPECT_LE(visible.back().bottom(), 300.001);
  EXPECT_LT(layout.scrollTo(50, 300, down), down);
}

TEST(LaneLayout, OfNoFileIsEmpty) {
  const LaneLayout layout;
  EXPECT_TRUE(layout.empty());
  EXPECT_TRUE(layout.visible(100, 0).empty());
  EXPECT_FALSE(layout.find(LaneKey::io_target(0)));
}

WindowAnswer answerOf(SimTime begin, SimTime end, std::vector<LaneKey> lanes) {
  WindowAnswer answer;
  answer.begin = begin;
  answer.end = end;
  answer.pixels = 100;
  for (const LaneKey& key : lanes) {
    LaneSlices slices;
    slices.lane = key;
    answer.lanes.push_back(slices);
  }
  return answer;
}

TEST(Answers, FillWithTheOverviewWhatTheNewestDoesNotKnow) {
  const LaneKey lane = LaneKey::io_target(0), other = LaneKey::io_target(1);
  Answers answers;
  EXPECT_TRUE(answers.of(lane, {0_s, 1_s}).empty());
  EXPECT_TRUE(answers.needsOverview(lane));
  answers.takeOverview(answerOf(0_s, 20_s, {lane, other}));
  answers.take(answerOf(4_s, 6_s, {lane}));
  const auto parts = answers.of(lane, {3_s, 7_s});
  ASSERT_EQ(parts.size(), 3U);
  EXPECT_EQ(parts[0].range, (TimeRange{3_s, 4_s}));
  EXPECT_EQ(parts[1].range, (TimeRange{4_s, 6_s}));
  EXPECT_EQ(parts[1].slices, &answers.newest().lanes[0]);
  EXPECT_EQ(parts[2].range, (TimeRange{6_s, 7_s}));
  EXPECT_EQ(answers.of(lane, {10_s, 11_s}).size(), 1U);
  EXPECT_EQ(answers.of(other, {4_s, 5_s})[0].slices, answers.overview(other));
  EXPECT_TRUE(answers.isKnown(lane, {5_s, 6_s}));
  EXPECT_FALSE(answers.isKnown(lane, {5_s, 7_s}));
}

TEST(Answers, KeepOverviewsOfAGrowingRunUntilThereAreNewOnes) {
  const LaneKey lane = LaneKey::io_target(0);
  Answers answers;
  answers.takeOverview(answerOf(0_s, 20_s, {lane}));
  EXPECT_FALSE(answers.needsOverview(lane));
  answers.outdateOverviews();
  EXPECT_TRUE(answers.needsOverview(lane));
  EXPECT_EQ(answers.of(lane, {1_s, 2_s}).size(), 1U);
}

}  // namespace
}  // namespace lparsim::gui
