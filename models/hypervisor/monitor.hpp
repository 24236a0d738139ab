#pragma once
#include <cstdint>
#include <vector>

#include "models/hypervisor/dispatch/frame.hpp"

namespace lparsim::hypervisor {

/// Watches what the dispatcher promises, in every run, with books of its own (docs/models/dispatcher.md, "Always checked"):
/// - no core runs two virtual processors, none is on two cores, and no core is used for longer than time has passed;
/// - a partition whose ready virtual processors stay the same through a whole window gets its entitlement in it, and a virtual processor of
///   a dedicated partition its core at once;
/// - a capped partition never gets more than its entitlement, and none anything while it is not active;
/// - no partition exceeds its virtual processors, no pool its maximum;
/// - time goes on: no virtual processor is dispatched again and again at one instant;
/// - what each virtual processor has had (consumed()) is what the dispatcher charged (its PURR): compared by Hypervisor::finish().
/// A broken promise fails a CHECK that names time and partition. Costs O(1) a switch and O(partitions that ran) a window.
class Monitor {
 public:
  Monitor(std::uint32_t cores, SimTime window);

  void add_pool(const PoolSpec& pool);
  void add_shared(const SharedSpec& partition);
  void add_dedicated(const DedicatedSpec& partition);

  void activated(PartitionId partition, SimTime now);
  void deactivated(PartitionId partition);
  void set_entitlement(PartitionId partition, ProcessingUnits entitlement);
  void set_capped(PartitionId partition, bool capped);
  void set_online(PartitionId partition, std::uint32_t online);

  void ready(VpId vp, SimTime now);
  void not_ready(VpId vp, SimTime now);
  void switched_in(VpId vp, CoreId core, SimTime now);
  void switched_out(VpId vp, CoreId core, SimTime now);
  void window_began(SimTime begin);
  /// The run is over: checks what no later event would.
  void finish(SimTime now);

  /// Core time that the virtual processor has had, to compare with what the dispatcher charged.
  SimTime consumed(VpId vp, SimTime now) const;

 private:
  struct OneVp {
    std::size_t partition = 0;
    std::int64_t core = -1;
    SimTime since;  ///< on the core, and charged up to here
    SimTime total;
    SimTime ready_since;
    SimTime came;                    ///< when it was dispatched last
    std::uint32_t came_at_once = 0;  ///< how often at that instant
  };
  struct OnePartition {
    bool shared = true;
    std::size_t pool = 0;
    ProcessingUnits entitlement;  ///< from the next window on
    SimTime due;                  ///< of the current window
    bool due_known = false;       ///< for the current window
    bool capped = false;
    bool cap_steady = true;  ///< cap and entitlement unchanged since the window began
    bool steady = false;     ///< and the ready virtual processors too
    SimTime changed;         ///< when the ready virtual processors did
    bool active = false;
    bool listed = false;            ///< in touched_
    std::uint32_t online = 0;       ///< most in this window
    std::uint32_t next_online = 0;  ///< now
    std::uint32_t ready = 0;
    std::uint32_t running = 0;
    SimTime got;
  };
  OnePartition& add_partition(std::uint32_t vps);
  void touch(std::size_t partition);
  void charge(OneVp& vp, SimTime now);
  void check(const OnePartition& partition, std::size_t index, SimTime end) const;

  SimTime window_;
  SimTime begin_;
  std::vector<OneVp> vps_;
  std::vector<OnePartition> partitions_;
  std::vector<std::int64_t> on_core_;
  std::vector<SimTime> core_used_;
  std::vector<std::size_t> dedicated_;  ///< partitions
  std::vector<SimTime> pool_limit_, pool_got_;
  std::vector<std::size_t> touched_;  ///< partitions that were ready or ran in the current window
};

}  // namespace lparsim::hypervisor
