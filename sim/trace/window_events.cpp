// WindowReader: what comes next, and what came last.
#include <algorithm>

#include "sim/trace/span_names.hpp"
#include "sim/trace/window_state.hpp"

namespace lparsim::trace {

namespace {

using Kind = LaneKey::Kind;

/// Rows are in the order of ends, events may be at begins: after the first that is found, so many more rows are looked at for an earlier
/// one.
constexpr std::int64_t kLookahead = 65'536;

bool does_one_thing_at_a_time(const LaneKey& lane) {
  return lane.kind == Kind::core || lane.kind == Kind::virtual_processor;
}

/// The moment of an event of this kind in a stay, if there is one.
std::optional<SimTime> moment(EventKind kind, const DispatchSpan& stay) {
  switch (kind) {
    case EventKind::dispatch:
      return stay.begin;
    case EventKind::preemption:
      return stay.preempt_reason == kEndOfSlice ? std::optional{stay.end} : std::nullopt;
    case EventKind::cap_hit:
      return stay.enqueue > stay.ready ? std::optional{stay.ready} : std::nullopt;
    case EventKind::wait_for_core:
      return stay.begin > stay.enqueue ? std::optional{stay.enqueue} : std::nullopt;
    default:
      return std::nullopt;
  }
}

LaneKey lane_of(const DispatchSpan& stay) {
  return LaneKey::virtual_processor(stay.server, stay.partition, stay.vp);
}

}  // namespace

Result<std::optional<DispatchSpan>> WindowReader::stay_at(const LaneKey& lane, SimTime at, const Cancelled& cancelled) {
  return state_->answer([&] {
    std::optional<DispatchSpan> found;
    if (!does_one_thing_at_a_time(lane)) return found;
    state_->each_row(lane, state_->dispatches.first_after(at), INT64_MAX, false, cancelled, [&](const RowQuery& row) {
      if (const DispatchSpan stay = stay_of(row); stay.begin <= at) found = stay;
      return false;
    });
    return found;
  });
}

Result<std::optional<DispatchSpan>> WindowReader::next_stay(const LaneKey& lane, SimTime after, const Cancelled& cancelled) {
  return state_->answer([&] {
    std::optional<DispatchSpan> found;
    if (!does_one_thing_at_a_time(lane)) return found;
    state_->each_row(lane, state_->dispatches.first_after(after), INT64_MAX, false, cancelled, [&](const RowQuery& row) {
      if (const DispatchSpan stay = stay_of(row); stay.begin > after) found = stay;
      return !found;
    });
    return found;
  });
}

Result<std::optional<DispatchSpan>> WindowReader::previous_stay(const LaneKey& lane, SimTime before, const Cancelled& cancelled) {
  return state_->answer([&] {
    std::optional<DispatchSpan> found;
    if (!does_one_thing_at_a_time(lane)) return found;
    state_->each_row(lane, 1, state_->dispatches.first_after(before) - 1, true, cancelled, [&](const RowQuery& row) {
      found = stay_of(row);
      return false;
    });
    return found;
  });
}

Result<std::optional<Found>> WindowReader::next_event(EventKind kind, std::optional<LaneKey> lane, SimTime after,
                                                      const Cancelled& cancelled) {
  return state_->answer([&] {
    switch (kind) {
      case EventKind::folded:
      case EventKind::unfolded:
        return state_->next_fold(kind, lane, after, cancelled);
      case EventKind::instant:
        return state_->next_instant(lane, after, cancelled);
      case EventKind::vsp_event:
        return state_->next_vsp_event(lane, after, cancelled);
      default:
        return state_->next_among_rows(kind, lane, after, cancelled);
    }
  });
}

std::optional<Found> WindowReader::State::next_among_rows(EventKind kind, const std::optional<LaneKey>& lane, SimTime after,
                                                          const Cancelled& cancelled) {
  std::optional<Found> best;
  if (kind == EventKind::io_failure) {
    if (!requests || (lane && lane->kind != Kind::io_target)) return best;
    const auto look = [&](const RowQuery& row) {
      const IoRequest request = request_of(row);
      if (request.outcome != IoOutcome::done) best = Found{request.end, LaneKey::io_target(request.target), "", {}, request};
      return !best;
    };
    const std::int64_t first = requests->first_after(after);
    if (lane)
      each_row(*lane, first, INT64_MAX, false, cancelled, look);
    else
      each_row_of_all(*requests, first, requests->last_row(), cancelled, look);
    return best;
  }
  if (lane && !is_processor_lane(lane->kind)) return best;
  std::int64_t most = INT64_MAX;
  const bool in_order = kind == EventKind::preemption || (lane && does_one_thing_at_a_time(*lane) && lane->kind != Kind::core) ||
                        (lane && lane->kind == Kind::core && kind == EventKind::dispatch);
  const auto look = [&](const RowQuery& row) {
    const DispatchSpan stay = stay_of(row);
    const auto at = moment(kind, stay);
    if (at && *at > after && (!best || *at < best->at)) {
      if (!best) most = row.number(0) + kLookahead;
      best = Found{*at, lane.value_or(lane_of(stay)), "", stay, {}};
    }
    return best ? !in_order && row.number(0) < most : true;
  };
  const std::int64_t first = dispatches.first_after(after);
  if (lane)
    each_row(*lane, first, INT64_MAX, false, cancelled, look);
  else
    each_row_of_all(dispatches, first, dispatches.last_row(), cancelled, look);
  return best;
}

std::optional<Found> WindowReader::State::next_fold(EventKind kind, const std::optional<LaneKey>& lane, SimTime after,
                                                    const Cancelled& cancelled) {
  learn_tracks();
  RowQuery name{*database, "SELECT id FROM name WHERE text = ?"};
  name.ask_text(kFolded);
  std::optional<Found> best;
  if (!name.next()) return best;
  const std::int64_t folded = name.number(0);
  name.done();
  RowTable spans{*database, "span", "begin_ps + length_ps", "rowid, name, track, begin_ps, length_ps"};
  std::int64_t most = INT64_MAX;
  each_row_of_all(spans, std::max<std::int64_t>(spans.first_after(after) - kOutOfOrder, 1), spans.last_row(), cancelled,
                  [&](const RowQuery& span) {
                    if (span.number(0) >= most) return false;
                    const SimTime at = kind == EventKind::folded ? span.time(3) : span.time(3) + span.time(4);
                    if (span.number(1) != folded || at <= after || (best && best->at <= at)) return true;
                    const auto where = lane_of_track(span.number(2));
                    if (!where) return true;
                    const LaneKey partition = LaneKey::partition(where->server, static_cast<PartitionId>(where->first));
                    if (lane && *lane != *where && *lane != partition) return true;
                    if (!best) most = span.number(0) + kLookahead;
                    best = Found{at, *where, "", {}, {}};
                    return true;
                  });
  return best;
}

std::optional<Found> WindowReader::State::next_instant(const std::optional<LaneKey>& lane, SimTime after, const Cancelled& cancelled) {
  learn_tracks();
  RowQuery instants{
      *database, "SELECT i.track, i.at_ps, n.text, i.text FROM instant i JOIN name n ON n.id = i.name WHERE i.at_ps > ? ORDER BY i.rowid"};
  instants.ask(after.ps());
  std::optional<Found> best;
  for (std::int64_t rows = 1; instants.next(); ++rows) {
    if (rows % 4096 == 0) stop_if(cancelled);
    const auto where = lane_of_track(instants.number(0));
    if ((lane && where != lane) || (best && best->at <= instants.time(1))) continue;
    std::string text = instants.text(2);
    if (const std::string more = instants.text(3); !more.empty()) text += ": " + more;
    best = Found{instants.time(1), where.value_or(LaneKey{}), std::move(text), {}, {}};
  }
  return best;
}

std::optional<Found> WindowReader::State::next_vsp_event(const std::optional<LaneKey>& lane, SimTime after, const Cancelled& cancelled) {
  std::optional<Found> best;
  if (!database->tableExists("vsp_event")) return best;
  RowQuery events{*database, "SELECT at_ps, server, vsp, kind, text FROM vsp_event WHERE at_ps > ? ORDER BY rowid"};
  events.ask(after.ps());
  while (events.next()) {
    stop_if(cancelled);
    const LaneKey where = LaneKey::vsp(static_cast<ServerId>(events.count(1)), static_cast<PartitionId>(events.count(2)));
    if ((lane && *lane != where) || (best && best->at <= events.time(0))) continue;
    best = Found{events.time(0), where, fmt::format("{}: {}", events.text(3), events.text(4)), {}, {}};
  }
  return best;
}

}  // namespace lparsim::trace
