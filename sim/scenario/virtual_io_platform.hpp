#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "lpars/drivers/disk.hpp"
#include "lpars/drivers/driver_operations.hpp"
#include "lpars/drivers/ethernet_client.hpp"
#include "lpars/drivers/network_choice.hpp"
#include "lpars/drivers/network_stack.hpp"
#include "lpars/drivers/vfc_client.hpp"
#include "lpars/drivers/vnic_client.hpp"
#include "lpars/drivers/vscsi_client.hpp"
#include "lpars/guest/guest.hpp"
#include "models/hypervisor/hypervisor.hpp"
#include "models/hypervisor/vio_port.hpp"
#include "models/hypervisor/vnic_failover.hpp"
#include "models/hypervisor/wwpn.hpp"
#include "models/io/ethernet_port.hpp"
#include "models/io/fibre_channel.hpp"
#include "models/io/sriov_port.hpp"
#include "sim/scenario/device_counts.hpp"
#include "sim/scenario/io_index.hpp"
#include "sim/scenario/io_recorder.hpp"
#include "sim/scenario/outside_world.hpp"
#include "vios/npiv/vfc_server.hpp"
#include "vios/sea/shared_ethernet_adapter.hpp"
#include "vios/vnic/vnic_server.hpp"
#include "vios/vscsi/vscsi_server.hpp"

namespace lparsim::scenario {

/// What the virtual I/O of all servers has in common; everything outlives the platform.
struct VirtualIoShared {
  const IoIndex& index;
  OutsideWorld& outside;
  io::RequestLedger& ledger;
  IoRecorder& recorder;
};

/// The virtual I/O of one server: its adapters, what its VIOSes serve with, and its clients' drivers. Built when the hypervisor knows all
/// partitions and before their operating systems, which take services() and operations() and then give their end of the hypervisor call
/// interface to bind().
class VirtualIoPlatform {
 public:
  /// Partitions have the ids of their order in the scenario.
  VirtualIoPlatform(const VirtualIoShared& shared, std::size_t server, hypervisor::Hypervisor& hypervisor);
  ~VirtualIoPlatform();

  guest::Guest::Services services(std::size_t partition);
  /// Null: the partition has neither disks nor a network.
  workload::IoOperations* operations(std::size_t partition) { return partitions_[partition].operations.get(); }
  void bind(std::size_t partition, hypervisor::HypercallPort& port);

  /// Of an adapter of a client's `ethernet`, since the beginning.
  struct AdapterCounts {
    std::uint64_t sent = 0;
    std::uint64_t received = 0;
    std::uint64_t dropped = 0;    ///< of those to be sent
    std::uint64_t failovers = 0;  ///< of a vNIC
  };
  std::vector<AdapterCounts> adapter_counts(std::size_t partition) const;

  /// Of a physical adapter; nothing for one that is not in use.
  DeviceCounts device_counts(std::size_t partition, const std::string& adapter, SimTime now) const;

  // What happens at the present instant.
  void set_link(std::size_t partition, const std::string& adapter, bool up, SimTime now);
  void set_ha_mode(std::size_t partition, const std::string& shared_ethernet, HaMode mode, SimTime now);
  /// Of a vNIC.
  hypervisor::VnicFailover& failover_of(std::size_t partition, const std::string& vnic);

 private:
  /// Of one partition, by what it has in the scenario.
  struct Partition {
    std::unique_ptr<hypervisor::VioPort> calls;
    std::map<std::string, std::unique_ptr<io::FibreChannelAdapter>> fibre_channel;
    std::map<std::string, std::unique_ptr<io::EthernetPort>> ethernet_ports;
    std::map<std::string, std::unique_ptr<io::SriovPort>> shared_ports;  ///< of these, those in SR-IOV shared mode
    std::unique_ptr<vnic::VnicServer> vnic_server;
    std::unique_ptr<vscsi::VscsiServer> vscsi_server;
    std::map<std::string, std::uint32_t> served_disks;  ///< numbers in the virtual SCSI server
    std::unique_ptr<npiv::VfcServer> vfc_server;
    std::map<std::string, std::uint32_t> vfc_ports;  ///< numbers in the virtual Fibre Channel server
    std::vector<std::unique_ptr<sea::SharedEthernetAdapter>> shared_ethernet;
    std::vector<std::unique_ptr<drivers::VscsiClient>> vscsi_clients;
    std::vector<std::unique_ptr<drivers::VfcClient>> vfc_clients;
    std::vector<std::unique_ptr<drivers::Disk>> disks;
    std::vector<std::unique_ptr<drivers::EthernetClient>> ethernet;
    std::vector<std::unique_ptr<drivers::VnicClient>> vnics;
    std::vector<std::unique_ptr<hypervisor::VnicFailover>> vnic_failovers;  ///< one for each vNIC
    std::vector<std::unique_ptr<drivers::NetworkStack>> stacks;             ///< one for each adapter of either kind
    std::unique_ptr<drivers::NetworkChoice> network;                        ///< of several stacks
    std::unique_ptr<drivers::DriverOperations> operations;
  };
  /// One path of a client's disk: to what, and which of its paths it is.
  struct PathTo {
    std::size_t disk;
    std::size_t path;
    Reference what;
    const PathPolicy* policy;
  };
  /// The paths that go through one pair of virtual adapters.
  struct PathGroup {
    std::size_t server = 0;  ///< the partition that serves
    std::string adapter;     ///< the client's name for it
    std::vector<PathTo> paths;
  };
  using Paths = std::vector<std::vector<drivers::DiskPath*>>;  ///< of each disk

  const PartitionConfig& config(std::size_t partition) const { return index_.config({server_, partition}); }
  hypervisor::VirtualIo& virtual_io() { return hypervisor_.virtual_io(); }
  Hertz clock() const { return index_.scenario().servers[server_].processor.frequency; }

  // virtual_io_storage.cpp
  void add_physical_adapters(std::size_t partition);
  void add_disks(std::size_t partition);
  vscsi::VscsiServer& vscsi_server(std::size_t partition);
  npiv::VfcServer& vfc_server(std::size_t partition);
  io::BlockDevice& device(std::size_t partition, const PhysicalVolume& volume);
  vscsi::Backing backing(std::size_t partition, const std::string& name);
  Bytes capacity_of(std::size_t client, const DiskConfig& disk);
  void add_vscsi(std::size_t client, const PathGroup& group, Paths& paths);
  void add_npiv(std::size_t client, const PathGroup& group, Paths& paths);

  // virtual_io_vnic.cpp
  io::SriovPort& shared_port(const Reference& port);
  drivers::FrameDriver& add_vnic(std::size_t client, const EthernetConfig& from, io::MacAddress mac);

  // virtual_io_network.cpp
  drivers::FrameDriver& add_virtual_ethernet(std::size_t client, const EthernetConfig& from, io::MacAddress mac);
  std::uint32_t virtual_switch(const std::string& name) const;
  void add_shared_ethernet(std::size_t partition);
  /// Its network, or null.
  drivers::NetworkOperations* add_ethernet(std::size_t partition);

  const IoIndex& index_;
  OutsideWorld& outside_;
  io::RequestLedger& ledger_;
  IoRecorder& recorder_;
  std::size_t server_;
  hypervisor::Hypervisor& hypervisor_;
  hypervisor::WwpnPool wwpns_;
  std::vector<Partition> partitions_;
};

}  // namespace lparsim::scenario
