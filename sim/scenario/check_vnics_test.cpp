#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "sim/scenario/io_index.hpp"
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

/// Each VIOS has a port of its own for vNICs; `web` has this adapter.
std::string with_adapter(const std::string& adapter) {
  std::string text = testing::kIoBase;
  const std::string ports = "{name: ent0, type: ethernet}", web = "{name: eth0, pvid: 10}";
  for (std::size_t at = text.find(ports); at != std::string::npos; at = text.find(ports, at + 2 * ports.size()))
    text.replace(at, ports.size(), ports + ", {name: ent1, type: ethernet}");
  return text.replace(text.find(web), web.size(), adapter);
}

TEST(VnicChecks, AcceptBackingDevicesOnPortsOfTheirOwn) {
  EXPECT_THAT(diagnostics_of(with_adapter("{name: eth0, pvid: 10, type: vnic, backing: [vios1.ent1, vios2.ent1], priorities: [10, 20]}")),
              IsEmpty());
}

TEST(VnicChecks, WarnWhereThereIsNoneToTakeOver) {
  EXPECT_THAT(diagnostics_of(with_adapter("{name: eth0, pvid: 10, type: vnic, backing: vios1.ent1}")),
              ElementsAre(EndsWith("eth0.backing: one backing device: there is none to take over")));
}

TEST(VnicChecks, SayWhatIsWrongWithABackingDevice) {
  const auto refused = [](const std::string& keys) {
    return diagnostics_of(with_adapter("{name: eth0, pvid: 10, type: vnic, " + keys + "}"));
  };
  EXPECT_THAT(refused("backing: [vios1.ent1, vios3.ent1]"),
              ElementsAre(EndsWith("eth0.backing: there is no partition `vios3`; did you mean `vios1`?")));
  EXPECT_THAT(refused("backing: [vios1.ent1, db.ent1]"),
              ElementsAre(EndsWith("eth0.backing: `db` is no VIOS of the same server; allowed: ports of one")));
  EXPECT_THAT(refused("backing: [vios1.ent1, vios2.ent2]"), ElementsAre(::testing::HasSubstr("`vios2` has no adapter `ent2`; did you")));
  EXPECT_THAT(refused("backing: [vios1.ent1, vios2.fcs0]"),
              ElementsAre(EndsWith("`vios2.fcs0` is a Fibre Channel adapter; allowed: one of type ethernet")));
  EXPECT_THAT(
      refused("backing: [vios1.ent1, vios2.ent0]"),
      ElementsAre(EndsWith("`vios2.ent0` belongs to Shared Ethernet Adapter `sea0`; allowed: a port in SR-IOV shared mode, which no "
                           "other has")));
  EXPECT_THAT(refused("backing: [vios1.ent1, vios1.ent1]"),
              ElementsAre(EndsWith("`vios1.ent1` stands there twice; allowed: different physical ports")));
  EXPECT_THAT(refused("backing: [vios1.ent1, vios2.ent1], priorities: [1]"),
              ElementsAre(EndsWith("eth0.priorities: 1 for 2 backing devices; allowed: one for each, or none")));
  EXPECT_THAT(refused("backing: [vios1.ent1, vios2.ent1], priorities: [1, 101]"),
              ElementsAre(EndsWith("`101` is out of range; allowed: 1 to 100")));
  EXPECT_THAT(refused("mtu: 9000"), ElementsAre(EndsWith("eth0: the key `backing` is missing; allowed: ports of VIOSes behind the vNIC")));
  EXPECT_THAT(refused("backing: [vios1.ent1, vios2.ent1], mtu: 9001"), ElementsAre(EndsWith("9001 on a vNIC; allowed: at most 9000")));
  EXPECT_THAT(refused("backing: [vios1.ent1, vios2.ent1], vlans: [11]"),
              ElementsAre(EndsWith("eth0.vlans: of no meaning for a vNIC, which is on no virtual switch; allowed: `pvid`")));
}

