#include "models/hypervisor/lan_adapter.hpp"

#include <gmock/gmock.h>

#include "models/hypervisor/testing/logical_lan_bench.hpp"
#include "models/hypervisor/testing/vio_bench.hpp"

namespace lparsim::hypervisor {
namespace {

using testing::frame_to;
using testing::tcp_frame;
using testing::VioBench;

constexpr io::MacAddress kOne{0x0200'0000'0001};
constexpr io::MacAddress kTwo{0x0200'0000'0002};
constexpr PartitionId kFirst{0};
constexpr PartitionId kSecond{1};

class LanAdapters : public ::testing::Test {
 protected:
  LanAdapterConfig config(PartitionId partition, io::MacAddress mac, bool large = false) {
    LanAdapterConfig result{bench_.virtual_io.add_ethernet(partition, {mac}), mac, large};
    result.pools = {{{512, 4, true}, {2048, 6, true}, {16'384, 2, false}, {32'768, 2, false}, {65'536, 2, true}}};
    return result;
  }
  VioBench bench_{2};
};

TEST_F(LanAdapters, FramesArriveAsTheyWereSent) {
  LanAdapter one{bench_.calls(kFirst), config(kFirst, kOne)};
  LanAdapter two{bench_.calls(kSecond), config(kSecond, kTwo)};
  one.open();
  two.open();
  const io::Frame frame = frame_to(kTwo, kOne, 700);
  EXPECT_EQ(one.send(frame), HcallStatus::success);
  EXPECT_EQ(bench_.take_interrupts(kSecond).size(), 1u);
  const auto arrived = two.take();
  ASSERT_TRUE(arrived);
  EXPECT_EQ(arrived->head, frame.head);
  EXPECT_EQ(arrived->length, 700u);
  EXPECT_FALSE(two.take());
}

TEST_F(LanAdapters, BuffersThatAreGivenBackAreUsedAgainManyTimesRoundTheQueue) {
  LanAdapter one{bench_.calls(kFirst), config(kFirst, kOne)};
  LanAdapter two{bench_.calls(kSecond), config(kSecond, kTwo)};
  one.open();
  two.open();
  for (std::uint32_t i = 0; i < 1000; ++i) {
    EXPECT_EQ(one.send(frame_to(kTwo, kOne, 100 + i)), HcallStatus::success);
    const auto arrived = two.take();
    ASSERT_TRUE(arrived);
    EXPECT_EQ(arrived->length, 100 + i);
    two.replenish();
  }
}

TEST_F(LanAdapters, WithoutBuffersFramesAreDroppedAndTheSenderIsTold) {
  LanAdapter one{bench_.calls(kFirst), config(kFirst, kOne)};
  LanAdapter two{bench_.calls(kSecond), config(kSecond, kTwo)};
  one.open();
  two.open();
  // 4 + 6 + 2 buffers take it: the larger ones help out.
  for (std::uint32_t i = 0; i < 12; ++i) EXPECT_EQ(one.send(frame_to(kTwo, kOne, 100)), HcallStatus::success);
  EXPECT_EQ(one.send(frame_to(kTwo, kOne, 100)), HcallStatus::dropped);
  EXPECT_EQ(bench_.virtual_io.frames_dropped(kSecond, two.config().adapter.unit), 1u);
  while (two.take()) {
  }
  EXPECT_EQ(two.empty_buffers(), 12u);
  two.replenish();
  EXPECT_EQ(one.send(frame_to(kTwo, kOne, 100)), HcallStatus::success);
}

TEST_F(LanAdapters, ALargeSendArrivesInOnePieceWhereBothWantIt) {
  LanAdapter one{bench_.calls(kFirst), config(kFirst, kOne, true)};
  LanAdapter two{bench_.calls(kSecond), config(kSecond, kTwo, true)};
  one.open();
  two.open();
  io::Frame frame = tcp_frame(kTwo, kOne, 10'000);
  frame.mss = 1460;
  EXPECT_EQ(one.send(frame), HcallStatus::success);
  const auto arrived = two.take();
  ASSERT_TRUE(arrived);
  EXPECT_EQ(arrived->length, frame.length);
  EXPECT_EQ(arrived->mss, 1460u);
}

TEST_F(LanAdapters, ALargeSendIsCutByTheHypervisorWhereTheReceiverDoesNotWantIt) {
  LanAdapter one{bench_.calls(kFirst), config(kFirst, kOne, true)};
  LanAdapter two{bench_.calls(kSecond), config(kSecond, kTwo)};
  one.open();
  two.open();
  io::Frame frame = tcp_frame(kTwo, kOne, 4000);
  frame.mss = 1460;
  EXPECT_EQ(one.send(frame), HcallStatus::success);
  std::vector<std::uint32_t> lengths;
  while (const auto arrived = two.take()) lengths.push_back(arrived->length);
  EXPECT_THAT(lengths, ::testing::ElementsAre(1514u, 1514u, 54u + 1080u));
}

TEST_F(LanAdapters, OpensAgainAfterItsPartitionHasStopped) {
  LanAdapter one{bench_.calls(kFirst), config(kFirst, kOne)};
  LanAdapter two{bench_.calls(kSecond), config(kSecond, kTwo)};
  one.open();
  two.open();
  EXPECT_EQ(one.send(frame_to(kTwo, kOne, 100)), HcallStatus::success);
  bench_.virtual_io.partition_stopped(kSecond, false);
  EXPECT_EQ(one.send(frame_to(kTwo, kOne, 100)), HcallStatus::dropped);
  two.open();
  EXPECT_FALSE(two.take());
  EXPECT_EQ(one.send(frame_to(kTwo, kOne, 200)), HcallStatus::success);
  EXPECT_EQ(two.take()->length, 200u);
}

}  // namespace
}  // namespace lparsim::hypervisor
