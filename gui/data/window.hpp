#pragma once
#include <functional>

#include "gui/data/slice.hpp"
#include "gui/data/sources.hpp"

namespace lparsim::gui {

/// Everything that the timeline shows of a window. Where a quick answer from sums (or few rows) is worth having before the finest one that
/// `question.most_rows` allows, `soFar` gets it, with `final` false. On a worker; a few ms, then at most about 60 ms.
Result<WindowAnswer> windowOf(Sources& sources, const trace::WindowQuestion& question, const std::function<void(WindowAnswer)>& soFar);

/// What happened in [begin, end) by itself: operators' changes, the log, events of services; `records`: what else the file tells of that
/// time. By the moment; at most one a pixel and kind: of those in a pixel the first, and how many there were.
std::vector<Mark> marksOf(const RunFacts& facts, const std::vector<trace::TrackRecord>& records, SimTime begin, SimTime end,
                          std::uint32_t pixels);

}  // namespace lparsim::gui
