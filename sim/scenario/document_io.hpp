#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "sim/base/distribution.hpp"
#include "sim/base/rates.hpp"
#include "sim/base/time.hpp"
#include "sim/base/units.hpp"

namespace lparsim::scenario {

// Virtual I/O in a scenario as read: storage and network outside of the servers, what a VIOS serves, what its clients use. docs/scenario.md
// describes the keys; checks have been made, so every name leads somewhere.

// Storage and network.

/// Serves so many commands at once, each for a time that depends on nothing but its size.
struct FixedStorage {
  Distribution service = Distribution::constant(SimTime::from_ms(5));
  std::optional<DataRate> rate;  ///< beside `service`: what each byte takes
  std::uint32_t channels = 1;
};

/// A disk that turns: seeks, waits for half a turn on average, transfers.
struct HddStorage {
  std::uint32_t rpm = 15'000;
  SimTime seek;  ///< mean, over the whole disk
  DataRate rate;
};

/// Flash: so many commands at once, each a latency, and a rate that all of them share.
struct FlashStorage {
  std::uint32_t channels = 8;
  SimTime read_latency = SimTime::from_us(85);
  SimTime write_latency = SimTime::from_us(123);
  DataRate read_rate{4'480'000'000};
  DataRate write_rate{4'240'000'000};
};

/// A controller with a cache in front of turning disks. Writes go to the cache.
struct ArrayStorage {
  Percent cache_hit{90};  ///< of reads
  Distribution hit_time = Distribution::constant(SimTime::from_us(500));
  Bytes write_cache{std::uint64_t{1} << 30};  ///< 0: writes go to the disks
  DataRate rate{25'600'000'000};              ///< of its ports together, each direction
  std::uint32_t disks = 8;
  HddStorage disk;
};

struct StorageConfig {
  std::string name;
  Bytes capacity{std::uint64_t{100} << 30};
  Bytes max_transfer{std::uint64_t{256} << 10};  ///< the longest command that it takes
  std::variant<FixedStorage, HddStorage, FlashStorage, ArrayStorage> type;
};

/// A part of a shared storage pool that is served as a disk.
struct LogicalUnitConfig {
  std::string name;
  Bytes size;
};

/// Storage that several VIOSes share: every one of them that has a disk on the storage in which a logical unit lies serves the unit.
struct StoragePoolConfig {
  std::string name;
  std::vector<std::string> storage;
  std::vector<LogicalUnitConfig> logical_units;
};

/// A computer outside of all servers, which answers calls and takes what it is sent.
struct HostConfig {
  std::string name;
  DataRate link{10'000'000'000};
  SimTime delay = SimTime::from_us(20);  ///< to the switch, one way
  Distribution service = Distribution::exponential(SimTime::from_us(100));
  std::uint16_t vlan = 1;
  std::uint32_t mtu = 1500;
};

struct SwitchConfig {
  SimTime delay = SimTime::from_us(1);
  SimTime spanning_tree;  ///< how long a port that comes up forwards nothing
};

/// The network outside: one switch, to which hosts and the physical Ethernet adapters of all servers are connected.
struct NetworkConfig {
  std::vector<HostConfig> hosts;
  SwitchConfig network_switch;
};

// References.

/// `vios1.hdisk0`: something of a partition.
struct Reference {
  std::string partition;
  std::string name;
  bool operator==(const Reference&) const = default;
  std::string text() const { return partition + "." + name; }
};

// What a VIOS serves.

struct EthernetPort {
  DataRate rate{10'000'000'000};
};
struct FibreChannelPort {
  DataRate rate{16'000'000'000};  ///< by its name: 16 Gb/s carry 1600 MB/s
  std::uint32_t num_cmd_elems = 200;
};
/// A physical adapter.
struct AdapterConfig {
  std::string name;
  std::variant<EthernetPort, FibreChannelPort> type;
};

/// A logical volume, or a file, on a physical volume of the VIOS.
struct VolumeConfig {
  std::string name;
  std::string disk;
  Bytes size;
};

struct TrunkConfig {
  std::uint16_t pvid = 1;
  std::vector<std::uint16_t> vlans;
  std::string virtual_switch = "ETHERNET0";
  std::uint32_t priority = 1;
};

enum class SeaMode : std::uint8_t { threaded, interrupt };
enum class HaMode : std::uint8_t { disabled, automatic, standby, sharing };

/// A Shared Ethernet Adapter: bridges the VLANs of its trunks to a physical adapter.
struct SharedEthernetConfig {
  std::string name;
  std::string adapter;
  std::vector<TrunkConfig> trunks;
  SeaMode mode = SeaMode::threaded;
  std::uint32_t threads = 7;
  std::uint32_t queue_size = 8192;
  bool large_send = true;
  bool jumbo_frames = false;
  HaMode ha_mode = HaMode::disabled;
  std::uint16_t control_vlan = 4095;
  SimTime heartbeat = SimTime::from_ms(100);
  std::uint32_t missed_heartbeats = 3;
  std::string ping;  ///< a host; empty: none
  SimTime ping_interval = SimTime::from_s(1);
  std::uint32_t ping_retries = 3;

  std::uint32_t mtu() const { return jumbo_frames ? 9000 : 1500; }
};

enum class VscsiProfile : std::uint8_t { vios, ibmi };
enum class CostDistribution : std::uint8_t { constant, exponential };
/// The virtual SCSI server of a partition.
struct VscsiServerConfig {
  VscsiProfile profile = VscsiProfile::vios;
  CostDistribution cost_distribution = CostDistribution::constant;
  std::uint32_t request_limit = 510;  ///< of one client adapter
};

// What clients use.

/// A disk as the VIOS has it: through a Fibre Channel adapter, or (without) in the server itself.
struct PhysicalVolume {
  std::string storage;
  std::string adapter;
  std::uint32_t queue_depth = 20;
  Bytes max_transfer;
};

/// The queue depth of every disk of IBM i (IBM Docs, "Changing the queue depth"), and that of a disk of a VIOS unless given.
inline constexpr std::uint32_t kIbmiQueueDepth = 32;
inline constexpr std::uint32_t kAssumedVolumeQueueDepth = 20;

enum class ErrorRecovery : std::uint8_t { fast_fail, delayed_fail };
/// How a client's driver treats a disk.
struct PathPolicy {
  std::uint32_t queue_depth = 3;
  SimTime path_timeout;  ///< 0: none (vscsi_path_to)
  SimTime health_check;  ///< 0: none (hcheck_interval)
  ErrorRecovery recovery = ErrorRecovery::delayed_fail;
  SimTime rw_timeout;  ///< 0: none
  SimTime no_path_wait = SimTime::from_s(60);
};
/// A virtual SCSI disk: what a VIOS has of this name, through one VIOS or several.
struct VscsiDisk {
  std::vector<Reference> backing;
  std::string adapter = "vscsi0";  ///< disks of one name share a client adapter for each VIOS
  PathPolicy policy;
};
/// A disk of the SAN itself, through virtual Fibre Channel adapters on ports of one VIOS or several.
struct NpivDisk {
  std::string storage;
  std::vector<Reference> paths;
  PathPolicy policy;
};

struct DiskConfig {
  std::string name;
  std::variant<PhysicalVolume, VscsiDisk, NpivDisk> type;
};

inline constexpr std::uint32_t kVnicPriority = 50;

enum class EthernetKind : std::uint8_t { virtual_ethernet, vnic };

/// A network adapter of a client: a virtual Ethernet adapter or a vNIC.
struct EthernetConfig {
  std::string name;
  std::uint16_t pvid = 1;
  std::vector<std::uint16_t> vlans;
  std::string virtual_switch = "ETHERNET0";
  std::uint32_t mtu = 1500;
  bool large_send = true;
  EthernetKind kind = EthernetKind::virtual_ethernet;
  // Of a vNIC.
  std::vector<Reference> backing;         ///< physical ports of VIOSes
  std::vector<std::uint32_t> priorities;  ///< of these, in their order; none: kVnicPriority for all
  Percent capacity{2};                    ///< of each port, guaranteed
  SimTime heartbeat = SimTime::from_ms(100);
  std::uint32_t missed_heartbeats = 3;
  bool auto_priority_failover = true;

  bool is_vnic() const { return kind == EthernetKind::vnic; }
};

/// All virtual I/O of a partition.
struct PartitionIoConfig {
  std::vector<AdapterConfig> adapters;
  std::vector<DiskConfig> disks;
  std::vector<VolumeConfig> logical_volumes;
  std::vector<VolumeConfig> files;
  std::vector<SharedEthernetConfig> shared_ethernet;
  VscsiServerConfig vscsi_server;
  std::vector<EthernetConfig> ethernet;
};

/// What an event does to virtual I/O; one of the first four names something.
struct IoEvent {
  std::optional<Reference> link;  ///< the cable of a physical adapter
  std::optional<std::string> storage;
  std::optional<Reference> shared_ethernet;
  std::optional<Reference> vnic;
  bool up = true;                      ///< of a link or storage
  HaMode ha_mode = HaMode::automatic;  ///< of a Shared Ethernet Adapter
  std::optional<Reference> backing;    ///< of a vNIC: is to be used
  std::optional<bool> auto_priority_failover;

  explicit operator bool() const { return link || storage || shared_ethernet || vnic; }
  /// Of a partition, what it is about, if it is.
  const std::optional<Reference>& part() const { return link ? link : shared_ethernet ? shared_ethernet : vnic; }
};

}  // namespace lparsim::scenario
