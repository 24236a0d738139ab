#include "lpars/workload/recording.hpp"

#include <gtest/gtest.h>

#include "lpars/workload/testing/processors.hpp"

namespace lparsim::workload {
namespace {

using namespace literals;
using testing::Processors;

Recording recording(std::vector<DemandPoint> demand) {
  Recording out;
  out.demand = std::move(demand);
  return out;
}

TEST(Recording, GetsWhatItWantsWhereThereAreProcessors) {
  Processors host{4};
  const Workload& replay = host.add({"w", recording({{0_s, 0.5}, {1_s, 2.5}, {2_s, 0}, {3_s, 1}})});
  host.activate();
  host.run_until(1_s);
  EXPECT_EQ(host.used(), 500_ms + 25_ms) << "and the first quantum of the next second";
  host.run_until(10_s);
  EXPECT_NEAR(host.used().seconds(), 0.5 + 2.5 + 1, 1e-9);
  EXPECT_EQ(host.threads(), 3U) << "enough for the peak";
  const Statistics& s = replay.statistics();
  EXPECT_EQ(s.arrived(), 300U) << "a transaction a quantum, none where nothing is wanted";
  EXPECT_EQ(s.completed(), 300U);
  EXPECT_EQ(s.backlog(10_s), 0_s);
  EXPECT_LT(s.response().max(), 10_ms);
}

TEST(Recording, KeepsWhatIsNotServedAsBacklog) {
  Processors host{1};
  const Workload& replay = host.add({"w", recording({{0_s, 2}, {1_s, 0}})});
  host.activate();
  host.run_until(10_s);
  EXPECT_EQ(host.used(), 2_s) << "nothing is lost";
  const Statistics& s = replay.statistics();
  EXPECT_EQ(s.completed(), 100U);
  EXPECT_EQ(s.response().max(), 2_s - 990_ms) << "the last quantum begins at 990 ms";
  // It grows to 1 s within the first second and shrinks to 0 within the next; bursts of 10 ms count until they end.
  EXPECT_NEAR(s.backlog(10_s).milliseconds(), 100, 1.5);
}

TEST(Recording, BeginsAgainAndIsScaled) {
  Processors host{8};
  Recording config = recording({{100_s, 1}, {101_s, 0.5}});
  config.repeat = true;
  config.scale = 3;
  config.threads = 4;
  config.quantum = 7_ms;
  host.add({"w", config, 500_ms});
  host.activate();
  host.run_until(500_ms - 1_ps);
  EXPECT_EQ(host.used(), 0_s);
  host.run_until(500_ms + SimTime::from_s(14) - 1_ps);
  EXPECT_NEAR(host.used().seconds(), 7 * 4.5, 1e-9) << "two second periods of 3 and 1.5 PU";
  EXPECT_EQ(host.threads(), 4U);
}

TEST(Recording, DropsItsBacklogWithThePartitionAndBeginsFromTheBeginning) {
  Processors host{1};
  const Workload& replay = host.add({"w", recording({{0_s, 2}, {1_s, 0}})});
  host.activate();
  host.run_until(505_ms);
  host.deactivate();
  const Statistics& s = replay.statistics();
  EXPECT_EQ(s.in_system(), 0U);
  EXPECT_EQ(s.arrived(), s.completed_total() + s.dropped());
  EXPECT_GT(s.dropped(), 20U);
  const auto before = s.arrived();
  host.activate();
  host.run_until(20_s);
  EXPECT_EQ(s.arrived(), before + 100);
}

TEST(DemandCurve, LosesNothingToQuantaThatDoNotFitItsPoints) {
  Recording config = recording({{0_s, 0.3}, {10_ms, 0.7}, {25_ms, 0}, {40_ms, 1.1}, {41_ms, 0.1}});
  config.repeat = true;
  const DemandCurve curve{config};
  double sum = 0;
  const SimTime quantum = 3_ms;
  for (std::int64_t i = 0; i < 10'000; ++i) sum += curve.work(quantum * i, quantum * (i + 1));
  EXPECT_NEAR(sum, curve.work(0_s, 30_s), 1000);
  // The last point holds as long as is usual, the median of 10, 15, 15 and 1 ms: the period is 56 ms.
  const double period = 0.3 * 10 + 0.7 * 15 + 1.1 * 1 + 0.1 * 15;
  EXPECT_NEAR(curve.work(0_s, 56_s) * 1e-9, 1000 * period, 1e-3);
  EXPECT_EQ(curve.next_demand(30_ms), 40_ms);
  EXPECT_EQ(curve.next_demand(86_ms), 96_ms);
}

}  // namespace
}  // namespace lparsim::workload
