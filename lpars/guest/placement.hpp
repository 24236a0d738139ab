#pragma once
#include <cstdint>

#include "lpars/guest/processor_map.hpp"

namespace lparsim::guest {

/// A virtual processor with exactly `busy` busy hardware threads and room for one more: `preferred` if it is such a one, else one that has
/// its core or can be woken, else one that waits for a core. kNone if there is none.
inline std::uint32_t place_at_level(const ProcessorMap& processors, std::uint32_t busy, std::uint32_t preferred) {
  if (processors.has_room(preferred) && processors.busy(preferred) == busy && !processors.away(preferred)) return preferred;
  const std::uint32_t here = processors.with(busy, false);
  return here != ProcessorMap::kNone ? here : processors.with(busy, true);
}

/// The one with the fewest busy hardware threads.
inline std::uint32_t place_least_busy(const ProcessorMap& processors, std::uint32_t preferred) {
  for (std::uint32_t busy = 0; busy < ProcessorMap::kMostBusy; ++busy) {
    const std::uint32_t vp = place_at_level(processors, busy, preferred);
    if (vp != ProcessorMap::kNone) return vp;
  }
  return ProcessorMap::kNone;
}

/// Likewise, but not one that waits for a core. kNone if there is none.
inline std::uint32_t place_least_busy_here(const ProcessorMap& processors) {
  for (std::uint32_t busy = 0; busy < ProcessorMap::kMostBusy; ++busy) {
    const std::uint32_t vp = processors.with(busy, false);
    if (vp != ProcessorMap::kNone) return vp;
  }
  return ProcessorMap::kNone;
}

inline bool is_usable(const ProcessorMap& processors, std::uint32_t logical, std::uint32_t smt) {
  return processors.usable(logical / smt, logical % smt);
}

/// The next logical processor in use after `logical`, in a circle; `logical` if there is none.
inline std::uint32_t next_usable(const ProcessorMap& processors, std::uint32_t logical, std::uint32_t count, std::uint32_t smt) {
  for (std::uint32_t step = 1; step <= count; ++step) {
    const std::uint32_t next = (logical + step) % count;
    if (is_usable(processors, next, smt)) return next;
  }
  return logical;
}

}  // namespace lparsim::guest
