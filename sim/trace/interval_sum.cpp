#include "sim/trace/interval_sum.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <tuple>

namespace lparsim::trace {

namespace {

template <class Sample>
std::optional<std::string> misfit(const std::vector<Sample>& samples, SimTime step) {
  SimTime recorded;
  for (const Sample& s : samples) recorded = std::max(recorded, s.end - s.begin);
  if (step > SimTime{} && (recorded == SimTime{} || step % recorded == SimTime{})) return std::nullopt;
  return fmt::format("an interval of {:g} s cannot be made from samples of {:g} s: it has to be a multiple of that", step.seconds(),
                     recorded.seconds());
}

}  // namespace

Result<std::vector<IoIntervalSample>> put_together(const std::vector<IoIntervalSample>& samples, SimTime step) {
  if (const auto why = misfit(samples, step)) return unexpected(*why);
  std::map<std::tuple<std::int64_t, std::uint32_t, IoKind>, IoIntervalSample> sums;
  for (const IoIntervalSample& s : samples) {
    const auto [place, is_new] = sums.try_emplace({s.begin / step, s.target, s.kind}, s);
    if (is_new) continue;
    IoIntervalSample& sum = place->second;
    sum.end = s.end;
    sum.requests += s.requests;
    sum.failed += s.failed;
    sum.bytes += s.bytes;
    sum.latency += s.latency;
    sum.in_flight += s.in_flight;
    for (std::size_t i = 0; i < kIoStageCount; ++i) sum.stages[i] += s.stages[i];
  }
  std::vector<IoIntervalSample> out;
  for (auto& [key, sum] : sums) {
    // A part of the period without any request has no sample.
    sum.begin = step * std::get<0>(key);
    out.push_back(sum);
  }
  return out;
}

Result<std::vector<IntervalSample>> put_together(const std::vector<IntervalSample>& samples, SimTime step) {
  if (const auto why = misfit(samples, step)) return unexpected(*why);
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
