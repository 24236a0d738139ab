#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sim/base/time.hpp"
#include "sim/trace/detail_entry.hpp"
#include "sim/trace/lane.hpp"

namespace lparsim::trace {

/// A row of table `detail`, where `part` is 0, or `detail_late`.
struct DetailRow {
  LaneKey::Kind kind{};
  int level = 0;
  std::int64_t chunk = 0;
  std::uint32_t lane = 0;
  std::uint64_t part = 0;
  std::string data;
};

/// A row of table `detail_row`.
struct LaneRowsRow {
  LaneKey::Kind kind{};
  std::uint64_t block = 0;
  std::uint32_t lane = 0;
  std::string data;
};

/// Takes what belongs into the tables of detail.
class DetailSink {
 public:
  virtual ~DetailSink() = default;
  virtual void lane(std::uint32_t number, const LaneKey& lane) = 0;
  virtual void detail(const DetailRow& row) = 0;
  /// The buckets of the level that end by `until` are complete as far as the rows so far go; replaces what was said before.
  virtual void complete(LaneKey::Kind kind, int level, SimTime until) = 0;
  virtual void lane_rows(const LaneRowsRow& row) = 0;
  /// lane_rows() was told of every row up to this one, in blocks of `block_rows`.
  virtual void indexed(LaneKey::Kind kind, std::uint64_t block_rows, std::uint64_t until_row) = 0;
};

/// Sums of one kind of lanes over buckets of time whose lengths are powers of 4 ps: of the shortest from rows that come in the order of
/// their ends, of each longer one from the four of the level below.
///
/// A chunk of 64 buckets goes to the sink when the rows have come a quarter of a chunk past its end. What then still comes for it, since a
/// long stay or wait ended, goes to the sink at once as a further part of that chunk. So what the sink has of buckets before `complete` is
/// exact after every row, and what is held in memory are the last chunks of lanes at work.
class DetailLevels {
 public:
  /// Levels `shortest` to `longest`; with a sink that is null everything from `from` on stays in memory.
  DetailLevels(LaneKey::Kind kind, int shortest, int longest, DetailSink* sink, SimTime from = {});

  /// Lanes count from 0. A row is begin_row(), what it adds in the order of time, end_row().
  void begin_row(std::uint32_t lane);
  void add_time(DetailSum sum, SimTime begin, SimTime end, std::int64_t peak = 0, std::uint64_t who = 0) {
    if (end <= begin) return;
    // Nearly always it is all in the bucket of what was added before.
    const std::int64_t bucket = bucket_of(begin, shortest_);
    if (bucket != latest_bucket_ || latest_ == nullptr || bucket_of_end(end, shortest_) != bucket)
      return split_time(sum, begin, end, peak, who);
    latest_->sums[sum] += (end - begin).ps();
    if (peak != 0) latest_->add_peak(peak, who);
  }
  void add_at_end(DetailSum sum, SimTime end, std::int64_t amount, std::int64_t peak = 0) {
    if (amount == 0 && peak == 0) return;
    if (DetailEntry* e = entry(bucket_of_end(end, shortest_))) {
      e->sums[sum] += amount;
      if (peak != 0) e->add_peak(peak, 0);
    }
  }
  void end_row(SimTime end) {
    last_bucket_ = std::max(last_bucket_, bucket_of(end, shortest_));
    if (!late_.empty() || last_bucket_ >= next_flush_) write_due();
  }
  /// Everything is told to the sink.
  void finish();

  LaneKey::Kind kind() const { return kind_; }
  int shortest() const { return shortest_; }
  /// What a stay's length is as a peak.
  std::int64_t stay_peak(SimTime length) const { return (length.ps() >> (2 * shortest_ - 6)) + 1; }
  /// The buckets of the shortest level that are in memory; empty where the lane has none.
  std::span<const DetailEntry> held(std::uint32_t lane) const;
  /// Forgets buckets of the shortest level.
  void forget_before(SimTime at);

 private:
  struct Level {
    std::int64_t written = 0;        ///< buckets before this one were told to the sink
    std::int64_t least = INT64_MAX;  ///< no lane holds an earlier one
    std::vector<DetailEntries> lanes;
  };
  /// Null: of no interest any more.
  DetailEntry* entry(std::int64_t bucket) {
    if (bucket != latest_bucket_) {
      latest_ = find_entry(bucket);
      latest_bucket_ = bucket;
    }
    return latest_;
  }
  DetailEntry* find_entry(std::int64_t bucket);
  void split_time(DetailSum sum, SimTime begin, SimTime end, std::int64_t peak, std::uint64_t who);
  void write_due();
  void write_chunk(std::size_t level);
  void write_late(std::size_t level, const DetailEntries& entries);
  void tell(std::size_t level, std::uint32_t lane, std::span<const DetailEntry> entries, std::uint64_t part);

  LaneKey::Kind kind_;
  int shortest_;
  DetailSink* sink_;
  std::vector<Level> levels_;
  std::uint32_t lane_ = 0;
  DetailEntries late_;
  std::int64_t latest_bucket_ = -1;  ///< of latest_, which was found last in this row
  DetailEntry* latest_ = nullptr;
  std::int64_t last_bucket_ = 0;
  std::int64_t next_flush_ = 0;  ///< the bucket that has to be reached
  std::uint64_t parts_ = 0;
};

}  // namespace lparsim::trace
