#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "sim/trace/device_records.hpp"
#include "sim/trace/io_records.hpp"
#include "sim/trace/records.hpp"
#include "sim/trace/vsp_records.hpp"

namespace lparsim::trace {

/// Rows of one kind that a batch holds at most: 300 kB of dispatches, about 2 ms of a fast simulation.
inline constexpr std::size_t kBatchRows = 4096;
/// The same of finished requests, which are longer: 400 kB with their steps.
inline constexpr std::size_t kBatchRequests = 1024;

struct NameRow {
  NameId id{};
  std::string text;
};
struct TrackRow {
  TrackId id{};
  TrackId parent{};
  NameId kind{};
  NameId name{};
};
struct SpanRow {
  TrackId track{};
  NameId name{};
  SimTime begin;
  SimTime end;
  double value = 0;
};
struct CounterRow {
  TrackId track{};
  NameId name{};
  SimTime at;
  double value = 0;
};
struct InstantRow {
  TrackId track{};
  NameId name{};
  SimTime at;
  double value = 0;
  std::string text;
};
struct IoRequestRow {
  IoRequest request;
  std::size_t first_step = 0;  ///< in Batch::io_steps
  std::size_t steps = 0;
  const IoStep* all_steps = nullptr;  ///< where these are when the row is written
};
struct LogRow {
  SimTime at;
  Severity severity = Severity::info;
  std::string text;
};

/// What the simulation thread hands to the writer at once. Order is kept within a kind, not between kinds.
struct Batch {
  std::vector<NameRow> names;
  std::vector<TrackRow> tracks;
  std::vector<DispatchSpan> dispatches;
  std::vector<SpanRow> spans;
  std::vector<CounterRow> counters;
  std::vector<InstantRow> instants;
  std::vector<IntervalSample> intervals;
  std::vector<VpIntervalSample> vp_intervals;
  std::vector<LogicalIntervalSample> logical_intervals;
  std::vector<PoolIntervalSample> pool_intervals;
  std::vector<DeviceIntervalSample> device_intervals;
  std::vector<IoTarget> io_targets;
  std::vector<IoPath> io_paths;
  std::vector<IoRequestRow> io_requests;
  std::vector<IoStep> io_steps;
  std::vector<IoIntervalSample> io_intervals;
  std::vector<VspCall> vsp_calls;
  std::vector<VspEvent> vsp_events;
  std::vector<LogRow> log;
  std::vector<ControlChange> control;
  std::optional<std::vector<VspLedgerRow>> vsp_ledger;
  std::optional<std::vector<MetricValue>> metrics;
  std::optional<std::vector<ExpectationResult>> expectations;
  std::optional<std::vector<std::string>> remarks;
  std::optional<SimTime> progress;
  std::vector<HcallIntervalSample> hcall_intervals;

  /// Empties it and keeps its memory.
  void clear() {
    names.clear();
    tracks.clear();
    dispatches.clear();
    spans.clear();
    counters.clear();
    instants.clear();
    intervals.clear();
    vp_intervals.clear();
    logical_intervals.clear();
    pool_intervals.clear();
    device_intervals.clear();
    io_targets.clear();
    io_paths.clear();
    io_requests.clear();
    io_steps.clear();
    io_intervals.clear();
    vsp_calls.clear();
    vsp_events.clear();
    log.clear();
    control.clear();
    vsp_ledger.reset();
    metrics.reset();
    expectations.reset();
    remarks.reset();
    progress.reset();
    hcall_intervals.clear();
  }
};

}  // namespace lparsim::trace
