#include "sim/scenario/read_scenario.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

namespace lparsim::scenario {
namespace {

using namespace literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

ScenarioReading read(const std::string& text, const std::vector<config::Override>& overrides = {}) {
  return read_scenario_text("s.yaml", text, overrides);
}

/// Reads what must be correct.
ScenarioConfig accepted(const std::string& text, const std::vector<config::Override>& overrides = {}) {
  ScenarioReading reading = read(text, overrides);
  EXPECT_EQ(reading.diagnostics.text(), "");
  return std::move(reading.scenario);
}

constexpr const char* kHead = "lparsim: 1\nname: test\nduration: 20 s\n";
constexpr const char* kOnePartition = "  partitions: [{name: web, processors: {entitlement: 1.2}}]\n";

TEST(ReadScenario, FillsInDefaults) {
  const ScenarioConfig scenario =
      accepted(std::string(kHead) + "server:\n  processor: {generation: power10, cores: 2, frequency: 4 GHz}\n" + kOnePartition);
  EXPECT_EQ(scenario.seed, 1U);
  EXPECT_EQ(scenario.warmup, SimTime{});
  EXPECT_EQ(scenario.sample_interval, 1_s);
  ASSERT_EQ(scenario.servers.size(), 1U);
  const ServerConfig& server = scenario.servers[0];
  EXPECT_EQ(server.name, "server");
  EXPECT_EQ(server.processor.generation, core::Generation::power10);
  EXPECT_EQ(server.processor.smt, 8U) << "the most of the generation";
  EXPECT_EQ(server.processor.cores_per_chip, 15U) << "the most of the generation in the catalogue";
  EXPECT_EQ(server.hypervisor.dispatch_window, 10_ms);
  EXPECT_EQ(server.hypervisor.dispatch_cost, SimTime{});
  ASSERT_EQ(server.partitions.size(), 1U);
  const PartitionConfig& web = server.partitions[0];
  EXPECT_EQ(web.type, PartitionType::linux_);
  EXPECT_EQ(web.processors.virtual_processors, 2U) << "the entitlement, rounded up";
  EXPECT_EQ(web.processors.weight, 128U);
  EXPECT_FALSE(web.processors.capped);
  EXPECT_EQ(web.processors.pool, "default");
  EXPECT_EQ(web.smt, 8U) << "the processor's";
  EXPECT_TRUE(web.running);
  EXPECT_EQ(server.memory, web.memory) << "what the partitions take";
}

TEST(ReadScenario, RemembersWhatTheCommandLineChanged) {
  const std::string text = std::string(kHead) + "server:\n  processor: {generation: POWER10, cores: 2, frequency: 4 GHz}\n" + kOnePartition;
  const ScenarioConfig scenario = accepted(text, {{"seed", "3"}, {"server.partitions.web.processors.entitlement", "0.8"}});
  EXPECT_EQ(scenario.text, text);
  EXPECT_EQ(scenario.overrides, "seed=3\nserver.partitions.web.processors.entitlement=0.8\n");
  EXPECT_EQ(accepted(text).overrides, "");
}

TEST(ReadScenario, TakesProcessorAndMemoryFromTheCatalogueUnlessGiven) {
  const std::string text = std::string(kHead) + "server:\n  model: 9119-FHB 3.7 GHz\n  processor: {cores: 16}\n" + kOnePartition;
  const ServerConfig server = accepted(text).servers[0];
  EXPECT_EQ(server.model, "9119-FHB");
  EXPECT_EQ(server.processor.generation, core::Generation::power7);
  EXPECT_EQ(server.processor.cores, 16U);
  EXPECT_EQ(server.processor.cores_per_chip, 6U);
  EXPECT_EQ(server.processor.frequency, Hertz{3.7e9});
  EXPECT_EQ(server.processor.smt, 4U);
  EXPECT_EQ(server.memory, Bytes{std::uint64_t{16} << 40});
  EXPECT_EQ(accepted(text, {{"server.memory", "8 GiB"}}).servers[0].memory, Bytes{std::uint64_t{8} << 30});
}

TEST(ReadScenario, NamesTheAssumedFiguresInUse) {
  const std::string text = std::string(kHead) + "server:\n  model: 9119-FHB\n" + kOnePartition;
  EXPECT_THAT(accepted(text).assumptions,
              ElementsAre(HasSubstr("hypervisor.excess_slice"), HasSubstr("hypervisor.dispatch_cost"), HasSubstr("16 TiB of memory")));
  EXPECT_THAT(accepted(text, {{"server.memory", "8 GiB"}, {"server.hypervisor", "{excess_slice: 2 ms, dispatch_cost: 3 us}"}}).assumptions,
              IsEmpty());
}

TEST(ReadScenario, NamesTheAssumedFiguresOfSmtAndCachesInUse) {
  const std::string text = std::string(kHead) + "server:\n  processor: {generation: POWER9, cores: 2, frequency: 4 GHz}\n" +
                           "  hypervisor: {excess_slice: 1 ms, dispatch_cost: 1 us}\n" + kOnePartition;
  EXPECT_THAT(accepted(text).assumptions, ElementsAre(HasSubstr("POWER9 core with several busy threads does so many times what it does "
                                                                "with one: 1.45 with 2, 1.89 with 4, 2.15 with 8")));
  EXPECT_THAT(accepted(text, {{"server.processor.smt", "2"}}).assumptions, ElementsAre(HasSubstr(": 1.45 with 2 (")));
  EXPECT_THAT(accepted(text, {{"server.processor.generation", "POWER8"}}).assumptions, IsEmpty());
  const config::Override own{"server.processor.smt_throughput", "[1, 1.5]"};
  EXPECT_THAT(accepted(text, {own}).assumptions, IsEmpty());
  EXPECT_THAT(accepted(text, {own, {"server.hypervisor.cache_model", "refill"}}).assumptions,
              ElementsAre(HasSubstr("hypervisor.cache.overlapping_misses"), HasSubstr("as fast on POWER9 as was measured on POWER7")));
}

TEST(ReadScenario, NamesTheAssumedFiguresOfVirtualIoInUse) {
  EXPECT_THAT(accepted(testing::kIoBase).assumptions,
              AllOf(Contains(HasSubstr("hypervisor.virtual_io")), Contains(HasSubstr("network.md")),
                    Contains(HasSubstr("shared-ethernet-adapter.md")), Contains(HasSubstr("npiv.md"))));
}

TEST(ReadScenario, TakesTheThroughputOfBusyThreadsFromTheGenerationUnlessGiven) {
  const std::string text = std::string(kHead) + "server:\n  processor: {generation: POWER8, cores: 2, frequency: 4 GHz}\n" + kOnePartition;
  EXPECT_EQ(accepted(text).servers[0].processor.smt_throughput, core::smt_throughput(core::Generation::power8));
  const auto own = accepted(text, {{"server.processor.smt_throughput", "[1, 1.6]"}}).servers[0].processor.smt_throughput;
  EXPECT_EQ(own.ppm(2), 1'600'000);
  EXPECT_EQ(own.ppm(8), 1'600'000);
  const std::string model = std::string(kHead) + "server:\n  model: 9119-FHB\n" + kOnePartition;
  EXPECT_EQ(accepted(model).servers[0].processor.smt_throughput, core::smt_throughput(core::Generation::power7));
}

TEST(ReadScenario, HasCachesToRefillOnlyWhenAskedTo) {
  const std::string text = std::string(kHead) + "server:\n  processor: {generation: POWER8, cores: 2, frequency: 4 GHz}\n" + kOnePartition;
  EXPECT_FALSE(accepted(text).servers[0].hypervisor.cache_refill);
  const std::vector<config::Override> refill{{"server.hypervisor", "{cache_model: refill, cache: {size: 512 KiB, overlapping_misses: 4}}"},
                                             {"server.partitions.web.cache_footprint", "96 KiB"}};
  const ServerConfig server = accepted(text, refill).servers[0];
  ASSERT_TRUE(server.hypervisor.cache_refill);
  EXPECT_EQ(server.hypervisor.cache_refill->cache, Bytes{512 * 1024});
  EXPECT_EQ(server.hypervisor.cache_refill->line_transfer, 173_ns);
  EXPECT_EQ(server.hypervisor.cache_refill->overlapping_misses, 4U);
  EXPECT_EQ(server.partitions[0].cache_footprint, Bytes{96 * 1024});
  EXPECT_THAT(read(text + "expect: [web.cache_refill < 1 %]\n").diagnostics.text(), HasSubstr("unknown metric `web.cache_refill`"));
  EXPECT_EQ(read(text + "expect: [web.cache_refill < 1 %]\n", refill).diagnostics.text(), "");
}

TEST(ReadScenario, ChangesTheFrequencyOfTheOnlyServerOrOfOneByName) {
  const std::string server = "    processor: {generation: POWER9, cores: 2, frequency: 4 GHz}\n    partitions: ";
  const std::string events = "events: [{at: 1 s, frequency: 3 GHz}]\n";
  const std::string one = std::string(kHead) + "servers:\n  - name: left\n" + server + "[{name: a, processors: {entitlement: 1}}]\n";
  const ScenarioConfig scenario = accepted(one + events);
  EXPECT_EQ(scenario.events[0].server, "left");
  EXPECT_EQ(scenario.events[0].frequency, Hertz{3e9});
  const std::string two = one + "  - name: right\n" + server + "[{name: b, processors: {entitlement: 1}}]\n" + events;
  EXPECT_THAT(read(two).diagnostics.text(), HasSubstr("events.0.frequency: there are several servers; allowed: `server` beside it"));
  EXPECT_EQ(read(two, {{"events.0.server", "right"}}).diagnostics.text(), "");
  EXPECT_THAT(read(two, {{"events.0.server", "middle"}}).diagnostics.text(),
              HasSubstr("there is no server `middle`; allowed: left, right"));
}

TEST(ReadScenario, RefusesAnSmtModeBeyondTheProcessors) {
  const std::string text = std::string(kHead) + "server:\n  processor: {generation: POWER9, cores: 2, frequency: 4 GHz, smt: 4}\n" +
                           kOnePartition + "events: [{at: 1 s, partition: web, smt: 4}]\n";
  EXPECT_EQ(read(text).diagnostics.text(), "");
  EXPECT_THAT(read(text, {{"events.0.smt", "8"}}).diagnostics.text(),
              HasSubstr("events.0.smt: 8 threads per core are more than the processor's; allowed: at most 4"));
  EXPECT_THAT(read(text, {{"server.partitions.web.smt", "8"}}).diagnostics.text(),
              HasSubstr("server.partitions.web.smt: 8 threads per core are more than the processor's; allowed: at most 4"));
}

TEST(ReadScenario, PutsEventsInOrderOfTimeAndKeepsTheirOrderWithinOne) {
  const ScenarioConfig scenario =
      accepted(std::string(kHead) + "server:\n  processor: {generation: POWER9, cores: 2, frequency: 4 GHz}\n" + kOnePartition +
               "events:\n  - {at: 3 s, partition: web, weight: 1}\n  - {at: 1 s, partition: web, state: stopped}\n"
               "  - {at: 3 s, partition: web, weight: 2}\n  - {at: 2 s, partition: web, state: running}\n");
  std::vector<std::uint32_t> weights;
  std::vector<SimTime> times;
  for (const EventConfig& event : scenario.events) {
    times.push_back(event.at);
    if (event.weight) weights.push_back(*event.weight);
  }
  EXPECT_THAT(times, ElementsAre(1_s, 2_s, 3_s, 3_s));
  EXPECT_THAT(weights, ElementsAre(1U, 2U));
}

TEST(ReadScenario, MovesEntitlementAtOneTimeWithoutCountingItTwice) {
  const std::string text = std::string(kHead) +
                           "server:\n  processor: {generation: POWER9, cores: 2, frequency: 4 GHz}\n  partitions:\n"
                           "    - {name: a, processors: {entitlement: 1}}\n    - {name: b, processors: {entitlement: 1, virtual: 2}}\n"
                           "events:\n  - {at: 1 s, partition: b, entitlement: 1.5}\n  - {at: 1 s, partition: a, entitlement: 0.5}\n";
  EXPECT_EQ(read(text).diagnostics.text(), "");
  EXPECT_THAT(read(text, {{"events.1.at", "1.1 s"}}).diagnostics.text(),
              HasSubstr("s.yaml:10:42: events.0.entitlement: at 1 s, the entitlements of the partitions that run add up to 2.5 PU"));
}

TEST(ReadScenario, AcceptsSeveralServersWithPartitionNamesUniqueInAll) {
  const std::string server = "    processor: {generation: POWER9, cores: 2, frequency: 4 GHz}\n";
  const std::string text = std::string(kHead) + "servers:\n  - name: left\n" + server +
                           "    partitions: [{name: a, processors: {entitlement: 1}}]\n  - name: right\n" + server +
                           "    partitions: [{name: b, processors: {entitlement: 1}}]\n"
                           "expect: [pool.default.used < 3, pool.right.default.used < 3, server.right.idle < 3]\n";
  EXPECT_EQ(accepted(text).servers[1].name, "right");
  EXPECT_THAT(read(text, {{"servers.right.partitions.b.name", "a"}}).diagnostics.text(),
              HasSubstr("`a` is already taken on server `left`"));
  EXPECT_THAT(read(text, {{"servers.right.name", "left"}}).diagnostics.text(), HasSubstr("`left` is already taken"));
}

TEST(ReadScenario, GivesServersWithoutANameTheSameOneOnlyOnce) {
  const std::string server = "  - processor: {generation: POWER9, cores: 2, frequency: 4 GHz}\n    partitions: [{name: ";
  EXPECT_THAT(read(std::string(kHead) + "servers:\n" + server + "a, processors: {entitlement: 1}}]\n" + server +
                   "b, processors: {entitlement: 1}}]\n")
                  .diagnostics.text(),
              HasSubstr("servers.1.name: the name `server` is already taken by another server"));
}

TEST(ReadScenario, ReportsEveryProblemAtOnce) {
  const std::string text = read(
                               "lparsim: 1\nnmae: x\nduration: 20\nserver:\n"
                               "  processor: {generation: POWER7, cores: 1, frequency: 3 GHz}\n  partitions:\n"
                               "    - {name: web, processors: {entitlement: 0.1, virtual: 2}}\n"
                               "    - {name: db, processors: {entitlement: 0.95, pool: fast}}\n"
                               "expect: [web.pysc < 1]\n")
                               .diagnostics.text();
  for (const char* expected :
       {"1:1: the key `name` is missing", "2:1: unknown key `nmae`; did you mean `name`?", "3:11: duration: `20` has no unit",
        "7:45: server.partitions.web.processors.entitlement: 0.1 PU on 2",
        "8:56: server.partitions.db.processors.pool: there is no pool `fast`",
        "8:44: server.partitions.db.processors.entitlement: the entitlements of the partitions that run add up to 1.05 PU",
        "9:10: expect.0: unknown metric `web.pysc`; did you mean `web.physc`?"})
    EXPECT_THAT(text, HasSubstr(expected));
}

TEST(ReadScenario, AcceptsTheExampleOfTheDocumentation) {
  std::ifstream in(LPARSIM_SOURCE_DIR "/docs/scenario.md");
  const std::string page{std::istreambuf_iterator<char>(in), {}};
  const auto begin = page.find("```yaml\n") + 8;
  const ScenarioConfig scenario = accepted(page.substr(begin, page.find("```", begin) - begin));
  EXPECT_EQ(scenario.name, "two-clients");
  EXPECT_EQ(scenario.expect.size(), 2U);
}

TEST(ReadScenario, KeepsTheFileAsItWasRead) {
  const std::string text = std::string(kHead) + "server:\n  model: 9009-42A\n" + kOnePartition;
  EXPECT_EQ(accepted(text, {{"seed", "9"}}).text, text);
  EXPECT_EQ(accepted(text, {{"seed", "9"}}).seed, 9U);
}

}  // namespace
}  // namespace lparsim::scenario
