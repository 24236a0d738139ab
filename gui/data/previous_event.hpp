#pragma once
#include <optional>

#include "gui/data/lane.hpp"
#include "gui/data/sources.hpp"

namespace lparsim::gui {

/// The last event of the kind before `before`; lane absent: on any.
Result<std::optional<trace::Found>> previousEvent(Sources& sources, trace::EventKind kind, std::optional<LaneKey> lane, SimTime before);

}  // namespace lparsim::gui
