#include "sim/trace/recorder.hpp"

#include <utility>

#include "sim/base/check.hpp"
#include "sim/trace/writer.hpp"

namespace lparsim::trace {

namespace {

/// Rare records wait no longer than this for company, so that a reader sees them soon.
constexpr std::chrono::milliseconds kSubmitEvery{200};

}  // namespace

Recorder::Recorder(std::filesystem::path path, Level level, const RunInfo& run)
    : level_{level},
      batch_{std::make_unique<Batch>()},
      writer_{std::make_unique<Writer>(path, level, run)},
      last_submit_{std::chrono::steady_clock::now()} {
  if (full()) batch_->dispatches.reserve(kBatchRows);
}

Recorder::~Recorder() {
  if (!writer_) return;
  try {
    submit();
  } catch (const std::exception&) {
    // Nobody is left to tell: whoever cares for the run file calls finish(), which throws.
  }
}

void Recorder::submit() {
  LPARSIM_CHECK(writer_, "a record came after the run file was finished");
  writer_->exchange(batch_);
  if (full()) batch_->dispatches.reserve(kBatchRows);
  last_submit_ = std::chrono::steady_clock::now();
}

void Recorder::submit_when_due() {
  if (std::chrono::steady_clock::now() - last_submit_ >= kSubmitEvery) submit();
}

NameId Recorder::intern(std::string_view text) {
  const auto [place, is_new] = names_.try_emplace(std::string{text}, NameId{static_cast<std::uint32_t>(names_.size() + 1)});
  if (is_new) batch_->names.push_back({place->second, place->first});
  return place->second;
}

TrackId Recorder::add_track(std::string_view kind, TrackId parent, std::string_view name) {
  const TrackId id{++tracks_};
  const NameId kind_id = intern(kind);
  batch_->tracks.push_back({id, parent, kind_id, intern(name)});
  return id;
}

void Recorder::interval(const IntervalSample& sample) {
  if (level_ == Level::off) return;
  batch_->intervals.push_back(sample);
  if (batch_->intervals.size() >= kBatchRows)
    submit();
  else
    submit_when_due();
}

void Recorder::vp_interval(const VpIntervalSample& sample) {
  if (level_ == Level::off) return;
  batch_->vp_intervals.push_back(sample);
  if (batch_->vp_intervals.size() >= kBatchRows) submit();
}

void Recorder::logical_interval(const LogicalIntervalSample& sample) {
  if (level_ == Level::off) return;
  batch_->logical_intervals.push_back(sample);
  if (batch_->logical_intervals.size() >= kBatchRows) submit();
}

void Recorder::pool_interval(const PoolIntervalSample& sample) {
  if (level_ == Level::off) return;
  batch_->pool_intervals.push_back(sample);
}

void Recorder::device_interval(const DeviceIntervalSample& sample) {
  if (level_ == Level::off) return;
  batch_->device_intervals.push_back(sample);
  if (batch_->device_intervals.size() >= kBatchRows) submit();
}

void Recorder::io_interval(const IoIntervalSample& sample) {
  if (level_ == Level::off) return;
  batch_->io_intervals.push_back(sample);
  if (batch_->io_intervals.size() >= kBatchRows) submit();
}

void Recorder::hcall_interval(const HcallIntervalSample& sample) {
  if (level_ == Level::off) return;
  batch_->hcall_intervals.push_back(sample);
  if (batch_->hcall_intervals.size() >= kBatchRows) submit();
}

void Recorder::vsp_event(VspEvent event) {
  if (level_ == Level::off) return;
  batch_->vsp_events.push_back(std::move(event));
  if (batch_->vsp_events.size() >= kBatchRows)
    submit();
  else
    submit_when_due();
}

void Recorder::vsp_ledger(std::vector<VspLedgerRow> rows) {
  if (level_ == Level::off) return;
  batch_->vsp_ledger = std::move(rows);
  submit_when_due();
}

void Recorder::log(SimTime at, Severity severity, std::string text) {
  if (level_ == Level::off) return;
  batch_->log.push_back({at, severity, std::move(text)});
  submit_when_due();
}

void Recorder::metrics(std::vector<MetricValue> values) {
  batch_->metrics = std::move(values);
  submit_when_due();
}

void Recorder::expectations(std::vector<ExpectationResult> results) {
  batch_->expectations = std::move(results);
  submit_when_due();
}

void Recorder::remarks(std::vector<std::string> sentences) {
  batch_->remarks = std::move(sentences);
  submit_when_due();
}

void Recorder::progress(SimTime now) {
  batch_->progress = now;
  submit_when_due();
}

void Recorder::control(ControlChange change) {
  batch_->control.push_back(std::move(change));
  submit_when_due();
}

void Recorder::flush() {
  submit();
  writer_->flush();
}

void Recorder::finish(const RunEnd& end) {
  submit();
  const std::unique_ptr<Writer> writer = std::move(writer_);
  writer->finish(end);
}

}  // namespace lparsim::trace
