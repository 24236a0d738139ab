#include "gui/timeline/stepping.hpp"

#include <algorithm>

namespace lparsim::gui {

namespace {

/// As many as a window's: some 60 ms also where the file has no quick way to single rows.
constexpr std::size_t kRowsRead = 300'000;
/// So fine that nothing is put together.
constexpr std::uint32_t kPixels = 1'000'000;

Slice sliceOf(const trace::DispatchSpan& stay) {
  Slice slice;
  slice.begin = stay.begin;
  slice.end = stay.end;
  slice.server = stay.server;
  slice.partition = stay.partition;
  slice.vp = stay.vp;
  slice.core = stay.core;
  slice.dispatchReason = stay.dispatch_reason;
  slice.preemptReason = stay.preempt_reason;
  return slice;
}

std::vector<Slice> thingsOf(const trace::LaneDetail& detail) {
  std::vector<Slice> things;
  for (const trace::DispatchSpan& stay : detail.stays) things.push_back(sliceOf(stay));
  for (const trace::IoRequest& request : detail.requests) {
    Slice slice;
    slice.begin = request.begin;
    slice.end = request.end;
    slice.number = request.number;
    slice.state = request.outcome == trace::IoOutcome::done ? State::request : State::failedRequest;
    things.push_back(slice);
  }
  for (const trace::VspCall& call : detail.calls) {
    Slice slice;
    slice.begin = call.begin;
    slice.end = call.end_time;
    slice.number = call.number;
    slice.server = call.server;
    slice.partition = call.client;
    slice.state = isFailed(call) ? State::failedRequest : State::call;
    things.push_back(slice);
  }
  return things;
}

}  // namespace

Result<std::optional<Slice>> neighbourOf(Sources& sources, const LaneKey& lane, SimTime from, bool backwards) {
  if (lane.kind == LaneKey::Kind::core || lane.kind == LaneKey::Kind::virtual_processor) {
    const auto stay =
        backwards ? sources.windows.previous_stay(lane, from, sources.cancelled) : sources.windows.next_stay(lane, from, sources.cancelled);
    if (!stay) return unexpected(stay.error());
    if (!*stay) return std::nullopt;
    return sliceOf(**stay);
  }
  // Others are looked for in windows of their own: twice as long while they are empty, shorter where there is too much in them.
  const SimTime end = sources.facts->end();
  SimTime length = SimTime::from_ms(1), edge = from;
  while (backwards ? edge > SimTime{} : edge < end) {
    if (sources.cancelled) return unexpected(std::string{"cancelled"});
    const SimTime other = backwards ? std::max(SimTime{}, edge - length) : std::min(end, edge + length);
    const auto [begin, until] = std::minmax({edge, other});
    trace::WindowQuestion question{begin, until, kPixels, {lane}, kRowsRead};
    const auto details = sources.windows.read(question, sources.cancelled);
    if (!details) return unexpected(details.error());
    const trace::LaneDetail& detail = details->front();
    if (detail.coarse)
      return unexpected(std::string{
          sources.facts->isRecordedInFull()
              ? "This file is of an earlier lparsim, without a quick way to single dispatches: run it again to step through them."
              : "The run was recorded without single dispatches: run it with --trace full to step through them."});
    if (!detail.exact) {
      if (length <= SimTime::from_ns(1)) return std::nullopt;
      length = length / 4;
      continue;
    }
    std::optional<Slice> best;
    for (const Slice& thing : thingsOf(detail)) {
      const bool beyond = backwards ? thing.begin < from : thing.begin > from;
      // What sticks out of the window may have others before it that are not in it.
      const bool certain = thing.begin >= begin && thing.begin < until;
      if (beyond && certain && (!best || (backwards ? thing.begin > best->begin : thing.begin < best->begin))) best = thing;
    }
    if (best) return best;
    edge = other;
    length = length * 2;
  }
  return std::nullopt;
}

Result<std::optional<Slice>> sliceAt(Sources& sources, const LaneKey& lane, SimTime at) {
  const trace::WindowQuestion question{at, at + SimTime::from_ns(1), kPixels, {lane}, kRowsRead};
  const auto details = sources.windows.read(question, sources.cancelled);
  if (!details) return unexpected(details.error());
  if (!details->front().exact) return std::nullopt;
  const LaneSlices slices = slicesOf(details->front(), *sources.facts, at, at + SimTime::from_ns(1), kPixels);
  for (const Slice& slice : slices.slices)
    if (slice.begin <= at && at < slice.end && slice.count == 1) return slice;
  return std::nullopt;
}

}  // namespace lparsim::gui
