#pragma once
#include <array>
#include <optional>
#include <vector>

#include "gui/data/slice.hpp"
#include "gui/data/sources.hpp"

namespace lparsim::gui {

/// What is known of a place of a TimeGrid. Times in seconds.
struct GridSums {
  std::array<double, kStates> held{};  ///< by State
  double ended = 0, latency = 0, in_flight = 0, failed = 0, bytes = 0;
  double longest = 0;
};

/// Sums over equal steps of time. What lies in several steps is split over them, what sticks out is left out.
class TimeGrid {
 public:
  TimeGrid(SimTime begin, SimTime end, SimTime step);

  std::size_t size() const { return sums_.size(); }
  SimTime beginOf(std::size_t i) const { return begin_ + step_ * static_cast<std::int64_t>(i); }
  SimTime endOf(std::size_t i) const { return std::min(end_, beginOf(i) + step_); }
  const GridSums& at(std::size_t i) const { return sums_[i]; }

  /// So much of a state, as pieces say it: fill x length.
  void add(const Slice& piece);
  /// Sums that hold from begin to end.
  void add(SimTime begin, SimTime end, const GridSums& sums);
  /// What happened at a moment; the last step holds its end too.
  void addEnd(SimTime at, const GridSums& sums);
  std::optional<std::size_t> placeOf(SimTime at) const;

 private:
  SimTime begin_, end_, step_;
  std::vector<GridSums> sums_;
};

/// A lane's detail on a grid of at most `most` steps, coarser where the buckets are. Ends at `end`.
TimeGrid gridOf(const trace::LaneDetail& detail, const RunFacts& facts, SimTime begin, SimTime end, std::uint32_t most);

/// How far the file tells what happened; 0: it tells nothing. Of a growing run that is less than `simulated`: a stay is recorded when it is
/// over, a sample when its interval is. What comes later is not known, which is not the same as that nothing happened.
Result<SimTime> knownUntil(Sources& sources);

}  // namespace lparsim::gui
