#pragma once
// A client with a vNIC, backed by two VIOSes with an SR-IOV port each, and a switch outside; without a simulation kernel.
#include <deque>
#include <memory>

#include "lpars/drivers/vnic_client.hpp"
#include "models/hypervisor/testing/vio_bench.hpp"
#include "models/hypervisor/vnic_failover.hpp"
#include "models/io/ethernet_switch.hpp"
#include "models/io/sriov_port.hpp"
#include "models/system/testing/processors.hpp"
#include "vios/vnic/vnic_server.hpp"

namespace lparsim::validation {

class VnicBench {
 public:
  static constexpr PartitionId kClient{2};
  static constexpr io::MacAddress kMac{0x0200'0C00'0001};
  struct Vios {
    Vios(VnicBench& bench, PartitionId partition, DataRate rate)
        : host{2, bench.calendar},
          wire{{.rate = rate, .queue = 64}, bench.calendar},
          sriov{wire},
          server{{}, bench.vio.calls(partition), bench.vio.virtual_io, &bench.ledger} {}
    system::testing::Processors host;
    io::EthernetPort wire;
    io::SriovPort sriov;
    vnic::VnicServer server;
    hypervisor::VirtualAdapter adapter{};
    io::LogicalPortId port{};
    bool up = false;
  };

  explicit VnicBench(const drivers::VnicClientConfig& client = {}, const hypervisor::VnicFailoverConfig& failover_config = {},
                     DataRate rate = DataRate{10'000'000'000}) {
    for (std::uint32_t i = 0; i < 2; ++i) {
      Vios& vios = vioses.emplace_back(*this, PartitionId{i}, rate);
      io::EthernetPort::connect(vios.wire, network.add_port(vios.wire.config()));
      vio.on_interrupt(PartitionId{i}) = [&vios](std::uint32_t source) {
        vios.host.interrupt(source);
      };
    }
    auto [clients, servers] = vio.virtual_io.connect(kClient, PartitionId{0});
    adapter = clients;
    vioses[0].adapter = servers;
    vioses[1].adapter = vio.virtual_io.add_standby(kClient, clients, PartitionId{1});
    failover = std::make_unique<hypervisor::VnicFailover>(failover_config, vio.virtual_io, calendar, kClient, clients.unit);
    for (std::uint32_t i = 0; i < 2; ++i) {
      Vios& vios = vioses[i];
      vios.port = vios.sriov.add({.mac = kMac});
      const auto window = vio.virtual_io.add_physical_window(PartitionId{i}, clients.window);
      vios.server.add_backing({vios.adapter, &vios.sriov, vios.port, window});
      vios.host.add_program(vios.server);
      vios.sriov.watch_link(*failover, i);
      failover->add_backing(PartitionId{i}, vios.adapter.unit, 10 * (i + 1));
    }
    drivers::VnicClientConfig config = client;
    config.adapter = clients;
    config.mac = kMac;
    driver = std::make_unique<drivers::VnicClient>(vio.calls(kClient), config, ledger);
    vio.on_interrupt(kClient) = [this](std::uint32_t source) {
      host.interrupt(source);
    };
  }

  /// Once the driver has its protocol; `workload` may be null.
  void start_all(system::Program* workload = nullptr) {
    host.add_program(*driver);
    if (workload != nullptr) host.add_program(*workload);
    for (std::uint32_t i = 0; i < 2; ++i) start(i);
    start_client();
    failover->start(calendar.now());
  }
  void start(std::uint32_t number) {
    vioses[number].up = true;
    vioses[number].host.activate();
  }
  void stop(std::uint32_t number, bool failed) {
    vioses[number].up = false;
    vioses[number].host.deactivate();
    vio.virtual_io.partition_stopped(PartitionId{number}, failed);
  }
  void start_client() {
    client_up = true;
    host.activate();
  }
  void stop_client() {
    client_up = false;
    host.deactivate();
    vio.virtual_io.partition_stopped(kClient, true);
  }
  void set_link(std::uint32_t number, bool up) { vioses[number].wire.set_link(up, calendar.now()); }
  const vnic::BackingDevice& backing(std::uint32_t number) const { return vioses[number].server.backing(0); }
  void run_for(SimTime time) { calendar.run_until(calendar.now() + time); }

  kernel::testing::ManualCalendar calendar;
  hypervisor::testing::VioBench vio{3};
  io::RequestLedger ledger{nullptr};
  io::EthernetSwitch network{{}, calendar};
  std::deque<Vios> vioses;
  hypervisor::VirtualAdapter adapter{};
  std::unique_ptr<hypervisor::VnicFailover> failover;
  std::unique_ptr<drivers::VnicClient> driver;
  system::testing::Processors host{2, calendar};
  bool client_up = false;
};

/// A frame of no protocol that anybody knows, with a number in it.
inline io::Frame numbered(io::MacAddress destination, io::MacAddress source, std::uint64_t number, std::uint32_t length = 1514) {
  io::Frame frame;
  frame.length = length;
  frame.set_addresses(destination, source);
  frame.set_ether_type(0x88B6);
  for (std::uint32_t i = 0; i < 8; ++i) frame.head[20 + i] = static_cast<std::uint8_t>(number >> (56 - 8 * i));
  return frame;
}
inline std::uint64_t number_of(const io::Frame& frame) {
  std::uint64_t number = 0;
  for (std::uint32_t i = 0; i < 8; ++i) number = number << 8 | frame.head[20 + i];
  return number;
}

/// Sends numbered frames through the vNIC and keeps those that come.
class NumberedFrames final : public drivers::FrameProtocol {
 public:
  explicit NumberedFrames(drivers::FrameDriver& driver) : driver_{driver} { driver.set_protocol(*this); }
  void send(const io::Frame& frame, SimTime now) {
    to_send.push_back(frame);
    driver_.wake(now);
  }
  void attached(system::Host&) override {}
  void stopped(SimTime) override { to_send.clear(); }
  SimTime frame_found(const io::Frame&, SimTime, SimTime) override { return SimTime::from_us(1); }
  void frame_received(const io::Frame& frame, SimTime) override { received.push_back(frame); }
  std::optional<drivers::OutgoingFrame> next_frame(SimTime) override {
    if (to_send.empty()) return std::nullopt;
    drivers::OutgoingFrame outgoing;
    outgoing.frame = to_send.front();
    outgoing.cost = SimTime::from_us(1);
    to_send.pop_front();
    return outgoing;
  }
  void frame_sent(const io::Frame&, SimTime) override {}
  void alarm(SimTime) override {}

  std::deque<io::Frame> to_send;
  std::vector<io::Frame> received;

 private:
  drivers::FrameDriver& driver_;
};

/// A computer outside.
class Outside final : public io::FrameSink {
 public:
  Outside(io::MacAddress own, VnicBench& bench) : mac{own}, port{bench.vioses[0].wire.config(), bench.calendar} {
    port.set_receiver(*this);
    io::EthernetPort::connect(port, bench.network.add_port(port.config()));
  }
  void frame_arrived(const io::Frame& frame, SimTime) override { received.push_back(frame); }
  void link_changed(bool, SimTime) override {}

  io::MacAddress mac;
  io::EthernetPort port;
  std::vector<io::Frame> received;
};

}  // namespace lparsim::validation
