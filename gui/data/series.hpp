#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "gui/data/selection.hpp"
#include "gui/data/sources.hpp"
#include "gui/data/statistics.hpp"

namespace lparsim::gui {

/// What may be drawn over time. Of partitions (LaneKey::partition; virtual processors too): physc to waitingProcessor; of targets: latency
/// to inFlight; of VSPs: the same of its calls.
enum class Quantity : std::uint8_t {
  physc,             ///< PU
  entc,              ///< % of the entitlement
  excess,            ///< PU
  waitingCapacity,   ///< virtual processors, on average
  waitingProcessor,  ///< virtual processors, on average
  latencyMean,       ///< ms
  latencyP50,        ///< ms; only where the requests of the window are few enough to be read
  latencyP95,        ///< ms
  latencyP99,        ///< ms
  latencyMax,        ///< ms
  requests,          ///< /s
  bytes,             ///< MB/s
  failed,            ///< /s
  inFlight,          ///< queue length, on average
};
inline constexpr std::size_t kQuantities = 14;
std::string_view wordsFor(Quantity quantity);
std::string_view unitOf(Quantity quantity);
std::string_view meaningOf(Quantity quantity);
/// Which quantities a lane of this kind has.
bool fits(Quantity quantity, LaneKey::Kind kind);

struct Point {
  SimTime begin, end;  ///< the average of this time
  double value = 0;
};

/// A line of a chart. Where nothing is known (no request ended: no latency) there is no point.
struct Series {
  LaneKey lane;
  Quantity quantity{};
  std::vector<Point> points;  ///< in the order of time, at most as many as asked for
  bool coarse = false;        ///< from interval samples
  std::string remark;         ///< why it is empty or coarse, a sentence; usually empty
};

struct SeriesQuestion {
  SimTime begin, end;
  std::uint32_t most_points = 500;
  struct Line {
    LaneKey lane;
    Quantity quantity{};
  };
  std::vector<Line> lines;
  std::size_t most_rows = 100'000;  ///< that may be read for exact answers and percentiles: about 200 ns each
};

/// On a quick worker.
Result<std::vector<Series>> seriesOf(Sources& sources, const SeriesQuestion& question);

/// How many lengths there were by bins of equal width on a logarithmic scale.
struct Distribution {
  struct Bin {
    SimTime from, to;  ///< from <= length < to
    std::uint64_t count = 0;
  };
  LaneKey lane;
  Counted counted{};
  std::vector<Bin> bins;  ///< without gaps; none: nothing ended
  std::uint64_t count = 0;
  SimTime p50, p95, p99;
  double done = 1;     ///< 0 to 1
  std::string remark;  ///< why there is nothing, a sentence; usually empty
};

/// Of what ended in the range; about 20 bins. On a patient worker; `soFar` gets what has been counted, about ten times a second.
Result<Distribution> distributionOf(Sources& sources, LaneKey lane, Counted counted, TimeRange range,
                                    const std::function<void(Distribution)>& soFar);

}  // namespace lparsim::gui
