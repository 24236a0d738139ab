#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "validation/harness/run_text.hpp"

namespace lparsim::validation {
namespace {

class Power7Ramp : public testing::TestWithParam<int> {};

TEST_P(Power7Ramp, SaturatesAtTenCoresAndFortyThreads) {
  const int hogs = GetParam();
  const auto metrics = run_text(fmt::format(R"(
lparsim: 1
name: ramp
duration: 30 s
warmup: 10 s
server:
  processor: {{generation: POWER7, cores: 16, frequency: 3.5 GHz, smt: 4}}
  partitions:
    - name: p
      type: aix
      processors: {{entitlement: 4, virtual: 10}}
      workloads: [{{name: hogs, type: spin, threads: {}}}]
)",
                                            hogs));
  EXPECT_NEAR(value_of(metrics, "p.physc"), std::min(hogs, 10), 0.02 * std::min(hogs, 10));
  EXPECT_NEAR(value_of(metrics, "p.lbusy") / 100 * 40, std::min(hogs, 40), 0.02 * std::min(hogs, 40));
  EXPECT_NEAR(value_of(metrics, "p.runnable"), hogs, 1e-6);
}

INSTANTIATE_TEST_SUITE_P(Hogs, Power7Ramp, testing::Values(1, 2, 5, 9, 10, 15, 20, 30, 40, 45, 50));

double throughput_on_power8(int hogs, double& physc) {
  const auto metrics = run_text(fmt::format(R"(
lparsim: 1
name: ramp
duration: 30 s
warmup: 10 s
server:
  processor: {{generation: POWER8, cores: 12, frequency: 3.5 GHz, smt: 8}}
  partitions:
    - name: p
      type: aix
      processors: {{entitlement: 4, virtual: 8}}
      workloads: [{{name: hogs, type: closed, users: {}, think: 0 ms, transaction: [{{compute: 10 ms}}]}}]
)",
                                            hogs));
  physc = value_of(metrics, "p.physc");
  return value_of(metrics, "p.hogs.throughput");
}

class Power8Ramp : public testing::TestWithParam<int> {};

TEST_P(Power8Ramp, SaturatesAtEightCoresAndTwiceTheThroughput) {
  const int hogs = GetParam();
  double physc = 0;
  const double throughput = throughput_on_power8(hogs, physc);
  EXPECT_NEAR(physc, std::min(hogs, 8), 0.02 * std::min(hogs, 8));
  const double most = hogs >= 64 ? 1600 : hogs == 32 ? 8 * 189 : hogs == 16 ? 8 * 145 : 100 * std::min(hogs, 8);
  EXPECT_NEAR(throughput, most, 0.02 * most);
}

INSTANTIATE_TEST_SUITE_P(Hogs, Power8Ramp, testing::Values(1, 4, 8, 16, 32, 64, 80));

}  // namespace
}  // namespace lparsim::validation
