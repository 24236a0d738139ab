#pragma once
#include <vector>

#include "gui/data/flows.hpp"

namespace lparsim::gui {

/// What physical adapters and storage did in the interval that holds the moment (a second by default), with those that did nothing. Empty
/// where none did anything, and in files of before it was written.
Result<std::vector<DeviceFlow>> deviceFlowsAt(Sources& sources, SimTime at);

}  // namespace lparsim::gui
