#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

#include "validation/harness/run_text.hpp"

namespace lparsim::validation {
namespace {

/// Two hogs and one that computes for `duty` of its time.
double unfolded(double duty, const std::string& guest) {
  const auto metrics = run_text(fmt::format(R"(
lparsim: 1
name: folding
duration: 30 s
warmup: 5 s
server:
  processor: {{generation: POWER7, cores: 10, frequency: 3.5 GHz, smt: 4}}
  partitions:
    - name: p
      type: aix
      processors: {{entitlement: 8, virtual: 10}}
      guest: {{{}}}
      workloads:
        - {{name: hogs, type: spin, threads: 2}}
        - {{name: part, type: closed, users: 1, think: {} ms, transaction: [{{compute: {} ms}}]}}
)",
                                            guest, 20 * (1 - duty), 20 * duty));
  return value_of(metrics, "p.unfolded");
}

TEST(Folding, RunsOnThreeOfTenVirtualProcessorsWhenTwoAndAHalfAreNeeded) {
  EXPECT_NEAR(unfolded(0.5, ""), 3, 1e-9);
}
TEST(Folding, FoldsOneThatWouldBeNeededForLessThanTheThreshold) {
  EXPECT_NEAR(unfolded(0.3, ""), 2, 1e-9);
}
TEST(Folding, KeepsItWithALowerThreshold) {
  EXPECT_NEAR(unfolded(0.3, "vpm_fold_threshold: 20"), 3, 1e-9);
}
TEST(Folding, KeepsSomeBeyondThoseNeeded) {
  EXPECT_NEAR(unfolded(0.5, "vpm_xvcpus: 2"), 5, 1e-9);
}
TEST(Folding, IsTurnedOffByMinusOne) {
  EXPECT_NEAR(unfolded(0.5, "vpm_xvcpus: -1"), 10, 1e-9);
}
TEST(Folding, NeedsFewerVirtualProcessorsWhereThreadsShareThem) {
  EXPECT_NEAR(unfolded(0.5, "vpm_throughput_mode: 2"), 1, 1e-9);  // 1.25 are needed
}

}  // namespace
}  // namespace lparsim::validation
