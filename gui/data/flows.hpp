#pragma once
#include <optional>
#include <string>
#include <vector>

#include "gui/data/selection.hpp"
#include "gui/data/slice.hpp"
#include "gui/data/sources.hpp"

namespace lparsim::gui {

/// A figure with the sentence that explains it: `physc: processors' worth of time really used; 0.62 of 0.50 entitled, so it runs on
/// excess`.
struct Figure {
  double value = 0;
  std::string unit;  ///< PU, %, /s, B/s, ms, 1
  std::string sentence;
};

struct PartitionFlow {
  ServerId server{};
  PartitionId partition{};
  ProcessingUnits entitlement;   ///< then: an operator may have changed it; dedicated: its cores
  Figure physc;                  ///< PU
  Figure entc;                   ///< % of the entitlement
  Figure excess;                 ///< PU: part of physc
  Figure waiting;                ///< virtual processors that were ready but on no core, on average
  std::optional<Figure> hcalls;  ///< /s, of the span and what recorded intervals stick out of it; absent: not recorded
};

/// Who was on a core at the moment.
struct CoreFlow {
  ServerId server{};
  CoreId core{};
  bool known = false;  ///< recorded in full
  bool busy = false;   ///< then these say who
  PartitionId partition{};
  std::uint32_t vp = 0;
  State state = State::entitled;
  Figure load;  ///< % of the span
};

struct TargetFlow {
  std::uint32_t target = 0;
  Figure requests;  ///< /s
  Figure bytes;     ///< B/s
  Figure latency;   ///< ms, of those that ended; 0: none did
  Figure inFlight;  ///< 1, on average
  Figure failed;    ///< /s
};

/// Calls to a Virtual Service Partition, redirected to it from one hook for one client.
struct HookFlow {
  ServerId server{};
  PartitionId vsp{};
  std::uint16_t hook = 0;  ///< trace::kVspHooks
  PartitionId client{};
  Figure calls;    ///< /s
  Figure latency;  ///< ms
  Figure failed;   ///< /s
};

struct DeviceFlow {
  std::uint32_t device = 0;
  Figure busy;  ///< %
  Figure requests, bytes;
};

/// A pool, or with `pool` absent a whole server.
struct PoolFlow {
  ServerId server{};
  std::optional<PoolId> pool;
  Figure used;  ///< PU
  Figure load;  ///< % of what it may use
};

/// What goes on around a moment: averages of [begin, end).
struct Flows {
  SimTime at, begin, end;
  bool coarse = false;  ///< from interval samples, whose times begin and end then are
  std::vector<PartitionFlow> partitions;
  std::vector<CoreFlow> cores;
  std::vector<TargetFlow> targets;
  std::vector<HookFlow> hooks;
  std::vector<DeviceFlow> devices;
  std::vector<PoolFlow> pools;
};

/// Averages of a span of about `length` around `at`; who is on which core: at `at`. Some ms whatever the file's size. `only`: of this
/// partition, its targets and its services, nothing of cores and pools.
Result<Flows> flowsAt(Sources& sources, SimTime at, SimTime length, std::optional<trace::PartitionKey> only = {});

}  // namespace lparsim::gui
