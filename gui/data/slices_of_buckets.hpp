#pragma once
// Slices from sums; private to gui/data.
#include <array>
#include <span>
#include <vector>

#include "gui/data/slice.hpp"

namespace lparsim::gui {

/// How many virtual processors the fills of a lane are parts of: those of a partition; else 1.
std::uint32_t shownProcessors(const trace::LaneDetail& detail, const RunFacts& facts);

/// The time that a bucket holds of each state; `folded`: when its virtual processor was not used. Of interval samples of a partition, which
/// do not tell excess, what is over the entitlement is excess.
std::array<SimTime, kStates> heldIn(const trace::LaneBucket& bucket, const trace::LaneDetail& detail, const RunFacts& facts,
                                    std::span<const TimeRange> folded = {});

/// Neighbours that look the same become one slice; buckets that are shorter than `pixel` are put together.
std::vector<Slice> slicesOfBuckets(const trace::LaneDetail& detail, const RunFacts& facts, SimTime begin, SimTime pixel,
                                   std::span<const TimeRange> folded);

}  // namespace lparsim::gui
