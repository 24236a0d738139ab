#include "sim/scenario/metric_names.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "sim/scenario/read_scenario.hpp"
#include "sim/scenario/testing/io_scenario.hpp"

namespace lparsim::scenario {
namespace {

using ::testing::ElementsAre;

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
  EXPECT_THAT(names_of(partition_metrics("web", true)), ::testing::Contains("web.cache_refill"));
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
  EXPECT_THAT(names, ::testing::IsSupersetOf({"web.orders.response.p99", "web.orders.read.throughput", "web.orders.read.completed",
                                              "web.orders.read.response.mean", "web.orders.write.response.p99"}));
}

TEST(MetricNames, OfARecordingSayWhatIsLeftToBeServed) {
  const auto names = names_of(workload_metrics("web", {"load", workload::Recording{}}));
  EXPECT_THAT(names, ::testing::IsSupersetOf({"web.load.backlog", "web.load.response.max", "web.load.completed"}));
}

TEST(MetricNames, AreNoneForAWorkloadThatCompletesNothing) {
  EXPECT_TRUE(workload_metrics("web", {"burn", workload::Spin{}}).empty());
}

TEST(MetricNames, OfADiskAreLatenciesRatesAndStages) {
  const auto names = names_of(io_metrics("web", "hdisk0", trace::IoTargetKind::disk));
  EXPECT_EQ(names.size(), 2 * 8U + 2U + 14U);
  EXPECT_THAT(names, ::testing::IsSupersetOf({"web.hdisk0.read.latency.mean", "web.hdisk0.read.latency.p99", "web.hdisk0.read.iops",
                                              "web.hdisk0.write.bandwidth", "web.hdisk0.inflight", "web.hdisk0.errors",
                                              "web.hdisk0.stage.vios_dispatch"}));
}

TEST(MetricNames, OfANetworkAdapterAreItsFramesAndOfAVnicItsFailovers) {
  EthernetConfig adapter;
  adapter.name = "eth0";
  EXPECT_THAT(names_of(adapter_metrics("web", adapter)), ::testing::ElementsAre("web.eth0.sent", "web.eth0.received", "web.eth0.dropped"));
  adapter.kind = EthernetKind::vnic;
  EXPECT_THAT(names_of(adapter_metrics("web", adapter)), ::testing::Contains("web.eth0.failovers"));
}

TEST(MetricNames, OfAPeerKeepTheDotOfItsName) {
  EXPECT_THAT(names_of(io_metrics("web", "db.orders", trace::IoTargetKind::peer)),
              ::testing::IsSupersetOf({"web.db.orders.call.latency.p99", "web.db.orders.send.bandwidth", "web.db.orders.stage.remote"}));
}

TEST(MetricNames, OfAClientIncludeItsDisksAndThoseOfAViosDoNot) {
  const auto reading = read_scenario_text("base.yaml", testing::kIoBase);
  ASSERT_FALSE(reading.diagnostics.has_errors()) << reading.diagnostics.text();
  const report::MetricTable table = metric_names(reading.scenario);
  EXPECT_NE(table.find("web.sda.read.iops"), nullptr);
  EXPECT_NE(table.find("web.sdc.stage.device"), nullptr);
  EXPECT_EQ(table.find("vios1.hdisk0.read.iops"), nullptr);
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
