#include "lpars/workload/transaction_runs.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "lpars/workload/testing/processors.hpp"

namespace lparsim::workload {
namespace {

using namespace literals;
using testing::Processors;

Distribution d(std::string_view text) {
  return parse_distribution(text).value();
}
Compute compute(std::string_view demand) {
  return {d(demand)};
}
Config one_user(Transaction transaction) {
  return {"w", Closed{1, d("1 s"), std::move(transaction)}};
}
SimTime response(const Config& config, std::uint32_t processors) {
  Processors host{processors};
  const Workload& workload = host.add(config);
  host.activate();
  host.run_until(1900_ms);
  EXPECT_EQ(workload.statistics().completed(), 1U);
  return workload.statistics().response().max();
}

TEST(TransactionRuns, StepsFollowEachOther) {
  EXPECT_EQ(response(one_user({compute("1 ms"), Sleep{d("5 ms")}, compute("2 ms")}), 1), 8_ms);
}

TEST(TransactionRuns, ASleepingThreadLeavesItsProcessor) {
  Processors host{1};
  const Workload& sleeper = host.add({"sleeper", Batch{1, 1, {compute("1 ms"), Sleep{d("10 ms")}, compute("1 ms")}}});
  host.add({"worker", Batch{1, 1, {compute("6 ms")}}});
  host.activate();
  host.run_until(1_s);
  EXPECT_EQ(sleeper.statistics().response().max(), 12_ms);
  EXPECT_EQ(host.workloads()[1]->statistics().response().max(), 7_ms);
}

TEST(TransactionRuns, AJoinTakesAsLongAsItsLongestBranch) {
  const Config config =
      one_user({compute("1 ms"), Parallel{{{compute("2 ms"), Sleep{d("3 ms")}}, {compute("7 ms")}, {compute("1 ms")}}}, compute("1 ms")});
  EXPECT_EQ(response(config, 3), 9_ms);
  EXPECT_EQ(response(config, 1), 12_ms) << "2, then 7 while the first branch sleeps, 1: on one processor their sum";
}

TEST(TransactionRuns, BranchesMayBranchAgainFourDeep) {
  Transaction inner{compute("1 ms")};
  for (int depth = 0; depth < kMostDepth; ++depth) inner = {compute("1 ms"), Parallel{{inner, inner}}};
  EXPECT_FALSE(problem_of(one_user(inner)));
  EXPECT_EQ(response(one_user(inner), 16), 5_ms);
  EXPECT_EQ(response(one_user(inner), 1), 31_ms) << "2^5 - 1 steps of 1 ms";
  EXPECT_TRUE(problem_of(one_user({Parallel{{inner}}})));
}

TEST(TransactionRuns, RandomBranchesJoinAtTheirMaximum) {
  // Of n exponential times the longest is the harmonic number of n longer than their mean, on average.
  Processors host{64};
  const Workload& workload = host.add(
      {"w",
       Batch{200'000, 16, {Parallel{{{compute("exponential(1 ms)")}, {compute("exponential(1 ms)")}, {Sleep{d("exponential(1 ms)")}}}}}}});
  host.activate();
  host.run_until(SimTime::from_s(100));
  const Statistics& s = workload.statistics();
  ASSERT_EQ(s.completed(), 200'000U);
  // All arrived at 0 and 16 were always under way: the last ends after 200,000 / 16 times the mean.
  EXPECT_NEAR(s.response().max().milliseconds(), 200'000.0 / 16 * (1 + 1.0 / 2 + 1.0 / 3), 200);
}

TEST(TransactionRuns, CriticalSectionsExcludeEachOther) {
  Processors host{8};
  const Config config{"w", Batch{800, 8, {compute("exponential(100 us)"), Locked{"accounts", d("20 us")}}}};
  host.add(config);
  host.add({"other", Batch{100, 1, {Locked{"accounts", d("30 us"), d("50 us")}}}});
  int inside = 0;
  int entered = 0;
  std::vector<bool> holds(16);
  host.watch = [&](ThreadId id, const Activity& activity, SimTime) {
    const auto thread = static_cast<std::size_t>(id);
    // A thread that asked for the lock has it when it is asked what it does next.
    if (holds[thread] && activity.kind == Activity::Kind::compute) {
      ++entered;
      ASSERT_EQ(++inside, 1);
    }
    if (activity.kind == Activity::Kind::release) --inside;
    if (activity.kind == Activity::Kind::acquire || activity.kind == Activity::Kind::release)
      holds[thread] = activity.kind == Activity::Kind::acquire;
  };
  host.activate();
  host.run_until(10_s);
  EXPECT_EQ(entered, 900);
  EXPECT_EQ(host.workloads()[0]->statistics().completed(), 800U);
  EXPECT_EQ(host.workloads()[1]->statistics().completed(), 100U);
}

TEST(TransactionRuns, CreatesThreadsForBranchesOnceOnly) {
  Processors host{4};
  host.add({"w", Closed{3, d("exponential(1 ms)"), {Parallel{{{compute("1 ms")}, {compute("uniform(0 ms, 2 ms)")}}}, Sleep{d("1 ms")}}}});
  host.activate();
  host.run_until(1_s);
  const std::size_t threads = host.threads();
  EXPECT_LE(threads, 9U);
  host.run_until(20_s);
  EXPECT_EQ(host.threads(), threads);
}

TEST(TransactionRuns, BeginAnewAfterThePartitionWasStoppedInTheMiddle) {
  Processors host{12};  // who spins here does not let go of a processor
  const Workload& workload = host.add(
      {"w", Closed{4, d("exponential(1 ms)"), {Parallel{{{compute("1 ms")}, {Locked{"a", d("1 ms"), d("1 ms")}}}}, Sleep{d("1 ms")}}}});
  RandomStream random{1, "stops"};
  SimTime now;
  for (int i = 0; i < 500; ++i) {
    host.activate();
    now += SimTime::from_us(static_cast<std::int64_t>(random.uniform() * 20'000));
    host.run_until(now);
    host.deactivate();
    const Statistics& s = workload.statistics();
    ASSERT_EQ(s.in_system(), 0U);
    ASSERT_EQ(s.arrived(), s.completed_total() + s.dropped());
  }
  EXPECT_GT(workload.statistics().completed(), 1000U);
  EXPECT_GT(workload.statistics().dropped(), 500U);
  EXPECT_LE(host.threads(), 12U);
}

}  // namespace
}  // namespace lparsim::workload
