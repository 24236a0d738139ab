#include "models/hypervisor/dispatch/core_set.hpp"

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace lparsim::hypervisor::dispatch {
namespace {

TEST(CoreSet, AgreesWithAStandardSet) {
  std::mt19937_64 random{1};
  constexpr std::uint32_t kCores = 200;  // not a multiple of 64
  CoreSet cores{kCores};
  std::set<std::uint32_t> expected;
  for (int step = 0; step < 20'000; ++step) {
    const auto core = static_cast<std::uint32_t>(random() % kCores);
    if (random() % 3 == 0) {
      cores.insert(core);
      expected.insert(core);
    } else {
      cores.erase(core);
      expected.erase(core);
    }
    ASSERT_EQ(cores.empty(), expected.empty());
    ASSERT_EQ(cores.contains(core), expected.contains(core));
    const auto begin = static_cast<std::uint32_t>(random() % kCores);
    const auto end = begin + static_cast<std::uint32_t>(random() % (kCores - begin + 1));
    const auto first = expected.lower_bound(begin);
    const auto found = cores.first(begin, end);
    if (first == expected.end() || *first >= end) {
      ASSERT_FALSE(found.has_value());
    } else {
      ASSERT_EQ(found, *first);
    }
  }
}

}  // namespace
}  // namespace lparsim::hypervisor::dispatch
