#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lpars/guest/config.hpp"
#include "lpars/workload/config.hpp"
#include "models/core/cache_refill.hpp"
#include "models/core/generation.hpp"
#include "models/core/smt.hpp"
#include "models/hypervisor/dispatch/frame.hpp"
#include "models/hypervisor/vio_costs.hpp"
#include "models/vsp/records.hpp"
#include "sim/base/time.hpp"
#include "sim/base/units.hpp"
#include "sim/scenario/document_io.hpp"
#include "sim/scenario/document_kernel_policy.hpp"
#include "sim/scenario/document_vsp.hpp"

namespace lparsim::scenario {

// A scenario as read: what was not given has its default; a catalogue model has been applied. docs/scenario.md describes the keys.

struct ProcessorConfig {
  core::Generation generation{};
  std::uint32_t cores = 0;
  std::uint32_t cores_per_chip = 1;
  Hertz frequency;  ///< nominal
  std::uint32_t smt = 1;
  core::SmtThroughput smt_throughput{};
};

struct PoolConfig {
  std::string name;
  std::optional<ProcessingUnits> maximum;  ///< absent: all shared cores
  ProcessingUnits reserved;
};

struct HypervisorConfig {
  SimTime dispatch_window = SimTime::from_ms(10);
  SimTime dispatch_cost;
  SimTime excess_slice = SimTime::from_ms(1);
  hypervisor::ShareExcessBy share_excess_by = hypervisor::ShareExcessBy::partition;
  std::optional<core::CacheRefillConfig> cache_refill;  ///< absent: caches are always warm
  hypervisor::VioCosts virtual_io;
  vsp::VspCosts vsp_costs;
};

enum class PartitionType : std::uint8_t { aix, ibmi, linux_, vios, vsp };
enum class ProcessorMode : std::uint8_t { shared, dedicated };

/// A partition's processors. Shared: entitlement, virtual, capped, weight, pool. Dedicated: cores, sharing_mode.
struct PartitionProcessors {
  ProcessorMode mode = ProcessorMode::shared;
  ProcessingUnits entitlement;
  std::uint32_t virtual_processors = 1;
  bool capped = false;
  std::uint32_t weight = 128;
  std::string pool = "default";
  std::uint32_t cores = 1;
  hypervisor::SharingMode sharing_mode = hypervisor::SharingMode::share_idle_procs;
};

struct PartitionConfig {
  std::string name;
  PartitionType type = PartitionType::linux_;
  PartitionProcessors processors;
  Bytes memory;
  std::uint32_t smt = 1;
  Bytes cache_footprint = core::kAssumedCacheFootprint;
  bool running = true;  ///< activated when the simulation starts
  guest::Config guest;  ///< its operating system
  std::vector<workload::Config> workloads;
  PartitionIoConfig io;
  PartitionKernelPolicy kernel_policy;
  std::optional<VspPartitionConfig> vsp;  ///< of a Virtual Service Partition, and of no other
};

struct ServerConfig {
  std::string name = "server";
  std::string model;  ///< catalogue entry, or empty
  ProcessorConfig processor;
  Bytes memory;
  std::vector<PoolConfig> pools;              ///< without `default`
  std::vector<std::string> virtual_switches;  ///< Ethernet; at least one
  HypervisorConfig hypervisor;
  std::optional<KernelPolicyConfig> kernel_policy;
  std::vector<PartitionConfig> partitions;
};

/// Something that happens at a time, to a partition, to a server or to virtual I/O; what is absent stays as it is.
struct EventConfig {
  SimTime at;
  std::string server;                ///< of a `frequency` or kernel policy: whose; the only server's name where none is given
  std::optional<Hertz> frequency{};  ///< of the server's cores from now on
  std::string partition;             ///< of everything else
  std::optional<ProcessingUnits> entitlement;
  std::optional<std::uint32_t> weight;
  std::optional<std::uint32_t> virtual_processors;
  std::optional<bool> capped;
  std::optional<std::uint32_t> smt;                ///< hardware threads per core from now on
  std::optional<std::uint32_t> virtual_processor;  ///< to which alone `smt` applies
  std::optional<bool> running;                     ///< `state: running` activates, `state: stopped` shuts down
  bool failed = false;                             ///< with running == false: it crashes
  IoEvent io{};                                    ///< names something where the event is about virtual I/O
  KernelPolicyEvent kernel_policy{};               ///< changes something where the event is about kernel policies
  VspEvent vsp{};                                  ///< names a partition where it is about a Virtual Service Partition
};

/// A metric that a run goes on for until half its confidence interval is no more than this share of its value.
struct PrecisionGoal {
  std::string metric;
  double percent = 0;
};

/// Of campaigns alone (vsp_campaign.hpp): what happens when the channel of a Virtual Service Partition comes to a state, or when a call is
/// handed to it.
struct VspTrigger {
  std::size_t server = 0;
  std::size_t partition = 0;
  std::optional<vsp::ChannelState> state;  ///< absent: the next call
  SimTime not_before;
  std::vector<EventConfig> events;  ///< `at` counts from then
};

struct ScenarioConfig {
  std::string name;
  std::string description;
  std::uint64_t seed = 1;
  SimTime duration;
  SimTime warmup;
  SimTime sample_interval = SimTime::from_s(1);
  std::vector<ServerConfig> servers;  ///< one or more
  std::vector<StorageConfig> storage;
  std::vector<StoragePoolConfig> shared_storage_pools;
  NetworkConfig network;
  std::vector<EventConfig> events;  ///< in order of time
  std::vector<std::string> expect;  ///< expectations as written

  // Of the command line alone: the run goes on past its duration until each goal is met, at most to the limit.
  std::vector<PrecisionGoal> precision;
  SimTime precision_limit;
  std::optional<VspTrigger> trigger;  ///< of a campaign

  std::string file;                      ///< where it lies, as it was named
  std::string text;                      ///< what it says
  std::string overrides;                 ///< what the command line changed in it, PATH=VALUE, one a line
  std::vector<std::string> assumptions;  ///< assumed figures that this scenario uses, a sentence each
};

}  // namespace lparsim::scenario
