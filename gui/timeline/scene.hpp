#pragma once
#include <QSizeF>
#include <memory>
#include <optional>
#include <vector>

#include "gui/paint/canvas.hpp"
#include "gui/paint/theme.hpp"
#include "gui/timeline/answers.hpp"
#include "gui/timeline/columns.hpp"
#include "gui/timeline/geometry.hpp"
#include "gui/timeline/journey.hpp"
#include "gui/timeline/lane_layout.hpp"

namespace lparsim::gui {

/// The run's load for the strip on top: 0 to 1 for equal parts of the limits.
struct LoadCurve {
  TimeRange range;
  std::vector<float> load;
  std::vector<Mark> marks;
};

/// A place where a click leads somewhere, painted as a text.
struct Hint {
  QString text;
  std::optional<TimeRange> earlier, later;  ///< the nearest things outside of the window
};

/// Everything that a picture of the timeline is made from.
struct Scene {
  const Theme* theme = nullptr;
  std::shared_ptr<const RunFacts> facts;  ///< null: no file
  Areas areas;
  TimeScale scale;
  TimeRange limits;
  const Answers* answers = nullptr;
  std::vector<PlacedLane> lanes;  ///< tops from that of the tracks
  double pinnedHeight = 0;
  const LoadCurve* curve = nullptr;
  const Journey* journey = nullptr;  ///< of the selected request
  SimTime playhead;
  std::optional<TimeRange> range;
  Selection selection;
  std::optional<LaneKey> current;      ///< the lane that keys are about
  std::optional<LaneKey> pointed;      ///< the lane under the pointer
  std::optional<Slice> pointedSlice;   ///< on it
  std::optional<SimTime> pointedTime;  ///< a faint line through all lanes
  Hint hint;
  QString remark;  ///< a line above the legend
};

void paintScene(Canvas& canvas, const Scene& scene);

/// Where the lane is drawn, within the tracks.
QRectF trackOf(const Scene& scene, const PlacedLane& placed);
QRectF headerOf(const Scene& scene, const PlacedLane& placed);
/// The pin at the right of a header.
QRectF pinOf(const QRectF& header);
/// What part of the tracks a lane may be seen in: pinned ones at the top, the others beneath.
QRectF clipOf(const Scene& scene, const PlacedLane& placed, const QRectF& area);
/// Height of a row of a lane with so many, and its top within the track.
QRectF rowOf(const QRectF& track, int row, int rows);
/// A partition's lane: above the part of its virtual processors that wait, beneath what runs against the entitlement.
struct PartitionBands {
  QRectF waiting, running;
};
PartitionBands bandsOf(const QRectF& track);
/// What all of the height of what runs stands for, in processing units.
double topOf(double peak, double entitlement);

/// States of which the legend tells, where they are drawn.
struct LegendEntry {
  State state{};
  QRectF area;
};
std::vector<LegendEntry> legendOf(const Canvas& canvas, const QRectF& area);

}  // namespace lparsim::gui
