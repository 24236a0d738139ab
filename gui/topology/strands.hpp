#pragma once
#include <vector>

#include "gui/topology/flow_lines.hpp"

namespace lparsim::gui {

// What is drawn at which size. What is too small to carry its name has no lines of its own: they end at what holds it, put together.

/// On the screen.
bool hasLabel(const QSizeF& size);
/// Whether partitions are cells in the colour of their load.
bool isCell(double scale);

/// A line as it is seen: one wire, or several between the same two boxes.
struct Strand {
  WireKind kind{};
  int from = 0, to = 0;  ///< places in MachineLayout::parts
  std::size_t wires = 0;
  bool flows = false;  ///< then `sum` says what; its `wire` is the first one in any case
  FlowLine sum;
};

/// Those over which something flows come last, the widest of them first.
std::vector<Strand> strandsOf(const MachineLayout& layout, const std::vector<FlowLine>& lines, double scale);

}  // namespace lparsim::gui
