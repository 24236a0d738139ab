#include "validation/oracles/random_frame.hpp"

#include <gtest/gtest.h>

#include <numeric>

namespace lparsim::oracles {
namespace {

constexpr std::uint64_t kFrames = 3000;

std::int64_t total_entitlement(const Frame& frame) {
  return std::accumulate(frame.partitions.begin(), frame.partitions.end(), std::int64_t{0},
                         [](std::int64_t sum, const FramePartition& p) { return sum + p.entitlement.hundredths(); });
}

TEST(RandomFrame, IsAcceptable) {
  for (std::uint64_t seed = 0; seed < kFrames; ++seed) {
    SCOPED_TRACE(seed);
    const Frame frame = random_frame(seed);
    ASSERT_TRUE(frame.cores >= 1 && frame.cores <= 64);
    ASSERT_TRUE(!frame.partitions.empty() && frame.partitions.size() <= 200);
    ASSERT_GE(frame.shared_cores(), 1);
    std::vector<std::int64_t> needed(frame.pools.size(), 0);
    for (std::size_t i = 0; i < frame.pools.size(); ++i) needed[i] = frame.pools[i].reserved.hundredths();
    for (const FramePartition& p : frame.partitions) {
      ASSERT_TRUE(p.virtual_processors >= 1 && p.virtual_processors <= 64 && p.busy >= 0 && p.busy <= p.virtual_processors);
      ASSERT_TRUE(p.weight >= 0 && p.weight <= 255);
      if (p.dedicated) continue;
      ASSERT_GE(p.entitlement.hundredths(), std::int64_t{5} * p.virtual_processors);
      ASSERT_LE(p.entitlement.hundredths(), std::int64_t{100} * p.virtual_processors);
      ASSERT_LT(p.pool, frame.pools.size());
      needed[p.pool] += p.entitlement.hundredths();
    }
    ASSERT_LE(std::accumulate(needed.begin(), needed.end(), std::int64_t{0}), std::int64_t{100} * frame.shared_cores());
    for (std::size_t i = 1; i < needed.size(); ++i) {
      ASSERT_LE(needed[i], frame.pools[i].maximum.hundredths());
      ASSERT_LE(frame.pools[i].maximum, ProcessingUnits::cores(frame.shared_cores()));
      ASSERT_EQ(frame.pools[i].maximum.hundredths() % 100, 0);
    }
  }
}

TEST(RandomFrame, IsOftenAnEdgeCase) {
  int exactly_full = 0, unpackable = 0, full_slices = 0, donating = 0, pooled = 0, weightless = 0, partly_idle = 0, crowded = 0;
  for (std::uint64_t seed = 0; seed < kFrames; ++seed) {
    const Frame frame = random_frame(seed);
    exactly_full += total_entitlement(frame) == std::int64_t{100} * frame.shared_cores();
    pooled += frame.pools.size() > 1;
    crowded += frame.partitions.size() > 100;
    int large = 0;
    bool full = false, donates = false, idle = false, none = false;
    for (const FramePartition& p : frame.partitions) {
      if (!p.dedicated && 2 * p.entitlement.hundredths() > std::int64_t{100} * p.virtual_processors) large += p.virtual_processors;
      full |= !p.dedicated && p.entitlement == ProcessingUnits::cores(p.virtual_processors);
      donates |= p.donates && p.busy < p.virtual_processors;
      idle |= p.busy < p.virtual_processors;
      none |= p.weight == 0;
    }
    unpackable += large > frame.shared_cores();
    full_slices += full;
    donating += donates;
    partly_idle += idle;
    weightless += none;
  }
  EXPECT_GE(exactly_full, 300);
  EXPECT_GE(unpackable, 200);
  EXPECT_GE(full_slices, 300);
  EXPECT_GE(donating, 100);
  EXPECT_GE(pooled, 1000);
  EXPECT_GE(weightless, 300);
  EXPECT_GE(partly_idle, 1000);
  EXPECT_GE(crowded, 30);
}

TEST(RandomFrame, IsTheSameForTheSameSeed) {
  EXPECT_EQ(expected_consumption(random_frame(42)), expected_consumption(random_frame(42)));
  EXPECT_NE(expected_consumption(random_frame(42)), expected_consumption(random_frame(43)));
}

TEST(ExpectedConsumption, LendsOutIdleDonatedCoresAndNoOthers) {
  const FramePartition shared{.virtual_processors = 4, .busy = 4, .entitlement = ProcessingUnits::cores(1)};
  const FramePartition donor{.dedicated = true, .donates = true, .virtual_processors = 2, .busy = 1};
  const FramePartition keeper{.dedicated = true, .donates = false, .virtual_processors = 2, .busy = 1};
  EXPECT_EQ(expected_consumption({.cores = 3, .pools = {{}}, .partitions = {shared, donor}}), (std::vector<double>{2, 1}));
  EXPECT_EQ(expected_consumption({.cores = 3, .pools = {{}}, .partitions = {shared, keeper}}), (std::vector<double>{1, 1}));
}

}  // namespace
}  // namespace lparsim::oracles
