// What a vNIC does from the client's memory to the wire and back, and at a failover, message by message where it matters.
#include <gmock/gmock.h>

#include "lpars/drivers/network_stack.hpp"
#include "lpars/drivers/testing/network_bench.hpp"
#include "models/io/external_host.hpp"
#include "validation/vnic/vnic_bench.hpp"

namespace lparsim::validation {
namespace {

using namespace literals;

constexpr io::MacAddress kOutside{0x0200'0E00'0001};

/// Frames of a protocol that knows none of the client's own announcements.
std::vector<std::uint64_t> numbers_of(const std::vector<io::Frame>& frames) {
  std::vector<std::uint64_t> numbers;
  for (const io::Frame& frame : frames)
    if (frame.ether_type() == 0x88B6) numbers.push_back(number_of(frame));
  return numbers;
}

TEST(Vnic, LogsInAndCarriesFramesBothWays) {
  VnicBench bench;
  NumberedFrames frames{*bench.driver};
  Outside outside{kOutside, bench};
  bench.start_all();
  bench.run_for(10_ms);
  EXPECT_TRUE(bench.driver->up());
  EXPECT_TRUE(bench.backing(0).logged_in());
  EXPECT_FALSE(bench.backing(1).logged_in());
  frames.send(numbered(kOutside, VnicBench::kMac, 7), bench.calendar.now());
  outside.port.transmit(numbered(VnicBench::kMac, kOutside, 8, 60), bench.calendar.now());
  bench.run_for(1_ms);
  EXPECT_THAT(numbers_of(outside.received), testing::ElementsAre(7));
  EXPECT_THAT(numbers_of(frames.received), testing::ElementsAre(8));
  ASSERT_FALSE(frames.received.empty());
  EXPECT_EQ(frames.received.back().length, 60U);
}

TEST(Vnic, AnnouncesItselfSoThatSwitchesLearnWhereItIs) {
  VnicBench bench;
  NumberedFrames frames{*bench.driver};
  Outside outside{kOutside, bench};
  bench.start_all();
  bench.run_for(10_ms);
  ASSERT_EQ(outside.received.size(), 1U);
  EXPECT_EQ(outside.received[0].source(), VnicBench::kMac);
  EXPECT_TRUE(outside.received[0].destination().is_multicast());
}

TEST(Vnic, GoesToTheOtherBackingDeviceWhenACableIsPulledAndBackAfterwards) {
  VnicBench bench;
  NumberedFrames frames{*bench.driver};
  Outside outside{kOutside, bench};
  bench.start_all();
  bench.run_for(10_ms);
  bench.set_link(0, false);
  bench.run_for(10_ms);
  EXPECT_EQ(bench.driver->counts().failovers, 1U) << "transport event 08";
  EXPECT_EQ(bench.failover->active(), 1U);
  EXPECT_TRUE(bench.driver->up());
  EXPECT_TRUE(bench.backing(1).logged_in());
  EXPECT_FALSE(bench.backing(0).logged_in()) << "it was told that its client is gone";
  outside.received.clear();
  frames.send(numbered(kOutside, VnicBench::kMac, 1), bench.calendar.now());
  outside.port.transmit(numbered(VnicBench::kMac, kOutside, 2), bench.calendar.now());
  bench.run_for(1_ms);
  EXPECT_THAT(numbers_of(outside.received), testing::ElementsAre(1));
  EXPECT_THAT(numbers_of(frames.received), testing::ElementsAre(2));
  bench.set_link(0, true);
  bench.run_for(10_ms);
  EXPECT_EQ(bench.failover->active(), 0U);
  EXPECT_EQ(bench.driver->counts().logins, 3U);
}

TEST(Vnic, StaysWhereItIsWithoutAutoPriorityFailover) {
  VnicBench bench{{}, {.automatic = false}};
  NumberedFrames frames{*bench.driver};
  bench.start_all();
  bench.run_for(10_ms);
  bench.set_link(0, false);
  bench.run_for(10_ms);
  bench.set_link(0, true);
  bench.run_for(1_s);
  EXPECT_EQ(bench.failover->active(), 1U);
  EXPECT_EQ(bench.driver->counts().logins, 2U);
}

TEST(Vnic, UsesTheBackingDeviceThatTheOperatorNamesWhileItWorks) {
  VnicBench bench;
  NumberedFrames frames{*bench.driver};
  bench.start_all();
  bench.run_for(10_ms);
  EXPECT_TRUE(bench.failover->activate(1));
  bench.run_for(1_s);
  EXPECT_EQ(bench.failover->active(), 1U) << "the other one's priority is better";
  EXPECT_TRUE(bench.driver->up());
  EXPECT_EQ(bench.driver->counts().failovers, 1U);
  bench.set_link(1, false);
  bench.run_for(1_s);
  EXPECT_EQ(bench.failover->active(), 0U);
  EXPECT_FALSE(bench.failover->activate(1));
  bench.set_link(1, true);
  EXPECT_TRUE(bench.failover->activate(1));
  bench.run_for(10_ms);
  bench.failover->set_automatic(true);
  EXPECT_EQ(bench.failover->active(), 0U);
}

TEST(Vnic, LeavesAServerThatSaysNothingAnyMore) {
  VnicBench bench;
  NumberedFrames frames{*bench.driver};
  bench.start_all();
  bench.run_for(50_ms);
  // Its queue stays registered, as that of a system that hangs.
  bench.vioses[0].host.deactivate();
  bench.run_for(200_ms);
  EXPECT_EQ(bench.failover->active(), 0U);
  bench.run_for(200_ms);
  EXPECT_EQ(bench.failover->active(), 1U);
  EXPECT_TRUE(bench.driver->up());
}

TEST(Vnic, WorksAgainAfterTheClientWasRestarted) {
  VnicBench bench;
  NumberedFrames frames{*bench.driver};
  bench.start_all();
  bench.run_for(10_ms);
  bench.stop_client();
  bench.run_for(10_ms);
  EXPECT_FALSE(bench.backing(0).logged_in());
  bench.start_client();
  bench.run_for(10_ms);
  EXPECT_TRUE(bench.driver->up());
}

struct Use {
  double gigabits = 0;  ///< of messages, per second
  double client = 0;    ///< processors busy
  double vios = 0;
  double frames = 0;  ///< descriptors of the VIOS, per second
};

/// One thread of the client sends as fast as it can.
Use measure(bool large, DataRate rate = DataRate{10'000'000'000}) {
  drivers::VnicClientConfig config;
  config.large = large;
  VnicBench bench{config, {}, rate};
  drivers::NetworkCosts costs;
  io::StreamConfig stream;
  stream.large_send = large;
  stream.window = Bytes{512 * 1024};
  drivers::NetworkStack stack{*bench.driver, VnicBench::kMac, stream, costs, Hertz{4e9}, bench.ledger};
  io::ExternalHostConfig outside;
  outside.mac = kOutside;
  outside.port = bench.vioses[0].wire.config();
  io::ExternalHost host{outside, bench.calendar};
  io::EthernetPort::connect(host.port(), bench.network.add_port(host.port().config()));
  stack.add_peer("outside", kOutside, io::ExternalHost::kService, 0);
  drivers::testing::Load load{stack};
  load.repeat({workload::IoStep::Kind::send, stack.peer("outside"), Bytes{260'640}}, 1, 1'000'000);
  bench.start_all(&load);
  bench.run_for(50_ms);
  const std::uint64_t bytes = host.received_bytes();
  const std::uint64_t frames = bench.backing(0).counts().sent + bench.backing(0).counts().received;
  const SimTime client = bench.host.used(), vios = bench.vioses[0].host.used();
  const SimTime time = 200_ms;
  bench.run_for(time);
  return {static_cast<double>(host.received_bytes() - bytes) * 8 / time.seconds() / 1e9,
          (bench.host.used() - client).seconds() / time.seconds(), (bench.vioses[0].host.used() - vios).seconds() / time.seconds(),
          static_cast<double>(bench.backing(0).counts().sent + bench.backing(0).counts().received - frames) / time.seconds()};
}

/// IEEE 802.3 framing leaves 0.9415 of the wire at MTU 1500 with time stamps.
TEST(Vnic, FillsTheWire) {
  for (const bool large : {false, true}) EXPECT_NEAR(measure(large, DataRate{1'000'000'000}).gigabits, 0.9415, 0.006);
}

/// The data do not go through the VIOS: what a frame costs it does not depend on its length.
TEST(Vnic, CostsTheViosByTheFrameAndNotByTheByte) {
  const Use large = measure(true), small = measure(false);
  EXPECT_GT(small.frames / small.gigabits, 2 * large.frames / large.gigabits);
  EXPECT_NEAR(large.vios / large.frames, small.vios / small.frames, 0.35 * small.vios / small.frames);
  EXPECT_LT(large.vios / large.gigabits, 0.5 * small.vios / small.gigabits);
}

}  // namespace
}  // namespace lparsim::validation
