#include "models/hypervisor/dispatch/affinity_queue.hpp"

#include <gtest/gtest.h>

namespace lparsim::hypervisor::dispatch {
namespace {

// Two chips of two cores.
struct AffinityQueueTest : testing::Test {
  AffinityQueueTest() {
    for (std::uint32_t i = 0; i < 4; ++i) {
      cores[i].id = id_of<CoreId>(i);
      cores[i].chip = i / 2;
    }
  }
  Vp& ran_on(Vp& vp, std::size_t core) {
    vp.last_core = &cores[core];
    return vp;
  }
  Core cores[4];
  AffinityQueue queue{4, 2};
  Vp a, b, c;
};

TEST_F(AffinityQueueTest, GivesNobodyWhenEmpty) {
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(queue.pick(cores[0]), nullptr);
}

TEST_F(AffinityQueueTest, PrefersWhoRanOnTheCoreThenOnItsChipThenWhoCameFirst) {
  queue.push(a, false);
  queue.push(ran_on(b, 1), false);
  queue.push(ran_on(c, 0), false);
  EXPECT_EQ(queue.pick(cores[0]), &c);
  EXPECT_EQ(queue.pick(cores[1]), &b);
  EXPECT_EQ(queue.pick(cores[2]), &a);
  AffinityQueue::remove(c);
  EXPECT_EQ(queue.pick(cores[0]), &b);
  AffinityQueue::remove(b);
  EXPECT_EQ(queue.pick(cores[0]), &a);
}

TEST_F(AffinityQueueTest, PutsOneInFrontOfItsEquals) {
  queue.push(ran_on(a, 3), false);
  queue.push(ran_on(b, 3), false);
  queue.push(ran_on(c, 3), true);
  EXPECT_EQ(queue.pick(cores[3]), &c);
  EXPECT_EQ(queue.pick(cores[2]), &c);
  EXPECT_EQ(queue.pick(cores[0]), &c);
}

}  // namespace
}  // namespace lparsim::hypervisor::dispatch
