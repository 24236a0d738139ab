#include "models/hypervisor/dispatch/excess_queue.hpp"

#include <gtest/gtest.h>

#include <memory>

namespace lparsim::hypervisor::dispatch {
namespace {

using namespace literals;

constexpr SimTime kWindow = 10_ms;
constexpr SimTime kSlice = 1_ms;

struct ExcessQueueTest : testing::Test {
  Pool& add_pool() {
    Pool& pool = *pool_store.emplace_back(std::make_unique<Pool>());
    pool.id = id_of<PoolId>(pools.size());
    pools.push_back(&pool);
    return pool;
  }
  // A competitor with `count` virtual processors, all waiting.
  ExcessEntity& add(Pool& pool, std::uint32_t weight, std::size_t count = 1) {
    Partition& partition = partitions.emplace_back();
    partition.weight = weight;
    partition.online = static_cast<std::uint32_t>(count);
    ExcessEntity& entity = queue.add_competitor(pool, partition, false);
    for (std::size_t i = 0; i < count; ++i) {
      vps.emplace_back().excess = &entity;
      queue.push(vps.back());
    }
    return entity;
  }
  // One slice after the other on one core: what each level gave to whom.
  SimTime serve(int slices, const ExcessEntity& entity, int level) {
    SimTime got;
    for (int i = 0; i < slices; ++i) {
      const auto choice = queue.choose(pools, {});
      if (choice.entity == nullptr) break;
      Vp& vp = choice.entity->waiting.front();
      queue.remove(vp);
      vp.run.level = choice.level;
      queue.charge(vp, choice.slice);
      choice.entity->pool->used += choice.slice;
      if (choice.level == 0) choice.entity->pool->used_own += choice.slice;
      queue.push(vp);
      if (choice.entity == &entity && choice.level == level) got += choice.slice;
    }
    return got;
  }

  std::vector<std::unique_ptr<Pool>> pool_store;
  std::vector<Pool*> pools;
  std::deque<Partition> partitions;
  std::deque<Vp> vps;
  ExcessQueue queue{kWindow, kSlice};
};

TEST_F(ExcessQueueTest, ChoosesNobodyWhenNobodyWaits) {
  add_pool();
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(queue.choose(pools, {}).entity, nullptr);
}

TEST_F(ExcessQueueTest, ServesInProportionToWeightWhateverTheVirtualProcessors) {
  Pool& pool = add_pool();
  const ExcessEntity& heavy = add(pool, 200);
  add(pool, 100, 4);
  EXPECT_EQ(serve(300, heavy, 1), 200_ms);
}

TEST_F(ExcessQueueTest, TakesAPartitionsVirtualProcessorsInTurn) {
  ExcessEntity& entity = add(add_pool(), 1, 2);
  serve(1, entity, 1);
  EXPECT_EQ(&entity.waiting.front(), &vps[1]);
}

TEST_F(ExcessQueueTest, LetsALateComerStartLevelWithTheOthers) {
  Pool& pool = add_pool();
  const ExcessEntity& early = add(pool, 100);
  serve(100, early, 1);
  ExcessEntity& late = add(pool, 100);
  queue.join(late);
  EXPECT_EQ(serve(100, late, 1), 50_ms);
}

TEST_F(ExcessQueueTest, GivesAPoolsOwnCapacityToItsMembersFirst) {
  const ExcessEntity& outside = add(add_pool(), 255);
  Pool& rich = add_pool();
  rich.entitlements = ProcessingUnits::from_hundredths(30);
  const ExcessEntity& member = add(rich, 1);
  EXPECT_EQ(serve(3, member, 0), 3_ms);
  EXPECT_EQ(serve(256, outside, 1), 255_ms);
}

TEST_F(ExcessQueueTest, PassesOverAPoolAtItsMaximum) {
  const ExcessEntity& outside = add(add_pool(), 1);
  Pool& small = add_pool();
  small.limited = true;
  small.maximum = ProcessingUnits::from_hundredths(25);
  const ExcessEntity& member = add(small, 255);
  EXPECT_EQ(serve(4, member, 1), 2_ms + 500_us);
  EXPECT_EQ(serve(10, outside, 1), 10_ms);
}

}  // namespace
}  // namespace lparsim::hypervisor::dispatch
