#include "sim/base/batch_interval.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "sim/base/deterministic_math.hpp"
#include "sim/base/random.hpp"

namespace lparsim {
namespace {

using Values = std::vector<double>;

double normal(RandomStream& random) {
  double sum = 0;
  for (int i = 0; i < 12; ++i) sum += random.uniform();
  return sum - 6;
}

/// Autoregressive of first order with this lag-1 correlation, variance 1, from its stationary state.
Values autoregressive(std::uint64_t seed, std::size_t n, double r) {
  RandomStream random{seed, "autoregressive"};
  Values values(n);
  double last = normal(random);
  for (double& v : values) v = last = r * last + std::sqrt(1 - r * r) * normal(random);
  return values;
}

// MSER as its definition reads: the mean of the rest and the sum of its squares, anew for each start.
std::size_t naive_mser(const Values& values) {
  std::size_t best = 0;
  double least = 0;
  for (std::size_t d = 0; d <= values.size() / 2; ++d) {
    const auto kept = static_cast<double>(values.size() - d);
    const double mean = std::accumulate(values.begin() + static_cast<std::ptrdiff_t>(d), values.end(), 0.0) / kept;
    double squares = 0;
    for (std::size_t i = d; i < values.size(); ++i) squares += (values[i] - mean) * (values[i] - mean);
    const double error = squares / (kept * kept);
    if (d == 0 || error < least) {
      least = error;
      best = d;
    }
  }
  return best;
}

TEST(BatchInterval, TruncatesWhereTheDefinitionOfMserDoes) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    Values values = autoregressive(seed, 20 + seed, 0.5);
    for (std::size_t i = 0; i < seed % 17; ++i) values[i] += 5;
    EXPECT_EQ(mser_truncation(values), naive_mser(values)) << seed;
  }
}

TEST(BatchInterval, PutsNeighboursTogetherAndDropsTheRest) {
  EXPECT_EQ(put_together(Values{1, 3, 5, 9, 100}, 2), (Values{2, 7}));
  EXPECT_EQ(put_together(Values{1, 2}, 3), Values{});
}

TEST(BatchInterval, SeesTheCorrelationOfNeighbours) {
  for (const double r : {0.0, 0.3, 0.9}) EXPECT_NEAR(neighbour_correlation(autoregressive(1, 20'000, r)), r, 0.02);
  EXPECT_EQ(neighbour_correlation(Values(300, 2.0)), 0);
}

TEST(BatchInterval, IsStudentsForIndependentBatches) {
  // 1 / sqrt(400) x 2.06 or so (25 final batches); 5 % of 2,000 intervals miss.
  int missed = 0;
  double width = 0;
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    const Values values = autoregressive(seed, 400, 0);
    const double half = mean_half_width(values).value();
    width += half / 2000;
    missed += std::abs(std::accumulate(values.begin(), values.end(), 0.0) / 400) > half ? 1 : 0;
  }
  EXPECT_NEAR(width, 0.05 * 2.06, 0.006);
  EXPECT_NEAR(missed, 100, 30);
}

TEST(BatchInterval, IsWiderForCorrelatedBatchesAndAbsentWhenTheyRememberTooLong) {
  const double alone = mean_half_width(autoregressive(3, 500, 0)).value();
  EXPECT_GT(mean_half_width(autoregressive(3, 500, 0.6)).value(), 1.4 * alone);
  EXPECT_EQ(mean_half_width(autoregressive(3, 500, 0.97)), std::nullopt);
  EXPECT_EQ(mean_half_width(Values(255, 1.0)), std::nullopt) << "too few";
  EXPECT_EQ(mean_half_width(Values(256, 1.0)), 0.0) << "nothing varies";
}

TEST(BatchInterval, OfARatioKnowsThatPartAndWholeGoTogether) {
  RandomStream random{1, "ratio"};
  Values part, whole, noisy;
  for (int i = 0; i < 300; ++i) {
    whole.push_back(1 + random.uniform());
    part.push_back(0.3 * whole.back());
    noisy.push_back(part.back() + 0.01 * normal(random));
  }
  EXPECT_EQ(ratio_half_width(part, whole), 0.0);
  EXPECT_NEAR(ratio_half_width(noisy, whole).value(), 0.01 / 1.5 / std::sqrt(300.0) * 2.1, 0.0003);
  EXPECT_EQ(ratio_half_width(part, Values(300, 0.0)), std::nullopt);
}

TEST(BatchInterval, FindsATrendAtTheBeginningAndHowLongItLasts) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    Values values = autoregressive(seed, 400, 0.3);
    for (std::size_t i = 0; i < 80; ++i) values[i] += 8 * (1 - static_cast<double>(i) / 80);
    const std::size_t warming = warming_batches(values);
    EXPECT_GE(warming, 45U) << seed;
    EXPECT_LE(warming, 100U) << seed;
    for (double& v : values) v = -v;
    EXPECT_EQ(warming_batches(values), warming) << "from below as from above";
  }
}

TEST(BatchInterval, SeldomSeesATrendWhereThereIsNone) {
  int alarms = 0;
  for (std::uint64_t seed = 0; seed < 2000; ++seed) alarms += warming_batches(autoregressive(seed, 256 + seed % 256, 0.5)) > 0 ? 1 : 0;
  EXPECT_LE(alarms, 40);
  EXPECT_EQ(warming_batches(Values(300, 1.0)), 0U);
  EXPECT_EQ(warming_batches(autoregressive(1, 100, 0)), 0U) << "too few";
}

}  // namespace
}  // namespace lparsim
