#include <gmock/gmock.h>

#include "models/io/ethernet_port.hpp"
#include "models/io/ethernet_switch.hpp"
#include "models/io/external_host.hpp"
#include "models/io/testing/stream_host.hpp"
#include "sim/kernel/testing/manual_calendar.hpp"

namespace lparsim::io {
namespace {

using namespace lparsim::literals;
using kernel::testing::ManualCalendar;
using ::testing::ElementsAre;
using testing::StreamHost;

constexpr MacAddress kOne{0x0200'0000'0001};
constexpr MacAddress kTwo{0x0200'0000'0002};
constexpr MacAddress kThree{0x0200'0000'0003};

struct Arrivals final : FrameSink {
  void frame_arrived(const Frame& frame, SimTime now) override {
    lengths.push_back(frame.length);
    times.push_back(now);
  }
  void link_changed(bool up, SimTime) override { links.push_back(up); }
  std::vector<std::uint32_t> lengths;
  std::vector<SimTime> times;
  std::vector<bool> links;
};

Frame frame_of(std::uint32_t length, MacAddress from = kOne, MacAddress to = kTwo) {
  Frame frame;
  frame.set_addresses(to, from);
  frame.set_ether_type(static_cast<std::uint16_t>(EtherType::ipv4));
  frame.length = length;
  return frame;
}

struct Cable {
  explicit Cable(EthernetPortConfig config = {}) : one{config, calendar}, two{config, calendar} {
    EthernetPort::connect(one, two);
    one.set_receiver(at_one);
    two.set_receiver(at_two);
  }
  ManualCalendar calendar;
  EthernetPort one, two;
  Arrivals at_one, at_two;
};

TEST(EthernetPort, AFrameTakesItsLengthAndTwentyFourBytes) {
  Cable cable;
  EXPECT_TRUE(cable.one.transmit(frame_of(1514), {}));
  EXPECT_TRUE(cable.one.transmit(frame_of(20), {}));
  cable.calendar.run();
  EXPECT_THAT(cable.at_two.times, ElementsAre(8_ns * 1538, 8_ns * (1538 + 84)));
  EXPECT_EQ(cable.one.counters().sent_bytes, 1534u);
  EXPECT_EQ(cable.two.counters().received, 2u);
  EXPECT_EQ(cable.one.counters().sending, 8_ns * (1538 + 84));
  EXPECT_EQ(cable.two.counters().receiving, cable.one.counters().sending);
  EXPECT_EQ(cable.two.counters().sending, SimTime{});
}

TEST(EthernetPort, ATagTakesFourBytesMore) {
  Cable cable;
  Frame frame = frame_of(1514);
  frame.tag(20);
  EXPECT_TRUE(cable.one.transmit(frame, {}));
  cable.calendar.run();
  EXPECT_THAT(cable.at_two.times, ElementsAre(8_ns * 1542));
}

TEST(EthernetPort, RefusesWhatIsLongerThanItsMtu) {
  Cable cable;
  EXPECT_FALSE(cable.one.transmit(frame_of(1515), {}));
  EXPECT_EQ(cable.one.counters().refused, 1u);
}

TEST(EthernetPort, BothDirectionsHaveTheWholeRate) {
  Cable cable;
  cable.one.transmit(frame_of(1514), {});
  cable.two.transmit(frame_of(1514, kTwo, kOne), {});
  cable.calendar.run();
  EXPECT_EQ(cable.at_one.times, cable.at_two.times);
}

TEST(EthernetPort, RefusesWhatItsQueueHasNoPlaceForAndSaysWhenItHas) {
  struct Sender final : EthernetSender {
    void place_free(SimTime now) override { when = now; }
    SimTime when;
  } sender;
  EthernetPortConfig config;
  config.queue = 64;
  Cable cable{config};
  cable.one.set_sender(sender);
  for (int i = 0; i < 64; ++i) EXPECT_TRUE(cable.one.transmit(frame_of(1514), {}));
  EXPECT_FALSE(cable.one.transmit(frame_of(1514), {}));
  cable.calendar.run_until(20_us);
  EXPECT_EQ(sender.when, 8_ns * 1538);
  EXPECT_TRUE(cable.one.transmit(frame_of(1514), 20_us));
}

TEST(EthernetPort, APulledCableLosesWhatIsUnderWayAndBothEndsKnow) {
  EthernetPortConfig config;
  config.cable = 5_us;
  Cable cable{config};
  for (int i = 0; i < 3; ++i) cable.one.transmit(frame_of(1514), {});
  cable.calendar.run_until(18_us);  // the first is there, the second on its way
  cable.two.set_link(false, 18_us);
  EXPECT_FALSE(cable.one.link_up());
  EXPECT_FALSE(cable.one.transmit(frame_of(100), 18_us));
  cable.calendar.run_until(100_us);
  EXPECT_EQ(cable.at_two.times.size(), 1u);
  EXPECT_EQ(cable.one.counters().lost, 2u);
  cable.two.set_link(true, 100_us);
  EXPECT_TRUE(cable.one.transmit(frame_of(1514), 100_us));
  cable.calendar.run();
  EXPECT_EQ(cable.at_two.times.back(), 105_us + 8_ns * 1538);
  EXPECT_THAT(cable.at_one.links, ElementsAre(false, true));
  EXPECT_THAT(cable.at_two.links, ElementsAre(false, true));
}

TEST(EthernetPort, CoalescesArrivals) {
  EthernetPortConfig config;
  config.coalescing = 100_us;
  config.coalesced = 5;
  Cable cable{config};
  const SimTime frame = 8_ns * 1538;
  for (int i = 0; i < 7; ++i) cable.one.transmit(frame_of(1514), {});
  cable.calendar.run();
  // Five make it full; the two others wait for 100 us after the sixth.
  std::vector<SimTime> expected(5, frame * 5);
  expected.insert(expected.end(), 2, frame * 6 + 100_us);
  EXPECT_EQ(cable.at_two.times, expected);
}

TEST(EthernetPort, SaysHowLongARequestWaitedForTheWire) {
  RequestLedger ledger{nullptr};
  EthernetPortConfig config;
  config.ledger = &ledger;
  Cable cable{config};
  cable.one.transmit(frame_of(1514), {});
  const RequestTag tag = ledger.begin(0, RequestKind::call, 100, Stage::client_processing, {});
  StreamSegment segment{kOne, kTwo};
  segment.payload = 100;
  segment.has_message = true;
  segment.message = {MessageKind::request, tag, 0, 100, 100};
  cable.one.transmit(to_frame(segment), {});
  cable.calendar.run();
  const RequestRecord& record = ledger.end(tag, Outcome::done, cable.calendar.now());
  EXPECT_EQ(record.stages[static_cast<std::size_t>(Stage::adapter_queue)], 8_ns * 1538);
  EXPECT_EQ(record.stages[static_cast<std::size_t>(Stage::network)], 8_ns * (100 + 52 + 14 + 24));
}

TEST(EthernetSwitch, LearnsWhereAddressesAre) {
  ManualCalendar calendar;
  EthernetSwitch lan{{}, calendar};
  std::vector<std::unique_ptr<EthernetPort>> ports;
  Arrivals arrivals[3];
  for (Arrivals& each : arrivals) {
    ports.push_back(std::make_unique<EthernetPort>(EthernetPortConfig{}, calendar));
    EthernetPort::connect(*ports.back(), lan.add_port({}));
    ports.back()->set_receiver(each);
  }
  ports[0]->transmit(frame_of(100, kOne, kTwo), {});
  calendar.run();
  EXPECT_EQ(arrivals[1].lengths.size() + arrivals[2].lengths.size(), 2u);  // flooded
  EXPECT_THAT(arrivals[1].times, ElementsAre(8_ns * 124 * 2 + 1_us));      // stored and forwarded
  ports[1]->transmit(frame_of(100, kTwo, kOne), calendar.now());
  ports[0]->transmit(frame_of(100, kOne, MacAddress::broadcast()), calendar.now());
  calendar.run();
  ports[0]->transmit(frame_of(100, kOne, kTwo), calendar.now());
  calendar.run();
  EXPECT_EQ(arrivals[0].lengths.size(), 1u);
  EXPECT_EQ(arrivals[1].lengths.size(), 3u);
  EXPECT_EQ(arrivals[2].lengths.size(), 2u);
  // The address moves to another port: it is found there from its first frame on.
  ports[2]->transmit(frame_of(100, kTwo, kOne), calendar.now());
  calendar.run();
  ports[0]->transmit(frame_of(100, kOne, kTwo), calendar.now());
  calendar.run();
  EXPECT_EQ(arrivals[2].lengths.size(), 3u);
  EXPECT_EQ(arrivals[1].lengths.size(), 3u);
}

TEST(EthernetSwitch, APortThatComesUpForwardsAfterTheForwardDelay) {
  ManualCalendar calendar;
  EthernetSwitch lan{{.forwarding = 1_us, .forward_delay = 30_s}, calendar};
  EthernetPort one{{}, calendar}, two{{}, calendar};
  Arrivals at_two;
  EthernetPort::connect(one, lan.add_port({}));
  EthernetPort::connect(two, lan.add_port({}));
  two.set_receiver(at_two);
  one.transmit(frame_of(100), {});
  calendar.run_until(1_s);
  one.set_link(false, 1_s);
  one.set_link(true, 1_s);
  one.transmit(frame_of(101), 1_s);
  calendar.run_until(30'999_ms);
  one.transmit(frame_of(102), 30'999_ms);
  calendar.run_until(31_s);
  one.transmit(frame_of(103), 31_s);
  calendar.run();
  EXPECT_THAT(at_two.lengths, ElementsAre(100u, 103u));
  EXPECT_EQ(lan.discarded(), 2u);
}

struct Rate {
  std::uint64_t gigabits;
  std::uint32_t mtu;
  bool timestamps;
  bool large_send;
  double share;  ///< of the wire
};

/// IBM AIX documentation, "Network adapter performance": TCP payload rates of full-duplex adapters; their shares of the wire.
TEST(Stream, PayloadIsTheShareOfTheWireThatFramingLeaves) {
  for (const Rate& rate :
       {Rate{1, 1500, true, false, 1448.0 / 1538}, Rate{1, 1500, false, false, 1460.0 / 1538}, Rate{1, 9000, true, false, 8948.0 / 9038},
        Rate{10, 1500, true, false, 1448.0 / 1538}, Rate{10, 1500, false, true, 1460.0 / 1538}, Rate{10, 9000, true, true, 8948.0 / 9038},
        Rate{10, 9000, false, false, 8960.0 / 9038}}) {
    ManualCalendar calendar;
    EthernetPortConfig port;
    port.rate = DataRate{rate.gigabits * 1'000'000'000};
    port.mtu = rate.mtu;
    StreamConfig config;
    config.mtu = rate.mtu;
    config.timestamps = rate.timestamps;
    config.large_send = rate.large_send;
    config.window = Bytes{512 * 1024};
    StreamHost one{kOne, port, config, calendar}, two{kTwo, port, config, calendar};
    EthernetPort::connect(one.port, two.port);
    two.streams.listen(7);
    const StreamId stream = one.streams.open(kTwo, 7);
    for (std::uint32_t i = 0; i < 60; ++i)
      one.send(stream, {MessageKind::one_way, RequestTag::none, i, 1000ull * one.streams.segment_payload(), 0}, {});
    calendar.run();
    ASSERT_EQ(two.arrived.size(), 60u);
    const double bits = static_cast<double>(two.bytes) * 8;
    EXPECT_NEAR(bits / two.last.seconds() / 1e9 / static_cast<double>(rate.gigabits), rate.share, rate.share * 0.001)
        << rate.gigabits << " Gb/s, MTU " << rate.mtu;
    EXPECT_EQ(one.streams.counters().repeated, 0u);
  }
}

TEST(ExternalHost, AnswersAfterItsServiceTime) {
  ManualCalendar calendar;
  RequestLedger ledger{nullptr};
  EthernetPortConfig port;
  port.cable = 100_us;
  ExternalHostConfig config{kTwo, port, {}, Distribution::constant(2_ms), RandomKey{1, "gateway"}, &ledger};
  ExternalHost host{config, calendar};
  port.ledger = &ledger;
  StreamHost client{kOne, port, {}, calendar};
  EthernetPort::connect(client.port, host.port());
  const RequestTag tag = ledger.begin(0, RequestKind::call, 200, Stage::client_processing, {});
  client.send(client.streams.open(kTwo, ExternalHost::kService), {MessageKind::request, tag, 3, 200, 1000}, {});
  calendar.run();
  ASSERT_EQ(client.arrived.size(), 1u);
  EXPECT_EQ(client.arrived[0].second.size, 1000u);
  const SimTime there = 8_ns * (200 + 52 + 14 + 24) + 100_us;
  const SimTime back = 8_ns * (1000 + 52 + 14 + 24) + 100_us;
  EXPECT_EQ(client.last, there + 2_ms + back);
  EXPECT_EQ(host.answered(), 1u);
  const RequestRecord& record = ledger.end(tag, Outcome::done, client.last);
  EXPECT_EQ(record.stages[static_cast<std::size_t>(Stage::remote)], 2_ms);
  EXPECT_EQ(record.stages[static_cast<std::size_t>(Stage::network)], there + back);
}

TEST(ExternalHost, SendsBackWhoAsksWhetherItIsThere) {
  ManualCalendar calendar;
  ExternalHost host{{kTwo, {}, {}, Distribution{}, RandomKey{1, "gateway"}}, calendar};
  EthernetPort port{{}, calendar};
  Arrivals arrivals;
  port.set_receiver(arrivals);
  EthernetPort::connect(port, host.port());
  Frame frame = frame_of(60);
  frame.set_ether_type(static_cast<std::uint16_t>(EtherType::arp));
  port.transmit(frame, {});
  calendar.run();
  EXPECT_THAT(arrivals.times, ElementsAre(8_ns * 84 * 2));
}

TEST(ExternalHost, RequestsDoNotWaitForEachOther) {
  ManualCalendar calendar;
  ExternalHost host{{kTwo, {}, {}, Distribution::constant(10_ms), RandomKey{1, "gateway"}}, calendar};
  StreamHost client{kOne, {}, {}, calendar};
  EthernetPort::connect(client.port, host.port());
  const StreamId stream = client.streams.open(kTwo, ExternalHost::kService);
  for (std::uint32_t i = 0; i < 10; ++i) client.send(stream, {MessageKind::request, RequestTag::none, i, 100, 100}, {});
  calendar.run();
  EXPECT_EQ(client.arrived.size(), 10u);
  EXPECT_LT(client.last, 11_ms);
}

TEST(ExternalHost, AnswersReachTheirClientThroughAPulledCable) {
  ManualCalendar calendar;
  ExternalHost host{{kTwo, {}, {}, Distribution::constant(1_ms), RandomKey{1, "gateway"}}, calendar};
  StreamHost client{kOne, {}, {}, calendar};
  EthernetPort::connect(client.port, host.port());
  const StreamId stream = client.streams.open(kTwo, ExternalHost::kService);
  client.send(stream, {MessageKind::request, RequestTag::none, 0, 100, 20'000}, {});
  calendar.run_until(1100_us);  // in the middle of the response
  host.port().set_link(false, calendar.now());
  calendar.run_until(300_ms);
  EXPECT_TRUE(client.arrived.empty());
  host.port().set_link(true, calendar.now());
  calendar.run();
  EXPECT_EQ(client.arrived.size(), 1u);
  EXPECT_EQ(host.answered(), 1u);
}

}  // namespace
}  // namespace lparsim::io
