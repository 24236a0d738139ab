#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "sim/scenario/read_scenario.hpp"
#include "sim/scenario/resolve_vsp.hpp"
#include "sim/scenario/testing/base_scenario.hpp"
#include "sim/scenario/testing/vsp_scenario.hpp"

namespace lparsim::scenario {
namespace {

using namespace lparsim::literals;
using testing::diagnostics_of;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::vsp_scenario;
using testing::with_hooks;

ScenarioConfig read(const std::string& text) {
  ScenarioReading reading = read_scenario_text("s", text);
  EXPECT_FALSE(reading.diagnostics.has_errors()) << reading.diagnostics.text();
  return std::move(reading.scenario);
}

auto says(const std::string& end) {
  return ElementsAre(EndsWith(end));
}

TEST(VspSchema, ReadsEveryKeyIntoWhatThePlatformTakes) {
  const ScenarioConfig scenario =
      read(vsp_scenario(R"(        behaviour: {time: 20 us}
        hooks: [{hook: sea.forward, role: filter}])",
                        R"(        behaviour: {time: exponential(30 us), per_byte: 0.1 ns, verdicts: {pass: 0.9, deny: 0.1}, status: -13}
        threads: 4
        credits: 16
        observer_queue: 8
        grant_cap: 1 MiB
        ejections: 5
        ejection_window: 10 s
        backoff: 1 s
        quarantine: 1 min
        violations: 2
        notice: 10 ms
        hooks:
          - {hook: sea.forward, role: filter, functions: [10, 20], clients: [vios1], order: 10, deadline: 5 ms, wall_limit: 200 ms,
             when_absent: closed, when_slow: freeze, freeze: 2 s, after_freeze: open, in_flight: reissue}
          - {hook: hypervisor.call, role: observer, functions: H_CEDE}
          - {hook: vscsi.command, role: provider, functions: 0x2A, clients: [web]}
        faults:
          - {kind: hang, at: 5 s, for: 1 s}
          - {kind: slow, at: 6 s, factor: 3, probability: 0.5}
          - {every: exponential(1 s), kinds: [crash, restart], for: 100 ms})"));
  const ServerConfig& server = scenario.servers[0];
  const vsp::VspConfig config = vsp_config(server, 3);
  EXPECT_EQ(config.name, "guard");
  EXPECT_EQ(config.partition, PartitionId{3});
  EXPECT_EQ(config.most_credits, 16U);
  EXPECT_EQ(config.observer_queue, 8U);
  EXPECT_EQ(config.grant_cap.count, 1U << 20);
  EXPECT_EQ(config.ejections_to_quarantine, 5U);
  EXPECT_EQ(config.quarantine, 60_s);
  EXPECT_EQ(config.most_violations, 2U);
  ASSERT_EQ(config.permits.size(), 3U);
  const vsp::HookPermit& filter = config.permits[0];
  EXPECT_EQ(filter.hook, vsp::Hook::sea_forward);
  EXPECT_EQ(filter.role, vsp::Role::filter);
  EXPECT_EQ(filter.function_first, 10U);
  EXPECT_EQ(filter.function_last, 20U);
  EXPECT_THAT(filter.clients, ElementsAre(PartitionId{0}));
  EXPECT_EQ(filter.deadline, 5_ms);
  EXPECT_EQ(filter.when_slow, vsp::FaultPolicy::freeze);
  EXPECT_EQ(filter.after_freeze, vsp::FaultPolicy::open);
  EXPECT_EQ(filter.in_flight, vsp::InFlightPolicy::reissue);
  EXPECT_EQ(config.permits[1].function_first, 0xE0U) << "H_CEDE";
  EXPECT_EQ(config.permits[2].function_last, 0x2AU);

  const vsp::DeclaredConfig behaviour = declared_behaviour(server, 3);
  EXPECT_EQ(behaviour.registrations.size(), 3U);
  EXPECT_EQ(behaviour.time.mean(), 30_us);
  EXPECT_EQ(behaviour.per_byte, 100_ps);
  ASSERT_EQ(behaviour.verdicts.size(), 2U);
  EXPECT_EQ(behaviour.verdicts[1].verdict, LPARSIM_VSP_DENY);
  EXPECT_EQ(behaviour.verdicts[1].status, -13);
  EXPECT_DOUBLE_EQ(behaviour.verdicts[1].share, 0.1);

  const std::vector<vsp::Fault> faults = vsp_faults(server.partitions[3], 7, 100_s);
  ASSERT_GT(faults.size(), 50U) << "one a second for 100 s, and two more";
  EXPECT_EQ(faults[0].until, 6_s);
  EXPECT_EQ(faults[1].until, SimTime::never());
  EXPECT_DOUBLE_EQ(faults[1].factor, 3);
  EXPECT_EQ(faults, vsp_faults(server.partitions[3], 7, 100_s));
  EXPECT_NE(faults, vsp_faults(server.partitions[3], 8, 100_s));
  const std::vector<vsp::Fault> sooner = vsp_faults(server.partitions[3], 7, 10_s);
  EXPECT_TRUE(std::equal(sooner.begin(), sooner.end(), faults.begin())) << "how long a run is changes none of its faults";
}

TEST(VspSchema, EventsSayWhatHappensToWhom) {
  const std::string events =
      "events: [{at: 5 s, vsp: guard, fault: slow, factor: 4, for: 2 s}, {at: 6 s, vsp: guard, suspend: false}, "
      "{at: 7 s, vsp: guard, migrate: true}, {at: 8 s, vsp: guard, migrate: true, blackout: 300 ms}]\n";
  const ScenarioConfig scenario = read(testing::kVspBase + events);
  ASSERT_TRUE(scenario.events[0].vsp && scenario.events[0].vsp.fault);
  const vsp::Fault fault = vsp_fault(*scenario.events[0].vsp.fault);
  EXPECT_EQ(fault.kind, vsp::FaultKind::slow);
  EXPECT_EQ(fault.from, 5_s);
  EXPECT_EQ(fault.until, 7_s);
  EXPECT_DOUBLE_EQ(fault.factor, 4);
  EXPECT_EQ(scenario.events[1].vsp.suspend, false);
  EXPECT_EQ(scenario.events[2].vsp.migrates, 2_s);
  EXPECT_EQ(scenario.events[3].vsp.migrates, 300_ms);
  const auto event = [](const std::string& keys) {
    return diagnostics_of(testing::kVspBase + ("events: [{at: 5 s, " + keys + "}]\n"));
  };
  EXPECT_THAT(event("vsp: gard, suspend: true"), says("events.0.vsp: there is no Virtual Service Partition `gard`; did you mean `guard`?"));
  EXPECT_THAT(event("vsp: web, suspend: true"), ElementsAre(HasSubstr("there is no Virtual Service Partition `web`")));
  EXPECT_THAT(event("vsp: guard"), says("this event changes nothing; allowed: `fault`, `suspend`, or `migrate: true`"));
  EXPECT_THAT(event("vsp: guard, migrate: false"), says("this event changes nothing; allowed: `fault`, `suspend`, or `migrate: true`"));
  EXPECT_THAT(event("vsp: guard, migrate: true, suspend: true"), says("several things happen; allowed: one of fault, suspend and migrate"));
  EXPECT_THAT(event("vsp: guard, suspend: true, blackout: 1 s"),
              ElementsAre(HasSubstr("blackout: of no meaning here; allowed: with `migrate`")));
  EXPECT_THAT(event("partition: web, migrate: true"), ElementsAre(HasSubstr("migrate: says nothing of whom; allowed: with `vsp`")));
  EXPECT_THAT(event("vsp: guard, fault: hang, factor: 3"), says("events.0.factor: of no meaning here; allowed: with `fault: slow`"));
  EXPECT_THAT(event("partition: guard, fault: hang"),
              says("events.0.fault: says nothing of whom; allowed: with `vsp`, the name of a Virtual Service Partition"));
  EXPECT_THAT(event("vsp: guard, fault: hnag"), ElementsAre(HasSubstr("did you mean `hang`?")));
}

TEST(VspSchema, SaysWhatOnlyOtherKeysAllow) {
  const auto vsp = [](const std::string& keys) {
    return diagnostics_of(vsp_scenario("behaviour: {time: 20 us}", keys));
  };
  EXPECT_THAT(vsp("threads: 1"), says("guard.vsp: nothing says what it runs; allowed: `plugin`, or `behaviour`"));
  EXPECT_THAT(vsp("behaviour: {}\n        configuration: x"), says("vsp.configuration: is that of a plugin; allowed: with `plugin`"));
  EXPECT_THAT(vsp("behaviour: {verdict: pass, verdicts: {deny: 1}}"),
              says("behaviour.verdict: stands beside `verdicts`, which says the same; allowed: one of the two"));
  EXPECT_THAT(vsp("behaviour: {verdicts: {deny: 1.5}}"), ElementsAre(HasSubstr("`1.5` is out of range")));
  EXPECT_THAT(vsp("behaviour: {time: exponential(2 h)}"), IsEmpty()) << "slow, and no mistake";
  EXPECT_THAT(vsp("behaviour: {}\n        backoff: 1 min"), ElementsAre(HasSubstr("vsp.backoff: 60 s are more than the longest back-off")));
  EXPECT_THAT(vsp("behaviour: {}\n        credits: 0"), ElementsAre(HasSubstr("`0` is out of range")));
  EXPECT_THAT(vsp("behaviour: {}\n        faults: [{kind: hang}]"), ElementsAre(HasSubstr("the key `at` is missing")));
  EXPECT_THAT(vsp("behaviour: {}\n        faults: [{every: 1 s}]"), ElementsAre(HasSubstr("the key `kinds` is missing")));
  EXPECT_THAT(vsp("behaviour: {}\n        faults: [{kind: hang, at: 1 s, factor: 2}]"), ElementsAre(HasSubstr("allowed: with `slow`")));
  EXPECT_THAT(diagnostics_of(vsp_scenario("type: vsp\n      processors: {entitlement: 0.2}", "processors: {entitlement: 0.2}")),
              says("guard.vsp: of no meaning here; allowed: with `type: vsp`"));
  EXPECT_THAT(diagnostics_of(vsp_scenario("    - name: db\n", "    - name: db\n      type: vsp\n")),
              ElementsAre(HasSubstr("db: the key `vsp` is missing")));
  EXPECT_THAT(diagnostics_of(with_hooks("[]")), ElementsAre(HasSubstr("vsp.hooks: the list is empty")));
}

TEST(VspSchema, SaysWhatIsWrongWithAHook) {
  const auto hook = [](const std::string& keys) {
    return diagnostics_of(with_hooks("[{" + keys + "}]"));
  };
  EXPECT_THAT(hook("hook: sea.forwards, role: filter"), ElementsAre(HasSubstr("did you mean `sea.forward`?")));
  EXPECT_THAT(hook("hook: hypervisor.call, role: observer, functions: H_SEND_CQR"), ElementsAre(HasSubstr("did you mean `H_SEND_CRQ`?")));
  EXPECT_THAT(hook("hook: sea.forward, role: filter, functions: H_SEND_CRQ"),
              says("hooks.0.functions: `H_SEND_CRQ` is no function of `sea.forward`; allowed: numbers, here: VLAN"));
  EXPECT_THAT(hook("hook: vscsi.command, role: observer, functions: [read10, 0x2A]"),
              says("hooks.0.functions: `read10` is no function of `vscsi.command`; allowed: numbers, here: SCSI operation code"));
  EXPECT_THAT(hook("hook: sea.forward, role: filter, functions: [20, 10]"), ElementsAre(HasSubstr("the first comes after the last")));
  EXPECT_THAT(hook("hook: sea.forward, role: filter, functions: [1, 2, 3]"), ElementsAre(HasSubstr("functions: 3 of them")));
  EXPECT_THAT(hook("hook: sea.forward, role: observer, deadline: 1 ms"),
              says("hooks.0.deadline: of no meaning for an observer, for whom nobody waits"));
  EXPECT_THAT(hook("hook: sea.forward, role: provider, order: 1"), ElementsAre(HasSubstr("order: of no meaning for a provider")));
  EXPECT_THAT(hook("hook: sea.forward, role: filter, when_slow: freeze, after_freeze: freeze"),
              says("after_freeze: the wait would begin anew for ever; allowed: open or closed"));
  EXPECT_THAT(hook("hook: sea.forward, role: filter, freeze: 1 s"), ElementsAre(HasSubstr("freeze: of no meaning where nothing waits")));
  EXPECT_THAT(hook("hook: sea.forward, role: filter, deadline: 2 s"),
              says("hooks.0.deadline: 2 s are more than the wall limit, 1 s; allowed: at most that"));
}

TEST(VspChecks, RefuseWhatTheInterfaceDoesNotPermit) {
  const auto hook = [](const std::string& keys) {
    return diagnostics_of(with_hooks("[{" + keys + "}]"));
  };
  EXPECT_THAT(hook("hook: hypervisor.dispatch, role: filter"),
              says("hooks.0.role: `hypervisor.dispatch` may be observed only; allowed: observer"));
  EXPECT_THAT(
      hook("hook: hypervisor.call, role: filter, functions: H_CEDE"),
      says("hooks.0.functions: H_CEDE of `hypervisor.call` may be observed only, since an answer later would be another call; allowed: "
           "role: observer"));
  EXPECT_THAT(hook("hook: hypervisor.call, role: observer, functions: 0xF100"),
              ElementsAre(HasSubstr("0xF100 of `hypervisor.call` may not")));
  EXPECT_THAT(hook("hook: sea.forward, role: filter, clients: [guard]"),
              says("hooks.0.clients.0: `guard` cannot hook its own calls; allowed: others of its server"));
  EXPECT_THAT(hook("hook: sea.forward, role: filter, clients: [vios]"),
              says("clients.0: there is no partition `vios` on server `server`; did you mean `vios1`?"));
  EXPECT_THAT(hook("hook: switch.frame, role: filter, clients: [web], pays: client"),
              ElementsAre(HasSubstr("hooks.0.pays: callers of `switch.frame` do not")));
  EXPECT_THAT(hook("hook: vscsi.command, role: filter, pays: client"), IsEmpty());
}

TEST(VspChecks, RefuseTwoProvidersForOneFunctionOfAClient) {
  EXPECT_THAT(
      diagnostics_of(with_hooks("[{hook: vscsi.command, role: provider, functions: [0, 0x2A], clients: [web]}, {hook: vscsi.command, "
                                "role: provider, functions: 0x28}]")),
      says("hooks.1: `guard` provides `vscsi.command` for the same functions and clients; allowed: one provider for each"));
  EXPECT_THAT(diagnostics_of(with_hooks("[{hook: vscsi.command, role: provider, functions: 0x2A}, {hook: vscsi.command, role: provider, "
                                        "functions: 0x28}, {hook: vscsi.command, role: filter}]")),
              IsEmpty());
}

TEST(VspChecks, WarnOfHooksThatNeverSeeACall) {
  EXPECT_THAT(
      diagnostics_of(with_hooks("[{hook: sea.forward, role: filter, clients: [db]}]")),
      ElementsAre(HasSubstr("warning: server.partitions.guard.vsp.hooks.0.hook: of no effect: none of its clients has a Shared Ethernet "
                            "Adapter")));
  EXPECT_THAT(
      diagnostics_of(with_hooks("[{hook: sea.forward, role: filter, clients: [vios1, web]}]")),
      ElementsAre(HasSubstr("clients.1: of no effect: `web` has no Shared Ethernet Adapter; the client of `sea.forward` is the VIOS that "
                            "bridges")));
  EXPECT_THAT(diagnostics_of(with_hooks("[{hook: vscsi.command, role: filter, clients: [web, db]}]")),
              ElementsAre(HasSubstr("`db` has no virtual SCSI disk")));
}

TEST(VspChecks, RefuseCirclesInWhichAPartitionWaitsForItself) {
  const auto guard = [](const std::string& devices, const std::string& hooks) {
    std::string text = with_hooks(hooks);
    const std::string before = "      processors: {entitlement: 0.2}\n";
    return diagnostics_of(text.insert(text.find(before), devices));
  };
  const std::string disk = "      disks: [{name: own, backing: vios1.hdisk1}]\n";
  EXPECT_THAT(
      guard("      ethernet: [{name: en0}]\n", "[{hook: sea.forward, role: filter}]"),
      says("guard.vsp.hooks.0: `guard` would wait for itself: its adapter `en0` is bridged by `vios1`, and its `sea.forward` waits for "
           "`guard`; allowed: `clients` without `vios1`, or observing only"));
  EXPECT_THAT(guard(disk, "[{hook: crq.send, role: filter}]"),
              ElementsAre(HasSubstr("its disk `own` is served by `vios1`, and its `crq.send`")));
  EXPECT_THAT(guard(disk, "[{hook: crq.send, role: observer}]"), IsEmpty());
  EXPECT_THAT(guard(disk, "[{hook: vscsi.command, role: filter}]"), IsEmpty()) << "the VIOS has no commands of its own, and its own pass";
  EXPECT_THAT(guard(disk, "[{hook: hypervisor.call, role: filter}]"), IsEmpty()) << "what a VIOS calls can be observed only";
}

TEST(VspChecks, RefuseTwoServicesThatWaitForEachOther) {
  const auto two = [](const std::string& clients) {
    std::string text = with_hooks("[{hook: switch.frame, role: filter, clients: " + clients + "}]");
    const std::string before = "      processors: {entitlement: 0.2}\n";
    text.insert(text.find(before), "      ethernet: [{name: en0}]\n");
    return diagnostics_of(text + R"(    - name: watch
      type: vsp
      processors: {entitlement: 0.2}
      ethernet: [{name: en0}]
      vsp: {behaviour: {}, hooks: [{hook: switch.frame, role: filter, clients: [guard]}]}
)");
  };
  EXPECT_THAT(two("[watch, web]"), ElementsAre(HasSubstr("`guard` would wait for itself: its `switch.frame` waits for `watch`, and its "
                                                         "`switch.frame` waits for `guard`; allowed: `clients` without `watch`")));
  EXPECT_THAT(two("[web]"), IsEmpty());
}

TEST(VspChecks, SayWhyAPluginIsNotTaken) {
  const auto plugin = [](const std::string& name) {
    return diagnostics_of(vsp_scenario("behaviour: {time: 20 us}", "plugin: " + name));
  };
  EXPECT_THAT(plugin("no_such_plugin"), ElementsAre(HasSubstr("guard.vsp.plugin: there is no plug-in `no_such_plugin`")));
  EXPECT_THAT(plugin("./nowhere/plugin.so"), ElementsAre(HasSubstr("there is no file `./nowhere/plugin.so`")));
  EXPECT_THAT(plugin("/proc/self/status"), ElementsAre(HasSubstr("cannot be loaded as a shared object")));
}

TEST(VspChecks, AssumedCostsAreListed) {
  const ScenarioConfig scenario = read(testing::kVspBase);
  EXPECT_THAT(scenario.assumptions, ::testing::Contains(HasSubstr("(hypervisor.vsp_costs)")));
  const std::string given = vsp_scenario("  partitions:", "  hypervisor: {vsp_costs: {message: 1 us}}\n  partitions:");
  EXPECT_THAT(read(given).assumptions, ::testing::Not(::testing::Contains(HasSubstr("(hypervisor.vsp_costs)"))));
  EXPECT_EQ(read(given).servers[0].hypervisor.vsp_costs.message, 1_us);
}

}  // namespace
}  // namespace lparsim::scenario
