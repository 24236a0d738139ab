// VirtualIoPlatform: vNICs, their backing devices and the ports behind them.
#include <algorithm>
#include <tuple>

#include "sim/base/check.hpp"
#include "sim/scenario/io_addresses.hpp"
#include "sim/scenario/virtual_io_platform.hpp"

namespace lparsim::scenario {
namespace {

// Frames that have left the logical ports and wait for the wire: what comes later than these goes by the ports' shares.
constexpr std::uint32_t kWireQueue = 64;
constexpr std::uint32_t kMtu = 9000;

std::uint32_t hundredths(Percent capacity) {
  return std::max(1U, static_cast<std::uint32_t>(capacity.fraction() * io::SriovPort::kWhole + 0.5));
}

}  // namespace

io::SriovPort& VirtualIoPlatform::shared_port(const Reference& reference) {
  const IoIndex::Owner at = *index_.partition(reference.partition);
  Partition& owner = partitions_[at.partition];
  auto& shared = owner.shared_ports[reference.name];
  if (shared) return *shared;
  io::EthernetPortConfig port;
  port.rate = std::get<EthernetPort>(index_.adapter(at, reference.name)->type).rate;
  port.mtu = kMtu;
  port.queue = kWireQueue;
  port.ledger = &ledger_;
  auto& wire = owner.ethernet_ports[reference.name] = std::make_unique<io::EthernetPort>(port, outside_.calendar());
  outside_.plug_in(*wire);
  shared = std::make_unique<io::SriovPort>(*wire);
  return *shared;
}

drivers::FrameDriver& VirtualIoPlatform::add_vnic(std::size_t client, const EthernetConfig& from, io::MacAddress mac) {
  const auto id = id_of<PartitionId>(client);
  Partition& owner = partitions_[client];
  drivers::VnicClientConfig driver;
  driver.mac = mac;
  driver.mtu = from.mtu;
  driver.large = from.large_send;
  driver.hypervisor = index_.scenario().servers[server_].hypervisor.virtual_io;
  for (std::size_t b = 0; b < from.backing.size(); ++b) {
    const Reference& backing = from.backing[b];
    const std::size_t server = index_.partition(backing.partition)->partition;
    const auto server_id = id_of<PartitionId>(server);
    Partition& vios = partitions_[server];
    hypervisor::VirtualAdapter servers;
    if (b == 0) {
      std::tie(driver.adapter, servers) = virtual_io().connect(id, server_id);
      owner.vnic_failovers.push_back(std::make_unique<hypervisor::VnicFailover>(
          hypervisor::VnicFailoverConfig{from.heartbeat, from.missed_heartbeats, from.auto_priority_failover}, virtual_io(),
          outside_.calendar(), id, driver.adapter.unit));
    } else {
      servers = virtual_io().add_standby(id, driver.adapter, server_id);
    }
    hypervisor::VnicFailover& failover = *owner.vnic_failovers.back();
    if (!vios.vnic_server) {
      vnic::VnicServerConfig config;
      config.clock = clock();
      vios.vnic_server = std::make_unique<vnic::VnicServer>(config, *vios.calls, virtual_io(), &ledger_);
    }
    io::SriovPort& port = shared_port(backing);
    const io::LogicalPortId logical = port.add({mac, tag_outside(index_.scenario(), from.pvid), hundredths(from.capacity)});
    vios.vnic_server->report_every(from.heartbeat);
    vios.vnic_server->add_backing({servers, &port, logical, virtual_io().add_physical_window(server_id, driver.adapter.window)});
    port.watch_link(failover, b);
    failover.add_backing(server_id, servers.unit, from.priorities.empty() ? kVnicPriority : from.priorities[b]);
  }
  owner.vnic_failovers.back()->start(SimTime{});
  return *owner.vnics.emplace_back(std::make_unique<drivers::VnicClient>(*owner.calls, driver, ledger_));
}

hypervisor::VnicFailover& VirtualIoPlatform::failover_of(std::size_t partition, const std::string& vnic) {
  const auto& all = config(partition).io.ethernet;
  const auto found = std::ranges::find(all, vnic, &EthernetConfig::name);
  LPARSIM_CHECK(found != all.end() && found->is_vnic(), "{} has no vNIC {}", config(partition).name, vnic);
  return *partitions_[partition].vnic_failovers[static_cast<std::size_t>(
      std::count_if(all.begin(), found, [](const EthernetConfig& one) { return one.is_vnic(); }))];
}

}  // namespace lparsim::scenario
