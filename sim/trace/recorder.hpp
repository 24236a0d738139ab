#pragma once
#include <chrono>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "sim/trace/batch.hpp"
#include "sim/trace/facts.hpp"
#include "sim/trace/records.hpp"
#include "sim/trace/write_error.hpp"

namespace lparsim::trace {

class Writer;

/// Writes the run file of one run (docs/run-file.md).
///
/// Called from the simulation thread only. A record is appended to a batch; full batches go through a bounded queue to one writer thread,
/// which alone uses SQLite and commits about twice a second, so that a reader sees the file grow. Calls block only when the writer is far
/// behind. Every call may throw WriteError. Until finish() has returned the file says `interrupted`.
class Recorder {
 public:
  /// Creates the file. Replaces an existing run file, unless its run is still alive; never replaces any other file.
  Recorder(std::filesystem::path path, Level level, const RunInfo& run);
  /// Without finish(): writes what was recorded, as far as it can, and leaves the run `interrupted`. Never throws.
  ~Recorder();
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  Level level() const { return level_; }
  bool full() const { return level_ == Level::full; }

  // Names and tracks are recorded at every level, so that they do not depend on it: announce them while building the model.
  NameId intern(std::string_view text);
  /// `kind` is free: server, chip, core, pool, partition, virtual_processor, workload, adapter, ...
  TrackId add_track(std::string_view kind, TrackId parent, std::string_view name);

  // What requests go to, likewise. Ids of targets are those of the scenario's order; a path counts within its target.
  void io_target(const IoTarget& target) { batch_->io_targets.push_back(target); }
  void io_path(const IoPath& path) { batch_->io_paths.push_back(path); }

  // Level full.
  void dispatch(const DispatchSpan& span) {
    if (level_ != Level::full) return;
    batch_->dispatches.push_back(span);
    if (batch_->dispatches.size() >= kBatchRows) [[unlikely]]
      submit();
  }
  void span(TrackId track, NameId name, SimTime begin, SimTime end, double value = 0) {
    if (level_ != Level::full) return;
    batch_->spans.push_back({track, name, begin, end, value});
    if (batch_->spans.size() >= kBatchRows) [[unlikely]]
      submit();
  }
  void counter(TrackId track, NameId name, SimTime at, double value) {
    if (level_ != Level::full) return;
    batch_->counters.push_back({track, name, at, value});
    if (batch_->counters.size() >= kBatchRows) [[unlikely]]
      submit();
  }
  void instant(TrackId track, NameId name, SimTime at, double value = 0) {
    if (level_ != Level::full) return;
    batch_->instants.push_back({track, name, at, value, {}});
    if (batch_->instants.size() >= kBatchRows) [[unlikely]]
      submit();
  }
  void instant(TrackId track, NameId name, SimTime at, std::string_view text) {
    if (level_ != Level::full) return;
    batch_->instants.push_back({track, name, at, 0, std::string{text}});
    if (batch_->instants.size() >= kBatchRows) [[unlikely]]
      submit();
  }
  /// `steps` in the order of time add up to the request's latency.
  void io_request(const IoRequest& request, std::span<const IoStep> steps) {
    if (level_ != Level::full) return;
    batch_->io_requests.push_back({request, batch_->io_steps.size(), steps.size(), nullptr});
    batch_->io_steps.insert(batch_->io_steps.end(), steps.begin(), steps.end());
    if (batch_->io_requests.size() >= kBatchRequests) [[unlikely]]
      submit();
  }

  void vsp_call(const VspCall& call) {
    if (level_ != Level::full) return;
    batch_->vsp_calls.push_back(call);
    if (batch_->vsp_calls.size() >= kBatchRequests) [[unlikely]]
      submit();
  }

  // Level summary and up.
  void interval(const IntervalSample& sample);
  void vp_interval(const VpIntervalSample& sample);
  void logical_interval(const LogicalIntervalSample& sample);
  void pool_interval(const PoolIntervalSample& sample);
  void device_interval(const DeviceIntervalSample& sample);
  void io_interval(const IoIntervalSample& sample);
  void hcall_interval(const HcallIntervalSample& sample);
  void vsp_event(VspEvent event);
  /// Replaces what the call before said, as metrics() does.
  void vsp_ledger(std::vector<VspLedgerRow> rows);
  void log(SimTime at, Severity severity, std::string text);

  // Every level: without it the run could not be repeated.
  void control(ControlChange change);

  // Every level. Each call replaces what the one before said, so a reader always has the latest; the last before the end is what stays.
  void metrics(std::vector<MetricValue> values);
  void expectations(std::vector<ExpectationResult> results);
  /// What a reader of the figures should know, a sentence each.
  void remarks(std::vector<std::string> sentences);
  /// Simulated time reached.
  void progress(SimTime now);

  /// Everything that was recorded is in the file, for others to read, when it returns; waits for the writer. For whoever stands still
  /// while somebody looks: a run that goes on need not.
  void flush();

  /// The run came to its end: everything is written, the file becomes a single one and says `finished`.
  void finish(const RunEnd& end);

 private:
  void submit();
  void submit_when_due();

  Level level_;
  std::unique_ptr<Batch> batch_;
  std::unique_ptr<Writer> writer_;
  std::unordered_map<std::string, NameId> names_;
  std::uint32_t tracks_ = 0;
  std::chrono::steady_clock::time_point last_submit_;
};

}  // namespace lparsim::trace
