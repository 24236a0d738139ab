#pragma once
// What WindowReader keeps; private to sim/trace.
#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sim/trace/detail_reader.hpp"
#include "sim/trace/row_query.hpp"
#include "sim/trace/window_reader.hpp"

namespace lparsim::trace {

/// Spans are recorded when they are over, but for a few whose end was an earlier moment: so many rows before are looked at too.
inline constexpr std::int64_t kOutOfOrder = 4096;

/// What rows may be of the lane.
void include(NumberRanges& numbers, const LaneKey& lane);
/// Whether a row of the table of the lane's kind belongs to the lane.
bool belongs(const RowQuery& row, const LaneKey& lane);
bool is_processor_lane(LaneKey::Kind kind);

struct WindowReader::State {
  State(std::filesystem::path path, std::unique_ptr<SQLite::Database> database);

  /// A question: all of it sees the file as it is at its begin.
  template <class Question>
  auto answer(const Question& question) -> Result<decltype(question())> {
    try {
      const SQLite::Transaction snapshot{*database};
      detail.refresh([&](LaneKey::Kind kind) {
        RowTable* table = table_of(kind);
        if (table == nullptr) return DetailReader::Extent{};
        const std::int64_t last = table->last_row();
        return DetailReader::Extent{last, table->end_of(last)};
      });
      return question();
    } catch (const QuestionCancelled&) {
      return unexpected(std::string{"cancelled"});
    } catch (const SQLite::Exception& e) {
      return unexpected(fmt::format("cannot read {}: {}", path.string(), e.what()));
    }
  }

  /// Null: the file is older than the table.
  RowTable* table_of(LaneKey::Kind kind);

  /// Tells the rows of a lane in [first, last], in order or backward, until told to stop by false; returns whether it was. Quick where the
  /// file knows which rows are the lane's; else it reads all of them.
  using TellRow = std::function<bool(const RowQuery&)>;
  bool each_row(const LaneKey& lane, std::int64_t first, std::int64_t last, bool backward, const Cancelled& cancelled, const TellRow& tell);
  /// The same for rows of which the file knows whose they are.
  bool each_indexed_row(const LaneKey& lane, std::int64_t first, std::int64_t last, bool backward, const Cancelled& cancelled,
                        const TellRow& tell);
  /// Whichever lane; with `numbers` those that may be of such lanes, and perhaps others.
  bool each_row_of_all(RowTable& table, std::int64_t first, std::int64_t last, const Cancelled& cancelled, const TellRow& tell,
                       const NumberRanges* numbers = nullptr);
  /// Last row of the lane's table of which the file knows whose it is.
  std::int64_t indexed_until(const LaneKey& lane) const;
  /// Rows of a lane in [first, last], all of which are known; none: more than `most`.
  std::optional<std::vector<std::int64_t>> known_rows(const LaneKey& lane, std::int64_t first, std::int64_t last, std::size_t most,
                                                      const Cancelled& cancelled);

  // Parts of read(). They fill in the answers at these places.
  using Places = std::vector<std::size_t>;
  /// `look_ups` is what may still be looked up of the question's rows.
  void read_kind(const WindowQuestion& question, LaneKey::Kind kind, const Places& places, std::vector<LaneDetail>& answers,
                 const Cancelled& cancelled, std::size_t& look_ups);
  void read_rows(const WindowQuestion& question, RowTable& table, std::int64_t first, std::int64_t last, const Places& places,
                 std::vector<LaneDetail>& answers, const Cancelled& cancelled);
  void read_later_rows(const WindowQuestion& question, RowTable& table, std::int64_t last, const Places& places,
                       std::vector<LaneDetail>& answers, const Cancelled& cancelled);
  void read_buckets(const WindowQuestion& question, LaneKey::Kind kind, const Places& places, std::vector<LaneDetail>& answers,
                    const Cancelled& cancelled);
  /// Those with few rows; returns the others.
  Places read_sparse(const WindowQuestion& question, RowTable& table, std::int64_t first, std::int64_t last, const Places& places,
                     std::vector<LaneDetail>& answers, const Cancelled& cancelled, std::size_t& look_ups);
  void read_samples(const WindowQuestion& question, LaneKey::Kind kind, const Places& places, std::vector<LaneDetail>& answers,
                    const Cancelled& cancelled);

  std::optional<Found> next_among_rows(EventKind kind, const std::optional<LaneKey>& lane, SimTime after, const Cancelled& cancelled);
  std::optional<Found> next_fold(EventKind kind, const std::optional<LaneKey>& lane, SimTime after, const Cancelled& cancelled);
  std::optional<Found> next_instant(const std::optional<LaneKey>& lane, SimTime after, const Cancelled& cancelled);
  std::optional<Found> next_vsp_event(const std::optional<LaneKey>& lane, SimTime after, const Cancelled& cancelled);
  /// Before lane_of_track() of a question.
  void learn_tracks();
  /// Of track.id.
  std::optional<LaneKey> lane_of_track(std::int64_t track) const;

  std::filesystem::path path;
  std::unique_ptr<SQLite::Database> database;
  RowTable dispatches;
  std::optional<RowTable> requests, calls;
  DetailReader detail;
  bool traced = false;  ///< at level full
  std::map<std::int64_t, LaneKey> tracks;
  std::int64_t tracks_known = 0;

 private:
  std::size_t rows_in_block(const LaneKey& lane, std::int64_t block, std::vector<std::int64_t>& rows);
  using VisitBlock = std::function<std::optional<std::size_t>(std::int64_t)>;
  bool walk_blocks(const LaneKey& lane, std::int64_t first, std::int64_t last, bool backward, const Cancelled& cancelled,
                   const VisitBlock& visit);
};

}  // namespace lparsim::trace
