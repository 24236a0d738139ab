#include "validation/oracles/water_fill.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "validation/oracles/random_frame.hpp"

namespace lparsim::oracles {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;

auto pu(double value) {
  return DoubleNear(value, 1e-9);
}

PartitionShare uncapped(double entitlement, int virtual_processors, int weight, double demand = kUnlimited, std::size_t pool = 0) {
  return {.pool = pool, .entitlement = entitlement, .virtual_processors = virtual_processors, .weight = weight, .demand = demand};
}
PartitionShare capped(double entitlement, int virtual_processors, double demand = kUnlimited, std::size_t pool = 0) {
  return {.pool = pool, .entitlement = entitlement, .virtual_processors = virtual_processors, .capped = true, .demand = demand};
}
std::vector<double> fill(double cores, std::vector<PartitionShare> partitions, ShareExcessBy by = ShareExcessBy::kPartition) {
  return water_fill(cores, {}, partitions, by);
}

TEST(WaterFill, SharesAsTheHelpOfTheHmcSays) {
  // Both need 2.00 PU more than they have, 0.75 are unused: 0.50 and 0.25.
  EXPECT_THAT(fill(2.75, {uncapped(1, 4, 200, 3), uncapped(1, 4, 100, 3)}), ElementsAre(pu(1.5), pu(1.25)));
}

TEST(WaterFill, SharesInProportionToTheWeights) {
  EXPECT_THAT(fill(4, {uncapped(0.5, 4, 200), uncapped(0.5, 4, 100)}), ElementsAre(pu(2.5), pu(1.5)));
  EXPECT_THAT(fill(3.99, {uncapped(0.4, 8, 255), uncapped(0.4, 8, 64)}), ElementsAre(pu(0.4 + 2.55), pu(0.4 + 0.64)));
}

TEST(WaterFill, GivesAwayWhatIsNotEntitled) {
  const std::vector<double> taken = fill(8, std::vector<PartitionShare>(16, uncapped(0.1, 1, 128)));
  EXPECT_THAT(taken, testing::Each(pu(0.5)));  // 1.6 guaranteed and 6.4 by weight
}

TEST(WaterFill, LimitsAPartitionToItsVirtualProcessors) {
  EXPECT_THAT(fill(16, {uncapped(0.2, 4, 10)}), ElementsAre(pu(4.0)));
  EXPECT_THAT(fill(16, {uncapped(0.5, 1, 128)}), ElementsAre(pu(1.0)));
  EXPECT_THAT(fill(16, {uncapped(0.5, 2, 128)}), ElementsAre(pu(2.0)));
  EXPECT_THAT(fill(8, {uncapped(2, 4, 128)}), ElementsAre(pu(4.0)));
  EXPECT_THAT(fill(4, {uncapped(2, 4, 128), capped(2, 2)}), ElementsAre(pu(2.0), pu(2.0)));
}

TEST(WaterFill, PassesOnWhatASaturatedPartitionCannotTake) {
  EXPECT_THAT(fill(8, {uncapped(1, 4, 200), uncapped(1, 4, 100), uncapped(2, 2, 128, 0.5), capped(1, 2)}),
              ElementsAre(pu(4.0), pu(2.5), pu(0.5), pu(1.0)));
}

TEST(WaterFill, LooksAtTheNumberOfVirtualProcessorsOnlyWhenTold) {
  const std::vector<PartitionShare> both = {uncapped(0.5, 8, 128), uncapped(0.5, 2, 128)};
  EXPECT_THAT(fill(4, both), ElementsAre(pu(2.0), pu(2.0)));
  EXPECT_THAT(fill(4, both, ShareExcessBy::kVirtualProcessor), ElementsAre(pu(0.5 + 2.4), pu(0.5 + 0.6)));
  const std::vector<PartitionShare> two_of_eight = {uncapped(0.5, 8, 128, 2), uncapped(0.5, 2, 128)};
  EXPECT_THAT(fill(3, two_of_eight, ShareExcessBy::kVirtualProcessor), ElementsAre(pu(1.5), pu(1.5)));
}

TEST(WaterFill, TakesWeightZeroForCapped) {
  EXPECT_THAT(fill(4, {uncapped(0.5, 4, 0), capped(1, 2)}), ElementsAre(pu(0.5), pu(1.0)));
}

TEST(WaterFill, KeepsWhatAPoolIsEntitledToInsideThePoolFirst) {
  // Pool 1 is entitled to 1.0 + 1.0 + 0.5 reserved; one member idles, so the other gets 2.5 before anyone else is asked, then 1 of the
  // last 2.
  const std::vector<PoolShare> pools = {{}, {.maximum = 4, .reserved = 0.5}};
  EXPECT_THAT(water_fill(5.5, pools, std::vector{uncapped(1, 4, 128, 0, 1), uncapped(1, 4, 128, kUnlimited, 1), uncapped(1, 4, 128)}),
              ElementsAre(pu(0.0), pu(3.5), pu(2.0)));
}

TEST(WaterFill, SharesTheRestOverAllPoolsByWeightWhateverThePool) {
  const std::vector<PoolShare> pools = {{}, {.maximum = 8}, {.maximum = 8}};
  EXPECT_THAT(
      water_fill(8, pools, std::vector{uncapped(1, 8, 100), uncapped(1, 8, 200, kUnlimited, 1), uncapped(1, 8, 100, kUnlimited, 2)}),
      ElementsAre(pu(2.25), pu(3.5), pu(2.25)));
}

TEST(WaterFill, StopsAtTheMaximumOfThePool) {
  const std::vector<PoolShare> pools = {{}, {.maximum = 2}};
  EXPECT_THAT(
      water_fill(8, pools, std::vector{uncapped(0.5, 4, 200, kUnlimited, 1), uncapped(0.5, 4, 100, kUnlimited, 1), uncapped(1, 4, 10)}),
      ElementsAre(pu(0.5 + 2.0 / 3), pu(0.5 + 1.0 / 3), pu(4.0)));
}

TEST(WaterFill, LeavesTheReserveOfACappedPoolToTheOthers) {
  const std::vector<PoolShare> pools = {{}, {.maximum = 2, .reserved = 1}};
  EXPECT_THAT(water_fill(3, pools, std::vector{capped(1, 2, kUnlimited, 1), uncapped(1, 4, 128)}), ElementsAre(pu(1.0), pu(2.0)));
}

// The rule once more without arithmetic: drops of `drop` PU, each to the eligible claimant that has least beside its weight.
std::vector<double> drop_by_drop(const Frame& frame, double drop) {
  std::vector<double> taken, room, rate, pool_room(frame.pools.size(), kUnlimited), entitled(frame.pools.size(), 0.0);
  for (std::size_t i = 1; i < frame.pools.size(); ++i) {
    pool_room[i] = frame.pools[i].maximum.value();
    entitled[i] = frame.pools[i].reserved.value();
  }
  double unused = frame.cores;
  for (const FramePartition& p : frame.partitions) {
    const double first = p.dedicated ? p.busy : std::min<double>(p.entitlement.value(), p.busy);
    taken.push_back(first);
    room.push_back(p.dedicated || p.capped ? 0 : p.busy - first);
    rate.push_back(p.weight);
    unused -= p.dedicated && !p.donates ? p.virtual_processors : first;
    if (p.dedicated) continue;
    pool_room[p.pool] -= first;
    entitled[p.pool] += p.entitlement.value() - first;
  }
  const auto pour = [&](double amount, auto eligible) {
    std::vector<double> gain(taken.size(), 0.0);
    for (auto drops = static_cast<int>(amount / drop); drops > 0; --drops) {
      std::size_t best = taken.size();
      for (std::size_t i = 0; i < taken.size(); ++i)
        if (eligible(i) && rate[i] > 0 && room[i] >= drop && pool_room[frame.partitions[i].pool] >= drop &&
            (best == taken.size() || gain[i] / rate[i] < gain[best] / rate[best]))
          best = i;
      if (best == taken.size()) return;
      gain[best] += drop;
      taken[best] += drop;
      room[best] -= drop;
      pool_room[frame.partitions[best].pool] -= drop;
      unused -= drop;
    }
  };
  for (std::size_t pool = 0; pool < frame.pools.size(); ++pool)
    pour(entitled[pool], [&](std::size_t i) { return frame.partitions[i].pool == pool; });
  pour(unused, [](std::size_t) { return true; });
  return taken;
}

TEST(WaterFill, AgreesWithPouringDropByDropOnRandomFrames) {
  constexpr double kDrop = 2e-4;
  int compared = 0;
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    const Frame frame = random_frame(seed);
    if (frame.partitions.size() > 60) continue;
    const std::vector<double> exact = expected_consumption(frame), poured = drop_by_drop(frame, kDrop);
    // Every limit met may leave a drop behind, which then falls to somebody else.
    const double tolerance = kDrop * static_cast<double>(2 + frame.partitions.size() + frame.pools.size());
    for (std::size_t i = 0; i < exact.size(); ++i) EXPECT_NEAR(exact[i], poured[i], tolerance) << "seed " << seed << ", partition " << i;
    ++compared;
  }
  EXPECT_GT(compared, 200);
}

}  // namespace
}  // namespace lparsim::oracles
