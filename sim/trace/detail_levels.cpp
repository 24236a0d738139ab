#include "sim/trace/detail_levels.hpp"

#include <algorithm>

namespace lparsim::trace {

namespace {

/// Buckets by which rows have to be past a chunk before it is written.
constexpr std::int64_t kSlack = kChunkBuckets / 4;

/// The entries of the next level: each is the sum of up to four.
DetailEntries four_together(std::span<const DetailEntry> entries) {
  DetailEntries sums;
  for (const DetailEntry& e : entries) {
    if (sums.empty() || sums.back().bucket != e.bucket >> 2) sums.emplace_back().bucket = e.bucket >> 2;
    sums.back().add(e);
  }
  return sums;
}

}  // namespace

DetailLevels::DetailLevels(LaneKey::Kind kind, int shortest, int longest, DetailSink* sink, SimTime from)
    : kind_{kind},
      shortest_{shortest},
      sink_{sink},
      levels_(static_cast<std::size_t>(longest - shortest + 1)),
      next_flush_{sink == nullptr ? INT64_MAX : kChunkBuckets + kSlack} {
  levels_[0].written = bucket_of(from, shortest);
}

void DetailLevels::begin_row(std::uint32_t lane) {
  lane_ = lane;
  latest_bucket_ = -1;
  Level& level = levels_[0];
  if (lane >= level.lanes.size()) level.lanes.resize(lane + 1);
}

DetailEntry* DetailLevels::find_entry(std::int64_t bucket) {
  Level& level = levels_[0];
  if (bucket < level.written) return sink_ == nullptr ? nullptr : &entry_at(late_, bucket);
  level.least = std::min(level.least, bucket);
  return &entry_at(level.lanes[lane_], bucket);
}

void DetailLevels::split_time(DetailSum sum, SimTime begin, SimTime end, std::int64_t peak, std::uint64_t who) {
  const SimTime length = bucket_length(shortest_);
  std::int64_t bucket = std::max<std::int64_t>(bucket_of(begin, shortest_), 0);
  if (sink_ == nullptr) bucket = std::max(bucket, levels_[0].written);
  for (SimTime at = std::max(begin, length * bucket); at < end; ++bucket) {
    const SimTime until = std::min(end, length * (bucket + 1));
    if (DetailEntry* e = entry(bucket)) {
      e->sums[sum] += (until - at).ps();
      if (peak != 0) e->add_peak(peak, who);
    }
    at = until;
  }
}

void DetailLevels::write_due() {
  if (!late_.empty()) {
    write_late(0, late_);
    late_.clear();
  }
  while (last_bucket_ >= next_flush_) {
    write_chunk(0);
    next_flush_ += kChunkBuckets;
  }
}

void DetailLevels::finish() {
  while (levels_[0].written <= last_bucket_) write_chunk(0);
  for (std::size_t l = 1; l < levels_.size(); ++l)
    while (levels_[l].written * 4 < levels_[l - 1].written) write_chunk(l);
}

void DetailLevels::write_chunk(std::size_t number) {
  Level& level = levels_[number];
  const std::int64_t end = level.written + kChunkBuckets;
  if (level.least < end) {
    level.least = INT64_MAX;
    for (std::uint32_t lane = 0; lane < level.lanes.size(); ++lane) {
      DetailEntries& held = level.lanes[lane];
      const auto rest = std::find_if(held.begin(), held.end(), [&](const DetailEntry& e) { return e.bucket >= end; });
      if (rest != held.begin()) {
        tell(number, lane, {held.begin(), rest}, 0);
        if (number + 1 < levels_.size()) {
          Level& above = levels_[number + 1];
          if (lane >= above.lanes.size()) above.lanes.resize(level.lanes.size());
          for (const DetailEntry& e : four_together({held.begin(), rest})) {
            entry_at(above.lanes[lane], e.bucket).add(e);
            above.least = std::min(above.least, e.bucket);
          }
        }
        held.erase(held.begin(), rest);
      }
      if (!held.empty()) level.least = std::min(level.least, held.front().bucket);
    }
  }
  level.written = end;
  sink_->complete(kind_, shortest_ + static_cast<int>(number), bucket_length(shortest_ + static_cast<int>(number)) * end);
  if (number + 1 < levels_.size() && end >> 2 >= levels_[number + 1].written + kChunkBuckets) write_chunk(number + 1);
}

void DetailLevels::write_late(std::size_t number, const DetailEntries& entries) {
  Level& level = levels_[number];
  if (lane_ >= level.lanes.size()) level.lanes.resize(lane_ + 1);
  auto from = entries.begin();
  while (from != entries.end() && from->bucket < level.written) {
    const std::int64_t end = (from->bucket / kChunkBuckets + 1) * kChunkBuckets;
    const auto until = std::find_if(from, entries.end(), [&](const DetailEntry& e) { return e.bucket >= end; });
    tell(number, lane_, {from, until}, ++parts_);
    from = until;
  }
  for (auto open = from; open != entries.end(); ++open) {
    entry_at(level.lanes[lane_], open->bucket).add(*open);
    level.least = std::min(level.least, open->bucket);
  }
  if (from != entries.begin() && number + 1 < levels_.size()) write_late(number + 1, four_together({entries.begin(), from}));
}

void DetailLevels::tell(std::size_t number, std::uint32_t lane, std::span<const DetailEntry> entries, std::uint64_t part) {
  const int level = shortest_ + static_cast<int>(number);
  sink_->detail({kind_, level, entries[0].bucket / kChunkBuckets, lane, part, encode(entries, kind_, level)});
}

std::span<const DetailEntry> DetailLevels::held(std::uint32_t lane) const {
  if (lane >= levels_[0].lanes.size()) return {};
  return levels_[0].lanes[lane];
}

void DetailLevels::forget_before(SimTime at) {
  Level& level = levels_[0];
  level.written = bucket_of(at, shortest_);
  for (DetailEntries& held : level.lanes)
    held.erase(held.begin(), std::find_if(held.begin(), held.end(), [&](const DetailEntry& e) { return e.bucket >= level.written; }));
}

}  // namespace lparsim::trace
