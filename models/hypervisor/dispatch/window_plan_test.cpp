#include "models/hypervisor/dispatch/window_plan.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace lparsim::hypervisor::dispatch {
namespace {

constexpr double kPlenty = 1e9;

TEST(WindowPlan, DividesByWeight) {
  PoolRoom pool[] = {{kPlenty, kPlenty}};
  Contender c[] = {{0, 200, kPlenty}, {0, 100, kPlenty}};
  plan_excess(0.75, pool, c);
  EXPECT_NEAR(c[0].share[1], 0.50, 1e-9);
  EXPECT_NEAR(c[1].share[1], 0.25, 1e-9);
}

TEST(WindowPlan, PassesOnWhatOneHasNoRoomFor) {
  PoolRoom pool[] = {{kPlenty, kPlenty}};
  Contender c[] = {{0, 200, 3.0}, {0, 100, kPlenty}};
  plan_excess(4.5, pool, c);
  EXPECT_NEAR(c[0].share[1], 3.0, 1e-9);
  EXPECT_NEAR(c[1].share[1], 1.5, 1e-9);
}

TEST(WindowPlan, LeavesWhatNobodyCanTake) {
  PoolRoom pool[] = {{kPlenty, kPlenty}};
  Contender c[] = {{0, 1, 1.0}, {0, 255, 2.0}};
  plan_excess(10, pool, c);
  EXPECT_NEAR(c[0].share[1], 1.0, 1e-9);
  EXPECT_NEAR(c[1].share[1], 2.0, 1e-9);
}

TEST(WindowPlan, GivesAPoolsOwnCapacityToItsMembersFirst) {
  PoolRoom pools[] = {{0, kPlenty}, {2.0, kPlenty}};
  Contender c[] = {{0, 100, kPlenty}, {1, 100, kPlenty}};
  plan_excess(3, pools, c);
  EXPECT_NEAR(c[0].share[1], 0.5, 1e-9);
  EXPECT_NEAR(c[1].share[0], 2.0, 1e-9);
  EXPECT_NEAR(c[1].share[1], 0.5, 1e-9);
}

TEST(WindowPlan, StopsAPoolAtItsMaximum) {
  PoolRoom pools[] = {{0, kPlenty}, {0, 0.9}};
  Contender c[] = {{0, 1, kPlenty}, {1, 200, kPlenty}, {1, 100, kPlenty}};
  plan_excess(3, pools, c);
  EXPECT_NEAR(c[0].share[1], 2.1, 1e-9);
  EXPECT_NEAR(c[1].share[1], 0.6, 1e-9);
  EXPECT_NEAR(c[2].share[1], 0.3, 1e-9);
}

// One small piece after the other, always to the one furthest behind that may still take it.
void plan_piece_by_piece(double excess, std::vector<PoolRoom>& pools, std::vector<Contender>& contenders, double piece) {
  for (std::size_t k = 0; k < pools.size() && pools.size() > 1; ++k) {
    for (double own = std::min(pools[k].own, pools[k].most); own > 0 && excess > 0; own -= piece) {
      Contender* next = nullptr;
      for (Contender& c : contenders) {
        if (c.pool == k && c.room > 0 && (next == nullptr || c.share[0] / c.weight < next->share[0] / next->weight)) next = &c;
      }
      if (next == nullptr) break;
      for (double* left : {&next->room, &pools[k].most, &excess}) *left -= piece;
      next->share[0] += piece;
    }
  }
  while (excess > 0) {
    Contender* next = nullptr;
    for (Contender& c : contenders) {
      if (c.room > 0 && pools[c.pool].most > 0 && (next == nullptr || c.share[1] / c.weight < next->share[1] / next->weight)) next = &c;
    }
    if (next == nullptr) return;
    for (double* left : {&next->room, &pools[next->pool].most, &excess}) *left -= piece;
    next->share[1] += piece;
  }
}

TEST(WindowPlan, AgreesWithDealingItOutPieceByPiece) {
  constexpr double kPiece = 1.0 / 1024;
  std::mt19937_64 random{1};
  const auto draw = [&random](std::uint64_t most) {
    return static_cast<double>(random() % (most * 16)) / 16;
  };
  for (int trial = 0; trial < 300; ++trial) {
    std::vector<PoolRoom> pools(1 + random() % 4);
    double own = 0;
    for (std::size_t k = 0; k < pools.size(); ++k) {
      pools[k].own = draw(3);
      pools[k].most = k == 0 ? kPlenty : pools[k].own + draw(4);
      own += pools[k].own;
    }
    std::vector<Contender> contenders(1 + random() % 8);
    for (Contender& c : contenders) {
      c.pool = random() % pools.size();
      c.weight = 1 + static_cast<double>(random() % 255);
      c.room = draw(4);
    }
    const double excess = own + draw(5);
    std::vector<PoolRoom> pieces_of_pools = pools;
    std::vector<Contender> pieces = contenders;
    plan_excess(excess, pools, contenders);
    plan_piece_by_piece(excess, pieces_of_pools, pieces, kPiece);
    for (std::size_t i = 0; i < contenders.size(); ++i) {
      for (int level : {0, 1})
        ASSERT_NEAR(contenders[i].share[level], pieces[i].share[level], 16 * kPiece) << "trial " << trial << ", contender " << i;
    }
  }
}

}  // namespace
}  // namespace lparsim::hypervisor::dispatch
