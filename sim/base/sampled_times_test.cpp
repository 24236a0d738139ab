#include "sim/base/sampled_times.hpp"

#include <gtest/gtest.h>

#include "sim/base/random.hpp"

namespace lparsim {
namespace {

using namespace literals;

TEST(SampledTimes, KeepsTheMeansOfDoublingBatchesExactly) {
  RandomStream random{1, "values"};
  SampledTimes times;
  std::vector<std::int64_t> all;
  for (int n = 1; n <= 10'000; ++n) {
    all.push_back(static_cast<std::int64_t>(random.uniform() * 1e10));
    times.record(SimTime::from_ps(all.back()), SimTime::from_us(n));
    if (n % 997 != 0 && n != 511 && n != 512 && n != 1023 && n != 1024) continue;
    // The oracle: sums of whole numbers over the values themselves.
    const auto size = static_cast<std::size_t>(times.batch_size());
    ASSERT_EQ(times.batches().size(), all.size() / size);
    ASSERT_LT(times.batches().size(), kMostBatches);
    ASSERT_TRUE(size == 1 || times.batches().size() >= kFewestBatches);
    for (std::size_t b = 0; b < times.batches().size(); ++b) {
      std::int64_t sum = 0;
      for (std::size_t i = b * size; i < (b + 1) * size; ++i) sum += all[i];
      ASSERT_EQ(times.batches()[b], static_cast<double>(sum) / static_cast<double>(size)) << n << " " << b;
    }
  }
}

TEST(SampledTimes, GivesThePercentileOfIndependentValuesItsBinomialInterval) {
  // Uniform values: half the interval of the median of n is 1.96 x 0.5 / sqrt(n) of the range, that of p90 0.6 times as much.
  RandomStream random{7, "uniform"};
  SampledTimes times;
  for (int n = 0; n < 40'000; ++n) times.record(SimTime::from_seconds(random.uniform()), SimTime::from_us(n));
  EXPECT_NEAR(times.percentile_half_width(50).value().seconds(), 0.0049, 0.0018);
  EXPECT_NEAR(times.percentile_half_width(90).value().seconds(), 0.0029, 0.0011);
  EXPECT_NEAR(times.mean_half_width().value().seconds(), 0.00283, 0.001);
}

TEST(SampledTimes, HasNoIntervalWhileTooLittleIsKnown) {
  RandomStream random{2, "few"};
  SampledTimes times;
  EXPECT_EQ(times.mean_half_width(), std::nullopt);
  EXPECT_EQ(times.percentile_half_width(50), std::nullopt);
  for (int n = 0; n < 1900; ++n) {
    times.record(SimTime::from_seconds(random.uniform()), SimTime::from_us(n));
    if (n == 254) {
      EXPECT_EQ(times.mean_half_width(), std::nullopt);
    }
  }
  EXPECT_NE(times.mean_half_width(), std::nullopt);
  EXPECT_NE(times.percentile_half_width(95), std::nullopt);
  EXPECT_EQ(times.percentile_half_width(99), std::nullopt) << "19 values lie beyond";
  times.clear();
  EXPECT_EQ(times.mean_half_width(), std::nullopt);
}

TEST(SampledTimes, BeginWithLongerBatchesWhereAsked) {
  SampledTimes times{4};
  for (int round = 0; round < 2; ++round) {
    for (int n = 0; n < 10; ++n) times.record(SimTime::from_ps(n), SimTime::from_us(n));
    EXPECT_EQ(times.batch_size(), 4U);
    EXPECT_EQ(std::vector<double>(times.batches().begin(), times.batches().end()), (std::vector<double>{1.5, 5.5}));
    times.clear();
    EXPECT_EQ(times.batches().size(), 0U);
  }
}

TEST(SampledTimes, OfAConstantAreKnownExactly) {
  SampledTimes times;
  for (int n = 0; n < 3000; ++n) times.record(5_ms, SimTime::from_ms(n));
  EXPECT_EQ(times.mean_half_width(), SimTime{});
  EXPECT_EQ(times.percentile_half_width(99), SimTime{});
  EXPECT_EQ(times.warming_until(), std::nullopt);
}

TEST(SampledTimes, SayUntilWhenTheyWarmUp) {
  RandomStream random{3, "warmup"};
  SampledTimes times;
  for (int n = 0; n < 10'000; ++n)
    times.record(SimTime::from_seconds(random.uniform() + (n < 1000 ? 2 - n / 500.0 : 0)), SimTime::from_ms(n));
  const double until = times.warming_until().value().seconds();
  EXPECT_GT(until, 0.6);
  EXPECT_LT(until, 1.3);
}

}  // namespace
}  // namespace lparsim
