#pragma once
// The records of Hypervisor, shared by its two source files.
#include <memory>
#include <vector>

#include "models/hypervisor/hypervisor.hpp"
#include "models/hypervisor/partition_memory.hpp"
#include "sim/base/histogram.hpp"

namespace lparsim::hypervisor {

struct Hypervisor::Partition {
  PartitionListener* listener = nullptr;
  bool shared = true;
  bool active = false;
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
  SimTime entitled_since;  ///< ended.entitled counts up to here
  PartitionUsage ended;    ///< all but what is going on: stays on cores and waits that are over
  Histogram dispatch_delay;
};

struct Hypervisor::VirtualProcessor {
  PartitionId partition{};
  std::uint32_t number = 0;
  std::int64_t last_core = -1;
  bool prod = false;
  bool joined = false;
  bool interruptible = true;  ///< while ceded or conferred: MSR[EE]
  bool confers_to_all = false;
  std::vector<VpId> awaits;  ///< conferred until these have had a dispatch cycle
  PreemptReason left_by = PreemptReason::none;
  VpAccount account;
  VirtualProcessorArea area;

  /// Its partition is shut down or it is taken away; the accounts stay.
  void take_down() {
    prod = joined = confers_to_all = false;
    interruptible = true;
    awaits.clear();
    area = {};
  }
};

struct Hypervisor::Action {
  enum class Kind : std::uint8_t { cede, confer, wake, activate, deactivate, change };
  Kind kind{};
  PartitionId partition{};
  VpId vp{};
  VpId favoured{};
  bool favours = false;
  DispatchReason reason{};
  PartitionChange change{};
};

struct Hypervisor::Notice {
  PartitionId partition{};
  std::uint32_t vp = 0;
  bool dispatched = false;
  CoreId core{};
};

}  // namespace lparsim::hypervisor
