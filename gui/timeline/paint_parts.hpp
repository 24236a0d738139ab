#pragma once
// The parts of a picture of the timeline; private to gui/timeline.
#include "gui/timeline/scene.hpp"

namespace lparsim::gui {

void paintLane(Canvas& canvas, const Scene& scene, const PlacedLane& placed, Columns& columns);
void paintHeader(Canvas& canvas, const Scene& scene, const PlacedLane& placed, double top);
void paintAxis(Canvas& canvas, const Scene& scene);
void paintGrid(Canvas& canvas, const Scene& scene);
void paintFlags(Canvas& canvas, const Scene& scene);
void paintMinimap(Canvas& canvas, const Scene& scene);
void paintLegend(Canvas& canvas, const Scene& scene);
void paintJourney(Canvas& canvas, const Scene& scene);

/// What a partition's lane shows: how many virtual processors its shares are of, its entitlement, and what all of its height stands for.
struct PartitionScale {
  double most = 1, entitlement = 0, top = 1;
};
PartitionScale scaleOf(const Scene& scene, const PlacedLane& placed, const Columns& columns);
/// The colour of a lane's partition; invalid: it is nobody's.
QColor colourOf(const Scene& scene, const LaneKey& lane);
inline QString toQString(std::string_view text) {
  return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

}  // namespace lparsim::gui
