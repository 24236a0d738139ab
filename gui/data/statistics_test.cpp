#include "gui/data/statistics.hpp"

#include <gtest/gtest.h>

#include "gui/data/testing/random_run.hpp"

namespace lparsim::gui {
namespace {

using namespace literals;

TEST(Statistics, OfARangeAreThoseOfEverythingThatEndedInIt) {
  testing::RandomRun run;
  Sources sources = run.sources();
  const std::vector<LaneKey> lanes{LaneKey::partition(ServerId{0}, PartitionId{0}), LaneKey::core(ServerId{0}, CoreId{3}),
                                   LaneKey::io_target(0), LaneKey::vsp(ServerId{0}, PartitionId{1}), LaneKey::core(ServerId{0}, CoreId{1})};
  const auto figures = statisticsOf(sources, lanes, {1_s, 2_s}, [](const RangeFigures&) {});
  ASSERT_TRUE(figures) << figures.error();
  std::vector<SimTime> stays, waits;
  for (const auto& d : run.stays) {
    if (d.partition != PartitionId{0} || d.end < 1_s || d.end >= 2_s) continue;
    stays.push_back(d.end - d.begin);
    if (d.ready < d.begin) waits.push_back(d.begin - d.ready);
  }
  // Nothing happened on core 3, and a core has no waits.
  ASSERT_EQ(figures->tracks.size(), 5U);
  EXPECT_EQ(figures->tracks[0].counted, Counted::stays);
  EXPECT_EQ(figures->tracks[0].lengths.count, stays.size());
  EXPECT_EQ(figures->tracks[0].lengths.max, *std::ranges::max_element(stays));
  EXPECT_EQ(figures->tracks[1].counted, Counted::waits);
  EXPECT_EQ(figures->tracks[1].lengths.count, waits.size());
  EXPECT_EQ(figures->tracks[1].lengths.min, *std::ranges::min_element(waits));
  EXPECT_EQ(figures->tracks[2].counted, Counted::requests);
  EXPECT_EQ(figures->tracks[3].counted, Counted::calls);
  EXPECT_EQ(figures->tracks[4].counted, Counted::stays);
  EXPECT_EQ(figures->done, 1);
}

TEST(Statistics, SayWhatTheyCount) {
  for (const Counted counted : {Counted::stays, Counted::waits, Counted::requests, Counted::calls}) {
    EXPECT_FALSE(wordsFor(counted).empty());
    EXPECT_EQ(meaningOf(counted).back(), '.');
  }
}

}  // namespace
}  // namespace lparsim::gui
