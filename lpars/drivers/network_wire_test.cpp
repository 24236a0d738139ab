#include <gmock/gmock.h>

#include <numeric>

#include "lpars/drivers/testing/network_bench.hpp"
#include "models/io/ethernet_switch.hpp"
#include "models/io/external_host.hpp"

namespace lparsim::drivers {
namespace {

using namespace lparsim::literals;
using io::Stage;
using workload::IoStep;

constexpr PartitionId kClient{0};
constexpr PartitionId kBridge{1};
constexpr io::MacAddress kClientMac{0x0200'0000'0001};
constexpr io::MacAddress kBridgeMac{0x0200'0000'0002};
constexpr io::MacAddress kGateway{0x0200'0000'0003};

struct Records final : io::RequestObserver {
  void request_ended(const io::RequestRecord& record) override {
    all.push_back(record);
    exact &= std::accumulate(record.stages.begin(), record.stages.end(), SimTime{}) == record.end - record.begin;
  }
  std::vector<io::RequestRecord> all;
  bool exact = true;
};

struct WireConfig {
  std::uint64_t gigabits = 1;
  std::uint32_t mtu = 1500;
  bool large = false;
  Distribution service = Distribution::constant(1_ms);
};

/// A client partition, a bridge of no cost and no delay between its trunk adapter and an Ethernet port, a switch, and an external host.
class Wire : private io::FrameSink {
 public:
  explicit Wire(const WireConfig& config)
      : processors{1, calendar},
        driver{vio.calls(kClient), client_config(config), ledger},
        stack{driver, kClientMac, stream_config(config), {}, Hertz{4.7e9}, ledger},
        load{stack},
        trunk{vio.calls(kBridge), trunk_config(config)},
        port{port_config(config), calendar},
        lan{{}, calendar},
        gateway{host_config(config), calendar} {
    io::EthernetPort::connect(port, lan.add_port(wire_config(config)));
    io::EthernetPort::connect(gateway.port(), lan.add_port(wire_config(config)));
    port.set_receiver(*this);
    vio.on_interrupt(kClient) = [this](std::uint32_t source) {
      processors.interrupt(source);
    };
    vio.on_interrupt(kBridge) = [this](std::uint32_t) {
      forward();
    };
    stack.add_peer("gateway", kGateway, io::ExternalHost::kService, 0);
    trunk.open();
  }
  void activate() {
    processors.add_program(driver);
    processors.add_program(load);
    processors.activate();
  }
  IoStep call(std::uint64_t size, std::uint64_t response) {
    return {IoStep::Kind::call, stack.peer("gateway"), Bytes{size}, Bytes{response}};
  }

  kernel::testing::ManualCalendar calendar;
  hypervisor::testing::VioBench vio{2};
  Records records;
  io::RequestLedger ledger{&records};
  system::testing::Processors processors;
  EthernetClient driver;
  NetworkStack stack;
  testing::Load load;
  hypervisor::LanAdapter trunk;
  io::EthernetPort port;
  io::EthernetSwitch lan;
  io::ExternalHost gateway;

