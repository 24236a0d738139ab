#include "sim/scenario/virtual_io_platform.hpp"

#include "sim/base/check.hpp"

namespace lparsim::scenario {

VirtualIoPlatform::VirtualIoPlatform(const VirtualIoShared& shared, std::size_t server, hypervisor::Hypervisor& hypervisor)
    : index_{shared.index},
      outside_{shared.outside},
      ledger_{shared.ledger},
      recorder_{shared.recorder},
      server_{server},
      hypervisor_{hypervisor},
      wwpns_{static_cast<std::uint32_t>(server)},
      partitions_(index_.scenario().servers[server].partitions.size()) {
  for (std::size_t p = 0; p < partitions_.size(); ++p) {
    partitions_[p].calls = std::make_unique<hypervisor::VioPort>(virtual_io(), id_of<PartitionId>(p));
    add_physical_adapters(p);
    add_shared_ethernet(p);
  }
  for (std::size_t p = 0; p < partitions_.size(); ++p) {
    const PartitionIoConfig& io = config(p).io;
    if (io.disks.empty() && io.ethernet.empty()) continue;
    partitions_[p].operations = std::make_unique<drivers::DriverOperations>(*partitions_[p].calls, ledger_, add_ethernet(p));
    add_disks(p);
  }
}

VirtualIoPlatform::~VirtualIoPlatform() = default;

guest::Guest::Services VirtualIoPlatform::services(std::size_t partition) {
  Partition& owner = partitions_[partition];
  guest::Guest::Services all;
  if (owner.vscsi_server) all.push_back(owner.vscsi_server.get());
  if (owner.vfc_server) all.push_back(owner.vfc_server.get());
  if (owner.vnic_server) all.push_back(owner.vnic_server.get());
  for (const auto& adapter : owner.shared_ethernet) all.push_back(adapter.get());
  for (const auto& driver : owner.ethernet) all.push_back(driver.get());
  for (const auto& driver : owner.vnics) all.push_back(driver.get());
  for (const auto& client : owner.vscsi_clients) all.push_back(client.get());
  for (const auto& client : owner.vfc_clients) all.push_back(client.get());
  for (const auto& disk : owner.disks) all.push_back(disk.get());
  if (owner.operations) all.push_back(owner.operations.get());
  return all;
}

void VirtualIoPlatform::bind(std::size_t partition, hypervisor::HypercallPort& port) {
  partitions_[partition].calls->bind(port);
}

void VirtualIoPlatform::set_link(std::size_t partition, const std::string& adapter, bool up, SimTime now) {
  Partition& owner = partitions_[partition];
  if (const auto port = owner.fibre_channel.find(adapter); port != owner.fibre_channel.end()) port->second->set_link(up, now);
  if (const auto port = owner.ethernet_ports.find(adapter); port != owner.ethernet_ports.end()) port->second->set_link(up, now);
}

DeviceCounts VirtualIoPlatform::device_counts(std::size_t partition, const std::string& adapter, SimTime now) const {
  const Partition& owner = partitions_[partition];
  if (const auto port = owner.fibre_channel.find(adapter); port != owner.fibre_channel.end())
    return counts_of(port->second->statistics(now));
  if (const auto port = owner.ethernet_ports.find(adapter); port != owner.ethernet_ports.end()) return counts_of(*port->second);
  return {};
}

}  // namespace lparsim::scenario
