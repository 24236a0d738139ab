// slicesOf: each kind of lane in its way.
#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <tuple>

#include "gui/data/pieces.hpp"
#include "gui/data/pixel_merge.hpp"
#include "gui/data/pixel_sums.hpp"
#include "gui/data/rows.hpp"
#include "gui/data/slice.hpp"
#include "gui/data/slices_of_buckets.hpp"

namespace lparsim::gui {

namespace {

/// What all lanes need.
struct Frame {
  const trace::LaneDetail& detail;
  const RunFacts& facts;
  SimTime begin, end, pixel;

  bool dedicated(ServerId server, PartitionId partition) const {
    const trace::PartitionFacts* found = facts.partition(server, partition);
    return found != nullptr && found->mode == "dedicated";
  }
  PieceRules rules(ServerId server, bool dedicated) const {
    const trace::ServerFacts* found = facts.server(server);
    const SimTime window = found != nullptr && found->dispatch_window > SimTime{} ? found->dispatch_window : end - begin;
    return {begin, end, pixel, window, dedicated};
  }
};

/// A PixelMerge for each row and state; slices come out by row, then begin.
class Merges {
 public:
  explicit Merges(const Frame& frame) : frame_{frame} {}
  void add(const Slice& piece) {
    const auto [place, fresh] = merges_.try_emplace({piece.row, piece.state});
    if (fresh) place->second = std::make_unique<Merge>(frame_);
    place->second->merge.add(piece);
  }
  std::vector<Slice> finish() {
    std::vector<Slice> all;
    for (const auto& [key, merge] : merges_) {
      merge->merge.flush();
      all.insert(all.end(), merge->out.begin(), merge->out.end());
    }
    return all;
  }

 private:
  struct Merge {
    explicit Merge(const Frame& frame) : merge{frame.begin, frame.pixel, out} {}
    std::vector<Slice> out;
    PixelMerge merge;
  };
  const Frame& frame_;
  std::map<std::pair<std::uint8_t, State>, std::unique_ptr<Merge>> merges_;
};

std::vector<Slice> ofCore(const Frame& frame) {
  Merges merges{frame};
  for (const trace::DispatchSpan& stay : frame.detail.stays)
    tellStay(stay, frame.rules(stay.server, frame.dedicated(stay.server, stay.partition)), [&](const Slice& s) { merges.add(s); });
  return merges.finish();
}

void tellVirtualProcessor(const Frame& frame, std::span<const trace::DispatchSpan> stays, std::span<const TimeRange> folded,
                          const TellPiece& tell) {
  if (stays.empty()) return;
  const PieceRules rules = frame.rules(stays[0].server, frame.dedicated(stays[0].server, stays[0].partition));
  bool after_confer = false;
  for (const trace::DispatchSpan& stay : stays) {
    tellWait(stay, after_confer, folded, rules, tell);
    tellStay(stay, rules, tell);
    after_confer = stay.preempt_reason == kConfer;
  }
}

std::vector<Slice> ofVirtualProcessor(const Frame& frame, std::span<const TimeRange> folded) {
  Merges merges{frame};
  tellVirtualProcessor(frame, frame.detail.stays, folded, [&](const Slice& s) { merges.add(s); });
  return merges.finish();
}

std::vector<Slice> ofPartition(const Frame& frame) {
  const std::uint32_t most = shownProcessors(frame.detail, frame.facts);
  const auto waits_or_runs = [](const Slice& s) {
    return s.state != State::ceded && s.state != State::conferred;
  };
  if (most == 1) {
    Merges merges{frame};
    tellVirtualProcessor(frame, frame.detail.stays, {}, [&](const Slice& s) {
      if (waits_or_runs(s)) merges.add(s);
    });
    return merges.finish();
  }
  std::map<std::uint32_t, std::vector<trace::DispatchSpan>> by_vp;
  for (const trace::DispatchSpan& stay : frame.detail.stays) by_vp[stay.vp].push_back(stay);
  PixelSums sums{frame.begin, frame.end, frame.pixel, most};
  for (const auto& [vp, stays] : by_vp)
    tellVirtualProcessor(frame, stays, {}, [&](const Slice& s) {
      if (waits_or_runs(s)) sums.add(s);
    });
  Slice like;
  like.server = frame.detail.lane.server;
  like.partition = PartitionId{frame.detail.lane.first};
  std::vector<Slice> slices;
  sums.tellTo(like, slices);
  return slices;
}

/// Things that overlap, in rows; on the last one, which several may share, they are put together.
class Overlapping {
 public:
  explicit Overlapping(const Frame& frame) : merges_{frame} {}
  /// In the order of their begin.
  void add(Slice piece) {
    piece.row = rows_.place(piece.begin, piece.end);
    if (piece.row + 1 < kMostRows) {
      merges_.add(piece);
      return;
    }
    std::optional<Slice>& open = crowded_[static_cast<std::size_t>(piece.state)];
    if (open && piece.begin < open->end) {
      open->end = std::max(open->end, piece.end);
      ++open->count;
      return;
    }
    if (open) merges_.add(*open);
    open = piece;
  }
  LaneSlices finish() {
    for (const std::optional<Slice>& open : crowded_)
      if (open) merges_.add(*open);
    LaneSlices found;
    found.rows = rows_.used();
    found.slices = merges_.finish();
    return found;
  }

