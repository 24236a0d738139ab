#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "sim/scenario/io_routes.hpp"
#include "sim/scenario/read_scenario.hpp"
#include "sim/scenario/testing/base_scenario.hpp"
#include "sim/scenario/testing/io_scenario.hpp"

namespace lparsim::scenario {
namespace {

using testing::diagnostics_of;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::IsEmpty;
using testing::kIoBase;

/// The base, whose `web` has a workload of these steps and whose `db` serves `queries` in `db_vlan`.
std::string with_steps(const std::string& steps, const std::string& db_vlan = "20", const std::string& web_vlan = "10") {
  std::string text = kIoBase;
  const auto replace = [&](const std::string& from, const std::string& to) {
    const auto at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), to);
  };
  replace("ethernet: [{name: eth0, pvid: 10}]", "ethernet: [{name: eth0, pvid: " + web_vlan +
                                                    "}]\n      workloads: [{name: load, type: batch, jobs: 1, transaction: [" + steps +
                                                    "]}]");
  replace(
      "ethernet: [{name: cmn1, pvid: 20}]",
      "ethernet: [{name: cmn1, pvid: " + db_vlan + "}]\n      workloads: [{name: queries, type: service, transaction: [{compute: 1 ms}]}]");
  return text;
}

struct StepCase {
  std::string steps;
  std::string expected;  ///< the end of the only diagnostic
};

const std::vector<StepCase> kCases = {
    // clang-format off
    {"{disk_read: sdx, size: 4 KiB}", "workloads.load.transaction.0: `web` has no disk `sdx`; did you mean `sda`?"},
    {"{disk_read: sda}", "transaction.0: the key `size` is missing; allowed: bytes such as `4 KiB`"},
    {"{disk_write: sda, size: 1000 B}", "size: 1000 B are no whole blocks; allowed: multiples of 512 B"},
    {"{disk_write: sda, size: 4 KiB, response: 1 KiB}", "response: of no meaning with `disk_write`; allowed: with call"},
    {"{send: gateway, size: 4 KiB, access: random}", "access: of no meaning with `send`; allowed: with disk_read or disk_write"},
    {"{call: gateway, request: 4 KiB}", "transaction.0: the key `response` is missing; allowed: bytes such as `4 KiB`"},
    {"{call: gateway, size: 4 KiB, request: 1 B, response: 1 B}", "size: of no meaning with `call`; allowed: with disk_read, disk_write or send"},
    {"{disk_read: sda, size: 4 KiB, compute: 1 ms}", "compute: stands beside `disk_read`; allowed: a step of its own"},
    {"{compute: 1 ms, size: 4 KiB}", "size: says nothing of what is done; allowed: with disk_read, disk_write, send or call"},
    {"{call: gatewya, request: 1 B, response: 1 B}", "workloads.load.transaction.0: there is no host `gatewya`; did you mean `gateway`?"},
    {"{call: bd.queries, request: 1 B, response: 1 B}", "workloads.load.transaction.0: there is no partition `bd`; did you mean `db`?"},
    {"{call: db.querys, request: 1 B, response: 1 B}", "workloads.load.transaction.0: `db` has no service `querys`; did you mean `queries`?"},
    {"{call: web.load, request: 1 B, response: 1 B}", "workloads.load.transaction.0: `web.load` is in the same partition; allowed: a service of another one"},
    {"{call: \"a.b.c\", request: 1 B, response: 1 B}", "call: `a.b.c` is no peer; allowed: a service of a partition such as `db.queries`, or a host such as `gateway`"},
    {"{call: db.queries, request: 1 B, response: 1 B}", "workloads.load.transaction.0: no way from `web` to `db.queries`: they have no VLAN in common on one virtual switch, nor one that Shared Ethernet Adapters bridge; allowed: the same `pvid` at both ends"},
    // clang-format on
};

TEST(IoSteps, SayWhatIsWrongWithThem) {
  for (const StepCase& c : kCases) EXPECT_THAT(diagnostics_of(with_steps(c.steps)), ElementsAre(EndsWith(c.expected))) << c.steps;
}

