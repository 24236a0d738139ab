#include "models/core/cache_refill.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <initializer_list>
#include <iterator>
#include <optional>
#include <random>
#include <vector>

namespace lparsim::core {
namespace {

using namespace lparsim::literals;

constexpr Bytes operator""_KiB(unsigned long long n) {
  return {n * 1024};
}
constexpr VpId kA{0}, kB{1}, kC{2};

/// Two chips of two cores; virtual processors A, B, C with these footprints.
CacheRefill two_chips(std::initializer_list<Bytes> footprints, const CacheRefillConfig& config = {}) {
  CacheRefill caches(config, 4, 2);
  for (const Bytes footprint : footprints) caches.add(footprint);
  return caches;
}

/// A virtual processor runs on a core from `from` to `to`: how long it is to wait for lines.
SimTime run(CacheRefill& caches, VpId vp, std::uint32_t core, SimTime from, SimTime to) {
  const SimTime wait = caches.come(vp, CoreId{core}, from);
  caches.leave(vp, to);
  return wait;
}

TEST(CacheRefill, AnL2CacheTakes44MicrosecondsFromTheSameChipAnd113FromAnother) {
  const CacheRefill caches = two_chips({});
  EXPECT_EQ(caches.time_for(256_KiB, false), 44'288_ns);
  EXPECT_EQ(caches.time_for(256_KiB, true), 113'408_ns);
}

TEST(CacheRefill, AnL3RegionTakesSevenTenthsOfAMillisecondAndOnePointEight) {
  CacheRefillConfig config;
  config.cache = 4096_KiB;
  const CacheRefill caches = two_chips({}, config);
  EXPECT_NEAR(caches.time_for(4096_KiB, false).milliseconds(), 0.71, 0.005);
  EXPECT_NEAR(caches.time_for(4096_KiB, true).milliseconds(), 1.81, 0.005);
}

TEST(CacheRefill, NeverTakesMoreThanTheCacheHolds) {
  const CacheRefill caches = two_chips({});
  EXPECT_EQ(caches.time_for(1024_KiB, false), caches.time_for(256_KiB, false));
  EXPECT_EQ(caches.time_for(64_KiB, false), 11'072_ns);
  EXPECT_EQ(caches.time_for(Bytes{129}, false), 173_ns * 2 / 8);
}

TEST(CacheRefill, WhoRunsForTheFirstTimeWaitsForNothing) {
  CacheRefill caches = two_chips({256_KiB});
  EXPECT_EQ(run(caches, kA, 0, 0_ms, 1_ms), 0_ns);
}

TEST(CacheRefill, WhoComesBackToItsCoreAloneFindsEverything) {
  CacheRefill caches = two_chips({256_KiB});
  run(caches, kA, 0, 0_ms, 1_ms);
  EXPECT_EQ(run(caches, kA, 0, 50_ms, 51_ms), 0_ns);
}

TEST(CacheRefill, WhoMovesTakesItsWholeFootprintAlongAndSoBack) {
  CacheRefill caches = two_chips({128_KiB});
  run(caches, kA, 0, 0_ms, 1_ms);
  EXPECT_EQ(run(caches, kA, 1, 1_ms, 2_ms), 22'144_ns);
  EXPECT_EQ(run(caches, kA, 2, 2_ms, 3_ms), 56'704_ns);
  EXPECT_EQ(run(caches, kA, 0, 3_ms, 4_ms), 56'704_ns);
}

TEST(CacheRefill, TwoWhoFillTheCachePushEachOtherOutAtEverySwitch) {
  CacheRefill caches = two_chips({256_KiB, 256_KiB});
  run(caches, kA, 0, 0_ms, 1_ms);
  run(caches, kB, 0, 1_ms, 2_ms);
  for (int i = 1; i <= 3; ++i) {
    EXPECT_EQ(run(caches, kA, 0, 2_ms * i, 2_ms * i + 1_ms), 44'288_ns) << i;
    EXPECT_EQ(run(caches, kB, 0, 2_ms * i + 1_ms, 2_ms * i + 2_ms), 44'288_ns) << i;
  }
}

TEST(CacheRefill, TwoWhoFitTogetherDoNotDisturbEachOther) {
  CacheRefill caches = two_chips({128_KiB, 128_KiB});
  run(caches, kA, 0, 0_ms, 1_ms);
  run(caches, kB, 0, 1_ms, 2_ms);
  EXPECT_EQ(run(caches, kA, 0, 2_ms, 3_ms), 0_ns);
  EXPECT_EQ(run(caches, kB, 0, 3_ms, 4_ms), 0_ns);
}

TEST(CacheRefill, OthersPushOutWhatTheCacheHasNoRoomForBesideTheirs) {
  CacheRefill caches = two_chips({192_KiB, 128_KiB, 32_KiB});
  run(caches, kA, 0, 0_ms, 1_ms);
  run(caches, kB, 0, 1_ms, 2_ms);
  EXPECT_EQ(run(caches, kA, 0, 2_ms, 3_ms), 11'072_ns) << "64 of 192 KiB: 128 of 256 KiB were B's";
  run(caches, kB, 0, 3_ms, 4_ms);
  run(caches, kC, 0, 4_ms, 5_ms);
  EXPECT_EQ(run(caches, kA, 0, 5_ms, 6_ms), 16'608_ns) << "96 of 192 KiB: 160 of 256 KiB were B's and C's";
}

TEST(CacheRefill, WhoStaysWithShortBreaksCountsOnce) {
  CacheRefill caches = two_chips({192_KiB, 32_KiB});
  run(caches, kA, 0, 0_ms, 1_ms);
  for (int i = 1; i < 10; ++i) run(caches, kB, 0, 1_ms * i, 1_ms * i + 500_us);
  EXPECT_EQ(run(caches, kA, 0, 10_ms, 11_ms), 0_ns);
}

TEST(CacheRefill, WhatATurnTooShortHasNotFetchedIsLeftForTheNext) {
  CacheRefill caches = two_chips({256_KiB});
  run(caches, kA, 0, 0_ms, 1_ms);
  EXPECT_EQ(run(caches, kA, 1, 1_ms, 1_ms + 11'072_ns), 44'288_ns);
  EXPECT_EQ(run(caches, kA, 1, 2_ms, 2_ms), 33'216_ns) << "a quarter came";
  EXPECT_EQ(run(caches, kA, 1, 3_ms, 4_ms), 33'216_ns) << "nothing came in no time";
  EXPECT_EQ(run(caches, kA, 1, 5_ms, 6_ms), 0_ns);
}

TEST(CacheRefill, CountsTheTimeSpentWaitingOnly) {
  CacheRefill caches = two_chips({256_KiB});
  run(caches, kA, 0, 0_ms, 1_ms);
  caches.come(kA, CoreId{1}, 2_ms);
  EXPECT_EQ(caches.waited(kA, 2_ms - 1_us), 0_ns) << "its own instructions have not begun";
  EXPECT_EQ(caches.waited(kA, 2_ms + 10_us), 10_us);
  EXPECT_EQ(caches.leave(kA, 3_ms), 44'288_ns);
}

TEST(CacheRefill, WhoIsForgottenBeginsAnew) {
  CacheRefill caches = two_chips({256_KiB});
  run(caches, kA, 0, 0_ms, 1_ms);
  caches.forget(kA);
  EXPECT_EQ(run(caches, kA, 3, 2_ms, 3_ms), 0_ns);
  EXPECT_EQ(run(caches, kA, 0, 4_ms, 5_ms), 113'408_ns);
}

// The rule as it reads, over the whole history: turns long enough for all lines to come.
TEST(CacheRefill, AgreesWithTheHistoryOfAllTurnsOnRandomOnes) {
  struct Turn {
    std::size_t vp;
    std::uint32_t core;
  };
  constexpr std::uint64_t kLines[] = {2048, 1024, 700, 256, 100, 0};
  std::mt19937_64 random{7};
  CacheRefill caches(CacheRefillConfig{}, 4, 2);
  for (const std::uint64_t lines : kLines) caches.add(Bytes{lines * CacheRefill::kLineBytes});
  std::vector<Turn> history;
  for (int i = 0; i < 5'000; ++i) {
    const Turn turn{random() % std::size(kLines), static_cast<std::uint32_t>(random() % 4)};
    std::uint64_t used = 0;
    std::size_t latest = history.size();
    std::optional<Turn> last;
    for (auto t = history.rbegin(); t != history.rend() && !last; ++t) {
      if (t->vp == turn.vp) {
        last = *t;
      } else if (t->core == turn.core && t->vp != latest) {
        used += kLines[t->vp];
      }
      if (t->core == turn.core) latest = t->vp;
    }
    const std::uint64_t lines = kLines[turn.vp];
    const bool same_core = last && last->core == turn.core;
    const bool other_chip = last && last->core / 2 != turn.core / 2;
    const std::uint64_t left = !last ? lines : same_core ? std::min(lines, 2048 - std::min<std::uint64_t>(2048, used)) : 0;
    const SimTime expected = (other_chip ? 443_ns : 173_ns) * static_cast<std::int64_t>(lines - left) / 8;
    ASSERT_EQ(run(caches, VpId{static_cast<std::uint32_t>(turn.vp)}, turn.core, 1_ms * i, 1_ms * (i + 1)), expected) << i;
    history.push_back(turn);
  }
}

TEST(CacheRefill, ATurnOfMonthsIsNoTroubleForItsArithmetic) {
  CacheRefill caches = two_chips({256_KiB});
  run(caches, kA, 0, 0_ms, 1_ms);
  caches.come(kA, CoreId{1}, 2_ms);
  EXPECT_EQ(caches.leave(kA, SimTime::from_s(100LL * 24 * 3600)), 44'288_ns);
}

}  // namespace
}  // namespace lparsim::core
