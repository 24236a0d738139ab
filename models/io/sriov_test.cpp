#include <gmock/gmock.h>

#include "models/io/sriov_port.hpp"
#include "sim/kernel/testing/manual_calendar.hpp"

namespace lparsim::io {
namespace {

using namespace lparsim::literals;

struct Driver final : LogicalPortDriver {
  void port_received(std::uint64_t cookie, const Frame&, SimTime) override { received.push_back(cookie); }
  void port_sent(std::uint64_t, std::uint64_t number, bool sent, SimTime) override { (sent ? went : lost).push_back(number); }
  void port_link_changed(std::uint64_t, bool up, SimTime) override { links.push_back(up); }
  std::vector<std::uint64_t> received, went, lost;
  std::vector<bool> links;
};

struct Sink final : FrameSink {
  void frame_arrived(const Frame& frame, SimTime) override { frames.push_back(frame); }
  void link_changed(bool, SimTime) override {}
  std::vector<Frame> frames;
};

constexpr MacAddress mac(std::uint64_t number) {
  return {0x0200'0000'0000 + number};
}

Frame frame_to(MacAddress destination, MacAddress source, std::uint32_t length = 1514) {
  Frame frame;
  frame.length = length;
  frame.set_addresses(destination, source);
  frame.set_ether_type(0x88B6);
  return frame;
}

struct Bench {
  Bench() {
    EthernetPort::connect(wire, other);
    other.set_receiver(sink);
  }
  LogicalPortId add(const LogicalPortConfig& config) {
    const LogicalPortId id = port.add(config);
    port.set_driver(id, driver, static_cast<std::uint64_t>(id));
    port.enable(id, true);
    return id;
  }
  kernel::testing::ManualCalendar calendar;
  EthernetPort wire{{.queue = 64}, calendar};
  EthernetPort other{{.queue = 64}, calendar};
  SriovPort port{wire};
  Driver driver;
  Sink sink;
};

/// Bytes of each of three ports in 100 ms, while those with `busy` always have frames to send.
std::vector<double> shares(const std::vector<std::uint32_t>& capacities, const std::vector<bool>& busy) {
  Bench bench;
  const Frame frame = frame_to(mac(99), mac(1));
  for (const std::uint32_t capacity : capacities) bench.add({mac(1), 0, capacity});
  for (std::uint32_t i = 0; i < busy.size(); ++i)
    for (int n = 0; busy[i] && n < 20'000; ++n) bench.port.transmit(LogicalPortId{i}, frame, 0, SimTime{});
  bench.calendar.run_until(100_ms);
  std::vector<double> all;
  double sum = 0;
  for (std::uint32_t i = 0; i < busy.size(); ++i) sum += static_cast<double>(bench.port.counters(LogicalPortId{i}).sent);
  for (std::uint32_t i = 0; i < busy.size(); ++i) all.push_back(static_cast<double>(bench.port.counters(LogicalPortId{i}).sent) / sum);
  return all;
}

TEST(SriovPort, GuaranteesEachLogicalPortItsCapacityAndSharesTheRestInProportion) {
  const auto all = shares({5'000, 3'000, 2'000}, {true, true, true});
  EXPECT_NEAR(all[0], 0.5, 0.01);
  EXPECT_NEAR(all[1], 0.3, 0.01);
  EXPECT_NEAR(all[2], 0.2, 0.01);
  const auto without_first = shares({5'000, 3'000, 2'000}, {false, true, true});
  EXPECT_NEAR(without_first[1], 0.6, 0.01);
  const auto alone = shares({200, 200}, {true, false});
  EXPECT_DOUBLE_EQ(alone[0], 1.0);
}

TEST(SriovPort, DeliversByAddressAndVlanToPortsThatAreEnabled) {
  Bench bench;
  bench.add({mac(1)});
  bench.add({mac(2), 10});
  const LogicalPortId off = bench.add({mac(3)});
  bench.port.enable(off, false);
  bench.other.transmit(frame_to(mac(1), mac(99)), SimTime{});
  bench.other.transmit(frame_to(mac(2), mac(99)), SimTime{});
  bench.other.transmit(frame_to(mac(3), mac(99)), SimTime{});
  Frame tagged = frame_to(MacAddress::broadcast(), mac(99));
  tagged.tag(10);
  bench.other.transmit(tagged, SimTime{});
  bench.calendar.run();
  EXPECT_THAT(bench.driver.received, testing::ElementsAre(0, 1));
}

TEST(SriovPort, KeepsFramesBetweenItsOwnPortsInsideAndTagsWhatGoesOut) {
  Bench bench;
  const LogicalPortId one = bench.add({mac(1), 10});
  bench.add({mac(2), 10});
  bench.port.transmit(one, frame_to(mac(2), mac(1)), 7, SimTime{});
  bench.port.transmit(one, frame_to(mac(99), mac(1)), 8, SimTime{});
  bench.calendar.run();
  EXPECT_THAT(bench.driver.received, testing::ElementsAre(1));
  EXPECT_THAT(bench.driver.went, testing::ElementsAre(7, 8));
  ASSERT_EQ(bench.sink.frames.size(), 1U);
  EXPECT_EQ(bench.sink.frames[0].vlan(), 10);
}

TEST(SriovPort, LosesWhatItHasToSendWithTheLinkAndSaysSo) {
  Bench bench;
  const LogicalPortId one = bench.add({mac(1)});
  for (std::uint64_t n = 0; n < 100; ++n) bench.port.transmit(one, frame_to(mac(99), mac(1)), n, SimTime{});
  EXPECT_EQ(bench.driver.went.size(), 64U) << "as many as the wire's queue holds";
  bench.wire.set_link(false, SimTime{});
  EXPECT_EQ(bench.driver.lost.size(), 36U);
  EXPECT_THAT(bench.driver.links, testing::ElementsAre(false));
  bench.port.transmit(one, frame_to(mac(99), mac(1)), 5, SimTime{});
  EXPECT_EQ(bench.driver.lost.size(), 37U);
}

}  // namespace
}  // namespace lparsim::io
