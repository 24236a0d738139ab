#pragma once
#include <vector>

#include "sim/base/result.hpp"
#include "sim/trace/records.hpp"

namespace lparsim::trace {

/// Adds up the samples of one partition (in the order of their begin) over periods of `step` that count from time 0. Samples cannot be
/// split: a step that is not a multiple of their length is an error. The last period may be shorter.
Result<std::vector<IntervalSample>> put_together(const std::vector<IntervalSample>& samples, SimTime step);

}  // namespace lparsim::trace
