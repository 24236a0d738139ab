#include "sim/trace/detail_feed.hpp"

#include <algorithm>

namespace lparsim::trace {

namespace {

using Kind = LaneKey::Kind;

constexpr double kRowsPerBucket = 4;
constexpr std::int64_t kMostBuckets = 1 << 20;
constexpr std::int64_t kFewestBuckets = 64;

/// The place, made where there is none.
template <class Value>
Value& at(std::vector<Value>& values, std::size_t place, const Value& fill = {}) {
  if (place >= values.size()) values.resize(place + 1, fill);
  return values[place];
}

template <class Rows>
double spacing_of(const Rows& rows, std::uint32_t lanes) {
  SimTime first = SimTime::never();
  SimTime last;
  for (const auto& row : rows) {
    first = std::min(first, row.begin);
    last = std::max(last, row.end);
  }
  return static_cast<double>((last - first).ps()) * lanes / static_cast<double>(rows.size());
}

template <class Rows>
SimTime longer(SimTime duration, const Rows& rows) {
  return std::max(duration, rows.back().end);
}

}  // namespace

std::uint32_t LaneNumbers::add(ServerId server, std::uint32_t first, std::uint32_t second) {
  at(at(at(numbers_, index(server)), first), second, kNone) = size_;
  if (sink_ != nullptr) sink_->lane(size_, {kind_, server, first, second});
  return size_++;
}

void add_to_core(DetailLevels& levels, std::uint32_t lane, const DispatchSpan& stay) {
  levels.begin_row(lane);
  const SimTime excess_from = stay.begin + stay.entitled;
  const std::int64_t peak = levels.stay_peak(stay.end - stay.begin);
  const std::uint64_t who = (static_cast<std::uint64_t>(stay.partition) << 32) | stay.vp;
  levels.add_time(kEntitled, stay.begin, excess_from, peak, who);
  levels.add_time(kExcess, excess_from, stay.end, peak, who);
  levels.add_at_end(kCount, stay.end, 1);
  levels.add_at_end(kPreemptions, stay.end, stay.preempt_reason == kEndOfSlice ? 1 : 0);
  levels.end_row(stay.end);
}

void add_to_virtual_processor(DetailLevels& levels, std::uint32_t lane, const DispatchSpan& stay) {
  levels.begin_row(lane);
  const bool of_partition = levels.kind() == Kind::partition;
  const SimTime excess_from = stay.begin + stay.entitled;
  const std::int64_t peak = of_partition ? 0 : levels.stay_peak(stay.end - stay.begin);
  const auto core = static_cast<std::uint64_t>(stay.core);
  levels.add_time(kCeded, stay.waiting, stay.ready);
  levels.add_time(kWithheld, stay.ready, stay.enqueue);
  levels.add_time(kQueued, stay.enqueue, stay.begin);
  levels.add_time(kEntitled, stay.begin, excess_from, peak, core);
  levels.add_time(kExcess, excess_from, stay.end, peak, core);
  levels.add_at_end(kCount, stay.end, 1);
  levels.add_at_end(kPreemptions, stay.end, stay.preempt_reason == kEndOfSlice ? 1 : 0);
  levels.end_row(stay.end);
}

Activity activity_of(const IoRequest& r) {
  const bool failed = r.outcome != IoOutcome::done;
  return {LaneKey::io_target(r.target), r.begin, r.end, failed, failed ? 0 : r.bytes};
}

Activity activity_of(const VspCall& c) {
  constexpr std::array<std::string_view, 4> kFailures{"open", "failed", "withdrawn", "dropped"};
  const std::string_view end = name_in(kVspCallEnds, c.end);
  return {LaneKey::vsp(c.server, c.vsp), c.begin, c.end_time, std::ranges::find(kFailures, end) != kFailures.end(), c.bytes};
}

void add_activity(DetailLevels& levels, std::uint32_t lane, const Activity& a) {
  levels.begin_row(lane);
  const SimTime latency = a.end - a.begin;
  levels.add_time(kInFlight, a.begin, a.end);
  levels.add_at_end(kCount, a.end, 1);
  levels.add_at_end(kLatency, a.end, latency.ps(), latency.ps());
  levels.add_at_end(kFailed, a.end, a.failed ? 1 : 0);
  levels.add_at_end(kBytes, a.end, static_cast<std::int64_t>(a.bytes));
  levels.end_row(a.end);
}

LevelRange levels_for(double spacing_ps, SimTime duration) {
  LevelRange range{kLowestLevel, kLowestLevel};
  while (range.shortest < kHighestLevel && (static_cast<double>(bucket_length(range.shortest).ps()) < kRowsPerBucket * spacing_ps ||
                                            bucket_length(range.shortest).ps() < duration.ps() / kMostBuckets))
    ++range.shortest;
  range.longest = range.shortest;
  while (range.longest < kHighestLevel && bucket_length(range.longest + 1).ps() <= duration.ps() / kFewestBuckets) ++range.longest;
  return range;
}

DetailFeed::Stays::Stays(const std::vector<DispatchSpan>& first, SimTime duration, DetailSink& sink)
    : cores{Kind::core, &sink},
      virtual_processors{Kind::virtual_processor, &sink},
      partitions{Kind::partition, &sink},
      core_rows{Kind::core, sink},
      virtual_processor_rows{Kind::virtual_processor, sink} {
  for (const DispatchSpan& s : first) {
    cores.of(s.server, static_cast<std::uint32_t>(s.core), 0);
    virtual_processors.of(s.server, static_cast<std::uint32_t>(s.partition), s.vp);
    partitions.of(s.server, static_cast<std::uint32_t>(s.partition), 0);
  }
  const auto levels = [&](const LaneNumbers& lanes, Kind kind) {
    const LevelRange range = levels_for(spacing_of(first, lanes.size()), longer(duration, first));
    return DetailLevels{kind, range.shortest, range.longest, &sink};
  };
  core_levels = levels(cores, Kind::core);
  virtual_processor_levels = levels(virtual_processors, Kind::virtual_processor);
  partition_levels = levels(partitions, Kind::partition);
  for (const DispatchSpan& s : first) add(s);
}

void DetailFeed::Stays::add(const DispatchSpan& s) {
  const std::uint32_t core = cores.of(s.server, static_cast<std::uint32_t>(s.core), 0);
  const std::uint32_t vp = virtual_processors.of(s.server, static_cast<std::uint32_t>(s.partition), s.vp);
  core_rows.add(core);
  virtual_processor_rows.add(vp);
  add_to_core(*core_levels, core, s);
  add_to_virtual_processor(*virtual_processor_levels, vp, s);
  add_to_virtual_processor(*partition_levels, partitions.of(s.server, static_cast<std::uint32_t>(s.partition), 0), s);
}

void DetailFeed::Stays::finish() {
  core_rows.finish();
  virtual_processor_rows.finish();
  core_levels->finish();
  virtual_processor_levels->finish();
  partition_levels->finish();
}

DetailFeed::Activities::Activities(const std::vector<Activity>& first, SimTime duration, DetailSink& sink)
    : lanes{first[0].lane.kind, &sink}, rows{first[0].lane.kind, sink} {
  for (const Activity& a : first) lanes.of(a.lane.server, a.lane.first, a.lane.second);
  const LevelRange range = levels_for(spacing_of(first, lanes.size()), longer(duration, first));
  levels.emplace(first[0].lane.kind, range.shortest, range.longest, &sink);
  for (const Activity& a : first) add(a);
}

void DetailFeed::Activities::add(const Activity& a) {
  const std::uint32_t lane = lanes.of(a.lane.server, a.lane.first, a.lane.second);
  rows.add(lane);
  add_activity(*levels, lane, a);
}

void DetailFeed::Activities::finish() {
  rows.finish();
  levels->finish();
}

void DetailFeed::add(std::span<const DispatchSpan> stays) {
  for (const DispatchSpan& stay : stays) {
    if (stays_) {
      stays_->add(stay);
      continue;
    }
    first_stays_.push_back(stay);
    if (first_stays_.size() < kFewRows) continue;
    stays_.emplace(first_stays_, duration_, sink_);
    first_stays_ = {};
  }
}

void DetailFeed::add(const Activity& activity) {
  ActivityKind& kind = activity.lane.kind == Kind::io_target ? io_ : vsp_;
  if (kind.sums) return kind.sums->add(activity);
  kind.first.push_back(activity);
  if (kind.first.size() < kFewRows) return;
  kind.sums.emplace(kind.first, duration_, sink_);
  kind.first = {};
}

void DetailFeed::finish() {
  if (stays_) stays_->finish();
  for (ActivityKind* kind : {&io_, &vsp_})
    if (kind->sums) kind->sums->finish();
}

}  // namespace lparsim::trace
