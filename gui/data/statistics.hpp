#pragma once
#include <functional>
#include <string_view>
#include <vector>

#include "gui/data/selection.hpp"
#include "gui/data/sources.hpp"

namespace lparsim::gui {

/// What figures of a range are about. `waits`: of virtual processors that were ready, until they were on a core.
enum class Counted : std::uint8_t { stays, waits, requests, calls };
/// `stays on a core`, ...
std::string_view wordsFor(Counted counted);
/// One sentence: what is counted where.
std::string_view meaningOf(Counted counted);

/// A row of the table that a selected range gives.
struct TrackFigures {
  LaneKey lane;
  Counted counted{};
  trace::LengthStatistics lengths;
};

/// Of what ended in (begin, end]. Lanes without anything have no row.
struct RangeFigures {
  SimTime begin, end;
  std::vector<TrackFigures> tracks;
  double done = 1;  ///< 0 to 1: the part that has been looked at
};

/// On a patient worker: reads every row of the range, about 5 M a second. `soFar` gets the lanes that are done, about ten times a second.
Result<RangeFigures> statisticsOf(Sources& sources, const std::vector<LaneKey>& lanes, TimeRange range,
                                  const std::function<void(RangeFigures)>& soFar);

}  // namespace lparsim::gui
