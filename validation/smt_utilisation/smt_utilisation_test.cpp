#include <fmt/format.h>
#include <gtest/gtest.h>

#include "validation/harness/run_text.hpp"

namespace lparsim::validation {
namespace {

report::MetricTable hogs_on_power7(int cores, int hogs) {
  return run_text(fmt::format(R"(
lparsim: 1
name: hogs
duration: 5 s
server:
  processor: {{generation: POWER7, cores: {}, frequency: 3.5 GHz, smt: 4}}
  partitions:
    - name: p
      type: aix
      processors: {{mode: dedicated, cores: {}}}
      workloads: [{{name: hogs, type: spin, threads: {}}}]
)",
                              cores, cores, hogs));
}

TEST(SmtUtilisation, OfOneBusyThreadOfAPower7CoreIs62Point5Percent) {
  const auto metrics = hogs_on_power7(1, 1);
  EXPECT_NEAR(value_of(metrics, "p.user"), 62.5, 0.1);
  EXPECT_NEAR(value_of(metrics, "p.idle"), 37.5, 0.1);
  EXPECT_NEAR(value_of(metrics, "p.physc"), 1, 0.001);
}

TEST(SmtUtilisation, OfTwoAndFourBusyThreadsIs87Point5And100Percent) {
  EXPECT_NEAR(value_of(hogs_on_power7(1, 2), "p.user"), 87.5, 0.1);
}

TEST(SmtUtilisation, OfAFullCoreIs100Percent) {
  EXPECT_NEAR(value_of(hogs_on_power7(1, 4), "p.user"), 100, 0.1);
}

TEST(SmtUtilisation, OfEightHogsOnEightCoresIs62Point5PercentOfTheCoresAnd25OfTheLogicalProcessors) {
  const auto metrics = hogs_on_power7(8, 8);
  EXPECT_NEAR(value_of(metrics, "p.user"), 62.5, 0.1);
  EXPECT_NEAR(value_of(metrics, "p.lbusy"), 25, 0.1);
}

TEST(SmtUtilisation, OfSixteenHogsIsSevenOfEightCores) {
  const auto metrics = hogs_on_power7(8, 16);
  EXPECT_NEAR(value_of(metrics, "p.user") / 100 * 8, 7.0, 0.01);
  EXPECT_NEAR(value_of(metrics, "p.lbusy"), 50, 0.1);
}

TEST(SmtUtilisation, OfOneHogIs7Point8PercentOfTheCoresAnd3Point1OfTheLogicalProcessors) {
  const auto metrics = hogs_on_power7(8, 1);
  EXPECT_NEAR(value_of(metrics, "p.user"), 7.8, 0.1);
  EXPECT_NEAR(value_of(metrics, "p.lbusy"), 3.1, 0.1);
}

report::MetricTable hog_on_power8(int entitlement) {
  return run_text(fmt::format(R"(
lparsim: 1
name: hog
duration: 20 s
warmup: 2 s
server:
  processor: {{generation: POWER8, cores: 8, frequency: 3.5 GHz, smt: 4, smt_throughput: [1, 1.45, 1.69]}}
  partitions:
    - name: p
      type: aix
      processors: {{entitlement: {}, virtual: 4, capped: false}}
      workloads: [{{name: hog, type: spin, threads: 1}}]
)",
                              entitlement));
}

TEST(SmtUtilisation, OfAHogAtEntitlementOneIsShownAs59PercentBusyAlthoughPhyscIsAllOfIt) {
  const auto metrics = hog_on_power8(1);
  EXPECT_NEAR(value_of(metrics, "p.user"), 59, 1);
  EXPECT_NEAR(value_of(metrics, "p.idle"), 41, 1);
  EXPECT_NEAR(value_of(metrics, "p.physc"), 1, 0.005);
  EXPECT_NEAR(value_of(metrics, "p.entc"), 100.3, 1);
}

TEST(SmtUtilisation, OfTheSameHogAtEntitlementTwoIsShownAs30Percent) {
  const auto metrics = hog_on_power8(2);
  EXPECT_NEAR(value_of(metrics, "p.user"), 30, 1);
  EXPECT_NEAR(value_of(metrics, "p.idle"), 70, 1);
  EXPECT_NEAR(value_of(metrics, "p.physc"), 1, 0.005);
}

}  // namespace
}  // namespace lparsim::validation
