#include "sim/base/time_average.hpp"

#include <gtest/gtest.h>

namespace lparsim {
namespace {

using namespace literals;

TEST(TimeAverage, WeighsEachValueByItsTime) {
  TimeAverage queue;
  queue.set(4, 10_ms);
  queue.set(1, 20_ms);
  EXPECT_DOUBLE_EQ(queue.mean(40_ms), (0 * 10 + 4 * 10 + 1 * 20) / 40.0);
  EXPECT_EQ(queue.time(40_ms), 60_ms);
  EXPECT_EQ(queue.value(), 1);
}

TEST(TimeAverage, StartsAnewAtAResetAndKeepsTheValue) {
  TimeAverage queue;
  queue.set(100, 0_ms);
  queue.set(3, 10_ms);
  queue.reset(15_ms);
  EXPECT_DOUBLE_EQ(queue.mean(15_ms), 3);
  queue.set(5, 20_ms);
  EXPECT_DOUBLE_EQ(queue.mean(25_ms), 4);
}

TEST(TimeAverage, StaysExactOverLongTimesAndLargeValues) {
  TimeAverage queue;
  queue.set(1'000'000'000, 0_s);
  EXPECT_DOUBLE_EQ(queue.mean(SimTime::from_s(9'000'000)), 1e9);
}

}  // namespace
}  // namespace lparsim
