#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/base/time.hpp"
#include "sim/trace/io_records.hpp"
#include "sim/trace/lane.hpp"
#include "sim/trace/records.hpp"
#include "sim/trace/vsp_records.hpp"

namespace lparsim::trace {

struct WindowQuestion {
  SimTime begin;
  SimTime end;
  std::uint32_t pixels = 2000;
  std::vector<LaneKey> lanes;
  std::size_t most_rows = 200'000;  ///< rows of each table that may be read for exact answers: 70 to 200 ns each
};

/// What a lane shows in a window. `exact`: every row that overlaps it, in the order of their ends; `buckets` is empty. For virtual
/// processors also rows of which only the wait overlaps it; for partitions the rows of all their virtual processors. What ends after the
/// window is looked for among the `most_rows` rows that follow it; of cores and virtual processors whose rows are numbered: among all. Not
/// `exact`: buckets in the order of time, those in which nothing happened left out, the first and the last may stick out of the window.
struct LaneDetail {
  LaneKey lane;
  bool exact = false;
  bool coarse = false;  ///< from the interval samples (a second each by default), since the file has nothing finer that is quick to read
  std::vector<LaneBucket> buckets;
  std::vector<DispatchSpan> stays;
  std::vector<IoRequest> requests;
  std::vector<VspCall> calls;
};

/// What the steps of playback go to. On a virtual processor's, core's or partition's lane: dispatch (its begin), preemption (its moment),
/// cap_hit (it began to be withheld), wait_for_core (it was entitled but got no core), folded, unfolded; instant (what an operator did, on
/// a partition's track); io_failure (its end; I/O lanes); vsp_event (lanes of VSPs).
enum class EventKind : std::uint8_t { dispatch, preemption, cap_hit, wait_for_core, folded, unfolded, instant, io_failure, vsp_event };

/// An event: where it happened and what is known of it.
struct Found {
  SimTime at;
  LaneKey lane;
  std::string text;                  ///< instant, vsp_event: what happened
  std::optional<DispatchSpan> stay;  ///< dispatch, preemption, cap_hit, wait_for_core
  std::optional<IoRequest> request;  ///< io_failure
};

/// A row of table span, instant or counter with its track.
struct TrackRecord {
  enum class Kind : std::uint8_t { span, instant, counter };
  Kind kind{};
  std::int64_t track = 0;       ///< track.id
  std::optional<LaneKey> lane;  ///< where the track is that of a core, a partition or a virtual processor
  std::string name;
  SimTime begin;
  SimTime end;  ///< instant, counter: the same
  double value = 0;
  std::string text;
};

/// Figures over lengths of time.
struct LengthStatistics {
  std::uint64_t count = 0;
  SimTime sum;
  SimTime mean;
  SimTime min;
  SimTime max;
  SimTime p95;  ///< of up to a million exact, of more within 0.1 %
};

/// Of what ended in a range, on one lane: stays and the waits (queued + withheld) before them, where there were any; or requests or calls.
struct RangeStatistics {
  LengthStatistics stays;
  LengthStatistics waits;
  LengthStatistics latencies;
};

/// Answers what a timeline asks of a run file of any size: finished, growing or left behind. Every question sees the file as it is then.
/// The first question about a file that grows, or was left behind, may take a second or two: of its last rows there are no sums yet.
/// A connection of its own; for one thread. Errors are one sentence with the path; of a question that was cancelled: "cancelled".
class WindowReader {
 public:
  /// `cancelled` of the questions may be set by another thread at any time.
  using Cancelled = std::atomic<bool>;
  /// Is told the part that is done, 0 to 1.
  using Progress = std::function<void(double)>;

  static Result<WindowReader> open(const std::filesystem::path& path);
  WindowReader(WindowReader&&) noexcept;
  WindowReader& operator=(WindowReader&&) noexcept;
  ~WindowReader();

  /// A LaneDetail for each of the lanes, in their order; a lane that the file does not know is empty.
  Result<std::vector<LaneDetail>> read(const WindowQuestion& question, const Cancelled& cancelled);
  /// Rows of table dispatch that end in (begin, end].
  Result<std::uint64_t> rows_in(SimTime begin, SimTime end);
  /// Latest end of a stay, request or call; 0: there is none.
  Result<SimTime> last_end();
  /// End of the last interval sample; 0: there is none.
  Result<SimTime> last_sample_end();

  // Lanes of virtual processors and cores. The stay that holds `at`; the first that begins after; the last that ended by `before`.
  Result<std::optional<DispatchSpan>> stay_at(const LaneKey& lane, SimTime at, const Cancelled& cancelled);
  Result<std::optional<DispatchSpan>> next_stay(const LaneKey& lane, SimTime after, const Cancelled& cancelled);
  Result<std::optional<DispatchSpan>> previous_stay(const LaneKey& lane, SimTime before, const Cancelled& cancelled);
  /// The first event of the kind later than `after`; lane absent: on any.
  Result<std::optional<Found>> next_event(EventKind kind, std::optional<LaneKey> lane, SimTime after, const Cancelled& cancelled);

  /// Rows of table span or of table instant that end in [begin, end), whichever are more: so many records() has to read to tell all.
  Result<std::uint64_t> records_in(SimTime begin, SimTime end);
  /// Spans, instants and counters that overlap [begin, end), in the order in which they were recorded; the first `most_rows` of each.
  Result<std::vector<TrackRecord>> records(SimTime begin, SimTime end, std::size_t most_rows, const Cancelled& cancelled);

  /// From every row that ends in (begin, end], however many there are; so a stay counts in a range that is just its own.
  Result<RangeStatistics> range(const LaneKey& lane, SimTime begin, SimTime end, const Cancelled& cancelled, const Progress& progress = {});

 private:
  struct State;
  explicit WindowReader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace lparsim::trace
