#include "gui/topology/layout.hpp"

#include <gmock/gmock.h>

#include "gui/topology/flow_lines.hpp"
#include "gui/topology/navigation.hpp"
#include "gui/topology/testing/machines.hpp"

namespace lparsim::gui {
namespace {

using testing::hookedMachine;
using testing::largeMachine;
using testing::smallMachine;
using testing::someFlows;

const Part& at(const MachineLayout& layout, int place) {
  EXPECT_GE(place, 0);
  return layout.parts.at(static_cast<std::size_t>(place));
}

/// Everything is in its container and does not overlap what stands beside it there.
void expectTidy(const MachineLayout& layout) {
  std::map<int, std::vector<const Part*>> children;
  for (const Part& part : layout.parts) {
    EXPECT_TRUE(layout.bounds.contains(part.area));
    EXPECT_GT(part.area.width(), 0);
    EXPECT_GT(part.area.height(), 0);
    if (part.parent >= 0) {
      const Part& parent = at(layout, part.parent);
      EXPECT_TRUE(parent.area.contains(part.area))
          << static_cast<int>(parent.id.kind) << " holds " << static_cast<int>(part.id.kind) << " " << part.id.first;
    }
    children[part.parent].push_back(&part);
  }
  for (auto& [parent, parts] : children) {
    // By their left edges: only those that begin before an edge ends can overlap.
    std::ranges::sort(parts, {}, [](const Part* p) { return p->area.left(); });
    for (std::size_t i = 0; i < parts.size(); ++i) {
      for (std::size_t k = i + 1; k < parts.size() && parts[k]->area.left() < parts[i]->area.right() - 1e-6; ++k) {
        const QRectF common = parts[i]->area.intersected(parts[k]->area);
        EXPECT_FALSE(common.width() > 1e-6 && common.height() > 1e-6)
            << static_cast<int>(parts[i]->id.kind) << " " << parts[i]->id.first << " and " << static_cast<int>(parts[k]->id.kind) << " "
            << parts[k]->id.first;
      }
    }
  }
}

TEST(Layout, EverythingIsInsideOfItsContainerAndOverlapsNothing) {
  expectTidy(layOut(smallMachine()));
  expectTidy(layOut(hookedMachine(6, "")));
  for (const std::uint32_t partitions : {1U, 7U, 50U, 1000U}) {
    SCOPED_TRACE(partitions);
    expectTidy(layOut(largeMachine(partitions)));
  }
}

TEST(Layout, HasAPlaceForEveryCorePoolPartitionVirtualProcessorAndDevice) {
  const RunFacts facts = largeMachine(1000);
  const MachineLayout layout = layOut(facts);
  std::map<PartKind, std::size_t> counts;
  for (const Part& part : layout.parts) ++counts[part.id.kind];
  EXPECT_EQ(counts[PartKind::core], 240U);
  EXPECT_EQ(counts[PartKind::chip], 16U);
  EXPECT_EQ(counts[PartKind::pool], 3U);
  EXPECT_EQ(counts[PartKind::group], 4U) << "three pools and dedicated cores";
  EXPECT_EQ(counts[PartKind::partition], 1002U);
  EXPECT_EQ(counts[PartKind::device], facts.info.devices.size());
  std::size_t vps = 0;
  for (const trace::PartitionFacts& p : facts.info.partitions) vps += p.virtual_processors;
  EXPECT_EQ(counts[PartKind::virtualProcessor], vps);
  EXPECT_EQ(layout.places.size(), layout.parts.size()) << "nothing is there twice";
}

TEST(Layout, IsTheSameEveryTimeAndAsWideAsAScreenIs) {
  for (const std::uint32_t partitions : {10U, 200U, 1000U}) {
    const MachineLayout one = layOut(largeMachine(partitions));
    const MachineLayout other = layOut(largeMachine(partitions));
    ASSERT_EQ(one.parts.size(), other.parts.size());
    for (std::size_t i = 0; i < one.parts.size(); ++i) ASSERT_EQ(one.parts[i].area, other.parts[i].area);
    EXPECT_GT(one.bounds.width() / one.bounds.height(), 0.5) << partitions;
    EXPECT_LT(one.bounds.width() / one.bounds.height(), 3.5) << partitions;
  }
}

TEST(Layout, ClientsAreAboveTheHypervisorWhichIsAboveThoseThatServe) {
  const MachineLayout layout = layOut(smallMachine());
  const QRectF hypervisor = at(layout, layout.find({PartKind::hypervisor, ServerId{0}, 0, 0})).area;
  const QRectF web = at(layout, layout.find(PartId::ofPartition(ServerId{0}, PartitionId{1}))).area;
  const QRectF vios = at(layout, layout.find(PartId::ofPartition(ServerId{0}, PartitionId{0}))).area;
  const QRectF frame = at(layout, layout.find({PartKind::frame, ServerId{0}, 0, 0})).area;
  const QRectF storage = at(layout, layout.find(PartId::ofDevice(9))).area;
  EXPECT_LT(web.bottom(), hypervisor.top());
  EXPECT_LT(hypervisor.bottom(), vios.top());
  EXPECT_LT(frame.bottom(), storage.top());
  EXPECT_TRUE(vios.contains(at(layout, layout.find(PartId::ofDevice(2))).area));
  EXPECT_TRUE(hypervisor.contains(at(layout, layout.find(PartId::ofDevice(3))).area));
}

TEST(Layout, WithoutDevicesAndChipsKnownOnlyPartitionsAndCoresAreThere) {
  RunFacts facts = smallMachine();
  facts.info.devices.clear();
  facts.info.connections.clear();
  facts.info.routes.clear();
  facts.info.servers[0].cores_per_chip = 0;
  const MachineLayout layout = layOut(facts);
  expectTidy(layout);
  EXPECT_GE(layout.find(PartId::ofPartition(ServerId{0}, PartitionId{1})), 0);
  EXPECT_EQ(layout.find({PartKind::outside, ServerId{0}, 0, 0}), -1);
  EXPECT_TRUE(layOut(RunFacts{}).parts.empty());
}

TEST(Layout, AHookIsAWireFromWhatItHooks) {
  const auto hooked = [](const RunFacts& facts) {
    const MachineLayout layout = layOut(facts);
    std::vector<PartId> ids;
    for (const Wire& wire : layout.wires) {
      if (wire.kind != WireKind::hook) continue;
      EXPECT_EQ(at(layout, wire.to).id, PartId::ofPartition(ServerId{0}, PartitionId{3}));
      ids.push_back(at(layout, wire.from).id);
    }
    return ids;
  };
  using ::testing::ElementsAre;
  EXPECT_THAT(hooked(hookedMachine(1, "")), ElementsAre(PartId{PartKind::hypervisor, ServerId{0}, 0, 0})) << "hypervisor.call";
  EXPECT_THAT(hooked(hookedMachine(4, "")), ElementsAre(PartId::ofDevice(3))) << "switch.frame";
  EXPECT_THAT(hooked(hookedMachine(6, "")), ElementsAre(PartId::ofDevice(2))) << "sea.forward";
  EXPECT_THAT(hooked(hookedMachine(7, "")), ElementsAre(PartId::ofDevice(12))) << "vscsi.command";
  EXPECT_THAT(hooked(hookedMachine(8, "db, webb")), ElementsAre(PartId::ofPartition(ServerId{0}, PartitionId{2}))) << "os.service";
}

TEST(FlowLines, AddUpWhatPassesAWire) {
  const RunFacts facts = smallMachine();
  const MachineLayout layout = layOut(facts);
  const std::vector<FlowLine> lines = flowLines(facts, layout, someFlows(facts));
  const auto between = [&](std::uint32_t a, std::uint32_t b) -> const FlowLine& {
    const auto found = std::ranges::find(lines, layout.wireBetween(a, b), &FlowLine::wire);
    EXPECT_NE(found, lines.end());
    return *found;
  };
  EXPECT_DOUBLE_EQ(between(11, 12).perSecond, 300);
  EXPECT_DOUBLE_EQ(between(12, 5).perSecond, 600) << "web's and db's";
  EXPECT_DOUBLE_EQ(between(9, 8).bytesPerSecond, 8e6);
  EXPECT_DOUBLE_EQ(between(0, 6).perSecond, 300);
  EXPECT_GT(widthOf(between(12, 5), WireKind::storage), widthOf(between(11, 12), WireKind::storage));
}

TEST(FlowLines, FollowTheAdapterThatIsBusyAfterAFailover) {
  RunFacts facts = smallMachine();
  // A second way out, through another adapter of the same VIOS.
  trace::DeviceFacts backup = facts.info.devices[0];
  backup.id = 14;
  backup.name = "ent1";
  facts.info.devices.push_back(backup);
  facts.info.connections.push_back({2, 14, ""});
  facts.info.connections.push_back({14, 6, ""});
  facts.info.routes.insert(facts.info.routes.begin() + 1, {0, 0, 1, {10, 3, 4, 2, 14, 6, 7}});
  const MachineLayout layout = layOut(facts);
  Flows flows = someFlows(facts);
  const auto passes = [&](std::uint32_t adapter) {
    const std::vector<FlowLine> lines = flowLines(facts, layout, flows);
    return std::ranges::find(lines, layout.wireBetween(adapter, 6), &FlowLine::wire) != lines.end();
  };
  flows.devices = {{0, {}, testing::figure(300, "/s"), {}}, {14, {}, testing::figure(1, "/s"), {}}};
  EXPECT_TRUE(passes(0));
  EXPECT_FALSE(passes(14)) << "keep-alives are no traffic";
  flows.devices = {{14, {}, testing::figure(300, "/s"), {}}};
  EXPECT_FALSE(passes(0));
  EXPECT_TRUE(passes(14));
  flows.devices.clear();
  EXPECT_TRUE(passes(0)) << "the way that is taken first";
  EXPECT_FALSE(passes(14));
}

TEST(FlowLines, RedirectedCallsGoFromWhatIsHookedToTheServicePartition) {
  const RunFacts facts = hookedMachine(8, "");
  const MachineLayout layout = layOut(facts);
  Flows flows;
  flows.hooks = {{ServerId{0}, PartitionId{3}, 8, PartitionId{1}, testing::figure(120, "/s"), {}, testing::figure(0, "/s")}};
  const std::vector<FlowLine> lines = flowLines(facts, layout, flows);
  ASSERT_EQ(lines.size(), 1U) << "only of the client that calls";
  EXPECT_DOUBLE_EQ(lines[0].perSecond, 120);
  EXPECT_EQ(at(layout, layout.wires[static_cast<std::size_t>(lines[0].wire)].from).id, PartId::ofPartition(ServerId{0}, PartitionId{1}));
}

TEST(Navigation, TabComesToEveryPartOnceAndBack) {
  const MachineLayout layout = layOut(smallMachine());
  std::vector<int> there;
  for (int place = nextPart(layout, -1, 1); place >= 0; place = nextPart(layout, place, 1)) there.push_back(place);
  std::vector<int> back;
  for (int place = nextPart(layout, -1, -1); place >= 0; place = nextPart(layout, place, -1)) back.push_back(place);
  EXPECT_EQ(there.size(), 2U + 1 + 1 + 3 + 14) << "cores, pool, hypervisor, partitions, devices";
  std::ranges::reverse(back);
  EXPECT_EQ(there, back);
}

TEST(Navigation, ArrowsGoToTheNearestInTheirDirection) {
  const MachineLayout layout = layOut(smallMachine());
  const int web = layout.find(PartId::ofPartition(ServerId{0}, PartitionId{1}));
  const int db = layout.find(PartId::ofPartition(ServerId{0}, PartitionId{2}));
  EXPECT_EQ(neighbour(layout, web, Qt::Key_Right), db);
  EXPECT_EQ(neighbour(layout, db, Qt::Key_Left), web);
  EXPECT_EQ(at(layout, neighbour(layout, layout.find(PartId::ofDevice(10)), Qt::Key_Right)).id, PartId::ofDevice(11))
      << "adapters of a card";
  const int lower = neighbour(layout, web, Qt::Key_Down);
  EXPECT_GT(at(layout, lower).area.center().y(), at(layout, web).area.center().y());
}

TEST(Navigation, ASelectionLeadsToItsPartAndBack) {
  const RunFacts facts = smallMachine();
  const MachineLayout layout = layOut(facts);
  for (const Selection& selection : {Selection{SelectedPartition{ServerId{0}, PartitionId{2}}},
                                     Selection{SelectedCore{ServerId{0}, CoreId{1}}}, Selection{SelectedDevice{5}}}) {
    const int place = placeOf(facts, layout, selection);
    EXPECT_EQ(selectionOf(at(layout, place).id), selection);
  }
  EXPECT_EQ(at(layout, placeOf(facts, layout, SelectedSlice{LaneKey::io_target(1), {}, {}})).id, PartId::ofDevice(11));
  EXPECT_EQ(placeOf(facts, layout, SelectedRequest{7}), -1);
}

}  // namespace
}  // namespace lparsim::gui
