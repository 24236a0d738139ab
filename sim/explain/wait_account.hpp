#pragma once
#include <span>
#include <vector>

#include "sim/explain/cause.hpp"
#include "sim/explain/frame.hpp"
#include "sim/trace/records.hpp"

namespace lparsim::explain {

/// What the partition had of its entitlement in a window that a wait touches.
struct WindowUse {
  SimTime begin, end;
  SimTime entitlement;  ///< of the partition, in the window
  SimTime used;         ///< by all its virtual processors, in the whole window
  SimTime used_here;    ///< by the one that waited
  SimTime pool_used;    ///< by its pool's partitions
};

/// One wait of a virtual processor and what it was made of.
struct WaitAccount {
  trace::DispatchSpan wait;
  std::vector<Reason> reasons;  ///< in the order in which they came up first; their times add up to begin - ready exactly
  std::vector<WindowUse> windows;
};

/// The pool had as much as it may have, but for what is not worth a dispatch.
bool reached_maximum(const Frame::Pool& pool, SimTime used, SimTime window);

/// `rows`: the dispatches of the server that overlap the windows which the wait touches, in any order. The wait is cut wherever anybody
/// comes to a core, leaves it, or goes from entitled time to excess, and each piece is divided among those on the cores, by cores, in
/// whole picoseconds; the remainder goes to the first of them.
WaitAccount account_for(const Frame& frame, const trace::DispatchSpan& wait, std::span<const trace::DispatchSpan> rows);

}  // namespace lparsim::explain
