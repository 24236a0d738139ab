#include "sim/report/processor_sums.hpp"

#include <algorithm>
#include <span>

namespace lparsim::report {

namespace {

using trace::LogicalIntervalSample;
using trace::VpIntervalSample;

template <class Sample>
std::span<const Sample> within(const std::vector<Sample>& samples, SimTime begin, SimTime end) {
  const auto from = std::ranges::partition_point(samples, [&](const Sample& s) { return s.begin < begin; });
  const auto to = std::ranges::partition_point(samples, [&](const Sample& s) { return s.begin < end; });
  return {from, to};
}

}  // namespace

std::map<std::uint32_t, VpIntervalSample> sums_by_vp(const std::vector<VpIntervalSample>& samples, SimTime begin, SimTime end,
                                                     std::uint32_t online) {
  std::map<std::uint32_t, VpIntervalSample> sums;
  for (std::uint32_t vp = 0; vp < online; ++vp) sums[vp].vp = vp;
  for (const VpIntervalSample& s : within(samples, begin, end)) {
    VpIntervalSample& sum = sums[s.vp];
    sum.vp = s.vp;
    for (SimTime VpIntervalSample::*time :
         {&VpIntervalSample::consumed, &VpIntervalSample::wait_capacity, &VpIntervalSample::wait_processor})
      sum.*time += s.*time;
    for (std::uint64_t VpIntervalSample::*count :
         {&VpIntervalSample::dispatches, &VpIntervalSample::voluntary, &VpIntervalSample::involuntary, &VpIntervalSample::same_core,
          &VpIntervalSample::same_chip, &VpIntervalSample::other_chip})
      sum.*count += s.*count;
  }
  return sums;
}

std::map<LogicalProcessor, LogicalIntervalSample> sums_by_logical(const std::vector<LogicalIntervalSample>& samples, SimTime begin,
                                                                  SimTime end, const Configuration& online) {
  std::map<LogicalProcessor, LogicalIntervalSample> sums;
  const std::uint32_t threads = online.virtual_processors == 0 ? 0 : std::max(1U, online.logical_processors / online.virtual_processors);
  for (std::uint32_t vp = 0; vp < online.virtual_processors; ++vp)
    for (std::uint32_t thread = 0; thread < threads; ++thread) sums[{vp, thread}];
  for (const LogicalIntervalSample& s : within(samples, begin, end)) {
    LogicalIntervalSample& sum = sums[{s.vp, s.thread}];
    for (SimTime LogicalIntervalSample::*time : {&LogicalIntervalSample::user, &LogicalIntervalSample::sys, &LogicalIntervalSample::wait,
                                                 &LogicalIntervalSample::idle, &LogicalIntervalSample::busy})
      sum.*time += s.*time;
    for (std::uint64_t LogicalIntervalSample::*count :
         {&LogicalIntervalSample::context_switches, &LogicalIntervalSample::involuntary_switches, &LogicalIntervalSample::same_logical,
          &LogicalIntervalSample::same_virtual, &LogicalIntervalSample::other_virtual})
      sum.*count += s.*count;
  }
  return sums;
}

}  // namespace lparsim::report
