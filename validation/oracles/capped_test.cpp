#include "validation/oracles/capped.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>
#include <vector>

namespace lparsim::oracles {
namespace {

using namespace literals;

TEST(CappedJob, TakesTheTimesOfTheWorkedExamples) {
  EXPECT_EQ(capped_job_response(12_ms, 5_ms, 10_ms), 22_ms);
  EXPECT_EQ(capped_job_response(3_ms, 1_ms, 10_ms), 21_ms);
}

TEST(CappedJob, EndsWithItsBudgetWhenTheDemandIsWholeBudgets) {
  EXPECT_EQ(capped_job_response(5_ms, 5_ms, 10_ms), 5_ms);
  EXPECT_EQ(capped_job_response(10_ms, 5_ms, 10_ms), 15_ms);
  EXPECT_EQ(capped_job_response(10_ms + 1_ps, 5_ms, 10_ms), 20_ms + 1_ps);
}

TEST(DispatchGap, IsTwiceWhatTheSliceLeavesOfTheWindow) {
  EXPECT_EQ(dispatch_gap_bound(10_ms, 500_us), 19_ms);
  EXPECT_EQ(dispatch_gap_bound(10_ms, 1_ms), 18_ms);
  EXPECT_EQ(dispatch_gap_bound(10_ms, 2_ms), 16_ms);
  EXPECT_EQ(dispatch_gap_bound(10_ms, 8_ms), 4_ms);
  EXPECT_EQ(dispatch_gap_bound(10_ms, 10_ms), 0_ms);
}

TEST(CappedQueue, AgreesWithTheFormulaForOneJobAtTheStartOfAWindow) {
  for (int demand_us = 100; demand_us <= 60'000; demand_us += 700)
    for (const SimTime budget : {500_us, 1_ms, 3'300_us, 5_ms, 10_ms}) {
      const SimTime demand = SimTime::from_us(demand_us);
      EXPECT_EQ(CappedQueue(budget, 10_ms).serve(0_ms, demand), capped_job_response(demand, budget, 10_ms)) << demand_us;
    }
}

TEST(CappedQueue, KeepsTheBudgetForLaterInTheWindowAndLosesItAtTheEnd) {
  CappedQueue queue{5_ms, 10_ms};
  EXPECT_EQ(queue.serve(8_ms, 1_ms), 1_ms);   // the budget waited for the job
  EXPECT_EQ(queue.serve(9_ms, 6_ms), 6_ms);   // 1 ms before the window ends and, the rest being lost, 5 ms of the next
  EXPECT_EQ(queue.serve(16_ms, 1_ms), 5_ms);  // nothing left until 20 ms
}

TEST(CappedQueue, ServesFirstComeFirstServed) {
  CappedQueue queue{5_ms, 10_ms};
  EXPECT_EQ(queue.serve(0_ms, 4_ms), 4_ms);
  EXPECT_EQ(queue.serve(1_ms, 2_ms), 10_ms);
  EXPECT_EQ(queue.serve(2_ms, 1_ms), 10_ms);
}

TEST(CappedQueue, KnowsWhatPartOfAResponseTheBudgetWasGone) {
  CappedQueue queue{5_ms, 10_ms};
  queue.serve(0_ms, 4_ms);
  EXPECT_EQ(queue.blocked(), 0_ms);
  queue.serve(1_ms, 2_ms);  // from 5 ms to 10 ms
  EXPECT_EQ(queue.blocked(), 5_ms);
  queue.serve(2_ms, 1_ms);  // had to wait through the same
  EXPECT_EQ(queue.blocked(), 5_ms);
  queue.serve(12_ms, 3_ms);
  EXPECT_EQ(queue.blocked(), 0_ms);
  queue.serve(18_ms, 1_ms);  // came when nothing was left of the second window
  EXPECT_EQ(queue.blocked(), 2_ms);
}

struct Load {
  double service_ms, rho, entitlement;
};

// Response times in ms, ascending, of `jobs` Poisson arrivals with exponential service; rho is the load of the entitlement.
std::vector<double> simulate(const Load& load, int jobs) {
  std::mt19937_64 random{20240607};
  const auto exponential = [&](double mean) {
    return SimTime::from_seconds(-std::log(1 - static_cast<double>(random() >> 11) * 0x1p-53) * mean * 1e-3);
  };
  CappedQueue queue{SimTime::from_seconds(load.entitlement * 10e-3), 10_ms};
  std::vector<double> responses;
  SimTime arrival;
  for (int i = 0; i < jobs; ++i) {
    arrival += exponential(load.service_ms / load.entitlement / load.rho);
    responses.push_back(queue.serve(arrival, exponential(load.service_ms)).milliseconds());
  }
  std::sort(responses.begin(), responses.end());
  return responses;
}

// The table's own figures come from a simulation of 3 x 400,000 jobs; these come from 2 million.
TEST(CappedQueue, ReproducesTheTableOfResponseTimesWithin3Percent) {
  struct Row {
    Load load;
    double mean, p50, p95, p99;
  };
  for (const Row& row :
       {Row{{0.5, 0.5, 0.1}, 4.76, 0.59, 22.2, 38.3}, Row{{0.5, 0.5, 0.5}, 0.80, 0.48, 2.5, 5.7}, Row{{1, 0.5, 0.5}, 2.01, 1.04, 7.9, 14.3},
        Row{{1, 0.8, 0.5}, 6.83, 2.89, 25.5, 41.3}, Row{{5, 0.5, 0.5}, 16.2, 9.2, 55.2, 87.5}, Row{{20, 0.5, 0.1}, 392, 269, 1190, 1836}}) {
    const std::vector<double> responses = simulate(row.load, 2'000'000);
    const auto jobs = static_cast<double>(responses.size());
    const auto percentile = [&](double p) {
      return responses[static_cast<std::size_t>(p * jobs)];
    };
    SCOPED_TRACE(row.load.service_ms);
    EXPECT_NEAR(std::accumulate(responses.begin(), responses.end(), 0.0) / jobs, row.mean, 0.03 * row.mean);
    EXPECT_NEAR(percentile(0.50), row.p50, 0.03 * row.p50);
    EXPECT_NEAR(percentile(0.95), row.p95, 0.03 * row.p95);
    EXPECT_NEAR(percentile(0.99), row.p99, 0.03 * row.p99);
  }
}

}  // namespace
}  // namespace lparsim::oracles
