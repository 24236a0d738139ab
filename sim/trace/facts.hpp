#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "sim/base/ids.hpp"
#include "sim/base/time.hpp"
#include "sim/base/units.hpp"
#include "sim/trace/device_records.hpp"
#include "sim/trace/vsp_records.hpp"

namespace lparsim::trace {

// What is known of a run before its first event: written once into the run file, read by every report. Texts are what the scenario says.

/// A physical server ("frame").
struct ServerFacts {
  ServerId server{};
  std::string name;
  std::string model;       ///< catalogue entry such as 9009-42A; empty when the scenario gives the processor itself
  std::string generation;  ///< POWER9
  std::uint32_t cores = 0;
  std::uint32_t smt = 1;  ///< hardware threads per core
  Hertz frequency;
  Bytes memory;
  SimTime dispatch_window;           ///< every entitlement is due once in each
  SimTime excess_slice;              ///< longest stay on unplanned excess before the choice is made anew
  std::string excess_sharers;        ///< who has a weight of its own: partition or virtual_processor
  std::uint32_t cores_per_chip = 0;  ///< cores count on from chip to chip; 0: not known (files of before it was written)
};

/// A shared processor pool; `default` is one too.
struct PoolFacts {
  ServerId server{};
  PoolId pool{};
  std::string name;
  ProcessingUnits maximum;
  ProcessingUnits reserved;
};

/// A partition as it is activated; DLPAR changes later show in the intervals.
struct PartitionFacts {
  ServerId server{};
  PartitionId partition{};
  std::string name;
  std::string type;             ///< aix, ibmi, linux, vios, vsp
  std::string mode = "shared";  ///< shared or dedicated
  ProcessingUnits entitlement;  ///< dedicated: its cores
  std::uint32_t virtual_processors = 0;
  bool capped = false;       ///< shared only
  std::uint32_t weight = 0;  ///< shared and uncapped only
  std::string pool;          ///< shared only
  std::uint32_t smt = 1;     ///< hardware threads the guest uses per virtual processor
  Bytes memory;
  std::uint32_t cores = 0;   ///< dedicated only
  std::string sharing_mode;  ///< as the HMC names it: cap, uncap, keep_idle_procs, share_idle_procs, share_idle_procs_active, ..._always

  /// Dedicated, and lends idle cores while it runs; one that lends only while stopped (share_idle_procs) does not count.
  bool donates() const { return sharing_mode == "share_idle_procs_active" || sharing_mode == "share_idle_procs_always"; }
};

/// A workload of a partition, or a kind of transactions in its mix (WORKLOAD.KIND); its metrics are called PARTITION.NAME.*.
struct WorkloadFacts {
  ServerId server{};
  PartitionId partition{};
  std::string name;
  std::string type;  ///< spin, open, closed, batch, recording, stream, service; kind
};

/// A hypervisor call that is known by a name.
struct HcallFacts {
  std::uint32_t token = 0;
  std::string name;  ///< H_CEDE
};

/// Everything that identifies a run: equal RunInfo, equal run file (all tables but `host`, where the scenario's file goes).
struct RunInfo {
  std::string scenario_name;
  std::string description;
  std::string scenario_text;  ///< the file as read
  std::string scenario_file;  ///< where it lay; empty: nowhere
  std::string overrides;      ///< what the command line changed in it, PATH=VALUE, one a line
  std::uint64_t seed = 1;
  std::string version;  ///< of lparsim
  SimTime duration;
  SimTime warmup;  ///< excluded from every metric
  std::vector<ServerFacts> servers;
  std::vector<PoolFacts> pools;
  std::vector<PartitionFacts> partitions;
  std::vector<WorkloadFacts> workloads;
  std::vector<VspHookFacts> vsp_hooks;
  std::vector<HcallFacts> hcalls;
  // None in files of before they were written.
  std::vector<DeviceFacts> devices;
  std::vector<ConnectionFacts> connections;
  std::vector<RouteFacts> routes;
  std::vector<std::string> assumptions;  ///< figures in use that no public source gives, one sentence each
};

}  // namespace lparsim::trace
