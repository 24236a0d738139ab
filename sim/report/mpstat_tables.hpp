#pragma once
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "sim/report/columns.hpp"
#include "sim/report/commands.hpp"
#include "sim/report/processor_sums.hpp"

namespace lparsim::report {

/// Of columns without a model.
inline const Cell kNotSimulated = std::string{"-"};

/// What one table of mpstat is about: an interval, and what the partition's processors did in it.
struct ProcessorsInInterval {
  const trace::IntervalSample& interval;
  Configuration configuration;
  std::map<LogicalProcessor, trace::LogicalIntervalSample> logical;  ///< in the order of their numbers
  std::map<std::uint32_t, trace::VpIntervalSample> virtual_processors;
};

/// One table for each interval, with a line of dashes between them; `heading` under the configuration line, which comes again when it has
/// changed. With --vp only the processors of that one are in the tables.
Result<std::string> mpstat_tables(const trace::Reader& reader, const PartitionHistory& p, const Options& options,
                                  const std::string& heading, const std::function<std::string(const ProcessorsInInterval&)>& table);

/// A count, or `-` on all but the first hardware thread of a virtual processor: what happens to it happens to all its threads at once.
Cell of_first_thread(const LogicalProcessor& processor, std::uint64_t value);

}  // namespace lparsim::report
