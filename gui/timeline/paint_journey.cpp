// A selected request: its stages on its own lane, and where the partitions had it.
#include <QPainterPath>
#include <algorithm>
#include <cmath>

#include "gui/timeline/paint_parts.hpp"

namespace lparsim::gui {

namespace {

constexpr double kBar = 5;

QColor colourOfStage(const Theme& theme, const Scene& scene, const JourneyStep& step) {
  if (step.stage == trace::kClientDispatchStage || step.stage == trace::kViosDispatchStage) return theme.of(State::waitingProcessor);
  if (step.lane) return colourOf(scene, *step.lane);
  return step.stage == trace::kRecoveryStage ? theme.of(State::failedRequest) : theme.of(State::request);
}

Fill fillOfStage(const JourneyStep& step) {
  const QString name = stageText(step.stage);
  return name.contains("queue") || name.contains("dispatch") || name == "transport" || name == "recovery" ? Fill::hatched : Fill::solid;
}

void paintArrow(Canvas& canvas, const QPointF& from, const QPointF& to, const QColor& colour) {
  QPainterPath path{from};
  // Leaves and arrives upright; the more room, the rounder.
  const double bend = std::clamp((to.y() - from.y()) / 2, -60.0, 60.0);
  path.cubicTo(from + QPointF{0, bend}, to - QPointF{0, bend}, to);
  canvas.curve(path, QPen{colour, 1.6});
  const double up = to.y() > from.y() ? -6 : 6;
  canvas.polygon(QPolygonF{to, to + QPointF{-3.5, up}, to + QPointF{3.5, up}}, colour);
}

}  // namespace

void paintJourney(Canvas& canvas, const Scene& scene) {
  if (scene.journey == nullptr) return;
  const Theme& theme = *scene.theme;
  const auto placedOf = [&](const LaneKey& key) {
    const auto found = std::ranges::find_if(scene.lanes, [&](const PlacedLane& placed) { return placed.lane->key == key; });
    return found == scene.lanes.end() ? nullptr : &*found;
  };
  const PlacedLane* own = placedOf(scene.journey->target);
  const QRectF& tracks = scene.areas.tracks;
  const auto cut = [&](SimTime at) {
    return std::clamp(scene.scale.xOf(at), tracks.left(), tracks.right());
  };
  for (const JourneyStep& step : scene.journey->steps) {
    const double left = cut(step.begin), right = cut(step.end);
    if (right - left <= 0 && (scene.scale.xOf(step.end) < tracks.left() || scene.scale.xOf(step.begin) > tracks.right())) continue;
    const QColor colour = colourOfStage(theme, scene, step);
    const double width = std::max(right - left, 1.0);
    double from = tracks.top();
    if (own != nullptr) {
      const QRectF track = trackOf(scene, *own);
      // In the room beneath its lane; without that over the lower half of it.
      const QRectF segment = own->extra > 0 ? QRectF{left, track.bottom() + 2, width, own->extra}
                                            : QRectF{left, std::round(track.center().y()), width, std::round(track.height() / 2)};
      const Clip clip{canvas, clipOf(scene, *own, tracks)};
      canvas.rectangle(segment, theme.background);
      canvas.rectangle(segment, colour, fillOfStage(step));
      canvas.rectangle({left, segment.top(), 1, segment.height()}, theme.background);
      if (width > 24 && fillOfStage(step) == Fill::solid)
        canvas.text(segment.adjusted(4, 0, -2, 0), Qt::AlignVCenter | Qt::AlignLeft, stageText(step.stage), Theme::textOn(colour),
                    TextStyle::small);
      else if (width > 24) {
        // A hatch is no ground to read on.
        const double room = std::min(canvas.textWidth(stageText(step.stage), TextStyle::small) + 6, width - 4);
        canvas.roundedRectangle({left + 2, segment.top() + 1, room, segment.height() - 2}, 2, theme.background);
        canvas.text({left + 5, segment.top(), room - 3, segment.height()}, Qt::AlignVCenter | Qt::AlignLeft, stageText(step.stage),
                    theme.text, TextStyle::small);
      }
      from = segment.center().y();
    }
    if (!step.lane) continue;
    const PlacedLane* there = placedOf(*step.lane);
    if (there == nullptr) continue;
    const QRectF track = trackOf(scene, *there);
    const bool below = own == nullptr || there->top > own->top;
    const double edge = below ? track.top() : track.bottom() - kBar;
    const Clip clip{canvas, tracks};
    canvas.rectangle({left, edge, width, kBar}, theme.text);
    canvas.rectangle({left, edge + 1, width, kBar - 2}, colour, Fill::solid);
    if (own != nullptr && there != own) {
      const double middle = (left + right) / 2;
      paintArrow(canvas, {middle, from}, {middle, below ? edge : edge + kBar}, theme.text);
    }
  }
}

}  // namespace lparsim::gui
