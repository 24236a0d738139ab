#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "validation/dispatch_watch/watched_dispatch.hpp"
#include "validation/oracles/capped.hpp"

namespace lparsim::validation {
namespace {

using namespace literals;

constexpr SimTime kWindow = 10_ms;
constexpr std::int64_t kEntitlements[] = {5, 10, 20, 25, 50, 80, 100};  // hundredths

SimTime bound(std::int64_t entitlement) {
  return oracles::dispatch_gap_bound(kWindow, ProcessingUnits::from_hundredths(entitlement).time_in(kWindow));
}

hypervisor::SharedSpec capped(std::int64_t entitlement) {
  return {PoolId{}, ProcessingUnits::from_hundredths(entitlement), 1, 1, true};
}

// One core, two partitions that need all of it. The other stops, and starts again while the one watched has the core: nothing is due to it
// before the next window, but it is first in line then.
TEST(DispatchGap, IsReached) {
  for (const std::int64_t entitlement : kEntitlements) {
    WatchedDispatch watched{{.cores = 1}};
    const auto id = watched.add_shared(capped(entitlement)), other = watched.add_shared(capped(100 - entitlement));
    for (const auto p : {other, id}) watched.activate(p);
    for (const auto p : {other, id}) watched.make_ready(p, 0);
    watched.run_until(kWindow);
    watched.deactivate(other);
    watched.run_until(kWindow + 100_us);
    watched.activate(other);
    watched.make_ready(other, 0);
    watched.run_until(kWindow * 3);
    EXPECT_EQ(watched.longest_wait(id, 0), bound(entitlement)) << entitlement;
    EXPECT_THAT(watched.violations(), testing::IsEmpty());
  }
}

// Contenders of every kind come and go on up to four cores.
SimTime longest_wait_in_a_mix(std::int64_t entitlement, std::uint64_t seed) {
  std::mt19937_64 random{seed};
  const auto between = [&random](std::int64_t least, std::int64_t most) {
    return least + static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(most - least + 1));
  };
  const std::int64_t cores = between(1, 4);
  WatchedDispatch watched{{.cores = static_cast<std::uint32_t>(cores), .cores_per_chip = 2}};
  const auto id = watched.add_shared(capped(entitlement));
  watched.activate(id);
  struct Contender {
    PartitionId id;
    std::uint32_t virtual_processors;
  };
  std::vector<Contender> contenders;
  for (std::int64_t spare = cores * 100 - entitlement, n = between(2, 7); n > 0; --n) {
    const auto vps = static_cast<std::uint32_t>(between(1, 3));
    const std::int64_t part = n == 1 ? std::min<std::int64_t>(spare, vps * 100) : between(0, std::min<std::int64_t>(spare, vps * 100));
    spare -= part;
    contenders.push_back({watched.add_shared({PoolId{}, ProcessingUnits::from_hundredths(part), vps, vps, between(0, 1) == 0}), vps});
    watched.activate(contenders.back().id);
  }
  watched.make_ready(id, 0);
  while (watched.now() < 1_s && watched.violations().empty()) {
    const Contender& c = contenders[static_cast<std::size_t>(between(0, static_cast<std::int64_t>(contenders.size()) - 1))];
    const auto vp = static_cast<std::uint32_t>(between(0, c.virtual_processors - 1));
    if (!watched.is_ready(c.id, vp)) {
      watched.make_ready(c.id, vp);
    } else if (watched.is_running(c.id, vp)) {
      watched.cede(c.id, vp);
    }
    watched.run_until(watched.now() + 100_us * between(0, 60));
  }
  EXPECT_THAT(watched.violations(), testing::IsEmpty());
  return watched.longest_wait(id, 0);
}

TEST(DispatchGap, IsNeverExceeded) {
  for (const std::int64_t entitlement : kEntitlements) {
    SimTime longest;
    for (std::uint64_t seed = 1; seed <= 100; ++seed) longest = std::max(longest, longest_wait_in_a_mix(entitlement, seed));
    EXPECT_LE(longest, bound(entitlement)) << entitlement;
    if (entitlement <= 50) {  // the mixes do contend
      EXPECT_GT(longest, bound(entitlement) * 3 / 4) << entitlement;
    }
  }
}

}  // namespace
}  // namespace lparsim::validation
