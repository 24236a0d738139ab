#pragma once
#include <functional>
#include <string>
#include <vector>

#include "sim/report/format.hpp"
#include "sim/report/partition_history.hpp"

namespace lparsim::report {

// What the formats that look like commands share, and each of them for one partition.

/// The rows of AIX's commands: `heading` comes first, and again with AIX's warning whenever the configuration has changed.
std::string with_configurations(const PartitionHistory& p, const std::function<std::string(const Configuration&)>& heading,
                                const std::function<std::string(const trace::IntervalSample&)>& row);

/// `System configuration:` as AIX's lparstat has it, between empty lines.
std::string aix_system_configuration(const PartitionHistory& p, const Configuration& c);
/// `System Configuration` as powerpc-utils' lparstat has it.
std::string linux_system_configuration(const PartitionHistory& p, const Configuration& c);

std::string aix_lparstat(const PartitionHistory& p);
/// lparstat -E: by PURR and by SPURR.
std::string aix_lparstat_e(const PartitionHistory& p);
std::string linux_lparstat_e(const PartitionHistory& p);

// These read more than the intervals.

Result<std::string> linux_lparstat(const trace::Reader& reader, const PartitionHistory& p);
/// lparstat -i, as things stand at the end of what is recorded.
Result<std::string> lparstat_i_report(const trace::Reader& reader, const PartitionHistory& p, const Options& options);
Result<std::string> linux_lparstat_i(const trace::Reader& reader, const PartitionHistory& p);
Result<std::string> vmstat_report(const trace::Reader& reader, const PartitionHistory& p, const Options& options);
Result<std::string> mpstat_report(const trace::Reader& reader, const PartitionHistory& p, const Options& options);
/// mpstat -d: where threads were dispatched again.
Result<std::string> mpstat_d_report(const trace::Reader& reader, const PartitionHistory& p, const Options& options);
/// mpstat -s: physc of each virtual processor and its hardware threads.
Result<std::string> mpstat_s_report(const trace::Reader& reader, const PartitionHistory& p, const Options& options);
/// Time that virtual processors were ready but on no core.
Result<std::string> steal_report(const trace::Reader& reader, const PartitionHistory& p, const Options& options);
/// /proc/powerpc/vcpudispatch_stats.
Result<std::string> vcpudispatch_report(const trace::Reader& reader, const PartitionHistory& p, const Options& options);
/// The dispatch trace log as `perf script` prints the events of vpa_dtl.
Result<std::string> dtl_report(const trace::Reader& reader, const PartitionHistory& p, const Options& options);
/// The dispatch trace logs as debugfs has them (powerpc/dtl/cpu-N).
Result<std::vector<ReportFile>> dtl_files(const trace::Reader& reader, const PartitionHistory& p, const Options& options);

}  // namespace lparsim::report
