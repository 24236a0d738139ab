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

TEST(KeyedStream, IsSplitMix64) {
  // The first numbers of the reference implementation (S. Vigna, splitmix64.c) from state 1234567.
  KeyedStream stream{1234567};
  EXPECT_EQ(stream.bits(), 6457827717110365317ULL);
  EXPECT_EQ(stream.bits(), 3203168211198807973ULL);
}

TEST(RandomKey, DependsOnWhatTheNumbersAreForOnly) {
  const RandomKey key{7, "web.orders.demand"};
  EXPECT_EQ(key.key(3).key(1).stream().bits(), RandomKey(7, "web.orders.demand").key(3).key(1).stream().bits());
  EXPECT_NE(key.key(3).key(1).stream().bits(), key.key(1).key(3).stream().bits());
  EXPECT_NE(key.key(3).stream().bits(), RandomKey(8, "web.orders.demand").key(3).stream().bits());
}

TEST(RandomKey, NeighboursAreIndependent) {
  const RandomKey key{1, "neighbours"};
  constexpr int kDraws = 1'000'000;
  double sum = 0;
  double squares = 0;
  double products = 0;  // of transaction n and n + 1, of step 0 and 1
  double steps = 0;
  double last = key.key(0).key(0).stream().uniform();
  for (int i = 1; i <= kDraws; ++i) {
    const auto n = static_cast<std::uint64_t>(i);
    const double u = key.key(n).key(0).stream().uniform();
    const double second = key.key(n).key(1).stream().uniform();
    sum += u;
    squares += u * u;
    products += u * last;
    steps += u * second;
    last = u;
  }
  EXPECT_NEAR(sum / kDraws, 1.0 / 2, 0.001);
  EXPECT_NEAR(squares / kDraws, 1.0 / 3, 0.001);
  EXPECT_NEAR(products / kDraws, 1.0 / 4, 0.001);
  EXPECT_NEAR(steps / kDraws, 1.0 / 4, 0.001);
}

}  // namespace
}  // namespace lparsim
