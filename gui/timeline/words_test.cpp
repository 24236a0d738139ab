#include "gui/timeline/words.hpp"

#include <gtest/gtest.h>

#include "gui/data/testing/sample_facts.hpp"
#include "gui/timeline/journey.hpp"
#include "gui/timeline/scene.hpp"

namespace lparsim::gui {
namespace {

using namespace literals;

class Words : public ::testing::Test {
 protected:
  std::string of(const Slice& slice, const LaneKey& key) {
    for (const Lane& lane : lanesOf(facts, Arrangement::byVirtualProcessor))
      if (lane.key == key) return descriptionOf(slice, lane, facts).toStdString();
    return "no such lane";
  }
  RunFacts facts = testing::sampleFacts();
  const LaneKey vp = LaneKey::virtual_processor(ServerId{0}, PartitionId{0}, 1);
};

TEST_F(Words, SayWhoRanWhereAndWhyItLeft) {
  Slice slice;
  slice.begin = 3250_ms;
  slice.end = 3251250_us;
  slice.state = State::excess;
  slice.vp = 1;
  slice.core = CoreId{3};
  slice.dispatchReason = 3;
  slice.preemptReason = 4;
  EXPECT_EQ(of(slice, vp),
            "web vp 1: running on excess, core 3\n"
            "1.25 ms, from 3.250 000 s to 3.251 250 s\n"
            "It came to the core because its timer was due (decrementer interrupt).\n"
            "It left it because it was preempted: its time slice was over.\n" +
                std::string{meaningOf(State::excess)});
}

TEST_F(Words, SayWhatAWaitWasFor) {
  Slice slice;
  slice.begin = 1_s;
  slice.end = 1_s + 320_us;
  slice.state = State::waitingProcessor;
  slice.vp = 1;
  slice.core = CoreId{2};
  const std::string words = of(slice, vp);
  EXPECT_TRUE(words.starts_with("web vp 1: waiting for a processor\n320 µs, from ")) << words;
  EXPECT_NE(words.find("Then it came to core 2."), std::string::npos);
}

TEST_F(Words, NameARequestAndItsTarget) {
  Slice slice;
  slice.begin = 1_s;
  slice.end = 1_s + 3_ms;
  slice.state = State::failedRequest;
  slice.number = 1234;
  EXPECT_TRUE(of(slice, LaneKey::io_target(0)).starts_with("Request 1234 to web sda, failed\n3 ms, from "));
}

TEST_F(Words, KnowEveryReasonCodeAndSayThoseTheyDoNotKnow) {
  for (std::uint8_t reason = 0; reason < 11; ++reason) EXPECT_FALSE(dispatchReasonText(reason).contains("reason"));
  for (std::uint8_t reason = 0; reason < 7; ++reason) EXPECT_FALSE(preemptReasonText(reason).contains("reason"));
  EXPECT_EQ(dispatchReasonText(42), "of reason 42");
  EXPECT_EQ(preemptReasonText(42), "of reason 42");
}

TEST_F(Words, TellTheSharesOfAPixelInWhichMuchHappened) {
  Columns columns;
  const TimeScale scale{{0_s, 100_ms}, 0, 100};
  columns.begin(scale);
  Slice slice;
  slice.begin = 0_s;
  slice.end = 10_ms;
  slice.fill = 0.62F;
  Slice wait = slice;
  wait.state = State::waitingCapacity;
  wait.fill = 0.125F;
  columns.add({slice, wait}, scale.window());
  const Lane lane{vp, "vp 1", "web vp 1", 1, false};
  EXPECT_EQ(descriptionOf(columns, 3, 142, lane, 3_ms, 4_ms).toStdString(),
            "web vp 1: 1 ms from 0.003 000 s\nrunning on entitlement: 62 %\nwaiting for capacity: 12.5 %\n"
            "142 pieces, too short to be drawn: zoom in to see them.");
  EXPECT_TRUE(descriptionOf(columns, 50, 0, lane, 50_ms, 51_ms).isEmpty());
}

TEST_F(Words, GiveAPartitionsShares) {
  EXPECT_EQ(sharesText(*facts.partition("web")).toStdString(), "0.50 PU · weight 128 · 2 vp");
  EXPECT_EQ(sharesText(*facts.partition("app")).toStdString(), "0.50 PU · capped · 2 vp");
  EXPECT_EQ(sharesText(*facts.partition("db")).toStdString(), "1 core of its own");
}

TEST(PartitionScale, StepsSeldomAndHoldsTheEntitlement) {
  EXPECT_EQ(topOf(0, 0.5), 1.0);
  EXPECT_EQ(topOf(0.19, 0), 0.2);
  EXPECT_EQ(topOf(2.0, 0.5), 2.0);
  EXPECT_EQ(topOf(2.01, 0.5), 3.0);
  for (double peak = 0; peak < 300; peak += 0.37) EXPECT_GE(topOf(peak, 0) + 1e-5, peak);
}

TEST(Journeys, AddUpToTheRequestAndNameTheLanes) {
  RunFacts facts = testing::sampleFacts();
  facts.paths = {{0, 0, "vscsi0", PartitionId{1}}};
  trace::IoJourney told;
  told.request.number = 7;
  told.request.begin = 1_s;
  told.request.end = 1_s + 60_us;
  told.steps = {{1, 10_us}, {3, 5_us}, {4, 0_us}, {6, 15_us}, {8, 20_us}, {8, 5_us}, {2, 5_us}};
  const Journey journey = journeyOf(told, facts);
  ASSERT_EQ(journey.steps.size(), 5U);
  EXPECT_EQ(journey.steps.front().begin, told.request.begin);
  EXPECT_EQ(journey.steps.back().end, told.request.end);
  for (std::size_t i = 1; i < journey.steps.size(); ++i) EXPECT_EQ(journey.steps[i].begin, journey.steps[i - 1].end);
  EXPECT_EQ(journey.steps[0].lane, LaneKey::partition(ServerId{0}, PartitionId{0}));
  EXPECT_EQ(journey.steps[2].lane, LaneKey::partition(ServerId{0}, PartitionId{1}));
  EXPECT_FALSE(journey.steps[3].lane);
  EXPECT_EQ(journey.steps[3].end - journey.steps[3].begin, 25_us);
  EXPECT_EQ(stageText(6).toStdString(), "VIOS processing");
  EXPECT_EQ(stageText(99), "?");
}

}  // namespace
}  // namespace lparsim::gui
