#include "sim/scenario/device_map.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>

#include "sim/scenario/platform.hpp"
#include "sim/scenario/read_scenario.hpp"
#include "sim/scenario/simulation.hpp"
#include "sim/trace/reader.hpp"
#include "sim/trace/sample_run.hpp"

namespace lparsim::scenario {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

ScenarioConfig example(const std::string& name, const std::vector<config::Override>& overrides = {}) {
  ScenarioReading reading = read_scenario(fmt::format("{}/scenarios/{}.yaml", LPARSIM_SOURCE_DIR, name), overrides);
  EXPECT_FALSE(reading.diagnostics.has_errors()) << name;
  return std::move(reading.scenario);
}

/// `kind NAME` or `kind PARTITION.NAME` of the devices of a route.
std::vector<std::string> in_words(const trace::RunInfo& run, const trace::RouteFacts& route) {
  std::vector<std::string> words;
  for (const std::uint32_t id : route.devices) {
    const trace::DeviceFacts& d = run.devices.at(id);
    const auto partition = std::ranges::find_if(
        run.partitions, [&](const trace::PartitionFacts& p) { return p.server == d.server && p.partition == d.partition; });
    const std::string owner = partition == run.partitions.end() ? "" : partition->name + ".";
    words.push_back(fmt::format("{} {}{}", to_string(d.kind), owner, d.name));
  }
  return words;
}

TEST(DeviceMap, FollowsADiskAndANetworkThroughTheOnlyVios) {
  const trace::RunInfo run = run_info(example("four-clients-one-vios"));
  // Targets of `web`: shop-db.queries, internet, sda.
  EXPECT_THAT(in_words(run, run.routes[0]),
              ElementsAre("virtual_ethernet web.eth0", "virtual_switch ETHERNET0", "virtual_ethernet shop-db.en0"));
  EXPECT_THAT(in_words(run, run.routes[1]),
              ElementsAre("virtual_ethernet web.eth0", "virtual_switch ETHERNET0", "trunk_adapter vios1.sea0 trunk 1",
                          "shared_ethernet_adapter vios1.sea0", "ethernet_adapter vios1.ent0", "network_switch network", "host internet"));
  EXPECT_THAT(in_words(run, run.routes[2]), ElementsAre("vscsi_client web.vscsi0", "vscsi_server vios1.vhost", "disk vios1.hdisk1",
                                                        "fibre_channel_adapter vios1.fcs0", "fabric san", "storage lun_web"));
  EXPECT_THAT(run.devices[run.routes[2].devices[3]].about, testing::StartsWith("16 Gb/s"));
}

TEST(DeviceMap, ListsTheWayThatIsTakenFirstBeforeTheOneAfterAFailover) {
  const trace::RunInfo run = run_info(example("dual-vios-failover"));
  ASSERT_EQ(run.routes.size(), 4U) << "bank through either SEA, hdisk0 through either VIOS";
  EXPECT_THAT(in_words(run, run.routes[0]), Contains("shared_ethernet_adapter vios1.sea0"));
  EXPECT_EQ(run.routes[0].alternative, 0U);
  EXPECT_THAT(in_words(run, run.routes[1]), Contains("shared_ethernet_adapter vios2.sea0"));
  EXPECT_EQ(run.routes[1].alternative, 1U);
  EXPECT_EQ(run.routes[2].path, 0U);
  EXPECT_THAT(in_words(run, run.routes[2]), Contains("vscsi_client app.vscsi0@vios1"));
  EXPECT_EQ(run.routes[3].path, 1U);
  EXPECT_THAT(in_words(run, run.routes[3]), Contains("fibre_channel_adapter vios2.fcs0"));
}

TEST(DeviceMap, PassesTheVirtualFibreChannelServerButNoDiskOfTheVios) {
  const trace::RunInfo run = run_info(example("npiv"));
  ASSERT_EQ(run.routes.size(), 2U);
  EXPECT_THAT(in_words(run, run.routes[1]), ElementsAre("vfc_client client.fcs0", "vfc_server vios-npiv.vfchost",
                                                        "fibre_channel_adapter vios-npiv.fcs0", "fabric san", "storage lun1"));
}

TEST(DeviceMap, RanksTheBackingDevicesOfAVnicByTheirPriority) {
  const trace::RunInfo run = run_info(example("vnic-failover", {{"server.partitions.app.ethernet.en0.priorities", "[20, 10]"}}));
  ASSERT_EQ(run.routes.size(), 2U);
  EXPECT_THAT(in_words(run, run.routes[0]),
              ElementsAre("vnic app.en0", "vnic_server vios2.ent0", "ethernet_adapter vios2.ent0", "network_switch network", "host bank"));
  EXPECT_THAT(in_words(run, run.routes[1]), Contains("ethernet_adapter vios1.ent0"));
}

TEST(DeviceMap, PassesTheVolumeBeforeTheDiskOnWhichItLies) {
  const trace::RunInfo run = run_info(example("logical-volume-or-physical-volume"));
  std::vector<std::string> kinds;
  for (const trace::RouteFacts& route : run.routes) kinds.push_back(fmt::format("{}", fmt::join(in_words(run, route), " > ")));
  EXPECT_THAT(kinds, Contains(testing::HasSubstr("volume vios-lv4.lv0 > disk vios-lv4.hdisk0 > storage disk1")));
}

TEST(DeviceMap, NeighboursOnARouteAreConnectedInEitherDirection) {
  for (const char* name :
       {"four-clients-one-vios", "dual-vios-failover", "npiv", "vnic-failover", "virtual-switch-or-wire", "sea-load-sharing"}) {
    const trace::RunInfo run = run_info(example(name));
    for (std::size_t i = 0; i < run.devices.size(); ++i) ASSERT_EQ(run.devices[i].id, i);
    EXPECT_FALSE(run.routes.empty()) << name;
    for (const trace::RouteFacts& route : run.routes) {
      ASSERT_GE(route.devices.size(), 2U) << name;
      EXPECT_TRUE(run.devices[route.devices.front()].partition.has_value()) << name;
      for (std::size_t i = 1; i < route.devices.size(); ++i) {
        const auto joins = [&](const trace::ConnectionFacts& c) {
          return std::minmax(c.from, c.to) == std::minmax(route.devices[i - 1], route.devices[i]);
        };
        EXPECT_EQ(std::ranges::count_if(run.connections, joins), 1)
            << name << ": " << fmt::format("{}", fmt::join(in_words(run, route), " > "));
      }
    }
  }
}

TEST(DeviceMap, AScenarioWithoutVirtualIoHasNoDevices) {
  const trace::RunInfo run = run_info(example("weights"));
  EXPECT_THAT(run.devices, IsEmpty());
  EXPECT_THAT(run.routes, IsEmpty());
}

// What the platform numbers while it is built, and what the map numbers from the scenario alone.
TEST(DeviceMap, RoutesHaveTheNumbersOfTheTargetsAndPathsOfTheRun) {
  const trace::TemporaryFile file;
  const ScenarioConfig scenario = example("dual-vios-failover", {{"duration", "4 s"}, {"warmup", "1 s"}, {"events", "[]"}});
  simulate(scenario, {file.path(), trace::Level::summary, {}, nullptr});
  const auto reader = trace::Reader::open(file.path());
  const auto run = *reader->run();
  const auto targets = *reader->io_targets();
  const auto paths = *reader->io_paths();
  ASSERT_FALSE(targets.empty());
  for (const trace::IoPath& path : paths) {
    const auto route = std::ranges::find_if(
        run.routes, [&](const trace::RouteFacts& r) { return r.target == path.target && r.path == path.path && r.alternative == 0; });
    ASSERT_NE(route, run.routes.end()) << path.name;
    const trace::DeviceFacts& first = run.devices.at(route->devices.front());
    EXPECT_EQ(first.name, path.name);
    EXPECT_EQ(first.partition, targets.at(path.target).partition);
    EXPECT_EQ(run.devices.at(route->devices.at(1)).partition, path.vios ? path.vios : std::nullopt);
  }
  // Who was in use shows in what the devices did: of both SEAs' adapters the first, of both paths the first.
  std::map<std::string, std::uint64_t> transfers;
  const auto samples = *reader->device_intervals();
  for (const trace::DeviceIntervalSample& sample : samples) {
    const trace::DeviceFacts& device = run.devices.at(sample.device);
    const std::string owner = device.partition ? run.partitions.at(index(*device.partition)).name + "." : "";
    transfers[owner + device.name] += sample.transfers;
    EXPECT_LE(sample.busy, sample.end - sample.begin) << device.name;
  }
  EXPECT_GT(transfers["vios1.fcs0"], 5000U);
  EXPECT_GT(transfers["lun0"], 5000U);
  EXPECT_GT(transfers["vios1.ent0"], 20 * transfers["vios2.ent0"]);
}

}  // namespace
}  // namespace lparsim::scenario
