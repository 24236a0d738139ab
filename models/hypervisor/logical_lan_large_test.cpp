// Large sends and checksums in H_SEND_LOGICAL_LAN (LoPAR, "ILLAN Large Send/Receive option" and "ILLAN Checksum Offload Support Option"):
// one test a clause.
#include <gtest/gtest.h>

#include "models/hypervisor/logical_lan.hpp"
#include "models/hypervisor/testing/logical_lan_bench.hpp"

namespace lparsim::hypervisor {
namespace {

using testing::frame_to;
using testing::LogicalLanBench;
using testing::tcp_frame;
using Adapter = LogicalLanBench::Adapter;
constexpr io::MacAddress kAlice{0x0200'0000'0001};
constexpr io::MacAddress kBob{0x0200'0000'0002};
constexpr io::MacAddress kCarol{0x0200'0000'0003};

class LogicalLanLarge : public ::testing::Test {
 protected:
  Adapter& open(const EthernetAdapterSpec& spec, std::uint32_t buffers = 64) {
    Adapter& adapter = bench.open(spec);
    bench.add_buffers(adapter, 2048, buffers);
    return adapter;
  }
  /// Opened with attributes that are set before.
  Adapter& open_with(const EthernetAdapterSpec& spec, std::uint64_t attributes, std::uint32_t size = 2048) {
    Adapter& adapter = bench.add(spec);
    bench.attributes(adapter, 0, attributes);
    bench.register_adapter(adapter, spec.mac.bits);
    bench.add_buffers(adapter, size, 16);
    return adapter;
  }
  LogicalLanBench bench;
};

TEST_F(LogicalLanLarge, ASegmentSizeIsZeroOr16AtLeastAndOnlyForTcp) {
  Adapter& alice = open_with({kAlice}, lan::kLargeReceive);
  open({kBob});
  EXPECT_EQ(bench.send(alice, tcp_frame(kBob, kAlice, 100), 15), HcallStatus::parameter);
  EXPECT_EQ(bench.send(alice, tcp_frame(kBob, kAlice, 100), 16), HcallStatus::success);
  EXPECT_EQ(bench.send(alice, frame_to(kBob, kAlice, 100), 16), HcallStatus::parameter);
  EXPECT_EQ(bench.send(alice, frame_to(kBob, kAlice, 100), 0), HcallStatus::success);
}

TEST_F(LogicalLanLarge, ALargeFrameIsCutForWhoDoesNotReceiveLargeOnes) {
  Adapter& alice = open_with({kAlice}, lan::kLargeReceive);
  Adapter& bob = open({kBob});
  EXPECT_EQ(bench.send(alice, tcp_frame(kBob, kAlice, 3000), 1448, lan::kLargeSend), HcallStatus::success);
  const auto entries = bench.receive_all(bob);
  ASSERT_EQ(entries.size(), 3U);
  EXPECT_EQ(entries[0].length, 54 + 1448U);
  EXPECT_EQ(entries[2].length, 54 + 104U);
  for (const auto& entry : entries) EXPECT_EQ(entry.control, lan::kEntryValid | lan::kEntryMessage) << "ordinary frames";
  EXPECT_EQ(alice.call.cost, bench.costs.lan_send * 3 + bench.costs.copy_per_kib * 1502 / 1024 * 2 + bench.costs.copy_per_kib * 158 / 1024);
  EXPECT_EQ(bench.delivered(bob), 3U);
}

TEST_F(LogicalLanLarge, ALargeReceiverGetsItWholeWithTheSegmentSize) {
  Adapter& alice = open_with({kAlice}, lan::kLargeReceive);
  Adapter& bob = open_with({kBob}, lan::kLargeReceive, 65'536);
  EXPECT_EQ(bench.send(alice, tcp_frame(kBob, kAlice, 60'000), 1448, lan::kLargeSend), HcallStatus::success);
  const auto entry = bench.receive(bob);
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->control, lan::kEntryValid | lan::kEntryMessage | lan::kEntryLargeSend);
  EXPECT_EQ(entry->offset, 16U);
  EXPECT_EQ(entry->length, 60'054U);
  EXPECT_EQ(bench.memory(bob).read(entry->correlator + 8, 8), 1448U);
  EXPECT_EQ(bench.send(alice, tcp_frame(kBob, kAlice, 1448), 1448), HcallStatus::success);
}

TEST_F(LogicalLanLarge, ASenderWithoutLargeSendHasNoSegmentSize) {
  Adapter& alice = open({kAlice});
  Adapter& bob = open({kBob});
  EXPECT_EQ(bench.send(alice, tcp_frame(kBob, kAlice, 1900), 1448), HcallStatus::success);
  EXPECT_EQ(bench.receive_all(bob).size(), 1U);
}

TEST_F(LogicalLanLarge, SegmentsThatFindNoBufferAreDroppedOneByOne) {
  Adapter& alice = open_with({kAlice}, lan::kLargeReceive);
  Adapter& bob = open({kBob}, 2);
  EXPECT_EQ(bench.send(alice, tcp_frame(kBob, kAlice, 5000), 1000), HcallStatus::dropped);
  EXPECT_EQ(bench.delivered(bob), 2U);
  EXPECT_EQ(bench.dropped(bob), 3U);
}

TEST_F(LogicalLanLarge, ChecksumBitsNeedTheSendersAttributeTcpAndAnAllowedCombination) {
  Adapter& plain = open({kAlice});
  Adapter& able = open_with({kCarol}, lan::kChecksumIpv4);
  open({kBob});
  const auto both = lan::kNoChecksum | lan::kChecksumGood;
  EXPECT_EQ(bench.send(plain, tcp_frame(kBob, kAlice, 100), 0, both), HcallStatus::parameter);
  EXPECT_EQ(bench.send(plain, tcp_frame(kBob, kAlice, 100), 0, lan::kChecksumGood), HcallStatus::parameter);
  EXPECT_EQ(bench.send(able, tcp_frame(kBob, kCarol, 100), 0, both), HcallStatus::success);
  EXPECT_EQ(bench.send(able, tcp_frame(kBob, kCarol, 100), 0, lan::kChecksumGood), HcallStatus::success);
  EXPECT_EQ(bench.send(able, tcp_frame(kBob, kCarol, 100), 0, lan::kNoChecksum), HcallStatus::parameter);
  EXPECT_EQ(bench.send(able, frame_to(kBob, kCarol, 100), 0, both), HcallStatus::parameter) << "not TCP";
  EXPECT_EQ(bench.send(able, tcp_frame(kBob, kAlice, 100), 0, both), HcallStatus::dropped) << "with the address of another";
}

TEST_F(LogicalLanLarge, ChecksumBitsPassToWhoKnowsThemAndAreMadeGoodForOthers) {
  Adapter& alice = open_with({kAlice}, lan::kChecksumIpv4);
  Adapter& able = open_with({kBob}, lan::kChecksumIpv4);
  Adapter& plain = open({kCarol});
  const auto both = lan::kNoChecksum | lan::kChecksumGood;
  bench.send(alice, tcp_frame(kBob, kAlice, 4), 0, both);
  const auto passed = bench.receive(able);
  EXPECT_EQ(passed->control & 0x3, lan::kEntryNoChecksum | lan::kEntryChecksumGood);
  EXPECT_EQ(passed->frame.head[50] << 8 | passed->frame.head[51], 0) << "left out";
  bench.send(alice, tcp_frame(kCarol, kAlice, 4), 0, both);
  const auto made = bench.receive(plain);
  EXPECT_EQ(made->control & 0x3, 0);
  EXPECT_NE(made->frame.head[50] << 8 | made->frame.head[51], 0);
  bench.send(alice, tcp_frame(kCarol, kAlice, 4), 0, lan::kChecksumGood);
  EXPECT_EQ(bench.receive(plain)->control & 0x3, 0);
}

}  // namespace
}  // namespace lparsim::hypervisor
