#include "gui/data/slices_of_buckets.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "gui/data/pixel_merge.hpp"

namespace lparsim::gui {

namespace {

/// Fills this near to each other look the same: a 500th of a lane's height is less than a tenth of a pixel.
constexpr double kSameFill = 0.002;
/// What failed is seen, however little of it there was.
constexpr double kLeastFailed = 0.1;

/// Joins neighbours of one state that look the same, then hands them on.
class Joined {
 public:
  Joined(SimTime begin, SimTime pixel, std::vector<Slice>& out) : merge_{begin, pixel, out} {}
  void add(const Slice& piece) {
    if (open_ && joins(piece)) {
      const auto length = [](const Slice& s) {
        return static_cast<double>((s.end - s.begin).ps());
      };
      const double held = length(*open_) * static_cast<double>(open_->fill) + length(piece) * static_cast<double>(piece.fill);
      open_->end = piece.end;
      open_->fill = static_cast<float>(held / length(*open_));
      open_->count += piece.count;
      return;
    }
    if (open_) merge_.add(*open_);
    open_ = piece;
  }
  void flush() {
    if (open_) merge_.add(*open_);
    merge_.flush();
  }

 private:
  bool joins(const Slice& piece) const {
    return open_->end == piece.begin && open_->partition == piece.partition && open_->vp == piece.vp && open_->core == piece.core &&
           std::abs(static_cast<double>(open_->fill) - static_cast<double>(piece.fill)) <= kSameFill;
  }
  PixelMerge merge_;
  std::optional<Slice> open_;
};

using Held = std::array<SimTime, kStates>;

SimTime& in(Held& held, State state) {
  return held[static_cast<std::size_t>(state)];
}

SimTime overlapOf(std::span<const TimeRange> ranges, const trace::LaneBucket& bucket) {
  SimTime sum;
  auto at = std::ranges::partition_point(ranges, [&](const TimeRange& r) { return r.end <= bucket.begin; });
  for (; at != ranges.end() && at->begin < bucket.end; ++at) sum += std::min(at->end, bucket.end) - std::max(at->begin, bucket.begin);
  return sum;
}

std::uint32_t small(std::uint64_t count) {
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(count, UINT32_MAX));
}

}  // namespace

std::array<SimTime, kStates> heldIn(const trace::LaneBucket& bucket, const trace::LaneDetail& detail, const RunFacts& facts,
                                    std::span<const TimeRange> folded) {
  const LaneKey& lane = detail.lane;
  const trace::PartitionFacts* partition =
      facts.partition(lane.server, PartitionId{lane.kind == LaneKey::Kind::core ? bucket.partition : lane.first});
  const bool dedicated = partition != nullptr && partition->mode == "dedicated";
  Held held{};
  SimTime excess = std::min(bucket.excess, bucket.running);
  switch (lane.kind) {
    case LaneKey::Kind::virtual_processor:
      in(held, State::folded) = std::min(bucket.ceded, overlapOf(folded, bucket));
      in(held, State::ceded) = bucket.ceded - in(held, State::folded);
      in(held, State::waitingCapacity) = bucket.withheld;
      in(held, State::waitingProcessor) = bucket.queued;
      break;
    case LaneKey::Kind::partition:
      in(held, State::waitingCapacity) = bucket.withheld;
      in(held, State::waitingProcessor) = bucket.queued;
      if (detail.coarse && partition != nullptr)
        excess = std::max(excess, bucket.running - entitlementAt(facts, *partition, bucket.begin).time_in(bucket.end - bucket.begin));
      break;
    case LaneKey::Kind::io_target:
      in(held, State::request) = bucket.in_flight;
      return held;
    case LaneKey::Kind::vsp:
      in(held, State::call) = bucket.in_flight;
      return held;
    case LaneKey::Kind::core:
      break;
  }
  in(held, State::excess) = dedicated ? SimTime{} : excess;
  in(held, dedicated ? State::dedicated : State::entitled) = bucket.running - in(held, State::excess);
  return held;
}

std::uint32_t shownProcessors(const trace::LaneDetail& detail, const RunFacts& facts) {
  const LaneKey& lane = detail.lane;
  if (lane.kind != LaneKey::Kind::partition) return 1;
  const trace::PartitionFacts* partition = facts.partition(lane.server, PartitionId{lane.first});
  std::uint32_t most = partition == nullptr ? 1 : std::max(1U, virtualProcessorsOf(facts, *partition));
  for (const trace::DispatchSpan& stay : detail.stays) most = std::max(most, stay.vp + 1);
  return most;
}

std::vector<Slice> slicesOfBuckets(const trace::LaneDetail& detail, const RunFacts& facts, SimTime begin, SimTime pixel,
                                   std::span<const TimeRange> folded) {
  const LaneKey& lane = detail.lane;
  const bool of_core = lane.kind == LaneKey::Kind::core;
  const std::uint32_t most = shownProcessors(detail, facts);
  std::array<std::vector<Slice>, kStates> out;
  std::vector<Joined> joined;
  for (std::vector<Slice>& its : out) joined.emplace_back(begin, pixel, its);
  Slice like;
  like.server = lane.server;
  if (lane.kind == LaneKey::Kind::io_target)
    for (const trace::IoTarget& target : facts.targets)
      if (target.id == lane.first) like.partition = target.partition, like.server = target.server;
  if (lane.kind == LaneKey::Kind::partition || lane.kind == LaneKey::Kind::virtual_processor) {
    like.partition = PartitionId{lane.first};
    like.vp = lane.second;
  }
  for (const trace::LaneBucket& bucket : detail.buckets) {
    const SimTime length = bucket.end - bucket.begin;
    if (length <= SimTime{}) continue;
    Slice piece = like;
    piece.begin = bucket.begin;
    piece.end = bucket.end;
    // Two at least: it has nobody's exact times.
    piece.count = std::max(2U, small(bucket.count));
    if (of_core) {
      piece.partition = PartitionId{bucket.partition};
      piece.vp = bucket.vp;
    }
    piece.core = CoreId{of_core ? lane.first : bucket.core};
    const Held held = heldIn(bucket, detail, facts, folded);
    const double failed =
        bucket.failed > 0 ? static_cast<double>(bucket.failed) / static_cast<double>(std::max(bucket.count, bucket.failed)) : 0;
    double room = 1;
    if (bucket.failed > 0) {
      Slice failure = piece;
      failure.state = State::failedRequest;
      failure.count = std::max(2U, small(bucket.failed));
      failure.fill = static_cast<float>(std::max(kLeastFailed, failed * std::min(1.0, bucket.in_flight.seconds() / length.seconds())));
      room -= static_cast<double>(failure.fill);
      joined[static_cast<std::size_t>(State::failedRequest)].add(failure);
    }
    for (std::size_t state = 0; state < kStates; ++state) {
      if (held[state] <= SimTime{}) continue;
      piece.state = static_cast<State>(state);
      const double fill = static_cast<double>(held[state].ps()) / (static_cast<double>(length.ps()) * most) * (1 - failed);
      if (fill <= 0) continue;
      piece.fill = static_cast<float>(std::min(room, fill));
      joined[state].add(piece);
    }
  }
  std::vector<Slice> all;
  for (std::size_t state = 0; state < kStates; ++state) {
    joined[state].flush();
    all.insert(all.end(), out[state].begin(), out[state].end());
  }
  return all;
}

}  // namespace lparsim::gui
