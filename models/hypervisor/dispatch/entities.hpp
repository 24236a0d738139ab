#pragma once
// The records that the dispatch rules work on. Private to models/hypervisor/dispatch.
#include <boost/intrusive/list.hpp>
#include <cstdint>
#include <vector>

#include "models/hypervisor/dispatch/frame.hpp"

namespace lparsim::hypervisor::dispatch {

namespace bi = boost::intrusive;
using ListHook = bi::list_member_hook<bi::link_mode<bi::auto_unlink>>;

struct Core;
struct Partition;
struct Pool;
struct ExcessEntity;

enum class VpState : std::uint8_t {
  offline,  ///< not there (partition down, or beyond the online processors)
  ceded,    ///< nothing to do, or conferred
  waiting,  ///< ready, no core
  running,
};

/// Where a waiting virtual processor queues, by its right to run.
enum class Queue : std::uint8_t {
  none,      ///< without entitlement and capped
  promised,  ///< has entitlement that it was promised at the window's start
  late,      ///< has entitlement that came to it since (it woke, or a sibling ceded)
  planned,   ///< its part of the window's excess is still due
  excess,    ///< hopes for what is left over
};

/// By what right a virtual processor runs, and for how long at most.
struct Run {
  enum class Right : std::uint8_t {
    promised,  ///< entitlement that was due at the window's start
    entitled,  ///< entitlement that came to it since
    planned,   ///< its part of the window's excess
    excess,    ///< what happens to be left over
  };
  Right right = Right::entitled;
  std::uint8_t level = 1;  ///< of excess: 0 the pool's own capacity, 1 the frame's
  SimTime slice;
};

struct Vp {
  VpId id{};
  Partition* partition = nullptr;
  VpState state = VpState::offline;
  Run run;  ///< while running
  DispatchReason wake_reason = DispatchReason::boot;
  Core* core = nullptr;
  Core* last_core = nullptr;
  ExcessEntity* excess = nullptr;

  // Entitlement in the current window; valid for `window` only.
  std::int64_t window = -1;
  SimTime claim;         ///< what it may still run on entitlement
  SimTime used;          ///< what it has run on entitlement
  SimTime promised;      ///< what it will have run on entitlement at the window's end at least: its slice as of the window's start
  SimTime plan[2];       ///< its part of the window's excess not yet run, by level
  SimTime full_plan[2];  ///< as it was at the window's start

  SimTime settled;  ///< while running: charged up to here
  SimTime waiting_since, ready_since, wait_settled;
  SimTime capacity_wait, processor_wait;
  SimTime dispatch_entitled;  ///< of the current dispatch
  SimTime total_run;          ///< ever

  Queue queue = Queue::none;
  ListHook wait_hook, queue_hook, core_hook, chip_hook, excess_hook;

  SimTime plan_left() const { return plan[0] + plan[1]; }
  bool on_entitlement() const { return run.right <= Run::Right::entitled; }
  bool ready() const { return state == VpState::waiting || state == VpState::running; }
};

struct Core {
  CoreId id{};
  std::uint32_t chip = 0;
  Vp* running = nullptr;
  Vp* owner = nullptr;    ///< of a dedicated partition
  bool available = true;  ///< to shared virtual processors: not owned, or lent by its owner at present
  SimTime slice_end = SimTime::never();
};

/// One competitor for excess: a partition, or a virtual processor, as the frame's ShareExcessBy says. `clock[level]` is excess time
/// received divided by weight: who is furthest behind is served next.
struct ExcessEntity {
  Pool* pool = nullptr;
  Partition* partition = nullptr;
  bool single = false;  ///< one virtual processor rather than all of the partition's
  double clock[2] = {0, 0};
  bi::list<Vp, bi::member_hook<Vp, ListHook, &Vp::excess_hook>, bi::constant_time_size<false>> waiting;
  std::uint32_t seat = 0;  ///< in its pool's tournaments
  bool changed = false;    ///< since it was last sorted in
};

struct Partition {
  PartitionId id{};
  Pool* pool = nullptr;  ///< null: dedicated
  bool active = false;
  bool capped = true;
  std::uint32_t weight = 0;
  ProcessingUnits entitlement;
  std::uint32_t online = 0;
  SharingMode sharing = SharingMode::keep_idle_procs;
  std::vector<Vp*> vps;      ///< all there may ever be
  std::vector<Vp*> ready;    ///< of a shared partition, those waiting or running, in order of becoming so
  std::int64_t window = -1;  ///< what follows is valid for this window
  SimTime due;               ///< entitlement of the window
  SimTime remaining;         ///< the part of it not yet used
  SimTime handed_on;         ///< promises of virtual processors that went, on their way to the siblings
  ExcessEntity* excess = nullptr;
  ListHook active_hook;

  bool shares_excess() const { return pool != nullptr && !capped && weight > 0; }
};

using WaitList = bi::list<Vp, bi::member_hook<Vp, ListHook, &Vp::wait_hook>, bi::constant_time_size<false>>;
using ActiveList = bi::list<Partition, bi::member_hook<Partition, ListHook, &Partition::active_hook>, bi::constant_time_size<false>>;

}  // namespace lparsim::hypervisor::dispatch
