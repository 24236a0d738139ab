#include "lpars/guest/processor_map.hpp"

#include <gtest/gtest.h>

#include "lpars/guest/placement.hpp"

namespace lparsim::guest {
namespace {

ProcessorMap map_of(std::uint32_t processors, std::uint32_t mode) {
  ProcessorMap map;
  map.grow(processors);
  for (std::uint32_t vp = 0; vp < processors; ++vp) map.set(vp, 0, mode, false, true);
  return map;
}

TEST(ProcessorMap, FindsVirtualProcessorsByTheNumberOfTheirBusyThreads) {
  ProcessorMap map = map_of(3, 2);
  map.set(1, 1, 2, false);
  map.set(2, 2, 2, false);
  EXPECT_EQ(map.with(0, false), 0U);
  EXPECT_EQ(map.with(1, false), 1U);
  EXPECT_EQ(map.with(2, false), ProcessorMap::kNone);  // no room
  EXPECT_EQ(map.busiest(1), 2U);
  EXPECT_FALSE(map.has_room(2));
}

TEST(ProcessorMap, OffersTheOneThatChangedLastFirst) {
  ProcessorMap map = map_of(3, 1);
  EXPECT_EQ(map.with(0, false), 0U);
  map.set(2, 1, 1, false);
  map.set(2, 0, 1, false);
  EXPECT_EQ(map.with(0, false), 2U);
}

TEST(ProcessorMap, KeepsThoseWithoutACoreApart) {
  ProcessorMap map = map_of(2, 2);
  map.set(0, 0, 2, true);
  map.set(1, 1, 2, false);
  EXPECT_TRUE(map.away(0));
  EXPECT_EQ(map.with(0, false), ProcessorMap::kNone);
  EXPECT_EQ(map.with(0, true), 0U);
  EXPECT_EQ(place_at_level(map, 0, ProcessorMap::kNone), 0U);  // only where there is no other
  EXPECT_EQ(place_least_busy(map, ProcessorMap::kNone), 0U);
}

TEST(ProcessorMap, FoldedOnesAreNotInUse) {
  ProcessorMap map = map_of(3, 2);
  map.remove(0);
  map.remove(2);
  map.remove(2);
  EXPECT_FALSE(map.contains(0));
  EXPECT_FALSE(map.usable(2, 0));
  EXPECT_TRUE(map.usable(1, 1));
  EXPECT_FALSE(map.usable(1, 2));  // at SMT2
  EXPECT_FALSE(map.has_room(7));
  EXPECT_EQ(next_usable(map, 3, 6, 2), 2U);  // the logical processors of virtual processor 1 are 2 and 3
  EXPECT_EQ(next_usable(map, 2, 6, 2), 3U);
}

}  // namespace
}  // namespace lparsim::guest
