#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

#include "validation/harness/run_text.hpp"

namespace lparsim::validation {
namespace {

constexpr double kWindow = 10e-3;        // seconds
constexpr double kSameChip = 44.288e-6;  // 2048 lines of 173 ns, 8 at a time
constexpr double kOtherChip = 113.408e-6;

/// `partitions` of one busy thread each, all with the same capped entitlement, on `cores` cores of as many chips.
std::string hogs(int partitions, double entitlement, int cores, const std::string& hypervisor, const std::string& footprint = "256 KiB") {
  std::string text = fmt::format(
      "lparsim: 1\nname: hogs\nduration: 3 s\nwarmup: 1 s\nserver:\n"
      "  processor: {{generation: POWER7, cores: {}, cores_per_chip: 1, frequency: 3.3 GHz}}\n  hypervisor: {{{}}}\n  partitions:\n",
      cores, hypervisor);
  for (int i = 1; i <= partitions; ++i)
    text += fmt::format(
        "    - {{name: p{}, processors: {{entitlement: {}, capped: true}}, cache_footprint: {},\n"
        "       workloads: [{{name: work, type: closed, users: 1, think: 0 s, transaction: [{{compute: 1 ms}}]}}]}}\n",
        i, entitlement, footprint);
  return text;
}

/// Seconds of waiting for caches in a window, of all partitions.
double lost_in_a_window(const report::MetricTable& metrics, int partitions) {
  double lost = 0;
  for (int i = 1; i <= partitions; ++i)
    lost += value_of(metrics, fmt::format("p{}.physc", i)) * value_of(metrics, fmt::format("p{}.cache_refill", i)) / 100 * kWindow;
  return lost;
}

TEST(CacheRefill, TwoWhoTakeTurnsOnACoreLose44MicrosecondsOfEachTurn) {
  const auto metrics = run_text(hogs(2, 0.5, 1, "cache_model: refill"));
  EXPECT_NEAR(lost_in_a_window(metrics, 2), 2 * kSameChip, 1e-9);
  EXPECT_NEAR(value_of(metrics, "p1.work.throughput"), 500 * (1 - kSameChip / 5e-3), 1);
}

TEST(CacheRefill, TenWhoTakeTurnsLoseFiveTimesAsMuch) {
  const auto metrics = run_text(hogs(10, 0.1, 1, "cache_model: refill"));
  EXPECT_NEAR(lost_in_a_window(metrics, 10), 10 * kSameChip, 1e-9);
  EXPECT_NEAR(value_of(metrics, "p1.work.throughput"), 100 * (1 - kSameChip / 1e-3), 1);
}

// Three on two cores: in every window one of them goes to the other core, which is another chip, and two come back to a core where another
// one was meanwhile.
TEST(CacheRefill, WhoGoesToAnotherChipLoses113Microseconds) {
  const auto metrics = run_text(hogs(3, 0.66, 2, "cache_model: refill"));
  EXPECT_NEAR(lost_in_a_window(metrics, 3), kOtherChip + 2 * kSameChip, 0.01 * kOtherChip);
}

TEST(CacheRefill, AWholeL3RegionTakesSevenTenthsOfAMillisecond) {
  const auto metrics = run_text(hogs(2, 0.5, 1, "cache_model: refill, excess_slice: 10 ms, cache: {size: 4 MiB}", "4 MiB"));
  EXPECT_NEAR(lost_in_a_window(metrics, 2) / 2, 0.71e-3, 0.005e-3);
  EXPECT_NEAR(value_of(metrics, "p1.work.throughput"), 500 * (1 - 0.7086e-3 / 5e-3), 1);
}

TEST(CacheRefill, WorkingSetsThatFitIntoOneCacheCostNothing) {
  const auto metrics = run_text(hogs(10, 0.1, 1, "cache_model: refill", "24 KiB"));
  EXPECT_EQ(lost_in_a_window(metrics, 10), 0);
  EXPECT_NEAR(value_of(metrics, "p1.work.throughput"), 100, 0.5);
}

TEST(CacheRefill, WithoutTheModelNothingIsLost) {
  const auto metrics = run_text(hogs(2, 0.5, 1, "cache_model: none"));
  EXPECT_EQ(metrics.find("p1.cache_refill"), nullptr);
  EXPECT_NEAR(value_of(metrics, "p1.work.throughput"), 500, 0.5);
}

}  // namespace
}  // namespace lparsim::validation
