#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "sim/app/lparsim_process.hpp"

namespace lparsim::app {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kScenario = R"(lparsim: 1
name: two-services
duration: 2 s
server:
  processor: {generation: POWER9, cores: 1, frequency: 3 GHz}
  partitions:
    - {name: web, processors: {entitlement: 0.2}}
    - name: watch
      type: vsp
      processors: {entitlement: 0.2}
      vsp: {behaviour: {time: 1 us}, hooks: [{hook: hypervisor.call, role: observer}]}
    - name: agent
      type: vsp
      processors: {entitlement: 0.2}
      vsp: {plugin: accounting_agent, configuration: every 10, hooks: [{hook: hypervisor.call, role: observer}, {hook: hypervisor.dispatch, role: observer}]}
)";

class VspCommand : public ::testing::Test {
 protected:
  LparsimProcess lparsim;
};

TEST_F(VspCommand, ListsTheCatalogueOfHooks) {
  const Finished hooks = lparsim("vsp hooks");
  EXPECT_EQ(hooks.code, 0) << hooks.err;
  EXPECT_THAT(hooks.out, ::testing::ContainsRegex("6 +sea.forward +VIOS +observer, filter, provider"));
  EXPECT_THAT(hooks.out, HasSubstr("may be observed only: H_EOI (0x64)"));
  std::istringstream lines{hooks.out};
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 100U) << line;
  EXPECT_THAT(lparsim("vsp").err, HasSubstr("no command is given; allowed: hooks, check"));
  EXPECT_THAT(lparsim("vsp hoks").err, HasSubstr("unknown command `hoks`; did you mean `hooks`?"));
  EXPECT_EQ(lparsim("vsp hoks").code, 2);
}

TEST_F(VspCommand, ChecksAPluginByItsName) {
  const Finished good = lparsim("vsp check accounting_agent --only VSP-01");
  EXPECT_EQ(good.code, 0) << good.out << good.err;
  EXPECT_THAT(good.out, HasSubstr("VSP-01"));
  EXPECT_THAT(good.out, Not(HasSubstr("VSP-02")));
  const Finished junit = lparsim("vsp check accounting_agent --only VSP-01 --format junit");
  EXPECT_THAT(junit.out, HasSubstr("<testsuite"));
}

TEST_F(VspCommand, SaysWhichCheckABadOneFailsAndLeavesAChart) {
  const Finished bad = lparsim("vsp check bad_replies --transcripts charts");
  EXPECT_EQ(bad.code, 1) << bad.out << bad.err;
  EXPECT_FALSE(std::filesystem::is_empty(lparsim.folder() / "charts"));
}

TEST_F(VspCommand, ChecksAllOfAScenario) {
  lparsim.write("s.yaml", kScenario);
  const Finished both = lparsim("vsp check s.yaml --only VSP-01");
  EXPECT_EQ(both.code, 0) << both.out << both.err;
  EXPECT_THAT(both.out, HasSubstr("watch"));
  EXPECT_THAT(both.out, HasSubstr("agent"));
  EXPECT_THAT(lparsim("vsp check s.yaml --format json").err, HasSubstr("has 2 Virtual Service Partitions; allowed: text"));
}

TEST_F(VspCommand, RefusesWhatIsNothingToCheck) {
  for (const auto& [arguments, reason] : {std::pair{"vsp check no_such_plugin", "there is no plug-in `no_such_plugin`"},
                                          {"vsp check accounting_agent --only VSP-99", "--only: there is no check `VSP-99`"},
                                          {"vsp check accounting_agent --configuration nonsense", "refuses its configuration"},
                                          {"vsp check accounting_agent --format xml", "is no format of vsp check"},
                                          {"vsp check nowhere.yaml", "nowhere.yaml"}}) {
    const Finished refused = lparsim(arguments);
    EXPECT_EQ(refused.code, 2) << arguments;
    EXPECT_THAT(refused.err, HasSubstr(reason)) << arguments;
  }
}

// A run with both: what is recorded of them is what the reports show.
TEST_F(VspCommand, ASuspendedPartitionStandsStill) {
  // It burns all cycles from 0.5 to 3.5 s and takes 0.4 PU before and after; suspended 100 ms after the notice that it does not answer.
  lparsim.write("s.yaml", R"(lparsim: 1
name: standing-still
duration: 4 s
server:
  processor: {generation: POWER9, cores: 2, frequency: 3 GHz}
  partitions:
    - name: web
      processors: {entitlement: 0.5}
      workloads: [{name: w, type: closed, users: 1, think: 1 ms, transaction: [{event: tick}, {compute: 10 us}]}]
    - name: guard
      type: vsp
      processors: {entitlement: 0.5}
      vsp:
        behaviour: {time: 500 us, verdict: complete}
        hooks:
          - {hook: application.event, role: provider, clients: [web], deadline: 10 s, wall_limit: 20 s, when_absent: freeze, in_flight: reissue}
        faults: [{kind: spin, at: 0.5 s, for: 3 s}]
events:
  - {at: 1 s, vsp: guard, suspend: true}
  - {at: 2.5 s, vsp: guard, suspend: false}
expect:
  - guard.physc = 0.5 within 1 %
  - guard.vsp.violations = 0
  - web.w.response.max between 2.9 s and 3.1 s
)");
  const Finished run = lparsim("run s.yaml");
  EXPECT_EQ(run.code, 0) << run.out << run.err;
}

TEST_F(VspCommand, AMigrationAndAShutdownAreAnnouncedAndLoseNothing) {
  lparsim.write("s.yaml", R"(lparsim: 1
name: there-and-back
duration: 4 s
server:
  processor: {generation: POWER9, cores: 2, frequency: 3 GHz}
  partitions:
    - name: web
      processors: {entitlement: 0.5}
      workloads: [{name: w, type: closed, users: 1, think: 1 ms, transaction: [{event: tick}, {compute: 10 us}]}]
    - name: guard
      type: vsp
      processors: {entitlement: 0.5}
      vsp:
        behaviour: {time: 500 us, verdict: complete}
        hooks: [{hook: application.event, role: provider, clients: [web], when_absent: freeze, in_flight: reissue}]
events:
  - {at: 1 s, vsp: guard, migrate: true, blackout: 1 s}
  - {at: 3 s, partition: guard, state: stopped}
  - {at: 3.5 s, partition: guard, state: running}
expect:
  - guard.vsp.available between 62 % and 63 %
  - guard.vsp.failed = 0
  - guard.vsp.opened = 0
  - web.w.response.max between 0.99 s and 1.01 s
)");
  const Finished run = lparsim("run s.yaml");
  EXPECT_EQ(run.code, 0) << run.out << run.err;
  const Finished checked = lparsim("vsp check s.yaml --only VSP-24");
  EXPECT_EQ(checked.code, 0) << checked.out << checked.err;
}

TEST_F(VspCommand, ARunWithThemHasALedger) {
  lparsim.write("s.yaml", kScenario);
  const Finished run = lparsim("run s.yaml --trace full -o r.db");
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("Virtual Service Partitions"));
  const Finished report = lparsim("report r.db --format vsp");
  EXPECT_EQ(report.code, 0) << report.err;
  EXPECT_THAT(report.out, HasSubstr("agent: ready at the end, ready for "));
}

}  // namespace
}  // namespace lparsim::app
