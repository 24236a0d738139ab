#include "sim/base/histogram.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "sim/base/distribution.hpp"

namespace lparsim {
namespace {

using namespace literals;

SimTime exact_percentile(const std::vector<SimTime>& sorted, double percent) {
  const auto rank = static_cast<std::size_t>(std::ceil(percent * static_cast<double>(sorted.size()) / 100 - 1e-9));
  return sorted[std::max<std::size_t>(rank, 1) - 1];
}

TEST(Histogram, PercentilesAreWithinATenthOfAPercentOfTheSortedSamples) {
  for (const auto* text : {"exponential(2 ms)", "lognormal(10 us, 5)", "uniform(0 ns, 3 ns)", "lognormal(100 s, 3)", "7.123456789 ms"}) {
    const auto distribution = parse_distribution(text).value();
    RandomStream stream{5, text};
    Histogram histogram;
    std::vector<SimTime> samples(100'000);
    for (auto& sample : samples) {
      sample = distribution.sample(stream);
      histogram.record(sample);
    }
    std::sort(samples.begin(), samples.end());
    for (const double percent : {0.0, 0.1, 1.0, 10.0, 50.0, 90.0, 95.0, 99.0, 99.9, 99.99, 100.0}) {
      const auto exact = exact_percentile(samples, percent);
      EXPECT_LE(std::abs((histogram.percentile(percent) - exact).ps()), exact.ps() / 1000) << text << " p" << percent;
    }
    EXPECT_EQ(histogram.min(), samples.front());
    EXPECT_EQ(histogram.max(), samples.back());
    EXPECT_EQ(histogram.percentile(100), samples.back());
  }
}

TEST(Histogram, IsExactInCountMeanLeastAndGreatest) {
  Histogram histogram;
  EXPECT_EQ(histogram.count(), 0U);
  EXPECT_EQ(histogram.mean(), 0_ps);
  EXPECT_EQ(histogram.percentile(99), 0_ps);
  for (int i = 1; i <= 1001; ++i) histogram.record(SimTime::from_ns(i) + 1_ps);
  EXPECT_EQ(histogram.count(), 1001U);
  EXPECT_EQ(histogram.mean(), 501_ns + 1_ps);
  EXPECT_EQ(histogram.min(), 1_ns + 1_ps);
  EXPECT_EQ(histogram.max(), 1001_ns + 1_ps);
}

TEST(Histogram, TakesEveryTimeFromZeroToTheLongest) {
  Histogram histogram;
  histogram.record(SimTime::from_ps(INT64_MAX));
  histogram.record(0_ps);
  histogram.record(1_s);
  histogram.record(1_ns);
  EXPECT_EQ(histogram.percentile(25), 0_ps);
  EXPECT_NEAR(histogram.percentile(50).seconds(), 1e-9, 1e-12);
  EXPECT_NEAR(histogram.percentile(75).seconds(), 1, 1e-3);
  EXPECT_EQ(histogram.percentile(100), SimTime::from_ps(INT64_MAX));
}

TEST(Histogram, MergingGivesWhatCountingTogetherGives) {
  const auto distribution = parse_distribution("lognormal(1 ms, 2)").value();
  RandomStream stream{5, "merge"};
  Histogram all;
  Histogram parts[2];
  for (int i = 0; i < 20'000; ++i) {
    const auto sample = distribution.sample(stream);
    all.record(sample);
    parts[i % 2].record(sample);
  }
  Histogram merged;
  for (const auto& part : parts) merged.merge(part);
  EXPECT_EQ(merged.count(), all.count());
  EXPECT_EQ(merged.mean(), all.mean());
  for (const double percent : {1.0, 50.0, 99.0, 99.9}) EXPECT_EQ(merged.percentile(percent), all.percentile(percent));
  merged.clear();
  EXPECT_EQ(merged.count(), 0U);
  EXPECT_EQ(merged.max(), 0_ps);
  merged.record(3_ms);
  EXPECT_EQ(merged.percentile(50), 3_ms);
}

TEST(Histogram, CountsMillionsInOneBin) {
  Histogram histogram;
  for (int i = 0; i < 3'000'000; ++i) histogram.record(i % 100 == 0 ? 50_ms : 1_ms);
  EXPECT_NEAR(histogram.percentile(99).milliseconds(), 1, 1e-3);
  EXPECT_NEAR(histogram.percentile(99.0001).milliseconds(), 50, 5e-2);
}

}  // namespace
}  // namespace lparsim
