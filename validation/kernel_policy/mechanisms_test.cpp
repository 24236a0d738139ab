// Services alone, against oracles that know nothing of them.
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <list>
#include <random>
#include <vector>

#include "lpars/services/io_scheduler.hpp"
#include "lpars/services/memory_management.hpp"

namespace lparsim::validation {
namespace {

using services::LruMemory;
using services::MemoryConfig;
using services::Plan;
using services::RoundRobinMemory;

template <class Memory>
std::uint64_t faults(std::uint64_t frames, const std::vector<std::uint64_t>& pages) {
  MemoryConfig config;
  config.memory = Bytes{frames * config.page.count};
  Memory memory{config};
  Plan plan;
  for (const std::uint64_t page : pages) {
    plan.clear();
    memory.refer(page, false, plan);
  }
  return memory.faults();
}

/// How many references have each stack distance; those to new pages have none.
std::vector<std::uint64_t> stack_distances(const std::vector<std::uint64_t>& pages) {
  std::list<std::uint64_t> stack;
  std::vector<std::uint64_t> counts(1);
  for (const std::uint64_t page : pages) {
    std::size_t distance = 1;
    auto at = stack.begin();
    while (at != stack.end() && *at != page) ++at, ++distance;
    if (at != stack.end()) {
      counts.resize(std::max(counts.size(), distance + 1));
      ++counts[distance];
      stack.erase(at);
    }
    stack.push_front(page);
  }
  return counts;
}

std::uint64_t queue_faults(std::size_t frames, const std::vector<std::uint64_t>& pages) {
  std::deque<std::uint64_t> queue;
  std::uint64_t count = 0;
  for (const std::uint64_t page : pages) {
    if (std::ranges::find(queue, page) != queue.end()) continue;
    ++count;
    if (queue.size() == frames) queue.pop_front();
    queue.push_back(page);
  }
  return count;
}

enum class Pattern { uniform, skewed, loop, walk };
std::vector<std::uint64_t> references(Pattern pattern, std::uint64_t pages, std::size_t count) {
  std::mt19937_64 random{77 + static_cast<std::uint64_t>(pattern)};
  std::vector<std::uint64_t> all;
  std::uint64_t at = 0;
  for (std::size_t i = 0; i < count; ++i) {
    switch (pattern) {
      case Pattern::uniform:
        at = random() % pages;
        break;
      case Pattern::skewed:
        at = random() % 5 != 0 ? random() % (pages / 5) : pages / 5 + random() % (pages - pages / 5);
        break;
      case Pattern::loop:
        at = i % pages;
        break;
      case Pattern::walk:
        at = (at + random() % 7 + pages - 3) % pages;
        break;
    }
    all.push_back(at);
  }
  return all;
}

TEST(KernelPolicyClaim, LruFaultsAsStackDistancesSayForEveryNumberOfFrames) {
  for (const Pattern pattern : {Pattern::uniform, Pattern::skewed, Pattern::loop, Pattern::walk}) {
    const auto pages = references(pattern, 200, 20'000);
    const auto distances = stack_distances(pages);
    for (const std::uint64_t frames : {1U, 2U, 7U, 20U, 40U, 100U, 199U, 200U}) {
      std::uint64_t hits = 0;
      for (std::size_t d = 1; d < distances.size() && d <= frames; ++d) hits += distances[d];
      EXPECT_EQ(faults<LruMemory>(frames, pages), pages.size() - hits) << static_cast<int>(pattern) << ", frames: " << frames;
      EXPECT_EQ(faults<RoundRobinMemory>(frames, pages), queue_faults(frames, pages))
          << static_cast<int>(pattern) << ", frames: " << frames;
    }
  }
}

TEST(KernelPolicyClaim, UniformReferencesFaultAlikeAndSkewedOnesLessUnderLru) {
  const auto uniform = references(Pattern::uniform, 200, 400'000);
  for (const std::uint64_t frames : {20U, 50U, 150U}) {
    const double expected = 1 - static_cast<double>(frames) / 200;
    EXPECT_NEAR(static_cast<double>(faults<LruMemory>(frames, uniform)) / 400'000, expected, 0.01 * expected);
    EXPECT_NEAR(static_cast<double>(faults<RoundRobinMemory>(frames, uniform)) / 400'000, expected, 0.01 * expected);
  }
  const auto skewed = references(Pattern::skewed, 200, 400'000);
  EXPECT_LT(static_cast<double>(faults<LruMemory>(60, skewed)), 0.92 * static_cast<double>(faults<RoundRobinMemory>(60, skewed)));
}

/// Mean step between operations as a part of the disk, where `waiting` always wait; going from the highest to the lowest address is a step
/// round the disk for the elevator.
double mean_step(services::IoScheduler& scheduler, int waiting, bool round) {
  constexpr std::uint64_t kDisk = std::uint64_t{1} << 40;
  std::mt19937_64 random{9};
  std::uint32_t id = 0;
  const auto add = [&] {
    scheduler.enqueue({id++, false, random() % kDisk, Bytes{512}});
  };
  for (int i = 0; i < waiting; ++i) add();
  double sum = 0;
  std::uint64_t at = scheduler.next({})->block;
  constexpr int kSteps = 200'000;
  for (int i = 0; i < kSteps; ++i) {
    scheduler.ended();
    add();
    const std::uint64_t next = scheduler.next({})->block;
    const std::uint64_t step = next >= at ? next - at : round ? kDisk - at + next : at - next;
    sum += static_cast<double>(step) / static_cast<double>(kDisk);
    at = next;
  }
  return sum / kSteps;
}

TEST(KernelPolicyClaim, TheElevatorStepsAHalfOfANthOfTheDiskAndFirstComeFirstServedAThird) {
  for (const int waiting : {4, 16, 64, 256}) {
    services::FifoIo fifo{{.outstanding = 1}};
    services::ElevatorIo elevator{{.outstanding = 1}};
    EXPECT_NEAR(mean_step(fifo, waiting, false), 1.0 / 3, 0.02 / 3);
    const double expected = 1 / (2.0 * waiting);
    EXPECT_NEAR(mean_step(elevator, waiting, true), expected, (0.02 + 0.3 / waiting) * expected) << waiting;
  }
}

}  // namespace
}  // namespace lparsim::validation
