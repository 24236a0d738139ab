#pragma once
// "Why did it wait", for the inspector; private to gui/data.
#include <optional>

#include "gui/data/inspect.hpp"
#include "sim/explain/explain_wait.hpp"

namespace lparsim::gui {

/// What one wait (ready to begin of the stay) was for, by its causes. A sentence in place of them where they cannot be found.
Section waitSection(Sources& sources, const trace::DispatchSpan& wait);

/// What all waits of a partition around a moment were for.
Section waitsAround(Sources& sources, const trace::PartitionFacts& partition, SimTime at);
/// The same of the whole run. Nothing where that would take minutes, or before it is cancelled.
std::optional<Section> waitsOfRun(Sources& sources, const trace::PartitionFacts& partition);

/// Facts for causes: the longest first.
std::vector<Fact> causeFacts(const explain::Frame& frame, PartitionId waiter, std::vector<explain::Reason> reasons, SimTime whole);

explain::Frame frameOf(const RunFacts& facts, ServerId server);

}  // namespace lparsim::gui
