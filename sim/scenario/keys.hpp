#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "lpars/guest/config.hpp"
#include "models/core/machine_catalogue.hpp"
#include "sim/scenario/document.hpp"
#include "sim/scenario/keys_io.hpp"
#include "sim/scenario/keys_kernel_policy.hpp"
#include "sim/scenario/keys_vsp.hpp"

namespace lparsim::scenario {

// A scenario as written: what the keys of the file say, before defaults that depend on other keys are known. The schema reads into these,
// resolve() turns them into the structures of document.hpp.

struct ProcessorKeys {
  std::optional<core::Generation> generation;
  std::optional<std::uint32_t> cores;
  std::optional<std::uint32_t> cores_per_chip;
  std::optional<Hertz> frequency;
  std::optional<std::uint32_t> smt;
  std::vector<double> smt_throughput;  ///< for 1, 2, 4 and 8 busy threads
};

/// What a switch to another virtual processor does to the caches.
enum class CacheModel : std::uint8_t { none, refill };

struct HypervisorKeys : HypervisorConfig {
  CacheModel cache_model = CacheModel::none;
  core::CacheRefillConfig cache;
};

struct SharedKeys {
  ProcessingUnits entitlement;
  std::optional<std::uint32_t> virtual_processors;
  bool capped = false;
  std::uint32_t weight = 128;
  std::string pool = "default";
};

struct DedicatedKeys {
  std::uint32_t cores = 1;
  std::optional<bool> donate;
  std::optional<hypervisor::SharingMode> sharing_mode;
};

struct PartitionProcessorKeys {
  std::variant<SharedKeys, DedicatedKeys> mode;
};

/// What is absent is as the type of the partition has it.
struct GuestKeys {
  std::optional<SimTime> time_slice;
  std::optional<SimTime> snooze;
  SimTime balance_period = SimTime::from_ms(10);
  std::optional<std::int32_t> vpm_xvcpus;  ///< -1: no folding
  std::uint32_t vpm_fold_threshold = 49;
  SimTime fold_period = SimTime::from_s(1);
  std::uint32_t vpm_throughput_mode = 0;
  guest::LockWaiting lock_waiting = guest::LockWaiting::confer;
  bool confer_to_ceded = false;
};

struct PartitionKeys : PartitionIoKeys {
  std::string name;
  PartitionType type = PartitionType::linux_;
  PartitionProcessorKeys processors;
  std::optional<Bytes> memory;
  std::optional<std::uint32_t> smt;
  Bytes cache_footprint = core::kAssumedCacheFootprint;
  bool running = true;
  GuestKeys guest;
  std::vector<workload::Config> workloads;
  std::optional<PartitionKernelPolicyKeys> kernel_policy;
  std::optional<VspKeys> vsp;
};

struct ServerKeys {
  std::string name = "server";
  const core::Machine* model = nullptr;
  ProcessorKeys processor;
  std::optional<Bytes> memory;
  std::vector<PoolConfig> pools;
  std::vector<std::string> virtual_switches;
  HypervisorKeys hypervisor;
  std::optional<KernelPolicyKeys> kernel_policy;
  std::vector<PartitionKeys> partitions;
};

/// `state` and what virtual I/O is called stand beside everything else, and so does what a fault is like.
struct EventKeys : EventConfig, VspFaultConfig {
  std::optional<EventState> state;
  std::optional<Reference> link;
  std::optional<std::string> storage;
  std::optional<Reference> shared_ethernet;
  HaMode ha_mode = HaMode::automatic;
  std::optional<std::string> service;  ///< key `vsp`
  std::optional<vsp::FaultKind> fault;
  std::optional<bool> suspend;
  bool migrate = false;
  std::optional<SimTime> blackout;
  std::optional<Reference> vnic;
  std::optional<Reference> backing;
  std::optional<bool> auto_priority_failover;
  std::optional<KernelTableKeys> table;  ///< key `kernel_policy`
  std::optional<std::string> node;       ///< of services

  bool of_virtual_io() const { return link || storage || shared_ethernet || vnic; }
};

struct ScenarioKeys {
  std::int64_t format = 1;
  std::string name;
  std::string description;
  std::uint64_t seed = 1;
  SimTime duration;
  SimTime warmup;
  SimTime sample_interval = SimTime::from_s(1);
  std::optional<ServerKeys> server;
  std::vector<ServerKeys> servers;
  std::vector<StorageKeys> storage;
  std::vector<StoragePoolConfig> shared_storage_pools;
  NetworkConfig network;
  std::vector<EventKeys> events;  ///< in the order of the file
  std::vector<std::string> expect;
};

}  // namespace lparsim::scenario
