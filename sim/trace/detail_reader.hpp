#pragma once
// Reads the tables of detail; private to sim/trace.
#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "sim/trace/detail_levels.hpp"
#include "sim/trace/lane.hpp"
#include "sim/trace/row_query.hpp"

namespace lparsim::trace {

/// Of how many rows it is asked once whether the question was cancelled.
inline constexpr std::int64_t kRowsBetweenChecks = 4096;
/// Thrown where a question was cancelled.
struct QuestionCancelled {};
inline void stop_if(const std::atomic<bool>& cancelled) {
  if (cancelled.load(std::memory_order_relaxed)) throw QuestionCancelled{};
}

/// The tables of detail of a file that may grow: refresh() begins every question. Throws SQLite::Exception. What rows say of time for which
/// the writer has not written the sums yet it adds up itself, and keeps it.
class DetailReader {
 public:
  static constexpr std::size_t kKinds = 5;
  struct Level {
    int level = 0;
    SimTime until;  ///< the table has the buckets before
  };

  explicit DetailReader(const SQLite::Database& database);
  /// `last_row` and `last_end` of the kind's rows: of a file that claims to know of more nothing is believed.
  struct Extent {
    std::int64_t last_row = 0;
    SimTime last_end;
  };
  using TellExtent = std::function<Extent(LaneKey::Kind)>;
  void refresh(const TellExtent& extent_of);

  /// None where the file has no sums of such lanes. The shortest buckets first.
  const std::vector<Level>& levels(LaneKey::Kind kind) const { return kind_of(kind).levels; }
  std::optional<std::uint32_t> number_of(const LaneKey& lane) const;
  const std::vector<LaneKey>& lanes(LaneKey::Kind kind) const { return kind_of(kind).lanes; }
  /// Numbers of the lanes of the partition's virtual processors.
  std::vector<std::uint32_t> virtual_processors_of(const LaneKey& partition) const;

  /// Adds up the rows of `table` that end where levels() of the kind end or later.
  void cover_tail(LaneKey::Kind kind, RowTable& table, const std::atomic<bool>& cancelled);
  /// Of the buckets first to last of a level, in order; those in which nothing happened are missing.
  DetailEntries entries(LaneKey::Kind kind, std::uint32_t lane, int level, std::int64_t first, std::int64_t last,
                        const std::atomic<bool>& cancelled);

  /// Rows that belong to lanes are known up to this one; 0: of none.
  std::int64_t indexed_until(LaneKey::Kind kind) const { return kind_of(kind).until_row; }
  std::int64_t block_rows(LaneKey::Kind kind) const { return kind_of(kind).block_rows; }
  /// Appends the rows of a lane in a block of table detail_row, in their order.
  void rows_in_block(LaneKey::Kind kind, std::uint32_t lane, std::int64_t block, std::vector<std::int64_t>& rows);

 private:
  struct KindState {
    std::vector<Level> levels;
    std::vector<LaneKey> lanes;
    std::int64_t block_rows = 0;
    std::int64_t until_row = 0;
    std::unique_ptr<DetailLevels> tail;
    std::int64_t tail_row = 0;  ///< added up to here
    SimTime tail_from;
  };
  KindState& kind_of(LaneKey::Kind kind) { return kinds_[static_cast<std::size_t>(kind)]; }
  const KindState& kind_of(LaneKey::Kind kind) const { return kinds_[static_cast<std::size_t>(kind)]; }
  void add_row(LaneKey::Kind kind, const RowQuery& row);
  void add_chunks(LaneKey::Kind kind, std::uint32_t lane, int level, std::int64_t first, std::int64_t last, DetailEntries& found,
                  const std::atomic<bool>& cancelled);

  bool present_ = false;
  std::array<KindState, kKinds> kinds_;
  std::map<LaneKey, std::uint32_t> numbers_;
  std::optional<RowQuery> lanes_, levels_, index_, chunk_, late_, block_;
};

}  // namespace lparsim::trace
