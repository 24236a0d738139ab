#include "gui/data/lane.hpp"

#include <gtest/gtest.h>

#include "gui/data/testing/sample_facts.hpp"
#include "sim/trace/span_names.hpp"

namespace lparsim::gui {
namespace {

std::string text(const std::vector<Lane>& lanes) {
  std::string all;
  for (const Lane& lane : lanes)
    all += std::string(static_cast<std::size_t>(lane.depth), '>') + lane.name + (lane.dedicated ? "!" : "") + "\n";
  return all;
}

TEST(Lanes, OfCoresComeBeforeIoWithItsPartitionsNames) {
  EXPECT_EQ(text(lanesOf(testing::sampleFacts(), Arrangement::byCore)), "core 0!\ncore 1\ncore 2\ncore 3\nweb sda\ndb web.orders\n");
}

TEST(Lanes, OfPartitionsHaveTheirIoBeneath) {
  EXPECT_EQ(text(lanesOf(testing::sampleFacts(), Arrangement::byPartition)), "web\n>sda\napp\ndb!\n>web.orders\n");
}

TEST(Lanes, OfVirtualProcessorsShowThoseThatAnOperatorAdded) {
  RunFacts facts = testing::sampleFacts();
  EXPECT_EQ(text(lanesOf(facts, Arrangement::byVirtualProcessor)),
            "web\n>vp 0\n>vp 1\n>sda\napp\n>vp 0\n>vp 1\ndb!\n>vp 0!\n>web.orders\n");
  facts.changes = {{ServerId{0}, PartitionId{0}, {}, std::string{trace::kOnline}, {}, {}, 3}};
  EXPECT_EQ(text(lanesOf(facts, Arrangement::byVirtualProcessor)).substr(0, 23), "web\n>vp 0\n>vp 1\n>vp 2\n>");
}

TEST(Lanes, SayInFullWhatTheyAre) {
  const auto lanes = lanesOf(testing::sampleFacts(), Arrangement::byCore);
  EXPECT_EQ(lanes[3].full, "frame1 core 3");
  EXPECT_EQ(lanes[4].full, "web sda");
}

TEST(Lanes, AVirtualServicePartitionHasOneOfItsCalls) {
  RunFacts facts = testing::sampleFacts();
  facts.info.partitions[1].type = "vsp";
  EXPECT_EQ(text(lanesOf(facts, Arrangement::byPartition)), "web\n>sda\napp\n>calls\ndb!\n>web.orders\n");
}

}  // namespace
}  // namespace lparsim::gui
