#pragma once
#include <cstdint>
#include <vector>

#include "gui/data/flows.hpp"
#include "gui/topology/layout.hpp"

namespace lparsim::gui {

/// What moves along a wire at the moment: all requests, frames or calls that pass it together.
struct FlowLine {
  int wire = 0;            ///< in MachineLayout::wires
  bool backwards = false;  ///< requests go from the wire's `to` to its `from`
  double perSecond = 0;    ///< requests, frames or calls
  double bytesPerSecond = 0;
  double failedPerSecond = 0;
};

/// Flows along the routes of their requests. Of several ways that a request may take it is drawn on those whose physical adapters are busy,
/// in proportion; on the first where none is known to be.
std::vector<FlowLine> flowLines(const RunFacts& facts, const MachineLayout& layout, const Flows& flows);

/// Logical pixels for a flow: grows with the logarithm of what passes, 1.5 to 9.
double widthOf(const FlowLine& line, WireKind kind);

}  // namespace lparsim::gui
