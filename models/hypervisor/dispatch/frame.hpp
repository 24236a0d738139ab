#pragma once
#include <cstdint>
#include <optional>

#include "models/hypervisor/protocol.hpp"
#include "sim/base/ids.hpp"
#include "sim/base/time.hpp"
#include "sim/base/units.hpp"

namespace lparsim::hypervisor {

/// Who competes for what nobody is entitled to: whole partitions by their weight (LoPAR, "Virtual Processor Preempt/Dispatch", R1-4), or
/// each of their virtual processors with the partition's weight (as some field literature has it).
enum class ShareExcessBy : std::uint8_t { partition, virtual_processor };

/// What a dedicated partition does with idle cores; the names are the HMC's (`sharing_mode`).
enum class SharingMode : std::uint8_t {
  keep_idle_procs,          ///< never lends
  share_idle_procs,         ///< lends while the partition is not active
  share_idle_procs_active,  ///< lends what it cedes while active
  share_idle_procs_always,
};

struct FrameSpec {
  std::uint32_t cores = 1;
  std::uint32_t cores_per_chip = 1;
  /// The dispatch wheel's rotation: every partition's entitlement is due within each such window.
  SimTime window = SimTime::from_ms(10);
  /// How long a virtual processor may run on excess before the choice is made anew. Assumed: no figure is published.
  SimTime excess_slice = SimTime::from_ms(1);
  ShareExcessBy share_excess_by = ShareExcessBy::partition;
};

struct PoolSpec {
  /// Most that the members may use together; absent: all shared cores.
  std::optional<ProcessingUnits> maximum;
  /// Capacity guaranteed to the pool beyond the entitlements of its members.
  ProcessingUnits reserved;
};

struct SharedSpec {
  PoolId pool{};
  ProcessingUnits entitlement;
  std::uint32_t online = 1;       ///< virtual processors at activation
  std::uint32_t max_virtual = 1;  ///< most there will ever be (DLPAR)
  bool capped = true;
  std::uint32_t weight = 128;
};

struct DedicatedSpec {
  std::uint32_t cores = 1;
  SharingMode sharing = SharingMode::share_idle_procs;
};

/// A virtual processor got a core.
struct SwitchIn {
  VpId vp{};
  CoreId core{};
  SimTime now;
  DispatchReason reason{};
  bool entitled = false;   ///< on its entitlement; otherwise on excess
  SimTime waiting_since;   ///< ceded or conferred since then (equals ready_since when it was preempted)
  SimTime ready_since;     ///< ready to run since then
  SimTime capacity_wait;   ///< of the time since: without entitlement and not chosen for excess (LoPAR's wait interval 2)
  SimTime processor_wait;  ///< of the time since: entitled, but no core (interval 3)
  bool moved = false;      ///< another core than last time
};

/// A virtual processor lost its core, or gave it up.
struct SwitchOut {
  VpId vp{};
  CoreId core{};
  SimTime now;
  PreemptReason reason{};
  SimTime entitled_time;  ///< of this dispatch, the time that counted against entitlement
};

class DispatchSink {
 public:
  virtual ~DispatchSink() = default;
  virtual void switched_in(const SwitchIn&) = 0;
  virtual void switched_out(const SwitchOut&) = 0;
  /// A new dispatch window has begun at `begin`; switches at this instant that come after belong to it.
  virtual void window_began(SimTime begin) = 0;
};

}  // namespace lparsim::hypervisor
