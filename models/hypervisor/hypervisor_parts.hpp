#pragma once
// The records of Hypervisor, shared by its source files.
#include <memory>
#include <optional>
#include <vector>

#include "models/hypervisor/hypervisor.hpp"
#include "models/hypervisor/partition_memory.hpp"
#include "sim/base/sampled_times.hpp"

namespace lparsim::hypervisor {

struct Hypervisor::Partition {
  PartitionListener* listener = nullptr;
  bool shared = true;
  bool active = false;
  bool suspended = false;
  PoolId pool{};
  ProcessingUnits entitlement;
  bool capped = true;
  std::uint32_t weight = 0;
  std::uint32_t online = 0;
  std::uint32_t max_virtual = 0;
  std::uint32_t joined = 0;      ///< virtual processors in H_JOIN
  std::uint32_t conferring = 0;  ///< virtual processors that wait for others' dispatch cycle
  VpId first{};
  std::unique_ptr<PartitionMemory> memory;
  SimTime entitled_since;     ///< ended.entitled counts up to here
  PartitionUsage ended;       ///< all but what is going on: stays on cores and waits that are over; consumed is in the dispatcher's books
  std::uint32_t running = 0;  ///< virtual processors on cores
  SimTime running_since;      ///< one of them at least
  SimTime dispatched;         ///< before that
  std::uint32_t ready = 0;    ///< virtual processors that run or want to
  SimTime starved;            ///< one of them at least wanted a core and none had one, up to starved_until
  SimTime starved_until;
  HcallCounts hcalls;
  PartitionUsage told;             ///< as tell_accounting() last knew it
  SampledTimes dispatch_delay{4};  ///< there are many, and of many partitions
};

/// A virtual processor to which another one conferred, and its dispatch count then.
struct Hypervisor::Conferred {
  VpId target{};
  std::uint32_t dispatch_count = 0;
};

struct Hypervisor::VirtualProcessor {
  PartitionId partition{};
  std::uint32_t number = 0;
  trace::TrackId track = trace::TrackId::none;
  std::int64_t last_core = -1;
  bool prod = false;
  bool joined = false;
  bool interruptible = true;       ///< while ceded or conferred: MSR[EE]
  bool interrupt_pending = false;  ///< raised while it was not interruptible
  bool confers_to_all = false;
  std::vector<Conferred> confers;           ///< waits until these have had a dispatch cycle, one after the other from the last
  std::optional<DispatchReason> goes_on{};  ///< with its suspended partition, why
  bool known_to_run = false;                ///< what its operating system knows
  std::uint32_t known_dispatch = 0;         ///< if it does, since which dispatch
  SimTime refill;                           ///< how long it waits for its caches in this dispatch
  PreemptReason left_by = PreemptReason::none;
  VpAccount account;
  VpUsage redispatches;  ///< its counts; the times are in the dispatcher's books
  VirtualProcessorArea area;
};

/// What an operator asked for.
struct Hypervisor::Action {
  enum class Kind : std::uint8_t { activate, deactivate, suspend, resume, change };
  Kind kind{};
  PartitionId partition{};
  PartitionChange change{};
  bool failed = false;  ///< deactivate: it crashed
};

}  // namespace lparsim::hypervisor
