#pragma once
#include <optional>

#include "gui/data/slice.hpp"
#include "gui/data/sources.hpp"

namespace lparsim::gui {

/// The first stay, request or call on the lane that begins after `from`; backwards: the last one that begins before. On a worker.
Result<std::optional<Slice>> neighbourOf(Sources& sources, const LaneKey& lane, SimTime from, bool backwards);
/// What the lane shows at a moment, exactly.
Result<std::optional<Slice>> sliceAt(Sources& sources, const LaneKey& lane, SimTime at);

}  // namespace lparsim::gui
