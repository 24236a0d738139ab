#pragma once
// What stays and requests are made of, before anything is put together for want of room; private to gui/data.
#include <functional>
#include <span>
#include <vector>

#include "gui/data/slice.hpp"

namespace lparsim::gui {

/// Is told pieces.
using TellPiece = std::function<void(const Slice&)>;

/// What is needed of the lane's surroundings.
struct PieceRules {
  SimTime begin, end;  ///< what lies outside need not be told
  SimTime pixel;       ///< finer than that nobody sees: of a stay across many dispatch windows then only two shares are told
  SimTime window;      ///< dispatch window
  bool dedicated = false;
};

/// The stay itself: its entitled part, then its excess part, in every dispatch window that it touches (explain::portion_of).
void tellStay(const trace::DispatchSpan& stay, const PieceRules& rules, const TellPiece& tell);
/// What came before it: `ceded` or, after a confer, `conferred`, then waiting for capacity, then for a processor. `folded`, in the order of
/// time, takes its place from the first.
void tellWait(const trace::DispatchSpan& stay, bool after_confer, std::span<const TimeRange> folded, const PieceRules& rules,
              const TellPiece& tell);

}  // namespace lparsim::gui
