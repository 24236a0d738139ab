#pragma once
#include <cstdint>

#include "sim/base/time.hpp"

namespace lparsim::hypervisor {

/// What a partition has used since the simulation began; differences of two such give an interval.
struct PartitionUsage {
  SimTime entitled;        ///< entitlement x time, while active
  SimTime consumed;        ///< dispatched time of all its virtual processors
  SimTime wait_capacity;   ///< ready, but without entitlement and not chosen for excess (LoPAR wait interval 2)
  SimTime wait_processor;  ///< ready and entitled, but without a core (interval 3)
  SimTime donated;         ///< others' time on its dedicated cores
  SimTime cache_refill;    ///< the part of consumed in which virtual processors waited for their caches
  std::uint64_t dispatches = 0;
  std::uint64_t preemptions = 0;  ///< lost the core while it could have gone on
  std::uint64_t vcsw = 0;         ///< virtual context switches: every loss of a core, voluntary or not
  std::uint64_t phint = 0;        ///< phantom interrupts: meant for another shared partition, taken by a core while this one ran on it

  PartitionUsage operator-(const PartitionUsage& o) const {
    return {entitled - o.entitled,
            consumed - o.consumed,
            wait_capacity - o.wait_capacity,
            wait_processor - o.wait_processor,
            donated - o.donated,
            cache_refill - o.cache_refill,
            dispatches - o.dispatches,
            preemptions - o.preemptions,
            vcsw - o.vcsw,
            phint - o.phint};
  }
};

/// The same for one virtual processor.
struct VpUsage {
  SimTime consumed;
  SimTime wait_capacity;
  SimTime wait_processor;
  std::uint64_t dispatches = 0;
  std::uint64_t voluntary = 0;    ///< gave up its core: H_CEDE, H_CONFER
  std::uint64_t involuntary = 0;  ///< lost it
  // Dispatches after the first, by how far from the core where it ran last.
  std::uint64_t same_core = 0;
  std::uint64_t same_chip = 0;
  std::uint64_t other_chip = 0;

  VpUsage operator-(const VpUsage& o) const {
    return {consumed - o.consumed,     wait_capacity - o.wait_capacity, wait_processor - o.wait_processor,
            dispatches - o.dispatches, voluntary - o.voluntary,         involuntary - o.involuntary,
            same_core - o.same_core,   same_chip - o.same_chip,         other_chip - o.other_chip};
  }
};

/// What a shared processor pool has used.
struct PoolUsage {
  SimTime used;  ///< by its members, on whichever cores
  SimTime idle;  ///< time for which the shared cores had nobody to run: the same for all pools
};

}  // namespace lparsim::hypervisor
