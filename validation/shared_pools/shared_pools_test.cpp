#include <gtest/gtest.h>

#include "validation/dispatch_watch/spin.hpp"

namespace lparsim::validation {
namespace {

using hypervisor::FrameSpec;
using hypervisor::PoolSpec;

constexpr PoolSpec kPlain{};

void expect_shares(std::uint32_t cores, std::vector<PoolSpec> pools, std::vector<Spinner> spinners, std::vector<double> expected) {
  const auto pu = spin(FrameSpec{.cores = cores}, pools, spinners);
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(pu[i], expected[i], 0.005 * expected[i]) << "partition " << i;
}

constexpr double kIdle = 0;

TEST(SharedPools, GiveWhatAMemberLeavesToItsPoolFirst) {
  // The idle member's 1.0 PU stays in the pool although the partition outside has 255 times the weight.
  expect_shares(2, {kPlain}, {{1.0, 2, 128, false, 1, kIdle}, {0.5, 2, 1, false, 1}, {0.5, 4, 255}}, {0.0, 1.5, 0.5});
}

TEST(SharedPools, GiveTheReserveToTheirMembers) {
  expect_shares(2, {{.maximum = {}, .reserved = ProcessingUnits::cores(1)}}, {{0.5, 2, 1, false, 1}, {0.5, 4, 255}}, {1.5, 0.5});
}

TEST(SharedPools, ShareAReserveByWeight) {
  expect_shares(3, {{.maximum = {}, .reserved = ProcessingUnits::from_hundredths(150)}},
                {{0.5, 4, 200, false, 1}, {0.5, 4, 100, false, 1}, {0.5, 4, 255}}, {1.5, 1.0, 0.5});
}

TEST(SharedPools, ShareWhatNoPoolNeedsByWeightWhateverThePool) {
  expect_shares(3, {kPlain, kPlain}, {{0.5, 2, 100, false, 1}, {0.5, 2, 200, false, 2}, {0.5, 2, 100}}, {0.875, 1.25, 0.875});
}

TEST(SharedPools, PassOnWhatTheirMembersCannotTake) {
  // Of the pool's 2.0 PU the one busy member takes 1.0, all that its virtual processor can; 1.0 goes to those outside, 2 : 1.
  expect_shares(3, {kPlain}, {{1.5, 2, 128, false, 1, kIdle}, {0.5, 1, 1, false, 1}, {0.5, 4, 200}, {0.5, 4, 100}},
                {0.0, 1.0, 0.5 + 2.0 / 3, 0.5 + 1.0 / 3});
}

TEST(SharedPools, StopAtTheirMaximum) {
  // 1.0 PU for the pool: 0.6 entitled, 0.4 shared 2 : 1.
  expect_shares(3, {{.maximum = ProcessingUnits::cores(1), .reserved = {}}},
                {{0.3, 4, 200, false, 1}, {0.3, 4, 100, false, 1}, {0.4, 4, 1}}, {0.3 + 0.8 / 3, 0.3 + 0.4 / 3, 2.0});
}

TEST(SharedPools, LeaveCapacityIdleAboveTheirMaximum) {
  expect_shares(4, {{.maximum = ProcessingUnits::cores(1), .reserved = {}}}, {{0.5, 4, 128, false, 1}}, {1.0});
}

}  // namespace
}  // namespace lparsim::validation
