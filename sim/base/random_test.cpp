#include "sim/base/random.hpp"

#include <gtest/gtest.h>

namespace lparsim {
namespace {

TEST(RandomStream, GivesTheSameNumbersForTheSameSeedAndName) {
  RandomStream a{7, "web.orders.arrivals"};
  RandomStream b{7, "web.orders.arrivals"};
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(a.bits(), b.bits());
}

TEST(RandomStream, GivesTheNumbersThatOtherMachinesGive) {
  RandomStream stream{7, "web.orders.arrivals"};
  EXPECT_EQ(stable_hash("web.orders.arrivals"), 5750037146733278800ULL);
  EXPECT_EQ(stream.bits(), 2599946895284388829ULL);
  EXPECT_EQ(stream.bits(), 4786968561977503935ULL);
}

TEST(RandomStream, DiffersByNameAndBySeed) {
  RandomStream arrivals{7, "web.orders.arrivals"};
  RandomStream demand{7, "web.orders.demand"};
  RandomStream other_seed{8, "web.orders.arrivals"};
  RandomStream far_seed{7 + (1ULL << 32), "web.orders.arrivals"};
  const auto first = arrivals.bits();
  EXPECT_NE(first, demand.bits());
  EXPECT_NE(first, other_seed.bits());
  EXPECT_NE(first, far_seed.bits());
}

TEST(RandomStream, IsUniformInTheOpenInterval) {
  RandomStream stream{1, "uniform"};
  double sum = 0;
  double least = 1;
  double most = 0;
  constexpr int kDraws = 1'000'000;
  for (int i = 0; i < kDraws; ++i) {
    const double u = stream.uniform();
    ASSERT_GT(u, 0);
    ASSERT_LT(u, 1);
    sum += u;
    least = std::min(least, u);
    most = std::max(most, u);
  }
  EXPECT_NEAR(sum / kDraws, 0.5, 0.0015);
  EXPECT_LT(least, 1e-5);
  EXPECT_GT(most, 1 - 1e-5);
}

}  // namespace
}  // namespace lparsim
