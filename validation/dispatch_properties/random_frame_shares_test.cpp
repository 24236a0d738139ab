#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "validation/dispatch_properties/frame_run.hpp"

namespace lparsim::validation {
namespace {

using namespace literals;

constexpr std::uint64_t kFrames = 1000;
constexpr double kTolerance = 0.005;

constexpr SimTime kDuration = 300_ms;

void expect_shares(oracles::ShareExcessBy by) {
  double worst = 0;
  for (std::uint64_t seed = 1; seed <= kFrames; ++seed) {
    const oracles::Frame frame = oracles::random_frame(seed);
    FrameRun run{frame, by};
    run.run(kDuration);
    ASSERT_THAT(run.watched().violations(), testing::IsEmpty()) << "frame " << seed;
    const std::vector<double> expected = oracles::expected_consumption(frame, by), consumed = run.consumption();
    for (std::size_t i = 0; i < expected.size(); ++i) {
      const double error = std::abs(consumed[i] - expected[i]) / std::max(expected[i], 0.01);
      worst = std::max(worst, error);
      EXPECT_LE(error, kTolerance) << "frame " << seed << ", partition " << i << ": " << consumed[i] << " PU, not " << expected[i];
    }
  }
  fmt::print("{} frames, largest difference {:.6f} of a share\n", kFrames, worst);
}

TEST(RandomFrames, ShareTheExcessByThePartitionsWeight) {
  expect_shares(oracles::ShareExcessBy::kPartition);
}

TEST(RandomFrames, ShareTheExcessByTheWeightOfEachVirtualProcessor) {
  expect_shares(oracles::ShareExcessBy::kVirtualProcessor);
}

}  // namespace
}  // namespace lparsim::validation
