#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/ids.hpp"
#include "sim/base/time.hpp"

namespace lparsim::trace {

// Which devices a run has, how they are connected, and which of them a request passes on its way.

/// From a client to the far end, in the order in which requests come to them.
enum class DeviceKind : std::uint8_t {
  virtual_ethernet,         ///< a client's adapter on a virtual switch
  vnic,                     ///< a client's
  vscsi_client,             ///< virtual SCSI client adapter
  vfc_client,               ///< virtual Fibre Channel client adapter (NPIV)
  virtual_switch,           ///< of the hypervisor
  trunk_adapter,            ///< a virtual Ethernet adapter that a Shared Ethernet Adapter bridges
  shared_ethernet_adapter,  ///< of a VIOS
  vnic_server,              ///< a backing device of vNICs in a VIOS, one for each port
  vscsi_server,             ///< virtual SCSI server of a VIOS, of all clients
  vfc_server,               ///< virtual Fibre Channel server of a VIOS, of all clients
  volume,                   ///< a logical volume, file or logical unit that a VIOS serves as a disk
  disk,                     ///< a physical volume of a VIOS
  ethernet_adapter,         ///< physical
  fibre_channel_adapter,    ///< physical
  network_switch,           ///< outside
  host,                     ///< outside
  fabric,                   ///< the storage network
  storage,                  ///< outside, or in the server
  other                     ///< written by a newer program
};
inline constexpr std::array<std::string_view, 18> kDeviceKindNames{
    "virtual_ethernet", "vnic",         "vscsi_client", "vfc_client", "virtual_switch", "trunk_adapter",    "shared_ethernet_adapter",
    "vnic_server",      "vscsi_server", "vfc_server",   "volume",     "disk",           "ethernet_adapter", "fibre_channel_adapter",
    "network_switch",   "host",         "fabric",       "storage"};

inline std::string_view to_string(DeviceKind kind) {
  const auto number = static_cast<std::size_t>(kind);
  return number < kDeviceKindNames.size() ? kDeviceKindNames[number] : "other";
}

/// A device, virtual or physical.
struct DeviceFacts {
  std::uint32_t id = 0;                  ///< its place in RunInfo::devices
  std::optional<ServerId> server;        ///< absent: outside of all servers
  std::optional<PartitionId> partition;  ///< whose it is; absent: the hypervisor's, or outside
  DeviceKind kind{};
  std::string name;   ///< vscsi0, hdisk0, ent0, ETHERNET0
  std::string about;  ///< `16 Gb/s`, `VLANs 1, 10; priority 1`; may be empty
};

/// `from` is nearer to the client.
struct ConnectionFacts {
  std::uint32_t from = 0;  ///< DeviceFacts::id
  std::uint32_t to = 0;
  std::string about;  ///< `VLAN 1`, `control channel`; may be empty
};

/// The devices that requests of a path to a target pass, from the client's adapter to the far end.
struct RouteFacts {
  std::uint32_t target = 0;       ///< IoTarget::id
  std::uint32_t path = 0;         ///< IoPath::path
  std::uint32_t alternative = 0;  ///< 0: the way it goes first; others are taken when Shared Ethernet Adapters or vNICs fail over
  std::vector<std::uint32_t> devices;
};

/// What a device did between two instants. Recorded only where it did something.
struct DeviceIntervalSample {
  std::uint32_t device = 0;  ///< DeviceFacts::id
  SimTime begin;
  SimTime end;
  std::uint64_t transfers = 0;  ///< frames or commands
  std::uint64_t bytes = 0;
  SimTime busy;  ///< its links or channels at work, times their time
};

}  // namespace lparsim::trace
