#include "lpars/services/io_scheduler.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace lparsim::services {
namespace {

using namespace literals;

DiskRequest at(std::uint32_t id, std::uint64_t block) {
  return {id, false, block, Bytes{4096}};
}

std::vector<std::uint32_t> order(IoScheduler& scheduler) {
  std::vector<std::uint32_t> ids;
  while (const auto next = scheduler.next({})) {
    ids.push_back(next->id);
    scheduler.ended();
  }
  return ids;
}

TEST(IoSchedulers, FifoKeepsTheOrder) {
  FifoIo fifo{{}};
  for (const std::uint32_t id : {3U, 1U, 2U}) fifo.enqueue(at(id, 100 - id));
  EXPECT_EQ(order(fifo), (std::vector<std::uint32_t>{3, 1, 2}));
}

TEST(IoSchedulers, TheElevatorGoesUpwardsAndBeginsAnewAtTheLowest) {
  ElevatorIo elevator{{.outstanding = 1}};
  elevator.enqueue(at(0, 500));
  EXPECT_EQ(elevator.next({})->id, 0U);  // it is at 508 now
  elevator.enqueue(at(1, 100));
  elevator.enqueue(at(2, 900));
  elevator.enqueue(at(3, 600));
  elevator.enqueue(at(4, 50));
  elevator.enqueue(at(5, 600));
  EXPECT_EQ(elevator.next({}), std::nullopt);  // one is outstanding
  elevator.ended();
  EXPECT_EQ(order(elevator), (std::vector<std::uint32_t>{3, 2, 4, 1, 5}));
}

TEST(IoSchedulers, GiveNoMoreToTheDriverThanMayBeOutstanding) {
  FifoIo fifo{{.outstanding = 2}};
  for (std::uint32_t id = 0; id < 3; ++id) fifo.enqueue(at(id, 0));
  EXPECT_TRUE(fifo.next({}));
  EXPECT_TRUE(fifo.next({}));
  EXPECT_FALSE(fifo.next({}));
  EXPECT_EQ(fifo.next_time(), SimTime::never());
  fifo.ended();
  EXPECT_TRUE(fifo.next({}));
}

TEST(IoSchedulers, LimitedAccessKeepsOperationsApart) {
  LimitedIo limited{{.outstanding = 8, .operations_per_second = 100}};
  EXPECT_EQ(limited.next_time(), SimTime::never());
  for (std::uint32_t id = 0; id < 3; ++id) limited.enqueue(at(id, 0));
  EXPECT_EQ(limited.next(5_ms)->id, 0U);
  EXPECT_FALSE(limited.next(5_ms));
  EXPECT_EQ(limited.next_time(), 15_ms);
  EXPECT_FALSE(limited.next(15_ms - 1_ps));
  EXPECT_EQ(limited.next(15_ms)->id, 1U);
  EXPECT_EQ(limited.next(1_s)->id, 2U);  // what was not used meanwhile is not saved
  limited.enqueue(at(3, 0));
  EXPECT_FALSE(limited.next(1_s));
}

TEST(IoSchedulers, TheElevatorTakesWhatASortedListSays) {
  std::mt19937_64 random{5};
  ElevatorIo elevator{{.outstanding = 1}};
  std::vector<DiskRequest> naive;
  std::uint64_t head = 0;
  std::uint32_t id = 0;
  for (int i = 0; i < 5000; ++i) {
    if (random() % 2 == 0 || naive.empty()) {
      const DiskRequest request = at(id++, random() % 200);
      elevator.enqueue(request);
      naive.push_back(request);
      continue;
    }
    const auto better = [&](const DiskRequest& a, const DiskRequest& b) {
      const bool above_a = a.block >= head, above_b = b.block >= head;
      if (above_a != above_b) return above_a;
      return a.block != b.block ? a.block < b.block : a.id < b.id;
    };
    const auto expected = std::ranges::min_element(naive, better);
    const auto next = elevator.next({});
    ASSERT_TRUE(next);
    ASSERT_EQ(next->id, expected->id) << "step " << i;
    head = next->block + 8;
    elevator.ended();
    naive.erase(expected);
  }
}

}  // namespace
}  // namespace lparsim::services
