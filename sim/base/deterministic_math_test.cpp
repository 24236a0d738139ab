#include "sim/base/deterministic_math.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "sim/base/random.hpp"

namespace lparsim {
namespace {

double units_in_the_last_place(double actual, long double expected) {
  const auto rounded = static_cast<double>(expected);
  const double ulp = std::nextafter(std::fabs(rounded), std::numeric_limits<double>::infinity()) - std::fabs(rounded);
  return static_cast<double>(std::fabs(static_cast<long double>(actual) - expected) / static_cast<long double>(ulp));
}

TEST(DeterministicMath, LogIsWithinTwoUnitsInTheLastPlaceOverTheWholeRange) {
  RandomStream stream{1, "log"};
  double worst = 0;
  for (int i = 0; i < 200'000; ++i) {
    const double x = std::exp2(stream.uniform() * 2090 - 1070) * (1 + stream.uniform());
    worst = std::max(worst, units_in_the_last_place(deterministic_log(x), std::log(static_cast<long double>(x))));
    const double near_one = 0.5 + 1.5 * stream.uniform();
    worst = std::max(worst, units_in_the_last_place(deterministic_log(near_one), std::log(static_cast<long double>(near_one))));
  }
  EXPECT_LT(worst, 2);
}

TEST(DeterministicMath, ExpIsWithinTwoUnitsInTheLastPlaceOverTheWholeRange) {
  RandomStream stream{1, "exp"};
  double worst = 0;
  for (int i = 0; i < 200'000; ++i) {
    const double x = stream.uniform() * 1417 - 708;
    worst = std::max(worst, units_in_the_last_place(deterministic_exp(x), std::exp(static_cast<long double>(x))));
    const double small = stream.uniform() * 2 - 1;
    worst = std::max(worst, units_in_the_last_place(deterministic_exp(small), std::exp(static_cast<long double>(small))));
  }
  EXPECT_LT(worst, 2);
}

TEST(DeterministicMath, MeetsTheEndsOfTheRange) {
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(deterministic_log(1), 0);
  EXPECT_EQ(deterministic_log(0), -infinity);
  EXPECT_EQ(deterministic_log(infinity), infinity);
  EXPECT_TRUE(std::isnan(deterministic_log(-1)));
  EXPECT_NEAR(deterministic_log(std::numeric_limits<double>::denorm_min()), -744.4400719213812, 1e-9);
  EXPECT_EQ(deterministic_exp(0), 1);
  EXPECT_EQ(deterministic_exp(710), infinity);
  EXPECT_EQ(deterministic_exp(-746), 0);
  EXPECT_NEAR(deterministic_exp(709.7) / std::exp(709.7), 1, 1e-15);
  EXPECT_GT(deterministic_exp(-745), 0);
}

TEST(DeterministicMath, NormalProbabilityAgreesWithTheErrorFunction) {
  for (double z = -9; z <= 9; z += 0.01) EXPECT_NEAR(normal_probability(z), 0.5 * std::erfc(-z / std::sqrt(2.0)), 1e-15) << z;
}

}  // namespace
}  // namespace lparsim
