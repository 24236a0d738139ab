#include "lpars/services/memory_management.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <memory>
#include <random>
#include <vector>

namespace lparsim::services {
namespace {

MemoryConfig frames(std::uint64_t count) {
  MemoryConfig config;
  config.memory = Bytes{count * config.page.count};
  return config;
}

template <class Memory>
std::uint64_t faults(std::uint64_t count, const std::vector<std::uint64_t>& pages) {
  Memory memory{frames(count)};
  Plan plan;
  for (const std::uint64_t page : pages) memory.refer(page, false, plan);
  EXPECT_EQ(memory.references(), pages.size());
  return memory.faults();
}

const std::vector<std::uint64_t> kBelady = {1, 2, 3, 4, 1, 2, 5, 1, 2, 3, 4, 5};

TEST(MemoryManagement, RoundRobinHasMoreFaultsWithMoreFramesForBeladysReferences) {
  EXPECT_EQ(faults<RoundRobinMemory>(3, kBelady), 9U);
  EXPECT_EQ(faults<RoundRobinMemory>(4, kBelady), 10U);
}

TEST(MemoryManagement, LruHasNeverMoreFaultsWithMoreFrames) {
  EXPECT_EQ(faults<LruMemory>(3, kBelady), 10U);
  EXPECT_EQ(faults<LruMemory>(4, kBelady), 8U);
  EXPECT_EQ(faults<LruMemory>(5, kBelady), 5U);
}

TEST(MemoryManagement, WritesAPageThatWasChangedBeforeItsFrameIsTaken) {
  LruMemory memory{frames(1)};
  Plan plan;
  EXPECT_FALSE(memory.refer(7, true, plan));
  EXPECT_TRUE(memory.refer(7, false, plan));
  plan.clear();
  EXPECT_FALSE(memory.refer(9, false, plan));
  ASSERT_EQ(plan.accesses().size(), 2U);
  EXPECT_TRUE(plan.accesses()[0].write);
  EXPECT_EQ(plan.accesses()[0].block, ((std::uint64_t{4} << 30) + 7 * 4096) / 512);
  EXPECT_FALSE(plan.accesses()[1].write);
  EXPECT_EQ(memory.written_back(), 1U);
  plan.clear();
  memory.refer(7, false, plan);  // 9 was only read
  ASSERT_EQ(plan.accesses().size(), 1U);
  EXPECT_FALSE(plan.accesses()[0].write);
}

/// Pages that are in memory, the next one to go first.
class Naive {
 public:
  Naive(std::size_t frames, bool lru) : frames_{frames}, lru_{lru} {}
  bool refer(std::uint64_t page) {
    const auto found = std::ranges::find(pages_, page);
    if (found != pages_.end()) {
      if (lru_) {
        pages_.erase(found);
        pages_.push_back(page);
      }
      return true;
    }
    if (pages_.size() == frames_) pages_.pop_front();
    pages_.push_back(page);
    return false;
  }

 private:
  std::size_t frames_;
  bool lru_;
  std::deque<std::uint64_t> pages_;
};

TEST(MemoryManagement, FaultsWhereNaiveBooksDoForRandomReferences) {
  std::mt19937_64 random{11};
  for (int round = 0; round < 60; ++round) {
    const std::uint64_t count = 1 + random() % 20;
    const std::uint64_t pages = 1 + random() % 40;
    std::unique_ptr<MemoryManagement> memory;
    const bool lru = round % 2 == 0;
    if (lru)
      memory = std::make_unique<LruMemory>(frames(count));
    else
      memory = std::make_unique<RoundRobinMemory>(frames(count));
    Naive naive{static_cast<std::size_t>(count), lru};
    Plan plan;
    for (int i = 0; i < 500; ++i) {
      plan.clear();
      const std::uint64_t page = random() % pages;
      ASSERT_EQ(memory->refer(page, random() % 3 == 0, plan), naive.refer(page)) << "round " << round << " reference " << i;
    }
  }
}

}  // namespace
}  // namespace lparsim::services
