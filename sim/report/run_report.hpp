#pragma once
#include <optional>
#include <string>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/report/metric_table.hpp"
#include "sim/report/vsp_accounts.hpp"
#include "sim/trace/facts.hpp"
#include "sim/trace/reader.hpp"

namespace lparsim::report {

/// What a report is made of, read from a run file in one piece. The formats are functions of it.
struct RunReport {
  trace::RunInfo run;
  trace::RunState state = trace::RunState::finished;
  SimTime simulated;
  trace::HostFacts host;
  MetricTable metrics;
  /// Judged; those that the run has not judged yet, by the figures so far.
  std::vector<trace::ExpectationResult> expectations;
  /// What a reader of the figures should know, a sentence each.
  std::vector<std::string> remarks;
  /// What requests of virtual I/O go to.
  std::vector<trace::IoTarget> io_targets;
  /// What Virtual Service Partitions did.
  std::vector<VspHistory> services;
  /// Only what belongs to one partition: expectations about others are left out.
  bool of_one_partition = false;
};

/// With `partition`: only what belongs to it. An unknown one is an error.
Result<RunReport> read_report(const trace::Reader& reader, const std::optional<std::string>& partition = {});

/// The fact sheet of a partition, or an error with did-you-mean.
Result<trace::PartitionFacts> find_partition(const trace::RunInfo& run, const std::string& name);

}  // namespace lparsim::report
