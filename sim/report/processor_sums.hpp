#pragma once
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "sim/report/partition_history.hpp"
#include "sim/trace/records.hpp"

namespace lparsim::report {

/// What each virtual processor did from `begin` to `end`: samples (in the order of their begin) put together, and zeros for those of the
/// first `online` without any.
std::map<std::uint32_t, trace::VpIntervalSample> sums_by_vp(const std::vector<trace::VpIntervalSample>& samples, SimTime begin, SimTime end,
                                                            std::uint32_t online);

/// A hardware thread of a virtual processor.
using LogicalProcessor = std::pair<std::uint32_t, std::uint32_t>;
/// The same for logical processors, with zeros for those that `online` has.
std::map<LogicalProcessor, trace::LogicalIntervalSample> sums_by_logical(const std::vector<trace::LogicalIntervalSample>& samples,
                                                                         SimTime begin, SimTime end, const Configuration& online);

}  // namespace lparsim::report
