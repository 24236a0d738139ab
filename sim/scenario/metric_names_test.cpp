#include "sim/scenario/metric_names.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "sim/scenario/read_scenario.hpp"

namespace lparsim::scenario {
namespace {

using testing::ElementsAre;

std::vector<std::string> names_of(const std::vector<Metric>& metrics) {
  std::vector<std::string> names;
  for (const Metric& metric : metrics) names.push_back(metric.name);
  return names;
}

TEST(MetricNames, OfAPartitionAreThoseOfTheContract) {
  EXPECT_THAT(names_of(partition_metrics("web")),
              ElementsAre("web.physc", "web.entc", "web.dispatches", "web.preemptions", "web.vcsw", "web.phint", "web.wait.capacity",
                          "web.wait.processor", "web.user", "web.sys", "web.idle", "web.lbusy", "web.steal", "web.spinning", "web.runnable",
                          "web.unfolded", "web.context_switches", "web.dispatch_delay.mean", "web.dispatch_delay.p50",
                          "web.dispatch_delay.p95", "web.dispatch_delay.p99", "web.dispatch_delay.max"));
}

TEST(MetricNames, OfAPartitionIncludeTheWaitForCachesWhereTheyAreModelled) {
  EXPECT_THAT(names_of(partition_metrics("web", true)), testing::Contains("web.cache_refill"));
}

TEST(MetricNames, OfAWorkloadAreThroughputAndResponseTime) {
  EXPECT_THAT(names_of(workload_metrics("web", {"orders", workload::Open{}})),
              ElementsAre("web.orders.throughput", "web.orders.completed", "web.orders.queued", "web.orders.response.mean",
                          "web.orders.response.p50", "web.orders.response.p90", "web.orders.response.p95", "web.orders.response.p99",
                          "web.orders.response.max"));
}

TEST(MetricNames, OfAMixAreThoseOfEachKindToo) {
  workload::Open open;
  open.mix = {{"read", 0.8, {}}, {"write", 0.2, {}}};
  const auto names = names_of(workload_metrics("web", {"orders", open}));
  EXPECT_EQ(names.size(), 9U + 2 * 8U);
  EXPECT_THAT(names, testing::IsSupersetOf({"web.orders.response.p99", "web.orders.read.throughput", "web.orders.read.completed",
                                            "web.orders.read.response.mean", "web.orders.write.response.p99"}));
}

TEST(MetricNames, OfARecordingSayWhatIsLeftToBeServed) {
  const auto names = names_of(workload_metrics("web", {"load", workload::Recording{}}));
  EXPECT_THAT(names, testing::IsSupersetOf({"web.load.backlog", "web.load.response.max", "web.load.completed"}));
}

TEST(MetricNames, AreNoneForAWorkloadThatCompletesNothing) {
  EXPECT_TRUE(workload_metrics("web", {"burn", workload::Spin{}}).empty());
}

TEST(MetricNames, OfPoolsSayTheServerFromTheSecondOn) {
  ScenarioConfig scenario;
  scenario.servers.resize(2);
  scenario.servers[1].name = "right";
  EXPECT_EQ(pool_label(scenario, 0, "default"), "pool.default");
  EXPECT_EQ(pool_label(scenario, 1, "default"), "pool.right.default");
}

TEST(MetricNames, OfAScenarioComeOnceEachWithUnitAndDescriptionButNoValue) {
  const auto reading = read_scenario(LPARSIM_SOURCE_DIR "/scenarios/shared-processor-pools.yaml");
  ASSERT_FALSE(reading.diagnostics.has_errors()) << reading.diagnostics.text();
  const report::MetricTable table = metric_names(reading.scenario);
  EXPECT_GT(table.all().size(), 20U);
  for (const auto& metric : table.all()) {
    EXPECT_TRUE(std::isnan(metric.value)) << metric.name;
    EXPECT_FALSE(metric.unit.empty() || metric.description.empty()) << metric.name;
  }
  EXPECT_NE(table.find("pool.default.idle"), nullptr);
}

}  // namespace
}  // namespace lparsim::scenario
