#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/base/time.hpp"
#include "sim/trace/facts.hpp"
#include "sim/trace/window_reader.hpp"

namespace lparsim::bench {

/// How large a picture is.
inline constexpr std::uint32_t kPixels = 2000;
inline constexpr std::size_t kLanes = 60;

/// What a timeline would show: the first kLanes lanes of a kind, or a mixture of all kinds.
struct LaneSet {
  std::string name;
  std::vector<trace::LaneKey> lanes;
};
std::vector<LaneSet> lane_sets(const trace::RunInfo& run);

/// A part of the run, in its middle.
struct Window {
  std::string name;
  SimTime begin;
  SimTime end;
};
/// The whole run, 1/10, 1/100, 1/1000 and 1/1,000,000 of it.
std::vector<Window> windows(SimTime end);

/// Times of one window, in milliseconds of wall time.
struct WindowTimes {
  double first = 0;       ///< when nobody had asked for it before
  double median = 0;      ///< of those after
  double processor = 0;   ///< the same in processor time, which others on the machine do not change much
  std::size_t shown = 0;  ///< buckets and rows of the answer
  std::size_t exact = 0;  ///< lanes of which it has every row
};
Result<WindowTimes> time_window(trace::WindowReader& reader, const LaneSet& lanes, const Window& window, int repetitions);

/// Windows anywhere, from the whole run to a microsecond, each length as often as the next: the slowest and the 95th percentile.
struct AnyWindowTimes {
  double worst = 0;
  double p95 = 0;
  double worst_processor = 0;  ///< in processor time
  std::string worst_window;
};
Result<AnyWindowTimes> time_any_windows(trace::WindowReader& reader, const LaneSet& lanes, SimTime end, int count);

/// What asking the tables directly takes for lanes of cores or virtual processors: sums by lane and pixel.
Result<double> time_plain_sql(const std::filesystem::path& file, const LaneSet& lanes, const Window& window);

}  // namespace lparsim::bench
