#include "lpars/services/service_cache.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <random>
#include <utility>

namespace lparsim::services {
namespace {

TEST(ServiceCache, DropsWhatWasUsedLongestAgo) {
  ServiceCache cache{Bytes{100}};
  cache.insert(1, Bytes{40});
  cache.insert(2, Bytes{40});
  EXPECT_TRUE(cache.use(1));
  cache.insert(3, Bytes{40});
  EXPECT_TRUE(cache.use(1));
  EXPECT_FALSE(cache.use(2));
  EXPECT_TRUE(cache.use(3));
  EXPECT_EQ(cache.used(), Bytes{80});
}

TEST(ServiceCache, DoesNotKeepWhatIsLargerThanItself) {
  ServiceCache cache{Bytes{100}};
  cache.insert(1, Bytes{60});
  cache.insert(2, Bytes{101});
  EXPECT_FALSE(cache.use(2));
  EXPECT_TRUE(cache.use(1));
  EXPECT_EQ(cache.evicted(), 0U);
}

TEST(ServiceCache, HoldsWhatAListWould) {
  std::mt19937_64 random{9};
  ServiceCache cache{Bytes{500}};
  std::deque<std::pair<std::uint64_t, std::uint64_t>> naive;  // the last used one first
  const auto sum = [&] {
    std::uint64_t all = 0;
    for (const auto& [key, size] : naive) all += size;
    return all;
  };
  for (int i = 0; i < 5000; ++i) {
    const std::uint64_t key = random() % 30;
    const auto found = std::ranges::find(naive, key, [](const auto& entry) { return entry.first; });
    ASSERT_EQ(cache.use(key), found != naive.end());
    if (found != naive.end()) {
      const auto entry = *found;
      naive.erase(found);
      naive.push_front(entry);
      continue;
    }
    const std::uint64_t size = 1 + random() % 200;
    cache.insert(key, Bytes{size});
    while (sum() + size > 500) naive.pop_back();
    naive.push_front({key, size});
    ASSERT_EQ(cache.used().count, sum());
    ASSERT_EQ(cache.size(), naive.size());
  }
}

}  // namespace
}  // namespace lparsim::services
