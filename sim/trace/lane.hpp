#pragma once
#include <compare>
#include <cstdint>

#include "sim/base/ids.hpp"
#include "sim/base/time.hpp"

namespace lparsim::trace {

/// A line of the timeline that a run file can be asked about.
struct LaneKey {
  enum class Kind : std::uint8_t { core, virtual_processor, partition, io_target, vsp };
  Kind kind{};
  ServerId server{};         ///< io_target: 0, its id counts over all servers
  std::uint32_t first = 0;   ///< core; partition (also of a virtual processor and a VSP); io_target.id
  std::uint32_t second = 0;  ///< virtual processor within its partition; else 0

  static LaneKey core(ServerId server, CoreId core) { return {Kind::core, server, static_cast<std::uint32_t>(core), 0}; }
  static LaneKey virtual_processor(ServerId server, PartitionId partition, std::uint32_t vp) {
    return {Kind::virtual_processor, server, static_cast<std::uint32_t>(partition), vp};
  }
  static LaneKey partition(ServerId server, PartitionId partition) {
    return {Kind::partition, server, static_cast<std::uint32_t>(partition), 0};
  }
  static LaneKey io_target(std::uint32_t target) { return {Kind::io_target, ServerId{0}, target, 0}; }
  static LaneKey vsp(ServerId server, PartitionId partition) { return {Kind::vsp, server, static_cast<std::uint32_t>(partition), 0}; }

  auto operator<=>(const LaneKey&) const = default;
};

/// What happened on a lane in [begin, end), as sums: those of neighbours add up to that of both, to the picosecond. A time that lies in
/// several buckets is split over them; what is counted belongs to the bucket in which it ended (an end at the boundary: to the earlier).
/// Fields that are not of the lane's kind are 0.
struct LaneBucket {
  SimTime begin;
  SimTime end;
  std::uint64_t count = 0;  ///< ended: stays; requests; calls
  // core, virtual_processor, partition (sums over its virtual processors: running / (end - begin) is physc)
  SimTime running;
  SimTime excess;  ///< part of running that was not charged to the entitlement: each stay's at its end
  // virtual_processor, partition
  SimTime queued;                 ///< entitled, but on no core (wait interval 3)
  SimTime withheld;               ///< ready, but out of entitlement (wait interval 2)
  SimTime ceded;                  ///< nothing to do (wait interval 1)
  std::uint64_t preemptions = 0;  ///< core too: of the stays that ended, those that lost the core to somebody else or at the slice's end
  // The longest stay that overlaps the bucket, by its whole length to a 64th of the shortest bucket of its lane's kind. Of equal ones the
  // one with the lowest numbers.
  std::uint32_t partition = 0;  ///< core
  std::uint32_t vp = 0;         ///< core
  std::uint32_t core = 0;       ///< virtual_processor
  // io_target, vsp
  SimTime latency;           ///< sum over those that ended
  SimTime longest;           ///< greatest of these latencies
  SimTime in_flight;         ///< requests or calls under way, times their time; of those that have ended at all
  std::uint64_t failed = 0;  ///< requests that were not done; calls whose partition failed (open, failed, withdrawn, dropped)
  std::uint64_t bytes = 0;   ///< io_target: of requests that were done; vsp: copied
};

}  // namespace lparsim::trace
