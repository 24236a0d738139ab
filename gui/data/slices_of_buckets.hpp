#pragma once
// Slices from sums; private to gui/data.
#include <span>
#include <vector>

#include "gui/data/slice.hpp"

namespace lparsim::gui {

/// How many virtual processors the fills of a lane are parts of: those of a partition; else 1.
std::uint32_t shownProcessors(const trace::LaneDetail& detail, const RunFacts& facts);

/// Neighbours that look the same become one slice; buckets that are shorter than `pixel` are put together.
std::vector<Slice> slicesOfBuckets(const trace::LaneDetail& detail, const RunFacts& facts, SimTime begin, SimTime pixel,
                                   std::span<const TimeRange> folded);

}  // namespace lparsim::gui