 private:
  static io::EthernetPortConfig wire_config(const WireConfig& config) {
    return {.rate = DataRate{config.gigabits * 1'000'000'000}, .mtu = config.mtu};
  }
  static io::StreamConfig stream_config(const WireConfig& config) {
    return {.mtu = config.mtu, .window = Bytes{512 * 1024}, .large_send = config.large};
  }
  EthernetClientConfig client_config(const WireConfig& config) {
    return {.adapter = {.adapter = vio.virtual_io.add_ethernet(kClient, {kClientMac}), .mac = kClientMac, .large = config.large}};
  }
  hypervisor::LanAdapterConfig trunk_config(const WireConfig& config) {
    return {.adapter = vio.virtual_io.add_ethernet(kBridge, {.mac = kBridgeMac, .trunk_priority = 1}),
            .mac = kBridgeMac,
            .large = config.large};
  }
  io::EthernetPortConfig port_config(const WireConfig& config) {
    io::EthernetPortConfig result = wire_config(config);
    result.ledger = &ledger;
    return result;
  }
  io::ExternalHostConfig host_config(const WireConfig& config) {
    io::ExternalHostConfig result{kGateway, wire_config(config), stream_config(config), config.service, RandomKey{1, "gateway"}, &ledger};
    result.port.cable = 20_us;
    return result;
  }
  void forward() {
    while (const auto frame = trunk.take()) port.transmit(*frame, calendar.now());
    trunk.replenish();
    trunk.end_of_interrupt();
  }
  void frame_arrived(const io::Frame& frame, SimTime now) override {
    ledger.enter(io::request_of(frame), Stage::transport, now);
    trunk.send(frame);
  }
  void link_changed(bool, SimTime) override {}
};

TEST(NetworkStack, AnExternalHostIsCalledThroughTrunkAndWire) {
  Wire wire{{}};
  wire.load.repeat(wire.call(200, 1000), 1, 100);
  wire.activate();
  wire.calendar.run_until(1_s);
  ASSERT_EQ(wire.records.all.size(), 100u);
  EXPECT_TRUE(wire.records.exact);
  for (const io::RequestRecord& record : wire.records.all) {
    EXPECT_EQ(record.stages[static_cast<std::size_t>(Stage::remote)], 1_ms);
    // Two wires and a switch there and back, and the cable of the host.
    EXPECT_EQ(record.stages[static_cast<std::size_t>(Stage::network)], (8_ns * (200 + 90) * 2 + 8_ns * (1000 + 90) * 2) + 2_us + 40_us);
    EXPECT_EQ(record.stages[static_cast<std::size_t>(Stage::adapter_queue)], SimTime{});
  }
  EXPECT_EQ(wire.gateway.answered(), 100u);
}

/// What framing leaves of the wire (docs/models/network.md), with the shorter frame that each message ends with.
TEST(NetworkStack, SendsAtTheRateOfTheWireWhereItsProcessorsAllowIt) {
  for (const auto& [mtu, large, share] :
       {std::tuple{1500u, false, 1448.0 / 1538}, std::tuple{1500u, true, 1448.0 / 1538}, std::tuple{9000u, false, 8948.0 / 9038}}) {
    Wire wire{{.mtu = mtu, .large = large}};
    wire.load.repeat({IoStep::Kind::send, wire.stack.peer("gateway"), Bytes{1448u * 8948u / 8}}, 1, 1'000'000);
    wire.activate();
    wire.calendar.run_until(100_ms);
    const std::uint64_t before = wire.gateway.received_bytes();
    wire.calendar.run_until(1100_ms);
    const double bits = static_cast<double>(wire.gateway.received_bytes() - before) * 8;
    EXPECT_NEAR(bits / 1e9, share, share * 0.01) << mtu;
    // A frame at a time: the window is a queue at the port.
    EXPECT_GT(wire.records.all.back().stages[static_cast<std::size_t>(Stage::client_queue)], SimTime{});
  }
}

TEST(NetworkStack, APulledCableDelaysCallsAndLosesNone) {
  for (const SimTime pause : {10_ms, 500_ms, 5_s}) {
    Wire wire{{}};
    wire.load.repeat(wire.call(5000, 20'000), 8, 200);
    wire.activate();
    wire.calendar.run_until(50_ms);
    wire.port.set_link(false, 50_ms);
    wire.calendar.run_until(50_ms + pause);
    const std::uint64_t done = wire.load.done;
    EXPECT_LT(done, 1600u);
    wire.port.set_link(true, 50_ms + pause);
    wire.calendar.run_until(200_s);
    EXPECT_EQ(wire.load.done, 1600u);
    EXPECT_EQ(wire.load.failed, 0u);
    EXPECT_EQ(wire.gateway.answered(), 1600u);  // none twice
    EXPECT_TRUE(wire.records.exact);
    EXPECT_EQ(wire.ledger.under_way(), 0u);
    const auto recovered = [](const io::RequestRecord& record) {
      return record.stages[static_cast<std::size_t>(Stage::recovery)] > SimTime{};
    };
    EXPECT_TRUE(std::any_of(wire.records.all.begin(), wire.records.all.end(), recovered));
  }
}

TEST(NetworkStack, CablesPulledAThousandTimesLoseNoCallAndAnswerNoneTwice) {
  Wire wire{{.service = Distribution::exponential(2_ms)}};
  wire.load.repeat(wire.call(3000, 20'000), 4, 10'000'000, 5_ms);
  wire.activate();
  KeyedStream random{7};
  const auto up_to = [&](std::uint64_t microseconds) {
    return SimTime::from_us(static_cast<std::int64_t>(random.bits() % microseconds));
  };
  for (int i = 0; i < 1000; ++i) {
    wire.calendar.run_until(wire.calendar.now() + up_to(60'000));
    io::EthernetPort& pulled = random.bits() % 2 == 0 ? wire.port : wire.gateway.port();
    pulled.set_link(false, wire.calendar.now());
    wire.calendar.run_until(wire.calendar.now() + up_to(3'000));
    pulled.set_link(true, wire.calendar.now());
  }
  wire.calendar.run_until(wire.calendar.now() + 10_s);
  EXPECT_EQ(wire.load.failed, 0u);
  EXPECT_GT(wire.load.done, 4'000u);
  // Each thread has one call under way at most; all others were answered once.
  EXPECT_LE(wire.gateway.answered() - wire.load.done, 4u);
  EXPECT_LE(wire.ledger.under_way(), 4u);
  EXPECT_TRUE(wire.records.exact);
  // None hangs: the last of each thread is recent, whatever its timeout had grown to.
  EXPECT_GT(wire.records.all.back().end, wire.calendar.now() - 100_ms);
}

}  // namespace
}  // namespace lparsim::drivers
