#pragma once
#include <QString>
#include <vector>

#include "gui/data/selection.hpp"
#include "gui/data/sources.hpp"

namespace lparsim::gui {

/// A stage of a request as it is drawn.
struct JourneyStep {
  std::size_t stage = 0;  ///< place in trace::kIoStages
  SimTime begin, end;
  std::optional<LaneKey> lane;  ///< of the partition that had it meanwhile; absent: a device, a wire, nobody
};

/// A request's way, with the partitions' lanes that it went through.
struct Journey {
  trace::IoRequest request;
  LaneKey target;
  std::vector<JourneyStep> steps;  ///< in the order of time; those of no length left out, neighbours of one stage put together
};

Journey journeyOf(const trace::IoJourney& journey, const RunFacts& facts);
/// `client queue`: the name as people say it.
QString stageText(std::size_t stage);
QString stageMeaning(std::size_t stage);

}  // namespace lparsim::gui
