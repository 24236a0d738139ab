#include "sim/trace/interval_sum.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace lparsim::trace {

Result<std::vector<IntervalSample>> put_together(const std::vector<IntervalSample>& samples, SimTime step) {
  SimTime recorded;
  for (const IntervalSample& s : samples) recorded = std::max(recorded, s.end - s.begin);
  if (step <= SimTime{} || (recorded > SimTime{} && step % recorded != SimTime{}))
    return unexpected(fmt::format("an interval of {:g} s cannot be made from samples of {:g} s: it has to be a multiple of that",
                                  step.seconds(), recorded.seconds()));
  std::vector<IntervalSample> sums;
  for (const IntervalSample& s : samples) {
    if (sums.empty() || s.begin / step != sums.back().begin / step) {
      sums.push_back(s);
      continue;
    }
    IntervalSample& sum = sums.back();
    sum.end = s.end;
    sum.virtual_processors = s.virtual_processors;
    sum.logical_processors = s.logical_processors;
    sum.capped = s.capped;
    sum.weight = s.weight;
    for (SimTime IntervalSample::*time : kIntervalTimes) sum.*time += s.*time;
    for (std::uint64_t IntervalSample::*count : kIntervalCounts) sum.*count += s.*count;
  }
  return sums;
}

}  // namespace lparsim::trace
