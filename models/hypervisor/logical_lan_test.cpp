// The calls of LoPAR, "Interpartition Logical LAN (ILLAN) Option", but H_SEND_LOGICAL_LAN: one test a clause.
#include "models/hypervisor/logical_lan.hpp"

#include <gtest/gtest.h>

#include "models/hypervisor/testing/logical_lan_bench.hpp"

namespace lparsim::hypervisor {
namespace {

using testing::LogicalLanBench;
using Adapter = LogicalLanBench::Adapter;
constexpr io::MacAddress kAlice{0x0200'0000'0001};
constexpr io::MacAddress kBob{0x0200'0000'0002};
constexpr auto kPage = lan::kPage;

class LogicalLanCalls : public ::testing::Test {
 protected:
  HcallStatus register_with(std::uint64_t list, std::uint64_t queue, std::uint64_t filter) {
    return bench.call(alice, Hcall::register_logical_lan, {list, queue, filter, kAlice.bits});
  }
  HcallStatus multicast(std::uint64_t flags, std::uint64_t group = 0) { return bench.call(alice, Hcall::multicast_ctrl, {flags, group}); }
  LogicalLanBench bench;
  Adapter& alice = bench.add({kAlice});
};

TEST_F(LogicalLanCalls, EveryCallOfAUnitThatIsNotThereIsH_Parameter) {
  LogicalLan lan{bench.costs, bench.sources, bench.tables};
  for (const Hcall call :
       {Hcall::register_logical_lan, Hcall::free_logical_lan, Hcall::add_logical_lan_buffer, Hcall::free_logical_lan_buffer,
        Hcall::send_logical_lan, Hcall::illan_attributes, Hcall::multicast_ctrl, Hcall::change_logical_lan_mac, Hcall::vioctl}) {
    HcallExtension extension;
    extension.call = call;
    extension.registers[0] = 0x3000'0002;
    EXPECT_EQ(lan.answer(PartitionId{0}, extension), HcallStatus::parameter);
  }
}

TEST_F(LogicalLanCalls, AnAdapterIsItsPartitionsOnly) {
  LogicalLan lan{bench.costs, bench.sources, bench.tables};
  lan.add(PartitionId{0}, LogicalLanBench::kUnit, alice.liobn, alice.interrupt, {kAlice});
  HcallExtension extension;
  extension.call = Hcall::free_logical_lan;
  extension.registers[0] = static_cast<std::uint64_t>(LogicalLanBench::kUnit);
  EXPECT_EQ(lan.answer(PartitionId{1}, extension), HcallStatus::parameter);
  EXPECT_EQ(lan.answer(PartitionId{0}, extension), HcallStatus::success);
}

TEST_F(LogicalLanCalls, CallsOfOtherChaptersAreH_Function) {
  EXPECT_EQ(bench.call(alice, Hcall::send_crq, {}), HcallStatus::function);
}

TEST_F(LogicalLanCalls, RegistrationNeedsMappedPagesOnPageBoundaries) {
  const auto queue = lan::descriptor(256, 0x2000);
  EXPECT_EQ(register_with(0x10, queue, 0x1000), HcallStatus::parameter);
  EXPECT_EQ(register_with(0, queue, 0x1008), HcallStatus::parameter);
  EXPECT_EQ(register_with(LogicalLanBench::kSize, queue, 0x1000), HcallStatus::parameter);
  bench.tables.put(alice.partition, alice.liobn, 0x1000, 0);
  EXPECT_EQ(register_with(0, queue, 0x1000), HcallStatus::parameter);
  EXPECT_EQ(register_with(0, queue, 0x3000), HcallStatus::success);
}

TEST_F(LogicalLanCalls, RegistrationNeedsAMappedReceiveQueueOfWholeEntries) {
  EXPECT_EQ(register_with(0, lan::descriptor(250, 0x2000), 0x1000), HcallStatus::parameter);
  EXPECT_EQ(register_with(0, lan::descriptor(256, 0x2008), 0x1000), HcallStatus::parameter);
  EXPECT_EQ(register_with(0, lan::descriptor(0, 0x2000), 0x1000), HcallStatus::parameter);
  EXPECT_EQ(register_with(0, lan::descriptor(256, 0x2000, 0), 0x1000), HcallStatus::parameter);
  bench.tables.put(alice.partition, alice.liobn, 0x3000, 0);
  EXPECT_EQ(register_with(0, lan::descriptor(4096, 0x2010), 0x1000), HcallStatus::parameter);
  EXPECT_EQ(register_with(0, lan::descriptor(4096, 0x2000), 0x1000), HcallStatus::success);
}

TEST_F(LogicalLanCalls, RegistrationInitializesTheBufferListAndDisablesInterrupts) {
  PartitionMemory& memory = bench.memory(alice);
  memory.write(lan::kDroppedFrames, 8, 77);
  memory.write(lan::kFirstPool, 8, 99);
  bench.sources.enable(alice.interrupt);
  const auto queue = lan::descriptor(256, 0x2000, lan::kValid | lan::kToggle);
  ASSERT_EQ(register_with(0, queue, 0x1000), HcallStatus::success);
  EXPECT_EQ(memory.read(0, 8), lan::descriptor(256, 0x2000)) << "the toggle is 0 at first";
  EXPECT_EQ(memory.read(8, 8), lan::descriptor(kPage, 0x1000));
  EXPECT_EQ(memory.read(lan::kFirstPool, 8), 0U);
  EXPECT_EQ(memory.read(lan::kDroppedFrames, 8), 0U);
  EXPECT_FALSE(bench.sources.enabled(alice.interrupt));
}

TEST_F(LogicalLanCalls, ASecondRegistrationIsRefusedUntilTheAdapterIsFreed) {
  const auto queue = lan::descriptor(256, 0x2000);
  ASSERT_EQ(register_with(0, queue, 0x1000), HcallStatus::success);
  EXPECT_EQ(register_with(0, queue, 0x1000), HcallStatus::resource);
  EXPECT_EQ(bench.call(alice, Hcall::free_logical_lan, {}), HcallStatus::success);
  EXPECT_EQ(register_with(0, queue, 0x1000), HcallStatus::success);
}

TEST_F(LogicalLanCalls, FreeingAnAdapterEndsItsReceptionAndItsInterrupts) {
  bench.register_adapter(alice, kAlice.bits);
  bench.add_buffers(alice, 2048, 2);
  Adapter& bob = bench.open({kBob});
  ASSERT_EQ(bench.send(bob, testing::frame_to(kAlice, kBob, 100)), HcallStatus::success);
  ASSERT_EQ(bench.call(alice, Hcall::free_logical_lan, {}), HcallStatus::success);
  EXPECT_EQ(bench.send(bob, testing::frame_to(kAlice, kBob, 100)), HcallStatus::dropped);
  EXPECT_EQ(bench.delivered(alice), 1U);
  EXPECT_FALSE(bench.sources.enabled(alice.interrupt));
}

TEST_F(LogicalLanCalls, AddingABufferNeedsARegistrationAndAFitBuffer) {
  EXPECT_EQ(bench.add_buffer(alice, 512), HcallStatus::resource);
  bench.register_adapter(alice, kAlice.bits);
  EXPECT_EQ(bench.add_buffer(alice, 512), HcallStatus::success);
  const auto add = [&](std::uint64_t descriptor) {
    return bench.call(alice, Hcall::add_logical_lan_buffer, {descriptor});
  };
  EXPECT_EQ(add(lan::descriptor(15, 0x10000)), HcallStatus::parameter) << "16 bytes at least";
  EXPECT_EQ(add(lan::descriptor(512, 0x10002)), HcallStatus::parameter) << "on a 4-byte boundary";
  EXPECT_EQ(add(lan::descriptor(512, 0x10000, 0)), HcallStatus::parameter) << "valid";
  EXPECT_EQ(add(lan::descriptor(512, LogicalLanBench::kSize - 256)), HcallStatus::parameter) << "within the window";
  EXPECT_EQ(add(lan::descriptor(16, 0x10000)), HcallStatus::success);
}

TEST_F(LogicalLanCalls, PoolsAreShownBySizeAndThereAreAtMost254) {
  bench.register_adapter(alice, kAlice.bits);
  for (const std::uint32_t size : {4096U, 512U, 2048U}) ASSERT_EQ(bench.add_buffer(alice, size), HcallStatus::success);
  PartitionMemory& memory = bench.memory(alice);
  EXPECT_EQ(lan::length_of(memory.read(lan::kFirstPool, 8)), 512U);
  EXPECT_EQ(lan::length_of(memory.read(lan::kFirstPool + 8, 8)), 2048U);
  EXPECT_EQ(lan::length_of(memory.read(lan::kFirstPool + 16, 8)), 4096U);
  EXPECT_EQ(memory.read(lan::kFirstPool + 24, 8), 0U);
  for (std::uint32_t i = 0; i < lan::kPools - 3; ++i) ASSERT_EQ(bench.add_buffer(alice, 16 + i), HcallStatus::success) << i;
  EXPECT_EQ(bench.add_buffer(alice, 9000), HcallStatus::resource) << "no room for another pool";
  EXPECT_EQ(bench.add_buffer(alice, 512), HcallStatus::success) << "of a size that has one";
}

TEST_F(LogicalLanCalls, FreeingABufferSendsItBackThroughTheReceiveQueue) {
  bench.register_adapter(alice, kAlice.bits);
  EXPECT_EQ(bench.call(alice, Hcall::free_logical_lan_buffer, {512}), HcallStatus::not_found) << "no pool";
  bench.add_buffer(alice, 512);
  EXPECT_EQ(bench.call(alice, Hcall::free_logical_lan_buffer, {511}), HcallStatus::not_found);
  EXPECT_EQ(bench.call(alice, Hcall::free_logical_lan_buffer, {512}), HcallStatus::success);
  EXPECT_EQ(bench.call(alice, Hcall::free_logical_lan_buffer, {512}), HcallStatus::not_found) << "no buffer left";
  const auto entry = bench.receive(alice);
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->control, lan::kEntryValid) << "no message";
  EXPECT_EQ(entry->correlator, LogicalLanBench::kBuffers);
  EXPECT_EQ(alice.interrupts, 1U);
}

TEST_F(LogicalLanCalls, AttributesOfAnOrdinaryAdapterAtFirst) {
  EXPECT_EQ(bench.attributes(alice, 0, 0), HcallStatus::success);
  EXPECT_EQ(alice.call.registers[0], lan::kLargeSendSupported | lan::kPaddedChecksum);
}

TEST_F(LogicalLanCalls, AttributesOfTheDriverChangeOnlyWhileTheAdapterIsNotRegistered) {
  for (const std::uint64_t bit : {lan::kLargeReceive, lan::kBufferSizeControl, lan::kChecksumIpv4, lan::kChecksumIpv6}) {
    EXPECT_EQ(bench.attributes(alice, 0, bit), HcallStatus::success);
    EXPECT_EQ(alice.call.registers[0] & bit, bit);
    bench.register_adapter(alice, kAlice.bits);
    EXPECT_EQ(bench.attributes(alice, bit, 0), HcallStatus::constrained);
    EXPECT_EQ(alice.call.registers[0] & bit, bit);
    EXPECT_EQ(bench.attributes(alice, 0, bit), HcallStatus::success) << "no change";
    bench.call(alice, Hcall::free_logical_lan, {});
    EXPECT_EQ(bench.attributes(alice, bit, 0), HcallStatus::success);
    EXPECT_EQ(alice.call.registers[0] & bit, 0U);
    bench.register_adapter(alice, kAlice.bits);
    EXPECT_EQ(bench.attributes(alice, 0, bit), HcallStatus::constrained);
    bench.call(alice, Hcall::free_logical_lan, {});
  }
}

TEST_F(LogicalLanCalls, TheResetMaskIsAppliedBeforeTheSetMask) {
  EXPECT_EQ(bench.attributes(alice, lan::kLargeReceive, lan::kLargeReceive), HcallStatus::success);
  EXPECT_NE(alice.call.registers[0] & lan::kLargeReceive, 0U);
}

TEST_F(LogicalLanCalls, AttributesThatCannotChangeAreConstrainedAndUnknownOnesIgnored) {
  EXPECT_EQ(bench.attributes(alice, lan::kLargeSendSupported, 0), HcallStatus::constrained);
  EXPECT_EQ(alice.call.registers[0], lan::kLargeSendSupported | lan::kPaddedChecksum);
  EXPECT_EQ(bench.attributes(alice, 1ULL << 63, 1ULL << 40 | 0x8), HcallStatus::success);
  EXPECT_EQ(alice.call.registers[0], lan::kLargeSendSupported | lan::kPaddedChecksum);
}

TEST_F(LogicalLanCalls, PortDisabledInEitherMaskIsH_Parameter) {
  EXPECT_EQ(bench.attributes(alice, lan::kPortDisabled, 0), HcallStatus::parameter);
  EXPECT_EQ(bench.attributes(alice, 0, lan::kPortDisabled), HcallStatus::parameter);
}

TEST_F(LogicalLanCalls, TrunkAttributesAreTrunkAdaptersOnly) {
  EXPECT_EQ(bench.attributes(alice, 0, lan::kActiveTrunk), HcallStatus::constrained);
  EXPECT_EQ(bench.attributes(alice, 0, 1 << lan::kTrunkPriorityShift), HcallStatus::parameter);
  Adapter& trunk = bench.add({kBob, 1, {}, 0, 3});
  EXPECT_EQ(bench.attributes(trunk, 0, 0), HcallStatus::success);
  EXPECT_EQ(trunk.call.registers[0] & (lan::kTrunkPriority | lan::kActiveTrunk), 0x301U);
  EXPECT_EQ(bench.attributes(trunk, lan::kTrunkPriority, 0x400), HcallStatus::constrained);
  EXPECT_EQ(trunk.call.registers[0] & lan::kTrunkPriority, 0x300U);
}

TEST_F(LogicalLanCalls, OneTrunkAdapterIsActiveOnAVlanAndTheLastToSetItWins) {
  Adapter& primary = bench.add({kAlice, 7, {}, 0, 2});
  EXPECT_TRUE(bench.is_active_trunk(primary));
  Adapter& worse = bench.add({kBob, 7, {}, 0, 3});
  EXPECT_FALSE(bench.is_active_trunk(worse));
  Adapter& better = bench.add({kBob, 7, {}, 0, 1});
  EXPECT_TRUE(bench.is_active_trunk(better));
  EXPECT_FALSE(bench.is_active_trunk(primary));
  EXPECT_EQ(bench.attributes(worse, 0, lan::kActiveTrunk), HcallStatus::success);
  EXPECT_EQ(worse.call.registers[0] & lan::kActiveTrunk, lan::kActiveTrunk);
  EXPECT_EQ(bench.attributes(better, 0, 0), HcallStatus::success);
  EXPECT_EQ(better.call.registers[0] & lan::kActiveTrunk, 0U);
  EXPECT_EQ(bench.attributes(worse, lan::kActiveTrunk, 0), HcallStatus::parameter) << "nobody gives it up";
  EXPECT_TRUE(bench.is_active_trunk(worse));
  EXPECT_EQ(bench.attributes(better, lan::kActiveTrunk, 0), HcallStatus::success) << "it has none";
}

TEST_F(LogicalLanCalls, TrunkAdaptersOfOtherVlansOrOtherSwitchesAreActiveBeside) {
  Adapter& first = bench.add({kAlice, 7, {10, 11}, 0, 1});
  Adapter& other_vlan = bench.add({kBob, 8, {12}, 0, 1});
  Adapter& other_switch = bench.add({kBob, 7, {10, 11}, 1, 1});
  for (Adapter* adapter : {&first, &other_vlan, &other_switch}) EXPECT_TRUE(bench.is_active_trunk(*adapter));
  Adapter& overlapping = bench.add({kBob, 9, {11, 12}, 0, 2});
  EXPECT_FALSE(bench.is_active_trunk(overlapping));
  bench.attributes(overlapping, 0, lan::kActiveTrunk);
  EXPECT_FALSE(bench.is_active_trunk(first)) << "they share VLAN 11";
  EXPECT_FALSE(bench.is_active_trunk(other_vlan)) << "they share VLAN 12";
  EXPECT_TRUE(bench.is_active_trunk(other_switch));
}

TEST_F(LogicalLanCalls, MulticastControlSetsReceptionAndFilteringAndTellsThem) {
  EXPECT_EQ(multicast(lan::kModifyReception | lan::kReception), HcallStatus::success);
  EXPECT_EQ(alice.call.registers[0], lan::kReception);
  EXPECT_EQ(multicast(lan::kModifyFiltering | lan::kFiltering), HcallStatus::success);
  EXPECT_EQ(alice.call.registers[0], lan::kReception | lan::kFiltering);
  EXPECT_EQ(multicast(lan::kFiltering), HcallStatus::success) << "a value without its modify bit changes nothing";
  EXPECT_EQ(multicast(lan::kModifyReception), HcallStatus::success);
  EXPECT_EQ(alice.call.registers[0], lan::kFiltering);
}

TEST_F(LogicalLanCalls, MulticastControlRefusesReservedFlagsAndLongAddresses) {
  EXPECT_EQ(multicast(0x4), HcallStatus::parameter);
  EXPECT_EQ(multicast(lan::kAddFilter, 1ULL << 48), HcallStatus::parameter);
  EXPECT_EQ(multicast(0, 1ULL << 48), HcallStatus::success) << "no address is asked for";
}

TEST_F(LogicalLanCalls, MulticastFiltersAreAddedOnceRemovedAndCleared) {
  EXPECT_EQ(multicast(lan::kAddFilter, 0x0100'5E00'0001), HcallStatus::success);
  EXPECT_EQ(multicast(lan::kAddFilter, 0x0100'5E00'0001), HcallStatus::success);
  EXPECT_EQ(alice.call.registers[0], 1U);
  EXPECT_EQ(multicast(lan::kRemoveFilter, 0x0100'5E00'0002), HcallStatus::not_found);
  EXPECT_EQ(alice.call.registers[0], 1U);
  EXPECT_EQ(multicast(lan::kRemoveFilter, 0x0100'5E00'0001), HcallStatus::success);
  EXPECT_EQ(alice.call.registers[0], 0U);
  for (std::uint64_t i = 0; i < lan::kFilters; ++i) ASSERT_EQ(multicast(lan::kAddFilter, 0x0100'5E00'0000 + i), HcallStatus::success);
  EXPECT_EQ(multicast(lan::kAddFilter, 0x0100'5E01'0000), HcallStatus::constrained) << "the table is full";
  EXPECT_EQ(multicast(lan::kClearFilters), HcallStatus::success);
  EXPECT_EQ(alice.call.registers[0], 0U);
}

TEST_F(LogicalLanCalls, AChangedAddressIsWhereFramesGo) {
  bench.register_adapter(alice, kAlice.bits);
  bench.add_buffers(alice, 2048, 4);
  Adapter& bob = bench.open({kBob});
  constexpr io::MacAddress kNew{0x0200'0000'0099};
  EXPECT_EQ(bench.call(alice, Hcall::change_logical_lan_mac, {0xFFFFULL << 48 | kNew.bits}), HcallStatus::success) << "low 6 bytes";
  EXPECT_EQ(bench.send(bob, testing::frame_to(kAlice, kBob, 60)), HcallStatus::dropped);
  EXPECT_EQ(bench.send(bob, testing::frame_to(kNew, kBob, 60)), HcallStatus::success);
}

TEST_F(LogicalLanCalls, VioctlTellsTheNumberOfVlansAndKnowsTrunkAdapters) {
  Adapter& trunk = bench.add({kBob, 5, {6, 7}, 0, 1});
  EXPECT_EQ(bench.call(trunk, Hcall::vioctl, {lan::kNumberOfVlans}), HcallStatus::success);
  EXPECT_EQ(trunk.call.registers[0], 3U);
  EXPECT_EQ(bench.call(trunk, Hcall::vioctl, {lan::kNumberOfVlans, 1}), HcallStatus::parameter);
  EXPECT_EQ(bench.call(trunk, Hcall::vioctl, {lan::kSwitchingMode}), HcallStatus::success);
  EXPECT_EQ(trunk.call.registers[0], 0U) << "VEB";
  EXPECT_EQ(bench.call(alice, Hcall::vioctl, {lan::kSwitchingMode}), HcallStatus::parameter);
  EXPECT_EQ(bench.call(alice, Hcall::vioctl, {lan::kDisableInactiveTrunkReception}), HcallStatus::parameter);
  EXPECT_EQ(bench.call(trunk, Hcall::vioctl, {0x7F}), HcallStatus::not_found);
}

TEST_F(LogicalLanCalls, AStoppedPartitionIsOffTheSwitchAndStartsFromTheBeginning) {
  bench.attributes(alice, 0, lan::kLargeReceive);
  bench.register_adapter(alice, kAlice.bits);
  bench.add_buffers(alice, 2048, 4);
  Adapter& bob = bench.open({kBob});
  bench.stop(alice);
  EXPECT_EQ(bench.send(bob, testing::frame_to(kAlice, kBob, 60)), HcallStatus::dropped);
  EXPECT_EQ(bench.add_buffer(alice, 2048), HcallStatus::resource);
  EXPECT_EQ(bench.register_adapter(alice, kAlice.bits), HcallStatus::success);
  bench.attributes(alice, 0, 0);
  EXPECT_EQ(alice.call.registers[0] & lan::kLargeReceive, 0U);
}

}  // namespace
}  // namespace lparsim::hypervisor
