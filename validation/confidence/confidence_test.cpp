#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "sim/base/deterministic_math.hpp"
#include "sim/base/random.hpp"
#include "sim/base/sampled_times.hpp"
#include "validation/harness/run_text.hpp"

namespace lparsim::validation {
namespace {

constexpr int kReplications = 1000;
constexpr double kLoad = 0.8;
constexpr double kMeanResponse = 1 / (1 - kLoad);  // ms, with a mean service time of 1 ms

double exponential(RandomStream& random) {
  return -deterministic_log(random.uniform());
}

/// Response times of M/M/1 by Lindley's recursion, from the stationary state: a waiting time is 0 with probability 1 - load, else
/// exponential like a response time.
SampledTimes replication(std::uint64_t seed, int transactions) {
  RandomStream random{seed, "lindley"};
  SampledTimes times;
  double waiting = random.uniform() < kLoad ? kMeanResponse * exponential(random) : 0;
  double now = 0;
  for (int i = 0; i < transactions; ++i) {
    const double response = waiting + exponential(random);
    times.record(SimTime::from_seconds(response / 1000), SimTime::from_seconds((now + response) / 1000));
    const double gap = exponential(random) / kLoad;
    now += gap;
    waiting = std::max(0.0, response - gap);
  }
  return times;
}

/// Of replications: how many state an interval, and how many of those are right.
struct Count {
  int stated = 0;
  int covering = 0;
  void add(double estimate, std::optional<SimTime> half, double truth) {
    if (!half) return;
    ++stated;
    covering += std::abs(estimate - truth) <= half->milliseconds() ? 1 : 0;
  }
  double share() const { return static_cast<double>(covering) / stated; }
};

TEST(Confidence, OfMeansAndPercentilesCoversTheAnalyticValueAsOftenAsItSays) {
  Count mean;
  Count percentile[3];
  const double percents[] = {50, 90, 95};
  int alarms = 0;
  for (std::uint64_t seed = 1; seed <= kReplications; ++seed) {
    const SampledTimes times = replication(seed, 64'000);
    mean.add(times.histogram().mean().milliseconds(), times.mean_half_width(), kMeanResponse);
    for (std::size_t i = 0; i < 3; ++i)
      percentile[i].add(times.histogram().percentile(percents[i]).milliseconds(), times.percentile_half_width(percents[i]),
                        -kMeanResponse * deterministic_log(1 - percents[i] / 100));
    alarms += times.warming_until() ? 1 : 0;
  }
  EXPECT_EQ(mean.stated, kReplications);
  EXPECT_GE(mean.share(), 0.93);
  EXPECT_LE(mean.share(), 0.97);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_GE(percentile[i].stated, 0.95 * kReplications) << percents[i];
    EXPECT_GE(percentile[i].share(), 0.93) << percents[i];
    EXPECT_LE(percentile[i].share(), 0.98) << percents[i];
  }
  EXPECT_LE(alarms, 0.05 * kReplications);
  fmt::print("mean {:.3f}, p50 {:.3f}, p90 {:.3f}, p95 {:.3f}; {} false alarms\n", mean.share(), percentile[0].share(),
             percentile[1].share(), percentile[2].share(), alarms);
}

TEST(Confidence, IsNotStatedByRunsThatAreTooShort) {
  int stated = 0, alarms = 0;
  for (std::uint64_t seed = 1; seed <= kReplications; ++seed) {
    const SampledTimes times = replication(seed, 1000);
    stated += times.mean_half_width() ? 1 : 0;
    alarms += times.warming_until() ? 1 : 0;
  }
  EXPECT_LE(stated, 0.02 * kReplications);
  EXPECT_LE(alarms, 0.05 * kReplications);
}

class WholeRun : public testing::TestWithParam<int> {};

// Twice the half width, four standard errors: 40 seeds stay within with near certainty, a wrong unit or a wrong sum does not.
TEST_P(WholeRun, StatesIntervalsOfTheRightSize) {
  const auto metrics = run_text(fmt::format(R"(
lparsim: 1
name: confidence
seed: {}
duration: 110 s
warmup: 10 s
server:
  processor: {{generation: POWER9, cores: 1, cores_per_chip: 8, frequency: 3.8 GHz, smt: 1}}
  memory: 64 GiB
  partitions:
    - name: p
      type: linux
      guest: {{snooze: 0 us}}
      processors: {{mode: dedicated, cores: 1}}
      memory: 8 GiB
      workloads:
        - {{name: w, type: open, arrivals: poisson(800 /s), threads: 1, transaction: [{{compute: exponential(1 ms)}}]}}
)",
                                            GetParam()));
  const auto deviation = [&](const char* name, double truth, double half_width) {
    const trace::MetricValue& metric = *metrics.find(name);
    // Skewness and correlation of 16 to 31 batches may widen an interval a lot.
    EXPECT_GT(metric.ci95, half_width / 3) << name;
    EXPECT_LT(metric.ci95, half_width * 4) << name;
    EXPECT_LT(std::abs(metric.value - truth), 2 * metric.ci95) << name;
  };
  // Asymptotic variances (Whitt, Planning queueing simulations, Management Science 1989): of 80,000 waiting times 1976 ms^2 / 80,000.
  deviation("p.w.response.mean", kMeanResponse, 1.96 * std::sqrt(1976 / 80'000.0));
  deviation("p.w.throughput", 800, 1.96 * std::sqrt(800 / 100.0));
  deviation("p.physc", 0.8, 1.96 * std::sqrt(2 * 0.8 / 100'000.0));
}

INSTANTIATE_TEST_SUITE_P(Confidence, WholeRun, testing::Range(1, 41));

}  // namespace
}  // namespace lparsim::validation
