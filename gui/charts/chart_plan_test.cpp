#include "gui/charts/chart_plan.hpp"

#include <gtest/gtest.h>

#include "sim/trace/io_sample.hpp"

namespace lparsim::gui {
namespace {

using namespace literals;

RunFacts sampleFacts() {
  RunFacts facts;
  facts.info = trace::io_run();
  facts.simulated = 4_s;
  facts.targets = {{0, ServerId{0}, PartitionId{0}, "hdisk0", trace::IoTargetKind::disk},
                   {1, ServerId{0}, PartitionId{0}, "db.orders", trace::IoTargetKind::peer}};
  return facts;
}

LaneKey web() {
  return LaneKey::partition(ServerId{0}, PartitionId{0});
}

Series series(LaneKey lane, Quantity quantity, std::vector<Point> points) {
  Series made;
  made.lane = lane;
  made.quantity = quantity;
  made.points = std::move(points);
  return made;
}

QStringList namesIn(const ChartPicture& picture) {
  QStringList names;
  for (const ChartLine& line : picture.lines) names.push_back(line.name);
  return names;
}

TEST(ChartSubjects, AreTheSelectedAndThePinnedOnes) {
  const RunFacts facts = sampleFacts();
  const ChartSubjects selected = subjectsOf(facts, SelectedPartition{ServerId{0}, PartitionId{1}}, {});
  ASSERT_EQ(selected.partitions.size(), 1u);
  EXPECT_EQ(selected.partitions[0]->name, "vios1");
  EXPECT_TRUE(selected.flows.empty());
  const ChartSubjects both = subjectsOf(facts, SelectedPartition{ServerId{0}, PartitionId{1}}, {web(), LaneKey::io_target(1)});
  EXPECT_EQ(both.partitions.size(), 2u);
  EXPECT_EQ(both.flows, (std::vector<LaneKey>{LaneKey::io_target(1)}));
}

TEST(ChartSubjects, AreTheFirstOnesOfTheRunWhereNothingIsSelectedAndSaySo) {
  RunFacts facts = sampleFacts();
  EXPECT_EQ(subjectsOf(facts, {}, {}).partitions.size(), 2u);
  EXPECT_EQ(subjectsOf(facts, {}, {}).flows.size(), 2u);
  for (std::uint32_t i = 2; i < 30; ++i) {
    facts.info.partitions.push_back(facts.info.partitions[0]);
    facts.info.partitions.back().partition = PartitionId{i};
  }
  const ChartSubjects many = subjectsOf(facts, {}, {});
  EXPECT_EQ(many.partitions.size(), 6u);
  EXPECT_EQ(many.remark, "The first 6 of 30 partitions: select or pin others.");
}

TEST(ChartPicture, PutsTheEntitlementBesideTheUseWithItsChanges) {
  RunFacts facts = sampleFacts();
  facts.changes = {{ServerId{0}, PartitionId{0}, std::nullopt, "entitlement", 2_s, 2_s, 0.8}};
  const ChartSubjects subjects = subjectsOf(facts, SelectedPartition{ServerId{0}, PartitionId{0}}, {});
  const ChartPicture picture = pictureOf(ChartKind::processors, facts, subjects,
                                         {series(web(), Quantity::physc, {{0_s, 2_s, 0.4}, {2_s, 4_s, 0.7}})}, {}, Theme::light());
  EXPECT_EQ(picture.title, "Processors used (PU)");
  EXPECT_EQ(namesIn(picture), (QStringList{"web", "web entitled"}));
  EXPECT_EQ(valueAt(picture.lines[1], 1_s), 0.5);
  EXPECT_EQ(valueAt(picture.lines[1], 3_s), 0.8);
  EXPECT_NE(picture.lines[0].style, picture.lines[1].style);
  EXPECT_EQ(picture.hint, "");
}

TEST(ChartPicture, SaysWhichFiguresOfLatencyItShows) {
  const RunFacts facts = sampleFacts();
  ChartSubjects subjects;
  subjects.flows = {LaneKey::io_target(0)};
  const LaneKey disk = subjects.flows[0];
  const std::vector<Point> points{{0_s, 1_s, 2.5}};
  const ChartPicture fine = pictureOf(ChartKind::latency, facts, subjects,
                                      {series(disk, Quantity::latencyP50, points), series(disk, Quantity::latencyP95, points),
                                       series(disk, Quantity::latencyP99, points), series(disk, Quantity::latencyMean, points)},
                                      {}, Theme::light());
  EXPECT_EQ(fine.title, "Latency of web hdisk0: p50, p95, p99 (ms)");
  EXPECT_EQ(namesIn(fine), (QStringList{"p50", "p95", "p99"}));
  EXPECT_NE(fine.lines[0].marker, fine.lines[1].marker);
  const ChartPicture coarse = pictureOf(
      ChartKind::latency, facts, subjects,
      {series(disk, Quantity::latencyP50, {}), series(disk, Quantity::latencyMean, points), series(disk, Quantity::latencyMax, points)}, {},
      Theme::light());
  EXPECT_EQ(coarse.title, "Latency of web hdisk0: mean, max (ms)");
}

TEST(ChartPicture, SaysWhyItIsEmpty) {
  const RunFacts facts = sampleFacts();
  const ChartSubjects subjects = subjectsOf(facts, {}, {});
  EXPECT_EQ(pictureOf(ChartKind::throughput, facts, subjects, {}, {}, Theme::light()).hint, "No request or call ended in this window.");
  EXPECT_TRUE(pictureOf(ChartKind::processors, facts, subjects, {}, {}, Theme::light()).hint.contains("--trace summary"));
}

TEST(ChartPicture, ShowsWhatPoolsUseAndLeave) {
  const RunFacts facts = sampleFacts();
  const ChartPicture picture =
      pictureOf(ChartKind::pools, facts, {}, {}, {{ServerId{0}, PoolId{0}, 0_s, 1_s, 250_ms, 750_ms}}, Theme::light());
  EXPECT_EQ(namesIn(picture), (QStringList{"default used", "default idle"}));
  EXPECT_EQ(valueAt(picture.lines[0], 500_ms), 0.25);
  EXPECT_EQ(valueAt(picture.lines[1], 500_ms), 0.75);
}

TEST(ChartLine, HasNoValueInItsGaps) {
  ChartLine line;
  line.points = {{0_s, 1_s, 1.0}, {2_s, 3_s, 2.0}};
  EXPECT_EQ(valueAt(line, 0_s), 1.0);
  EXPECT_EQ(valueAt(line, 1500_ms), std::nullopt);
  EXPECT_EQ(valueAt(line, 3_s), 2.0);
  EXPECT_EQ(valueAt(line, 4_s), std::nullopt);
}

TEST(ChartLine, IsExportedExactlyWithItsUnit) {
  ChartLine line;
  line.name = "web, used";
  line.unit = "PU";
  line.points = {{0_s, SimTime::from_ps(1), 1.0 / 3}};
  const std::vector<ChartLine> lines{line};
  EXPECT_EQ(csvOf({{"Processors used", &lines}}),
            "Chart,Line,Unit,From (s),To (s),Value\r\n"
            "Processors used,\"web, used\",PU,0,0.000000000001,0.3333333333333333\r\n");
}

}  // namespace
}  // namespace lparsim::gui
