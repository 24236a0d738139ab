#include <gtest/gtest.h>

#include "validation/dispatch_watch/spin.hpp"

namespace lparsim::validation {
namespace {

TEST(PublishedShares, OfPrSmWhenCapped) {
  const Spinner lpars[] = {{3.00, 6, 0, true}, {2.88, 3, 0, true}, {0.12, 3, 0, true}};
  const auto pu = spin(6, lpars);
  const double ranges[][2] = {{48.2, 51.8}, {46.3, 49.7}, {2.0, 2.1}};
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_GE(pu[i] / 6 * 100, ranges[i][0] - 1e-9) << i;
    EXPECT_LE(pu[i] / 6 * 100, ranges[i][1]) << i;
  }
}

TEST(PublishedShares, OfPrSmWhenUncapped) {
  const Spinner lpars[] = {{1.50, 6, 250}, {0.90, 6, 150}, {0.60, 6, 100}};
  const auto pu = spin(6, lpars);
  const double ranges[][2] = {{48.2, 51.8}, {28.9, 31.1}, {19.3, 20.7}};
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_GE(pu[i] / 6 * 100, ranges[i][0]) << i;
    EXPECT_LE(pu[i] / 6 * 100, ranges[i][1]) << i;
  }
}

TEST(PublishedShares, OfTwoLogicalProcessorsOnAThreeWay) {
  for (const std::uint32_t weight : {1u, 128u, 255u}) {
    const Spinner lpars[] = {{0.50, 2, weight}, {0.50, 3, 1}};
    EXPECT_LE(spin(3, lpars)[0] / 3 * 100, 67.0) << weight;
  }
  const Spinner lpars[] = {{0.50, 2, 255}, {0.50, 3, 1}};
  EXPECT_NEAR(spin(3, lpars)[0] / 3 * 100, 66.7, 0.67);
}

TEST(PublishedShares, OfHyperV) {
  const Spinner machines[] = {{0.05, 1, 25}, {0.10, 1, 50}, {0.35, 1, 175}};
  const auto pu = spin(1, machines);
  const double published[] = {0.10, 0.20, 0.70};
  for (std::size_t i = 0; i < 3; ++i) EXPECT_NEAR(pu[i], published[i], 0.01 * published[i]) << i;
}

TEST(PublishedShares, OfXensCreditScheduler) {
  const Spinner domains[] = {{0.20, 2, 200}, {0.10, 2, 100}};
  const auto pu = spin(2, domains);
  EXPECT_NEAR(pu[0] / pu[1], 2, 0.02);
}

}  // namespace
}  // namespace lparsim::validation
