#pragma once
// Clients, one VIOS or two with an SEA each, and a network outside, without a simulation kernel.
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "models/hypervisor/testing/vio_bench.hpp"
#include "models/io/ethernet_switch.hpp"
#include "models/system/testing/processors.hpp"
#include "sim/kernel/testing/manual_calendar.hpp"
#include "vios/sea/shared_ethernet_adapter.hpp"

namespace lparsim::sea::testing {

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
  const std::uint32_t at = frame.tagged() ? 24 : 20;
  std::uint64_t number = 0;
  for (std::uint32_t i = 0; i < 8; ++i) number = number << 8 | frame.head[at + i];
  return number;
}

/// A computer outside.
class Outside final : public io::FrameSink {
 public:
  Outside(io::MacAddress own, kernel::Calendar& calendar, const io::EthernetPortConfig& config = {}) : mac{own}, port{config, calendar} {
    port.set_receiver(*this);
  }
  void frame_arrived(const io::Frame& frame, SimTime) override { received.push_back(frame); }
  void link_changed(bool, SimTime) override {}
  std::vector<io::Frame> take() { return std::exchange(received, {}); }

  io::MacAddress mac;
  io::EthernetPort port;
  std::vector<io::Frame> received;
};

/// The server: partitions 0 and 1 are VIOSes, the others clients.
class SeaBench {
 public:
  static constexpr std::uint32_t kPartitions = 6;
  SeaBench() = default;
  /// On a calendar that others use, too.
  explicit SeaBench(kernel::testing::ManualCalendar& shared) : calendar{shared} {}

  struct Vios {
    SeaConfig config;
    std::unique_ptr<system::testing::Processors> host;
    std::unique_ptr<io::EthernetPort> port;
    std::unique_ptr<SharedEthernetAdapter> sea;
    bool up = false;
  };
  struct Client {
    PartitionId partition;
    io::MacAddress mac;
    std::unique_ptr<TrunkAdapter> adapter;
    std::vector<io::Frame> take() {
      std::vector<io::Frame> frames;
      while (const auto frame = adapter->take()) {
        frames.push_back(*frame);
        adapter->give_back(1);
      }
      return frames;
    }
  };
  struct Trunk {
    std::uint16_t pvid;
    std::vector<std::uint16_t> vlans{};
  };

  /// Before the clients. `change` makes what is particular of the configuration.
  Vios& add_vios(const std::vector<Trunk>& trunks, const std::function<void(SeaConfig&)>& change = {}, io::EthernetPortConfig port = {}) {
    const auto number = static_cast<std::uint32_t>(vioses.size());
    const PartitionId partition{number};
    Vios& vios = vioses.emplace_back();
    vios.config.failover.priority = number + 1;
    if (change) change(vios.config);
    const std::uint32_t priority = vios.config.failover.priority;
    std::uint64_t mac = 0x0200'0A00'0000 + 0x100 * number;
    vios.config.mac = {mac++};
    for (const Trunk& trunk : trunks) {
      const io::MacAddress own{mac++};
      const auto adapter = vio.virtual_io.add_ethernet(partition, {own, trunk.pvid, trunk.vlans, 0, priority});
      vios.config.trunks.push_back({adapter, own, trunk.pvid, trunk.vlans});
    }
    if (vios.config.failover.mode != HaMode::disabled) {
      vios.config.failover.control_mac = {mac++};
      vios.config.failover.control = vio.virtual_io.add_ethernet(partition, {vios.config.failover.control_mac, 4000});
    }
    vios.host = std::make_unique<system::testing::Processors>(2, calendar);
    port.mtu = vios.config.mtu();
    vios.port = std::make_unique<io::EthernetPort>(port, calendar);
    vios.sea = std::make_unique<SharedEthernetAdapter>(vios.config, vio.calls(partition), *vios.port, ledger);
    vios.host->add_program(*vios.sea);
    vio.on_interrupt(partition) = [&vios](std::uint32_t source) {
      vios.host->interrupt(source);
    };
    return vios;
  }
  Client& add_client(std::uint16_t pvid, const std::vector<std::uint16_t>& vlans = {}, bool large = false) {
    const PartitionId partition{2 + static_cast<std::uint32_t>(clients.size())};
    const io::MacAddress mac{0x0200'0C00'0000 + static_cast<std::uint64_t>(partition)};
    const auto adapter = vio.virtual_io.add_ethernet(partition, {mac, pvid, vlans});
    Client& client =
        clients.emplace_back(Client{partition, mac, std::make_unique<TrunkAdapter>(vio.calls(partition), adapter, mac, large)});
    client.adapter->open(false);
    return client;
  }
  void start(Vios& vios) {
    vios.up = true;
    vios.host->activate();
  }
  void stop(std::size_t number, bool failed = true) {
    vioses[number].up = false;
    vioses[number].host->deactivate();
    vio.virtual_io.partition_stopped(PartitionId{static_cast<std::uint32_t>(number)}, failed);
  }
  void run_for(SimTime time) { calendar.run_until(calendar.now() + time); }

  kernel::testing::ManualCalendar own_calendar;
  kernel::testing::ManualCalendar& calendar = own_calendar;
  hypervisor::testing::VioBench vio{kPartitions};
  io::RequestLedger* ledger = nullptr;
  std::deque<Vios> vioses;
  std::deque<Client> clients;
};

}  // namespace lparsim::sea::testing
