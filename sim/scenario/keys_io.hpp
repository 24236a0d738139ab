#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/scenario/document_io.hpp"

namespace lparsim::scenario {

// Virtual I/O as written (keys.hpp): where a default depends on other keys, or one list holds several kinds of things.

struct HddKeys {
  std::uint32_t rpm = 15'000;
  std::optional<SimTime> seek;
  std::optional<DataRate> disk_rate;
};

/// Solid-state disks of two kinds have the same keys and other defaults.
struct SsdKeys : FlashStorage {};
struct NvmeKeys : FlashStorage {
  NvmeKeys() : FlashStorage{40, SimTime::from_us(80), SimTime::from_us(80), DataRate{56'000'000'000}, DataRate{32'000'000'000}} {}
};

struct ArrayKeys : HddKeys {
  Percent cache_hit = ArrayStorage{}.cache_hit;
  Distribution hit_time = ArrayStorage{}.hit_time;
  Bytes write_cache = ArrayStorage{}.write_cache;
  DataRate rate = ArrayStorage{}.rate;
  std::uint32_t disks = ArrayStorage{}.disks;
};

struct StorageKeys {
  std::string name;
  Bytes capacity = StorageConfig{}.capacity;
  Bytes max_transfer = StorageConfig{}.max_transfer;
  std::variant<FixedStorage, HddKeys, SsdKeys, NvmeKeys, ArrayKeys> type;
};

/// A disk: one of a VIOS (`storage`), a virtual SCSI disk (`backing`), or one through virtual Fibre Channel (`storage` and `paths`).
struct DiskKeys {
  std::string name;
  std::string storage;
  std::string adapter;
  std::vector<Reference> backing;
  std::vector<Reference> paths;
  std::optional<std::uint32_t> queue_depth;
  std::optional<Bytes> max_transfer;
  SimTime path_timeout;
  SimTime health_check;
  ErrorRecovery recovery = ErrorRecovery::delayed_fail;
  SimTime rw_timeout;
  SimTime no_path_wait = PathPolicy{}.no_path_wait;
};

struct VscsiServerKeys {
  std::optional<VscsiProfile> profile;
  CostDistribution cost_distribution = VscsiServerConfig{}.cost_distribution;
  std::uint32_t request_limit = VscsiServerConfig{}.request_limit;
};

struct PartitionIoKeys {
  std::vector<AdapterConfig> adapters;
  std::vector<DiskKeys> disks;
  std::vector<VolumeConfig> logical_volumes;
  std::vector<VolumeConfig> files;
  std::vector<SharedEthernetConfig> shared_ethernet;
  std::optional<VscsiServerKeys> vscsi_server;
  std::vector<EthernetConfig> ethernet;
};

/// `running` and so on, of whatever the event is about.
enum class EventState : std::uint8_t { running, stopped, failed, up, down };

}  // namespace lparsim::scenario
