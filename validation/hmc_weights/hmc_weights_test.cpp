#include <gtest/gtest.h>

#include "validation/dispatch_watch/spin.hpp"

namespace lparsim::validation {
namespace {

TEST(HmcWeights, ShareThreeQuartersOfAProcessorAsAHalfAndAQuarter) {
  // 3 cores less the 1.00 + 1.00 + 0.25 that are entitled and used leave 0.75.
  const Spinner spinners[] = {{1.00, 2, 200}, {1.00, 2, 100}, {0.25, 1, 128, true}};
  const auto pu = spin(3, spinners);
  EXPECT_NEAR(pu[0] - 1.00, 0.50, 0.005 * 0.50);
  EXPECT_NEAR(pu[1] - 1.00, 0.25, 0.005 * 0.25);
  EXPECT_NEAR(pu[2], 0.25, 1e-9);
}

TEST(HmcWeights, ShareAllUnusedCapacityAsTwoThirdsAndOneThird) {
  const Spinner spinners[] = {{0.10, 4, 200}, {0.10, 4, 100}, {1.80, 2, 128, false, 0, 0.0}};  // the third is idle
  const auto pu = spin(4, spinners);
  EXPECT_NEAR((pu[0] - 0.10) / 3.80, 2.0 / 3, 0.005 * 2 / 3);
  EXPECT_NEAR((pu[1] - 0.10) / 3.80, 1.0 / 3, 0.005 / 3);
}

TEST(HmcWeights, GiveTheHighestFourTimesWhatALowOneGets) {
  const Spinner spinners[] = {{0.10, 2, 255}, {0.10, 2, 64}};
  const auto pu = spin(2, spinners);
  EXPECT_NEAR((pu[0] - 0.10) / (pu[1] - 0.10), 255.0 / 64, 0.01 * 4);
}

}  // namespace
}  // namespace lparsim::validation
