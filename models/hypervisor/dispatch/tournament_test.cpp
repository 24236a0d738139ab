#include "models/hypervisor/dispatch/tournament.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace lparsim::hypervisor::dispatch {
namespace {

constexpr int kAbsent = 1'000'000;

TEST(Tournament, IsEmptyUntilSomebodyTakesPart) {
  Tournament<int> tournament{kAbsent, 5};
  EXPECT_TRUE(tournament.empty());
  EXPECT_EQ(tournament.first_key(), kAbsent);
  tournament.set(3, 7);
  EXPECT_FALSE(tournament.empty());
  EXPECT_TRUE(tournament.contains(3));
  EXPECT_EQ(tournament.first(), 3u);
  tournament.clear(3);
  EXPECT_TRUE(tournament.empty());
}

TEST(Tournament, PutsTheLowestNumberFirstAmongEquals) {
  Tournament<int> tournament{kAbsent, 8};
  for (std::uint32_t i : {6u, 2u, 4u}) tournament.set(i, 1);
  EXPECT_EQ(tournament.first(), 2u);
}

TEST(Tournament, AgreesWithALinearSearch) {
  std::mt19937_64 random{1};
  std::vector<int> keys;
  Tournament<int> tournament{kAbsent};
  for (int step = 0; step < 20'000; ++step) {
    if (keys.empty() || random() % 500 == 0) {  // one more joins; what is there stays
      keys.push_back(kAbsent);
      tournament.resize(static_cast<std::uint32_t>(keys.size()));
    }
    const auto i = static_cast<std::uint32_t>(random() % keys.size());
    keys[i] = random() % 3 == 0 ? kAbsent : static_cast<int>(random() % 50);
    tournament.set(i, keys[i]);
    const auto lowest = std::min_element(keys.begin(), keys.end());
    ASSERT_EQ(tournament.first_key(), *lowest);
    ASSERT_EQ(tournament.empty(), *lowest == kAbsent);
    if (*lowest != kAbsent) {
      ASSERT_EQ(tournament.first(), lowest - keys.begin());
    }
  }
}

}  // namespace
}  // namespace lparsim::hypervisor::dispatch
