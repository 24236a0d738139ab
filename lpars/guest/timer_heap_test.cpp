#include "lpars/guest/timer_heap.hpp"

#include <gtest/gtest.h>

#include <map>
#include <utility>

#include "lpars/guest/index_list.hpp"
#include "sim/base/random.hpp"

namespace lparsim::guest {
namespace {

TEST(TimerHeap, AgreesWithASortedMapUnderRandomUse) {
  constexpr std::uint32_t kTimers = 40;
  RandomStream stream{1, "timers"};
  TimerHeap heap;
  heap.grow(kTimers);
  std::map<std::uint32_t, SimTime> oracle;
  for (int i = 0; i < 20'000; ++i) {
    const auto timer = static_cast<std::uint32_t>(stream.uniform() * kTimers);
    if (stream.uniform() < 0.6) {
      const auto when = SimTime::from_ns(static_cast<std::int64_t>(stream.uniform() * 50));  // many at the same instant
      heap.set(timer, when);
      oracle[timer] = when;
    } else {
      heap.cancel(timer);
      oracle.erase(timer);
    }
    std::pair<SimTime, std::uint32_t> first{SimTime::never(), 0};
    for (const auto& [t, when] : oracle) first = std::min(first, {when, t});
    ASSERT_EQ(heap.earliest(), first.first);
    if (!oracle.empty()) {
      ASSERT_EQ(heap.first(), first.second);
    }
    ASSERT_EQ(heap.is_set(timer), oracle.contains(timer));
  }
  heap.clear();
  EXPECT_EQ(heap.earliest(), SimTime::never());
  EXPECT_FALSE(heap.is_set(0));
}

TEST(IndexList, KeepsItsOrderWhenTakenFromTheMiddle) {
  IndexList list;
  list.grow(6);
  for (const auto i : {1U, 2U, 3U}) list.push_back(i);
  list.push_front(0);
  list.remove(2);
  list.push_back(5);
  EXPECT_FALSE(list.contains(2));
  for (const auto i : {0U, 1U, 3U, 5U}) EXPECT_EQ(list.pop_front(), i);
  EXPECT_TRUE(list.empty());
}

}  // namespace
}  // namespace lparsim::guest
