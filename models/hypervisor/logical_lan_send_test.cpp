// H_SEND_LOGICAL_LAN of LoPAR, "Interpartition Logical LAN (ILLAN) Option": one test a clause.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/hypervisor/logical_lan.hpp"
#include "models/hypervisor/testing/logical_lan_bench.hpp"

namespace lparsim::hypervisor {
namespace {

using testing::frame_to;
using testing::LogicalLanBench;
using Adapter = LogicalLanBench::Adapter;
constexpr io::MacAddress kAlice{0x0200'0000'0001};
constexpr io::MacAddress kBob{0x0200'0000'0002};
constexpr io::MacAddress kCarol{0x0200'0000'0003};
constexpr io::MacAddress kOutside{0x0200'0000'00FF};
constexpr io::MacAddress kGroup{0x0100'5E00'0001};

class LogicalLanSend : public ::testing::Test {
 protected:
  Adapter& open(const EthernetAdapterSpec& spec, std::uint32_t buffers = 64) {
    Adapter& adapter = bench.open(spec);
    bench.add_buffers(adapter, 2048, buffers);
    return adapter;
  }
  HcallStatus send(Adapter& adapter, std::initializer_list<std::uint64_t> descriptors) {
    return bench.call(adapter, Hcall::send_logical_lan, descriptors);
  }
  LogicalLanBench bench;
};

TEST_F(LogicalLanSend, CopiesTheFrameAndTellsOffsetLengthAndCorrelator) {
  Adapter& alice = open({kAlice});
  Adapter& bob = open({kBob}, 1);
  const io::Frame frame = frame_to(kBob, kAlice, 1000);
  EXPECT_EQ(bench.send(alice, frame), HcallStatus::success);
  const auto entry = bench.receive(bob);
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->control, lan::kEntryValid | lan::kEntryMessage);
  EXPECT_EQ(entry->offset, 8U);
  EXPECT_EQ(entry->length, 1000U);
  EXPECT_EQ(entry->correlator, LogicalLanBench::kBuffers) << "the buffer's first 8 bytes, which the hypervisor does not change";
  EXPECT_EQ(entry->frame.head, frame.head);
  EXPECT_EQ(bench.memory(bob).read(LogicalLanBench::kBuffers, 8), LogicalLanBench::kBuffers);
  EXPECT_FALSE(bench.receive(alice)) << "nobody hears himself";
}

TEST_F(LogicalLanSend, NeedsARegistration) {
  Adapter& alice = bench.add({kAlice});
  open({kBob});
  EXPECT_EQ(bench.send(alice, frame_to(kBob, kAlice, 100)), HcallStatus::dropped);
}

TEST_F(LogicalLanSend, PutsTogetherUpToSixBuffersAndStopsAtTheFirstOfLengthZero) {
  Adapter& alice = open({kAlice});
  Adapter& bob = open({kBob});
  const io::Frame frame = frame_to(kBob, kAlice, 90);
  bench.memory(alice).write(LogicalLanBench::kSend, std::span{frame.head}.first(90));
  std::array<std::uint64_t, 6> parts{};
  for (std::uint32_t i = 0; i < 6; ++i) parts[i] = lan::descriptor(15, LogicalLanBench::kSend + 15 * i);
  EXPECT_EQ(send(alice, {parts[0], parts[1], parts[2], parts[3], parts[4], parts[5]}), HcallStatus::success);
  EXPECT_EQ(send(alice, {parts[0], parts[1], 0, parts[3]}), HcallStatus::success);
  const auto entries = bench.receive_all(bob);
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(entries[0].frame.head, frame.head);
  EXPECT_EQ(entries[1].length, 30U);
}

TEST_F(LogicalLanSend, ChecksThatEveryBufferTranslates) {
  Adapter& alice = open({kAlice});
  open({kBob});
  const io::Frame frame = frame_to(kBob, kAlice, 100);
  bench.tables.put(alice.partition, alice.liobn, LogicalLanBench::kSend + 0x1000, 0);
  EXPECT_EQ(bench.send(alice, frame), HcallStatus::success);
  const auto head = lan::descriptor(100, LogicalLanBench::kSend);
  EXPECT_EQ(send(alice, {head, lan::descriptor(100, LogicalLanBench::kSend + 0x0FFF)}), HcallStatus::parameter);
  EXPECT_EQ(send(alice, {head, lan::descriptor(100, LogicalLanBench::kSize - 1)}), HcallStatus::parameter);
}

TEST_F(LogicalLanSend, TakesFramesOf14To65408Bytes) {
  Adapter& alice = open({kAlice});
  Adapter& bob = open({kBob});
  bench.add_buffers(bob, 65'424, 2);
  EXPECT_EQ(bench.send(alice, frame_to(kBob, kAlice, 13)), HcallStatus::parameter);
  EXPECT_EQ(bench.send(alice, frame_to(kBob, kAlice, 14)), HcallStatus::success);
  EXPECT_EQ(bench.send(alice, frame_to(kBob, kAlice, 65'408)), HcallStatus::success);
  EXPECT_EQ(bench.send(alice, frame_to(kBob, kAlice, 65'409)), HcallStatus::parameter);
}

TEST_F(LogicalLanSend, AnUntaggedFrameBelongsToThePortsOwnVlan) {
  Adapter& alice = open({kAlice, 10});
  Adapter& bob = open({kBob, 10});
  Adapter& carol = open({kCarol, 20});
  EXPECT_EQ(bench.send(alice, frame_to(kBob, kAlice, 100)), HcallStatus::success);
  EXPECT_FALSE(bench.receive(bob)->frame.tagged());
  EXPECT_EQ(bench.send(alice, frame_to(kCarol, kAlice, 100)), HcallStatus::dropped) << "on another VLAN";
  EXPECT_FALSE(bench.receive(carol));
}

TEST_F(LogicalLanSend, ATaggedFrameGoesToItsVlanIfThePortMayUseIt) {
  Adapter& alice = open({kAlice, 10, {20}});
  Adapter& bob = open({kBob, 20});
  Adapter& carol = open({kCarol, 30, {20}});
  io::Frame frame = frame_to(kBob, kAlice, 100);
  frame.tag(20);
  EXPECT_EQ(bench.send(alice, frame), HcallStatus::success);
  const auto entry = bench.receive(bob);
  EXPECT_FALSE(entry->frame.tagged()) << "20 is its own";
  EXPECT_EQ(entry->length, 100U);
  frame.set_addresses(kCarol, kAlice);
  EXPECT_EQ(bench.send(alice, frame), HcallStatus::success);
  EXPECT_EQ(bench.receive(carol)->frame.vlan(), 20U);
  frame.tag(30);
  EXPECT_EQ(bench.send(alice, frame), HcallStatus::parameter) << "not a VLAN of this port";
  EXPECT_EQ(bench.send(bob, frame), HcallStatus::parameter) << "a port without further VLANs";
}

TEST_F(LogicalLanSend, APortPutsItsOwnVlanIntoATagForWhoHasItAsAFurtherOne) {
  Adapter& alice = open({kAlice, 10});
  Adapter& bob = open({kBob, 1, {10}});
  const io::Frame frame = frame_to(kBob, kAlice, 200);
  EXPECT_EQ(bench.send(alice, frame), HcallStatus::success);
  auto entry = bench.receive(bob);
  EXPECT_EQ(entry->length, 204U);
  EXPECT_EQ(entry->frame.vlan(), 10U);
  EXPECT_EQ(entry->frame.ether_type(), frame.ether_type());
  io::Frame priority = frame;
  priority.tag(0);
  EXPECT_EQ(bench.send(alice, priority), HcallStatus::success) << "a tag of 0 says priority only";
  EXPECT_EQ(bench.receive(bob)->frame.vlan(), 10U);
}

TEST_F(LogicalLanSend, OneAddressOnTwoVlansIsTwoReceivers) {
  Adapter& alice = open({kAlice, 10, {20}});
  Adapter& ten = open({kBob, 10});
  Adapter& twenty = open({kBob, 20});
  io::Frame frame = frame_to(kBob, kAlice, 100);
  EXPECT_EQ(bench.send(alice, frame), HcallStatus::success);
  frame.tag(20);
  EXPECT_EQ(bench.send(alice, frame), HcallStatus::success);
  EXPECT_EQ(bench.receive_all(ten).size(), 1U);
  EXPECT_EQ(bench.receive_all(twenty).size(), 1U);
}

TEST_F(LogicalLanSend, SwitchesKnowNothingOfEachOther) {
  Adapter& alice = open({kAlice, 1, {}, 0});
  Adapter& bob = open({kBob, 1, {}, 1});
  EXPECT_EQ(bench.send(alice, frame_to(kBob, kAlice, 100)), HcallStatus::dropped);
  EXPECT_EQ(bench.send(alice, frame_to(io::MacAddress::broadcast(), kAlice, 100)), HcallStatus::success);
  EXPECT_FALSE(bench.receive(bob));
}

TEST_F(LogicalLanSend, AnUnknownAddressGoesToTheActiveTrunkAdapterOfTheVlanOrNowhere) {
  Adapter& alice = open({kAlice});
  EXPECT_EQ(bench.send(alice, frame_to(kOutside, kAlice, 100)), HcallStatus::dropped);
  EXPECT_EQ(bench.dropped(alice), 1U) << "nobody took it";
  Adapter& primary = open({kBob, 1, {}, 0, 1});
  Adapter& backup = open({kCarol, 1, {}, 0, 2});
  EXPECT_EQ(bench.send(alice, frame_to(kOutside, kAlice, 100)), HcallStatus::success);
  EXPECT_EQ(bench.receive_all(primary).size(), 1U);
  bench.attributes(backup, 0, lan::kActiveTrunk);
  EXPECT_EQ(bench.send(alice, frame_to(kOutside, kAlice, 100)), HcallStatus::success);
  EXPECT_EQ(bench.receive_all(primary).size(), 0U);
  EXPECT_EQ(bench.receive_all(backup).size(), 1U);
  EXPECT_EQ(bench.send(backup, frame_to(kOutside, kBob, 100)), HcallStatus::dropped) << "its own frames do not come back";
}

TEST_F(LogicalLanSend, ATrunkAdapterGetsWhatIsForOthersOfItsVlansOnly) {
  Adapter& alice = open({kAlice, 10});
  Adapter& trunk = open({kBob, 20, {30}, 0, 1});
  EXPECT_EQ(bench.send(alice, frame_to(kOutside, kAlice, 100)), HcallStatus::dropped);
  EXPECT_FALSE(bench.receive(trunk));
}

TEST_F(LogicalLanSend, ATrunkAdapterSendsWithTheAddressesOfOthers) {
  Adapter& alice = open({kAlice});
  Adapter& trunk = open({kBob, 1, {}, 0, 1});
  EXPECT_EQ(bench.send(trunk, frame_to(kAlice, kOutside, 100)), HcallStatus::success);
  EXPECT_EQ(bench.receive(alice)->frame.source(), kOutside);
  EXPECT_EQ(bench.send(trunk, frame_to(kOutside, kCarol, 100)), HcallStatus::dropped) << "never back to where it came from";
}

TEST_F(LogicalLanSend, AnInactiveTrunkAdapterCanKeepFramesAway) {
  Adapter& alice = open({kAlice});
  open({kBob, 1, {}, 0, 1});
  Adapter& backup = open({kCarol, 1, {}, 0, 2});
  const io::Frame broadcast = frame_to(io::MacAddress::broadcast(), kAlice, 100);
  EXPECT_EQ(bench.send(alice, broadcast), HcallStatus::success);
  EXPECT_EQ(bench.receive_all(backup).size(), 1U);
  EXPECT_EQ(bench.call(backup, Hcall::vioctl, {lan::kDisableInactiveTrunkReception}), HcallStatus::success);
  EXPECT_EQ(bench.send(alice, broadcast), HcallStatus::success);
  EXPECT_EQ(bench.receive_all(backup).size(), 0U);
  bench.attributes(backup, 0, lan::kActiveTrunk);
  EXPECT_EQ(bench.send(alice, broadcast), HcallStatus::success);
  EXPECT_EQ(bench.receive_all(backup).size(), 1U) << "it is active now";
}

TEST_F(LogicalLanSend, ABroadcastGoesToEveryOtherPortOfTheVlan) {
  Adapter& alice = open({kAlice, 10});
  Adapter& bob = open({kBob, 10});
  Adapter& carol = open({kCarol, 1, {10}});
  Adapter& other = open({kOutside, 20});
  EXPECT_EQ(bench.send(alice, frame_to(io::MacAddress::broadcast(), kAlice, 100)), HcallStatus::success);
  EXPECT_EQ(bench.receive_all(alice).size(), 0U);
  EXPECT_EQ(bench.receive_all(bob).size(), 1U);
  const auto carols = bench.receive_all(carol);
  ASSERT_EQ(carols.size(), 1U);
  EXPECT_EQ(carols[0].frame.vlan(), 10U);
  EXPECT_EQ(bench.receive_all(other).size(), 0U);
}

TEST_F(LogicalLanSend, AMulticastGoesToThoseWhoseReceptionAndFiltersLetItIn) {
  Adapter& alice = open({kAlice});
  Adapter& deaf = open({kBob});
  Adapter& open_to_all = open({kCarol});
  Adapter& filtering = open({kOutside});
  bench.call(open_to_all, Hcall::multicast_ctrl, {lan::kModifyReception | lan::kReception});
  bench.call(filtering, Hcall::multicast_ctrl,
             {lan::kModifyReception | lan::kReception | lan::kModifyFiltering | lan::kFiltering | lan::kAddFilter, kGroup.bits});
  EXPECT_EQ(bench.send(alice, frame_to(kGroup, kAlice, 100)), HcallStatus::success);
  EXPECT_EQ(bench.send(alice, frame_to({kGroup.bits + 1}, kAlice, 100)), HcallStatus::success);
  EXPECT_EQ(bench.receive_all(deaf).size(), 0U);
  EXPECT_EQ(bench.receive_all(open_to_all).size(), 2U);
  EXPECT_EQ(bench.receive_all(filtering).size(), 1U);
}

TEST_F(LogicalLanSend, TakesTheSmallestBufferThatFitsAndIsFree) {
  Adapter& alice = open({kAlice});
  Adapter& bob = bench.open({kBob});
  bench.add_buffer(bob, 4096);
  bench.add_buffer(bob, 512);
  bench.add_buffer(bob, 1024);
  const std::uint32_t large = LogicalLanBench::kBuffers;
  const std::uint32_t small = large + 4096;
  const std::uint32_t middle = small + 512;
  bench.send(alice, frame_to(kBob, kAlice, 504));  // fits exactly, with its 8 bytes of correlator
  bench.send(alice, frame_to(kBob, kAlice, 100));
  bench.send(alice, frame_to(kBob, kAlice, 100));
  const auto entries = bench.receive_all(bob);
  ASSERT_EQ(entries.size(), 3U);
  EXPECT_EQ(entries[0].correlator, small);
  EXPECT_EQ(entries[1].correlator, middle);
  EXPECT_EQ(entries[2].correlator, large);
}

TEST_F(LogicalLanSend, WithBufferSizeControlLargerBuffersAreNotTakenInstead) {
  Adapter& alice = open({kAlice});
  Adapter& bob = bench.add({kBob});
  bench.attributes(bob, 0, lan::kBufferSizeControl);
  bench.register_adapter(bob, kBob.bits);
  bench.add_buffer(bob, 512);
  bench.add_buffer(bob, 1024);
  EXPECT_EQ(bench.send(alice, frame_to(kBob, kAlice, 100)), HcallStatus::success);
  EXPECT_EQ(bench.send(alice, frame_to(kBob, kAlice, 100)), HcallStatus::dropped) << "the history knows of 512 bytes";
  EXPECT_EQ(bench.send(alice, frame_to(kBob, kAlice, 505)), HcallStatus::success);
}

TEST_F(LogicalLanSend, WhereNoBufferFitsTheReceiverCountsAndTheSenderIsTold) {
  Adapter& alice = open({kAlice});
  Adapter& bob = bench.open({kBob});
  bench.add_buffer(bob, 512);
  EXPECT_EQ(bench.send(alice, frame_to(kBob, kAlice, 505)), HcallStatus::dropped);
  EXPECT_EQ(bench.send(alice, frame_to(kBob, kAlice, 504)), HcallStatus::success);
  EXPECT_EQ(bench.send(alice, frame_to(kBob, kAlice, 60)), HcallStatus::dropped) << "it is used";
  EXPECT_EQ(bench.memory(bob).read(lan::kDroppedFrames, 8), 2U);
  EXPECT_EQ(bench.dropped(bob), 2U);
  EXPECT_EQ(bench.dropped(alice), 0U);
  EXPECT_EQ(bench.delivered(bob), 1U);
}

TEST_F(LogicalLanSend, ABroadcastThatOneReceiverMissesReachesTheOthers) {
  Adapter& alice = open({kAlice});
  Adapter& bob = bench.open({kBob});
  Adapter& carol = open({kCarol});
  EXPECT_EQ(bench.send(alice, frame_to(io::MacAddress::broadcast(), kAlice, 100)), HcallStatus::dropped);
  EXPECT_EQ(bench.dropped(bob), 1U);
  EXPECT_EQ(bench.receive_all(carol).size(), 1U);
}

TEST_F(LogicalLanSend, TheValidBitAlternatesWithEachTurnOfTheReceiveQueue) {
  Adapter& alice = open({kAlice});
  Adapter& bob = bench.open({kBob}, 3);
  for (std::uint32_t i = 0; i < 10; ++i) {
    bench.add_buffer(bob, 512);
    ASSERT_EQ(bench.send(alice, frame_to(kBob, kAlice, 100 + i)), HcallStatus::success);
    const auto entry = bench.receive(bob);
    ASSERT_TRUE(entry) << i;
    EXPECT_EQ(entry->control & lan::kEntryValid, i / 3 % 2 == 0 ? lan::kEntryValid : 0) << i;
    EXPECT_EQ(entry->length, 100 + i);
    const bool toggle = (bench.memory(bob).read(0, 8) & lan::kToggle) != 0;
    EXPECT_EQ(toggle, (i + 1) / 3 % 2 == 1) << i;
  }
}

TEST_F(LogicalLanSend, NobodyChecksForRoomInTheReceiveQueue) {
  Adapter& alice = open({kAlice});
  Adapter& bob = bench.open({kBob}, 2);
  bench.add_buffers(bob, 512, 3);
  for (std::uint32_t i = 0; i < 3; ++i) EXPECT_EQ(bench.send(alice, frame_to(kBob, kAlice, 100 + i)), HcallStatus::success);
  EXPECT_EQ(bench.memory(bob).read(LogicalLanBench::kQueue + 4, 4), 102U) << "the first entry is lost";
}

TEST_F(LogicalLanSend, InterruptsComeOnceUntilH_EOI) {
  Adapter& alice = open({kAlice});
  Adapter& bob = open({kBob});
  for (int i = 0; i < 3; ++i) bench.send(alice, frame_to(kBob, kAlice, 100));
  EXPECT_EQ(bob.interrupts, 1U);
  bench.eoi(bob);
  EXPECT_EQ(bob.interrupts, 2U) << "for what came since";
  bench.eoi(bob);
  EXPECT_EQ(bob.interrupts, 2U);
  bench.sources.disable(bob.interrupt);
  bench.send(alice, frame_to(kBob, kAlice, 100));
  EXPECT_EQ(bob.interrupts, 2U);
}

TEST_F(LogicalLanSend, ABufferWithoutTranslationComesBackWithoutAMessage) {
  Adapter& alice = open({kAlice});
  Adapter& bob = open({kBob}, 1);
  bench.tables.put(bob.partition, bob.liobn, LogicalLanBench::kBuffers, 0);
  EXPECT_EQ(bench.send(alice, frame_to(kBob, kAlice, 100)), HcallStatus::dropped);
  const auto entry = bench.receive(bob);
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->control & lan::kEntryMessage, 0U);
}

TEST_F(LogicalLanSend, ManyReceiversAreServedInSeveralCalls) {
  Adapter& alice = open({kAlice});
  std::vector<Adapter*> others;
  for (std::uint64_t i = 0; i < 150; ++i) others.push_back(&open({{0x0200'0001'0000 + i}}, 2));
  bench.tables.put(others[100]->partition, others[100]->liobn, LogicalLanBench::kBuffers, 0);
  bench.tables.put(others[100]->partition, others[100]->liobn, LogicalLanBench::kBuffers + 0x1000, 0);
  const io::Frame frame = frame_to(io::MacAddress::broadcast(), kAlice, 100);
  EXPECT_EQ(bench.send(alice, frame), HcallStatus::busy);
  const std::uint64_t token = alice.call.registers[0];
  EXPECT_NE(token, 0U);
  EXPECT_EQ(bench.send(alice, frame, 0, 0, token + 1), HcallStatus::parameter) << "not the token that it was given";
  EXPECT_EQ(bench.send(alice, frame, 0, 0, token), HcallStatus::busy);
  EXPECT_EQ(bench.send(alice, frame, 0, 0, alice.call.registers[0]), HcallStatus::dropped) << "one of them had no buffer";
  std::size_t received = 0;
  for (Adapter* other : others) received += bench.delivered(*other);
  EXPECT_EQ(received, 149U) << "everybody once";
  EXPECT_EQ(bench.send(alice, frame, 0, 0, token), HcallStatus::parameter) << "it is over";
}

TEST_F(LogicalLanSend, ANewSendForgetsOneThatWasSuspended) {
  Adapter& alice = open({kAlice});
  std::vector<Adapter*> others;
  for (std::uint64_t i = 0; i < 70; ++i) others.push_back(&open({{0x0200'0001'0000 + i}}, 4));
  const io::Frame frame = frame_to(io::MacAddress::broadcast(), kAlice, 100);
  EXPECT_EQ(bench.send(alice, frame), HcallStatus::busy);
  EXPECT_EQ(bench.send(alice, frame_to({0x0200'0001'0000}, kAlice, 100)), HcallStatus::success);
  EXPECT_EQ(bench.delivered(*others[0]), 2U);
  EXPECT_EQ(bench.delivered(*others[69]), 0U);
}

TEST_F(LogicalLanSend, ChargesTheSenderForEachFrameAndForTheCopy) {
  Adapter& alice = open({kAlice});
  open({kBob});
  open({kCarol});
  bench.send(alice, frame_to(kBob, kAlice, 1024));
  EXPECT_EQ(alice.call.cost, bench.costs.lan_send + bench.costs.copy_per_kib);
  bench.send(alice, frame_to(io::MacAddress::broadcast(), kAlice, 1024));
  EXPECT_EQ(alice.call.cost, bench.costs.lan_send * 2 + bench.costs.copy_per_kib * 2);
  bench.send(alice, frame_to(kOutside, kAlice, 1024));
  EXPECT_EQ(alice.call.cost, SimTime{}) << "nothing was copied";
}

}  // namespace
}  // namespace lparsim::hypervisor
