#include "models/vsp/slot_table.hpp"

#include <gtest/gtest.h>

#include <map>

#include "sim/base/random.hpp"

namespace lparsim::vsp {
namespace {

TEST(SlotTable, FindsWhatAMapFinds) {
  SlotTable table;
  std::map<std::pair<std::uint64_t, std::uint64_t>, std::uint32_t> map;
  KeyedStream random = RandomKey{1, "slots"}.stream();
  for (std::uint32_t i = 0; i < 100'000; ++i) {
    const std::uint64_t a = random.bits() % 20, b = random.bits() % 20;
    if (random.bits() % 2 == 0) {
      EXPECT_EQ(table.insert(a, b, i), map.emplace(std::pair{a, b}, i).second);
    } else {
      table.erase(a, b);
      map.erase({a, b});
    }
    const std::uint64_t c = random.bits() % 20, d = random.bits() % 20;
    const auto found = map.find({c, d});
    EXPECT_EQ(table.find(c, d), found == map.end() ? std::nullopt : std::optional{found->second});
  }
  EXPECT_EQ(table.size(), map.size());
}

}  // namespace
}  // namespace lparsim::vsp