TEST(VnicChecks, RefuseMoreThanAPortHas) {
  const std::string one = "type: vnic, capacity: 60 %, backing: [vios1.ent1, vios2.ent1]}";
  EXPECT_THAT(diagnostics_of(with_adapter("{name: eth0, pvid: 10, " + one + ", {name: eth1, pvid: 11, " + one)),
              ElementsAre(EndsWith("eth1.capacity: more than 100 % of `vios1.ent1` with those before; allowed: 100 % in all"),
                          EndsWith("eth1.capacity: more than 100 % of `vios2.ent1` with those before; allowed: 100 % in all")));
}

TEST(VnicChecks, RefuseKeysOfAVnicAtAVirtualEthernetAdapter) {
  EXPECT_THAT(diagnostics_of(with_adapter("{name: eth0, pvid: 10, backing: vios1.ent1}")),
              ElementsAre(EndsWith("eth0.backing: of no meaning for a virtual Ethernet adapter; allowed: with `type: vnic`")));
}

TEST(VnicChecks, SayWhatIsWrongWithAnOperatorsChoice) {
  const auto refused = [](const std::string& keys) {
    std::string text = with_adapter("{name: eth0, pvid: 10, type: vnic, backing: [vios1.ent1, vios2.ent1]}");
    const std::string event = "link: vios1.ent0, state: down";
    return diagnostics_of(text.replace(text.find(event), event.size(), keys));
  };
  EXPECT_THAT(refused("vnic: web.eth0, backing: vios2.ent1"), IsEmpty());
  EXPECT_THAT(refused("vnic: web.eth0, auto_priority_failover: true"), IsEmpty());
  EXPECT_THAT(refused("vnic: web.eth0"),
              ElementsAre(EndsWith("events.0: this event changes nothing; allowed: `backing` or `auto_priority_failover`")));
  EXPECT_THAT(refused("vnic: web.eth0, backing: vios2.ent0"),
              ElementsAre(EndsWith("backing: `vios2.ent0` is no backing device of `web.eth0`; allowed: vios1.ent1, vios2.ent1")));
  EXPECT_THAT(refused("vnic: web.eth1, backing: vios2.ent1"),
              ElementsAre(EndsWith("vnic: `web` has no vNIC `eth1`; allowed: an `ethernet` adapter with `type: vnic`")));
  EXPECT_THAT(refused("vnic: wab.eth0, backing: vios2.ent1"),
              ElementsAre(EndsWith("vnic: there is no partition `wab`; did you mean `web`?")));
  EXPECT_THAT(refused("vnic: web.eth0, backing: vios2.ent1, auto_priority_failover: true"),
              ElementsAre(EndsWith("goes by priorities and not by `backing`; allowed: one of them")));
  EXPECT_THAT(refused("partition: web, weight: 3, backing: vios2.ent1"),
              ElementsAre(EndsWith("backing: says nothing of whom; allowed: with `vnic`, such as `web.eth0`")));
  EXPECT_THAT(refused("link: vios1.ent0, state: down, backing: vios2.ent1"),
              ElementsAre(EndsWith("backing: is that of a vNIC; allowed: with `vnic`")));
}

TEST(VnicRoutes, LeadOutsideAndToWhomIsBridgedInTheVlan) {
  const auto read = read_scenario_text("s.yaml", with_adapter("{name: eth0, pvid: 20, type: vnic, backing: [vios1.ent1, vios2.ent1]}"), {});
  const IoIndex index(read.scenario);
  const IoIndex::Owner web = *index.partition("web");
  EXPECT_FALSE(route_to(index, web, "gateway")) << "which is in VLAN 10";
  const auto other =
      read_scenario_text("s.yaml", with_adapter("{name: eth0, pvid: 10, type: vnic, backing: [vios1.ent1, vios2.ent1]}"), {});
  const IoIndex in_vlan(other.scenario);
  EXPECT_TRUE(route_to(in_vlan, web, "gateway"));
}

}  // namespace
}  // namespace lparsim::scenario
