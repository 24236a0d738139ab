#include "gui/data/time_grid.hpp"

#include <algorithm>
#include <map>

#include "gui/data/pieces.hpp"
#include "gui/data/slices_of_buckets.hpp"

namespace lparsim::gui {

namespace {

void addScaled(GridSums& to, const GridSums& from, double part) {
  for (std::size_t i = 0; i < kStates; ++i) to.held[i] += from.held[i] * part;
  to.ended += from.ended * part;
  to.latency += from.latency * part;
  to.in_flight += from.in_flight * part;
  to.failed += from.failed * part;
  to.bytes += from.bytes * part;
  to.longest = std::max(to.longest, from.longest);
}

bool isDedicated(const RunFacts& facts, ServerId server, PartitionId partition) {
  const trace::PartitionFacts* found = facts.partition(server, partition);
  return found != nullptr && found->mode == "dedicated";
}

void addStays(const trace::LaneDetail& detail, const RunFacts& facts, SimTime begin, SimTime end, TimeGrid& grid) {
  std::map<std::pair<std::uint32_t, std::uint32_t>, bool> after_confer;
  // Bounds what is told of one stay, whatever dispatch window a file claims.
  const SimTime finest = (end - begin) / 100'000;
  for (const trace::DispatchSpan& stay : detail.stays) {
    const trace::ServerFacts* server = facts.server(stay.server);
    const SimTime window = server != nullptr && server->dispatch_window > SimTime{} ? server->dispatch_window : end - begin;
    const PieceRules rules{begin, end, finest, window, isDedicated(facts, stay.server, stay.partition)};
    const auto add = [&](const Slice& piece) {
      grid.add(piece);
    };
    if (detail.lane.kind != LaneKey::Kind::core) {
      bool& conferred = after_confer[{static_cast<std::uint32_t>(stay.partition), stay.vp}];
      tellWait(stay, conferred, {}, rules, add);
      conferred = stay.preempt_reason == kConfer;
    }
    tellStay(stay, rules, add);
  }
}

void addThing(SimTime begin, SimTime end, bool failed, double bytes, TimeGrid& grid) {
  GridSums under_way;
  under_way.in_flight = (end - begin).seconds();
  grid.add(begin, end, under_way);
  GridSums ended;
  ended.ended = 1;
  ended.latency = ended.longest = (end - begin).seconds();
  ended.failed = failed ? 1 : 0;
  ended.bytes = bytes;
  grid.addEnd(end, ended);
}

}  // namespace

TimeGrid::TimeGrid(SimTime begin, SimTime end, SimTime step) : begin_{begin}, end_{end}, step_{std::max(step, SimTime::from_ps(1))} {
  if (end > begin) sums_.resize(static_cast<std::size_t>(((end - begin).ps() + step_.ps() - 1) / step_.ps()));
}

void TimeGrid::add(const Slice& piece) {
  GridSums sums;
  sums.held[static_cast<std::size_t>(piece.state)] = (piece.end - piece.begin).seconds() * static_cast<double>(piece.fill);
  add(piece.begin, piece.end, sums);
}

void TimeGrid::add(SimTime begin, SimTime end, const GridSums& sums) {
  const double length = (end - begin).seconds();
  const SimTime from = std::max(begin, begin_), to = std::min(end, end_);
  if (from >= to) return;
  for (auto i = static_cast<std::size_t>((from - begin_) / step_); i < sums_.size() && beginOf(i) < to; ++i)
    addScaled(sums_[i], sums, (std::min(to, endOf(i)) - std::max(from, beginOf(i))).seconds() / length);
}

std::optional<std::size_t> TimeGrid::placeOf(SimTime at) const {
  if (at < begin_ || at > end_ || sums_.empty()) return std::nullopt;
  return std::min(static_cast<std::size_t>((at - begin_) / step_), sums_.size() - 1);
}

void TimeGrid::addEnd(SimTime at, const GridSums& sums) {
  if (const auto place = placeOf(at)) addScaled(sums_[*place], sums, 1);
}

TimeGrid gridOf(const trace::LaneDetail& detail, const RunFacts& facts, SimTime begin, SimTime end, std::uint32_t most) {
  const std::int64_t places = std::max(most, 1U);
  SimTime step = SimTime::from_ps(((end - begin).ps() + places - 1) / places);
  SimTime origin = begin;
  for (const trace::LaneBucket& bucket : detail.buckets) {
    if (bucket.end - bucket.begin <= step) continue;
    step = bucket.end - bucket.begin;
    // A step is a bucket then.
    origin = bucket.begin - step * ((bucket.begin - begin) / step);
    if (origin > begin) origin -= step;
  }
  TimeGrid grid{detail.exact ? begin : origin, end, step};
  addStays(detail, facts, begin, end, grid);
  for (const trace::IoRequest& r : detail.requests)
    addThing(r.begin, r.end, r.outcome != trace::IoOutcome::done, r.outcome == trace::IoOutcome::done ? static_cast<double>(r.bytes) : 0,
             grid);
  for (const trace::VspCall& c : detail.calls) addThing(c.begin, c.end_time, isFailed(c), static_cast<double>(c.bytes), grid);
  for (const trace::LaneBucket& bucket : detail.buckets) {
    GridSums sums;
    const bool io = detail.lane.kind == LaneKey::Kind::io_target || detail.lane.kind == LaneKey::Kind::vsp;
    if (io) {
      sums.ended = static_cast<double>(bucket.count);
      sums.latency = bucket.latency.seconds();
      sums.in_flight = bucket.in_flight.seconds();
      sums.failed = static_cast<double>(bucket.failed);
      sums.bytes = static_cast<double>(bucket.bytes);
      sums.longest = bucket.longest.seconds();
    } else {
      const auto held = heldIn(bucket, detail, facts);
      for (std::size_t i = 0; i < kStates; ++i) sums.held[i] = held[i].seconds();
    }
    grid.add(bucket.begin, bucket.end, sums);
  }
  return grid;
}

Result<SimTime> knownUntil(Sources& sources) {
  const RunFacts& facts = *sources.facts;
  const bool full = facts.isRecordedInFull();
  if (full && facts.state == trace::RunState::finished) return facts.simulated;
  const auto last = full ? sources.windows.last_end() : sources.windows.last_sample_end();
  if (!last) return unexpected(last.error());
  return std::min(*last, facts.simulated);
}

}  // namespace lparsim::gui