TEST(IoSteps, ReachAServiceInTheSameVlanAndAHostThatIsBridged) {
  EXPECT_THAT(diagnostics_of(with_steps("{call: db.queries, request: 1 B, response: 1 B}, {send: gateway, size: 1 KiB}", "10")), IsEmpty());
}

TEST(IoSteps, ThatAreWrongMakeNoMetricUnknown) {
  const std::string expect = "expect: [web.db.queries.call.latency.mean < 1 ms]\n";
  EXPECT_THAT(diagnostics_of(with_steps("{call: db.querys, request: 1 B, response: 1 B}", "10") + expect),
              ElementsAre(EndsWith("`db` has no service `querys`; did you mean `queries`?")));
}

TEST(IoSteps, SayWhichOfThemIsWrong) {
  EXPECT_THAT(diagnostics_of(with_steps("{compute: 1 ms}, {parallel: [[{sleep: 1 ms}], [{disk_read: sdx, size: 4 KiB}]]}")),
              ElementsAre(EndsWith("workloads.load.transaction.1.parallel.1.0: `web` has no disk `sdx`; did you mean `sda`?")));
}

TEST(IoSteps, RefuseAHostInAnotherVlan) {
  EXPECT_THAT(diagnostics_of(with_steps("{send: gateway, size: 1 KiB}", "20", "20")),
              ElementsAre(EndsWith("allowed: the same `pvid` at both ends")));
}

TEST(IoSteps, RefuseAServiceWithoutANetwork) {
  std::string text = with_steps("{compute: 1 ms}");
  const std::string adapter = "      ethernet: [{name: cmn1, pvid: 20}]\n";
  text.erase(text.find(adapter), adapter.size());
  EXPECT_THAT(diagnostics_of(text),
              ElementsAre(EndsWith("nobody reaches a service of `db`, which has no `ethernet`; allowed: an adapter")));
}

TEST(IoSteps, RefuseWorkloadsOnADiskThatIsServed) {
  std::string text = kIoBase;
  const std::string adapters = "adapters: [{name: ent0, type: ethernet}, {name: fcs0, type: fibre_channel}]\n";
  text.insert(text.find(adapters), "workloads: [{name: w, type: batch, jobs: 1, transaction: [{disk_read: hdisk0, size: 4 KiB}]}]\n      ");
  EXPECT_THAT(diagnostics_of(text), ElementsAre(EndsWith("`hdisk0` is served to clients; allowed: workloads that use disks in a client")));
}

TEST(IoRoutes, LeadToTheNextServerWhereBothBridgeTheVlan) {
  std::string text = with_steps("{call: db.queries, request: 1 B, response: 1 B}", "10");
  text.replace(text.find("server:"), 7, "servers:\n- name: a");
  text.insert(text.find("    - name: db"),
              "- name: b\n  processor: {generation: POWER9, cores: 4, frequency: 3.8 GHz}\n  partitions:\n"
              "    - {name: vios3, type: vios, processors: {entitlement: 1}, adapters: [{name: ent0, type: ethernet}],\n"
              "       shared_ethernet: [{name: sea0, adapter: ent0, trunks: [{vlans: [10]}]}]}\n");
  // Its disk is left behind.
  const auto disks = text.find("      disks: [{name: dd1");
  text.erase(disks, text.find('\n', disks) + 1 - disks);
  EXPECT_THAT(diagnostics_of(text), IsEmpty());
  const ScenarioConfig scenario = read_scenario_text("s", text).scenario;
  const IoIndex index(scenario);
  const auto route = route_to(index, {0, 2}, "db.queries");
  ASSERT_TRUE(route.has_value());
  EXPECT_EQ(route->adapter, 0U);
  EXPECT_EQ(io::to_string(route->mac), "02:01:00:01:00:00");
}

}  // namespace
}  // namespace lparsim::scenario
