#pragma once
#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/trace/reader.hpp"

namespace lparsim::gui {

/// What was found out about a file and takes long: kept while nothing was added to the file (gui/data/run_memo.hpp).
struct RunMemo;

/// What the program knows of an open run file besides its history: small, whatever the file's size, and read anew while the file grows.
struct RunFacts {
  std::filesystem::path path;
  trace::RunInfo info;
  trace::HostFacts host;
  trace::RunState state = trace::RunState::interrupted;
  SimTime simulated;  ///< how far it has got
  std::vector<trace::MetricValue> metrics;
  std::vector<trace::ExpectationResult> expectations;
  std::vector<std::string> remarks;
  std::vector<trace::IoTarget> targets;
  std::vector<trace::IoPath> paths;
  std::vector<trace::TrackEvent> changes;  ///< of entitlement, weight, cap and virtual processors, by the moment
  std::vector<trace::LogEntry> log;
  std::vector<trace::ControlChange> control_changes;  ///< what somebody changed while it was simulated
  std::vector<trace::VspEvent> service_events;        ///< of Virtual Service Partitions' channels

  std::shared_ptr<RunMemo> memo;

  bool isRecordedInFull() const { return host.trace_level == "full"; }
  bool isGrowing() const { return state == trace::RunState::running; }
  const trace::ServerFacts* server(ServerId id) const;
  const trace::PartitionFacts* partition(ServerId server, PartitionId id) const;
  /// By its name, which is unique in a scenario.
  const trace::PartitionFacts* partition(std::string_view name) const;
  /// The end of the time axis: what was asked for, or as far as the run has got where that is more.
  SimTime end() const { return std::max(info.duration, simulated); }
};

/// The most virtual processors that the partition ever had: an operator may have added some.
std::uint32_t virtualProcessorsOf(const RunFacts& facts, const trace::PartitionFacts& partition);
/// What an operator made of the entitlement until then.
ProcessingUnits entitlementAt(const RunFacts& facts, const trace::PartitionFacts& partition, SimTime at);
/// Calls go to it: a Virtual Service Partition, or another that hooks something.
bool isService(const RunFacts& facts, const trace::PartitionFacts& partition);

/// Everything anew. Errors are one sentence that says what to do.
Result<RunFacts> loadFacts(const trace::Reader& reader);
/// What changes while a run goes on: state, simulated time, metrics, expectations, remarks, operators' changes, log.
Result<void> refreshFacts(const trace::Reader& reader, RunFacts& facts);

}  // namespace lparsim::gui
