#include "models/hypervisor/dispatch/pool_account.hpp"

#include <gtest/gtest.h>

namespace lparsim::hypervisor::dispatch {
namespace {

using namespace literals;

constexpr SimTime kWindow = 10_ms;

Pool pool_of(std::int64_t maximum_cores, std::int64_t entitlements, std::int64_t reserved = 0) {
  Pool pool;
  pool.limited = maximum_cores > 0;
  pool.maximum = ProcessingUnits::cores(maximum_cores);
  pool.entitlements = pool.next_entitlements = ProcessingUnits::from_hundredths(entitlements);
  pool.reserved = ProcessingUnits::from_hundredths(reserved);
  return pool;
}

TEST(PoolAccount, ChargesEntitlementAndExcessAsTimePasses) {
  Pool pool = pool_of(2, 100);
  pool.claims = 6_ms;
  pool.planned[1] = 3_ms;
  pool.granted[0] = 1_ms;
  pool.running_entitled = 2;
  pool.running_planned[1] = 1;
  pool.running_excess[0] = 1;
  pool.settle(1_ms);
  EXPECT_EQ(pool.claims, 4_ms);
  EXPECT_EQ(pool.planned[1], 2_ms);
  EXPECT_EQ(pool.granted[0], 0_ms);
  EXPECT_EQ(pool.used, 4_ms);
  EXPECT_EQ(pool.used_own, 3_ms);
  EXPECT_EQ(pool.used_entitled, 2_ms);
  EXPECT_EQ(pool.total_used, 4_ms);
}

TEST(PoolAccount, KeepsItsTotalAcrossWindowsAndForgetsTheRest) {
  Pool pool = pool_of(2, 100);
  pool.claims = 8_ms;
  pool.running_entitled = 1;
  pool.begin_window(8_ms, true);
  EXPECT_EQ(pool.total_used, 8_ms);
  EXPECT_EQ(pool.last_entitled, 8_ms);
  EXPECT_EQ(pool.used, 0_ms);
  EXPECT_EQ(pool.claims, 0_ms);
}

TEST(PoolAccount, CountsReserveAndUnclaimedEntitlementAsItsOwn) {
  Pool pool = pool_of(0, 150, 50);
  pool.claims = 5_ms;
  pool.granted[0] = 2_ms;
  pool.granted[1] = 4_ms;  // the frame's capacity, not the pool's
  EXPECT_EQ(pool.own_left(kWindow), 13_ms);
}

TEST(PoolAccount, HasUnlimitedHeadroomWithoutAMaximum) {
  const Pool pool = pool_of(0, 100);
  EXPECT_EQ(pool.headroom({}, kWindow), SimTime::never());
  EXPECT_EQ(pool.headroom_for_claims(kWindow), SimTime::never());
}

TEST(PoolAccount, TakesAllThatIsPromisedOffItsMaximum) {
  Pool pool = pool_of(2, 100);
  pool.used = 4_ms;
  pool.claims = 3_ms;
  pool.granted[1] = 1_ms;
  pool.planned[0] = 2_ms;
  EXPECT_EQ(pool.headroom_for_claims(kWindow), 10_ms);
}

TEST(PoolAccount, LetsWhatItHoldsBackForSleepersFadeOverNineTenthsOfTheWindow) {
  Pool pool = pool_of(1, 100);
  pool.last_entitled = 9_ms;  // last window; this time nobody has claimed anything yet
  EXPECT_EQ(pool.headroom({}, kWindow), 1_ms);
  EXPECT_EQ(pool.when_headroom_reaches(3_ms, {}, kWindow), 2_ms + 1_ps);
  pool.settle(3_ms);
  EXPECT_EQ(pool.headroom({}, kWindow), 4_ms);
  pool.settle(9_ms);
  EXPECT_EQ(pool.headroom({}, kWindow), 10_ms);
  EXPECT_EQ(pool.when_headroom_reaches(11_ms, {}, kWindow), SimTime::never());
}

TEST(PoolAccount, HoldsNothingBackOnceThoseMembersAreAwake) {
  Pool pool = pool_of(1, 100);
  pool.last_entitled = 6_ms;
  pool.claims = 6_ms;
  EXPECT_EQ(pool.headroom({}, kWindow), 4_ms);
}

}  // namespace
}  // namespace lparsim::hypervisor::dispatch
