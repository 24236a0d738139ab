#pragma once
#include <Qt>

#include "gui/data/selection.hpp"
#include "gui/topology/layout.hpp"

namespace lparsim::gui {

// From part to part with the keyboard, and between parts and what views share.

/// The next one in reading order (direction 1) or the one before (-1) that can be current: no virtual processors, which belong to their
/// cards, and no mere frames. -1: there is none.
int nextPart(const MachineLayout& layout, int from, int direction);
/// The nearest that can be current in the direction of the arrow key, or -1.
int neighbour(const MachineLayout& layout, int from, Qt::Key arrow);

Selection selectionOf(const PartId& id);
/// Which part a selection is about, or -1.
int placeOf(const RunFacts& facts, const MachineLayout& layout, const Selection& selection);

}  // namespace lparsim::gui
