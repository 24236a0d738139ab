#include "lpars/guest/run_queues.hpp"

#include <gtest/gtest.h>

namespace lparsim::guest {
namespace {

TEST(RunQueues, ServeTheSmallestRankFirstAndEqualsInOrder) {
  RunQueues queues;
  queues.grow(1);
  queues.push(0, 10, 5);
  queues.push(0, 11, 5);
  queues.push(0, 12, -3);
  EXPECT_EQ(queues.pop(0), 12U);
  EXPECT_EQ(queues.pop(0), 10U);
  EXPECT_EQ(queues.pop(0), 11U);
  EXPECT_EQ(queues.total(), 0U);
}

TEST(RunQueues, PutAThreadBeforeItsEqualsButNotBeforeThoseOfSmallerRank) {
  RunQueues queues;
  queues.grow(1);
  queues.push(0, 1, 0);
  queues.push(0, 2, 1);
  queues.push(0, 3, 1, true);
  queues.push(0, 4, 1, true);
  EXPECT_EQ(queues.pop(0), 1U);
  EXPECT_EQ(queues.pop(0), 4U);
  EXPECT_EQ(queues.pop(0), 3U);
  EXPECT_EQ(queues.pop(0), 2U);
}

TEST(RunQueues, NameTheQueueThatHasHadThreadsForLongest) {
  RunQueues queues;
  queues.grow(4);
  EXPECT_EQ(queues.first_waiting(), RunQueues::kNone);
  queues.push(3, 1, 0);
  queues.push(1, 2, 0);
  queues.push(3, 3, 0);
  EXPECT_EQ(queues.first_waiting(), 3U);
  queues.pop(3);
  EXPECT_EQ(queues.first_waiting(), 3U);
  queues.pop(3);
  EXPECT_EQ(queues.first_waiting(), 1U);
  EXPECT_EQ(queues.total(), 1U);
  queues.clear();
  EXPECT_EQ(queues.first_waiting(), RunQueues::kNone);
}

}  // namespace
}  // namespace lparsim::guest