 private:
  Rows rows_;
  Merges merges_;
  std::array<std::optional<Slice>, kStates> crowded_;
};

template <class Things, class ToSlice>
LaneSlices packed(const Frame& frame, const Things& things, const ToSlice& to_slice) {
  std::vector<Slice> pieces;
  for (const auto& thing : things) {
    const Slice piece = to_slice(thing);
    if (piece.begin < frame.end && piece.end > frame.begin) pieces.push_back(piece);
  }
  std::ranges::sort(pieces, [](const Slice& a, const Slice& b) { return std::tie(a.begin, a.number) < std::tie(b.begin, b.number); });
  Overlapping overlapping{frame};
  for (const Slice& piece : pieces) overlapping.add(piece);
  return overlapping.finish();
}

LaneSlices ofRequests(const Frame& frame) {
  Slice like;
  for (const trace::IoTarget& target : frame.facts.targets) {
    if (target.id != frame.detail.lane.first) continue;
    like.server = target.server;
    like.partition = target.partition;
  }
  return packed(frame, frame.detail.requests, [&](const trace::IoRequest& request) {
    Slice piece = like;
    piece.begin = request.begin;
    // One that was refused at once is seen too.
    piece.end = std::max(request.end, request.begin + SimTime::from_ps(1));
    piece.number = request.number;
    piece.state = request.outcome == trace::IoOutcome::done ? State::request : State::failedRequest;
    return piece;
  });
}

LaneSlices ofCalls(const Frame& frame) {
  return packed(frame, frame.detail.calls, [&](const trace::VspCall& call) {
    Slice piece;
    piece.begin = call.begin;
    piece.end = std::max(call.end_time, call.begin + SimTime::from_ps(1));
    piece.number = call.number;
    piece.server = call.server;
    piece.partition = call.client;
    piece.state = isFailed(call) ? State::failedRequest : State::call;
    return piece;
  });
}

LaneSlices exactSlices(const Frame& frame, std::span<const TimeRange> folded) {
  LaneSlices found;
  switch (frame.detail.lane.kind) {
    case LaneKey::Kind::core:
      found.slices = ofCore(frame);
      break;
    case LaneKey::Kind::virtual_processor:
      found.slices = ofVirtualProcessor(frame, folded);
      break;
    case LaneKey::Kind::partition:
      found.slices = ofPartition(frame);
      break;
    case LaneKey::Kind::io_target:
      return ofRequests(frame);
    case LaneKey::Kind::vsp:
      return ofCalls(frame);
  }
  return found;
}

}  // namespace

LaneSlices slicesOf(const trace::LaneDetail& detail, const RunFacts& facts, SimTime begin, SimTime end, std::uint32_t pixels,
                    std::span<const TimeRange> folded) {
  LaneSlices found;
  if (begin < end) {
    const std::int64_t places = std::max(pixels, 1U);
    const Frame frame{detail, facts, begin, end, SimTime::from_ps(((end - begin).ps() + places - 1) / places)};
    if (!detail.exact)
      found.slices = slicesOfBuckets(detail, facts, begin, frame.pixel, folded);
    else
      found = exactSlices(frame, folded);
  }
  std::ranges::stable_sort(found.slices,
                           [](const Slice& a, const Slice& b) { return std::tie(a.row, a.begin) < std::tie(b.row, b.begin); });
  found.lane = detail.lane;
  found.exact = detail.exact;
  found.coarse = detail.coarse;
  return found;
}

}  // namespace lparsim::gui
