#include "gui/timeline/scene.hpp"

#include <QCoreApplication>
#include <algorithm>
#include <array>
#include <cmath>

#include "gui/paint/time_text.hpp"
#include "gui/timeline/paint_parts.hpp"

namespace lparsim::gui {

namespace {

QString tr(const char* text) {
  return QCoreApplication::translate("lparsim::gui::Timeline", text);
}

/// A text on a ground of its own, about `x`, but inside of `room`.
QRectF paintBubble(Canvas& canvas, const QString& text, double x, const QRectF& room, const QColor& ground) {
  const double width = std::min(canvas.textWidth(text, TextStyle::small) + 12, room.width());
  const double left = std::clamp(x - width / 2, room.left(), room.right() - width);
  const QRectF bubble{left, room.top(), width, room.height()};
  canvas.roundedRectangle(bubble, 3, ground);
  canvas.text(bubble.adjusted(6, 0, -5, 0), Qt::AlignVCenter | Qt::AlignLeft, text, Theme::textOn(ground), TextStyle::small);
  return bubble;
}

void paintRange(Canvas& canvas, const Scene& scene) {
  if (!scene.range) return;
  const Theme& theme = *scene.theme;
  const QRectF& tracks = scene.areas.tracks;
  const double left = scene.scale.xOf(scene.range->begin), right = scene.scale.xOf(scene.range->end);
  if (right < tracks.left() || left > tracks.right()) return;
  const double from = std::max(left, tracks.left()), to = std::max(std::min(right, tracks.right()), from + 1);
  canvas.rectangle({from, tracks.top(), to - from, tracks.height()}, theme.range);
  for (const double x : {left, right})
    if (x >= tracks.left() && x <= tracks.right())
      canvas.line({std::floor(x) + 0.5, scene.areas.flags.top()}, {std::floor(x) + 0.5, tracks.bottom()}, QPen{theme.accent, 1});
  const QString text = tr("selected: %1").arg(durationText(scene.range->end - scene.range->begin));
  paintBubble(canvas, text, (from + to) / 2, scene.areas.flags.adjusted(2, 1, -2, -2), theme.accent);
}

void paintPlayhead(Canvas& canvas, const Scene& scene) {
  const double x = std::floor(scene.scale.xOf(scene.playhead)) + 0.5;
  const QRectF& tracks = scene.areas.tracks;
  if (x < tracks.left() || x > tracks.right()) return;
  canvas.line({x, scene.areas.axis.bottom() - 4}, {x, tracks.bottom()}, QPen{scene.theme->playhead, 1.5});
  const double top = scene.areas.axis.bottom();
  canvas.polygon(QPolygonF{{x - 5, top - 8}, {x + 5, top - 8}, {x + 5, top - 4}, {x, top + 2}, {x - 5, top - 4}}, scene.theme->playhead);
}

/// The moment under the pointer.
void paintPointer(Canvas& canvas, const Scene& scene) {
  if (!scene.pointedTime) return;
  const double x = std::floor(scene.scale.xOf(*scene.pointedTime)) + 0.5;
  const QRectF& tracks = scene.areas.tracks;
  if (x < tracks.left() || x > tracks.right()) return;
  QColor faint = scene.theme->text;
  faint.setAlphaF(0.35F);
  canvas.line({x, tracks.top()}, {x, tracks.bottom()}, QPen{faint, 1});
  const QString text = instantText(*scene.pointedTime, scene.scale.lengthOf(1));
  const QRectF& axis = scene.areas.axis;
  const double width = canvas.textWidth(text, TextStyle::small) + 12;
  paintBubble(canvas, text, x, {axis.left() + 1, axis.top() + 2, std::max(axis.width() - 2, width), axis.height() - 6}, scene.theme->text);
}

void paintCentred(Canvas& canvas, const Theme& theme, const QRectF& room, const QStringList& lines) {
  const double line = canvas.lineHeight(TextStyle::normal) + 4;
  double top = room.center().y() - line * static_cast<double>(lines.size()) / 2;
  for (const QString& text : lines) {
    const TextStyle style = &text == &lines.front() && lines.size() > 1 ? TextStyle::bold : TextStyle::normal;
    const double width = canvas.textWidth(text, style);
    const QRectF area{room.left() + 8, top, room.width() - 16, line};
    if (width <= area.width())
      canvas.text({std::round(area.center().x() - width / 2), top, width + 1, line}, Qt::AlignVCenter | Qt::AlignLeft, text,
                  theme.faintText, style);
    else
      canvas.text(area, Qt::AlignVCenter | Qt::AlignLeft, text, theme.faintText, style);
    top += line;
  }
}

void paintHint(Canvas& canvas, const Scene& scene) {
  if (scene.hint.text.isEmpty()) return;
  const Theme& theme = *scene.theme;
  QRectF room = scene.areas.tracks;
  const double height = 4 * canvas.lineHeight(TextStyle::normal);
  room = QRectF{room.left(), room.center().y() - height / 2, room.width(), height};
  QColor ground = theme.background;
  ground.setAlphaF(0.85F);
  canvas.rectangle(room, ground);
  paintCentred(canvas, theme, room, scene.hint.text.split('\n'));
  const double arrow = 8, y = room.center().y();
  if (scene.hint.earlier)
    canvas.polygon(QPolygonF{{room.left() + 10, y}, {room.left() + 10 + arrow, y - arrow}, {room.left() + 10 + arrow, y + arrow}},
                   theme.accent);
  if (scene.hint.later)
    canvas.polygon(QPolygonF{{room.right() - 10, y}, {room.right() - 10 - arrow, y - arrow}, {room.right() - 10 - arrow, y + arrow}},
                   theme.accent);
}

void paintLanes(Canvas& canvas, const Scene& scene, bool pinned, Columns& columns) {
  const Theme& theme = *scene.theme;
  for (const PlacedLane& placed : scene.lanes) {
    if (placed.pinned != pinned) continue;
    const QRectF area{scene.areas.headers.left(), scene.areas.tracks.top() + placed.top, scene.areas.tracks.right(), placed.height};
    const Clip clip{canvas, clipOf(scene, placed, area)};
    if (placed.pinned) canvas.rectangle(area, theme.raised);
    if (scene.pointed == placed.lane->key) {
      QColor ground = theme.text;
      ground.setAlphaF(0.04F);
      canvas.rectangle(area, ground);
    }
    if (placed.lane->depth == 0) canvas.line({area.left(), area.top() + 0.5}, {area.right(), area.top() + 0.5}, QPen{theme.grid, 1});
    double top = 1;
    {
      const Clip inside{canvas, clipOf(scene, placed, scene.areas.tracks)};
      paintLane(canvas, scene, placed, columns);
    }
    if (placed.lane->key.kind == LaneKey::Kind::partition) top = scaleOf(scene, placed, columns).top;
    paintHeader(canvas, scene, placed, top);
  }
}

}  // namespace

QRectF trackOf(const Scene& scene, const PlacedLane& placed) {
  const QRectF& tracks = scene.areas.tracks;
  return {tracks.left(), std::round(tracks.top() + placed.top) + 2, tracks.width(), std::max(placed.height - placed.extra - 4, 1.0)};
}

QRectF headerOf(const Scene& scene, const PlacedLane& placed) {
  const QRectF& headers = scene.areas.headers;
  return {headers.left(), std::round(headers.top() + placed.top), headers.width(), placed.height};
}

QRectF pinOf(const QRectF& header) {
  return {header.right() - 20, header.center().y() - 9, 18, 18};
}

QRectF clipOf(const Scene& scene, const PlacedLane& placed, const QRectF& area) {
  const QRectF& tracks = scene.areas.tracks;
  QRectF clip = area;
  clip.setTop(tracks.top() + (placed.pinned ? 0 : scene.pinnedHeight));
  clip.setBottom(tracks.bottom());
  return clip;
}

QRectF rowOf(const QRectF& track, int row, int rows) {
  if (rows <= 1) return track;
  const double height = track.height() / rows;
  const double top = std::round(track.top() + height * row);
  return {track.left(), top, track.width(), std::max(std::round(track.top() + height * (row + 1)) - top - (height >= 4 ? 1 : 0), 1.0)};
}

PartitionBands bandsOf(const QRectF& track) {
  const double high = std::round(track.height() * 0.26);
  return {.waiting = {track.left(), track.top(), track.width(), high}, .running = track.adjusted(0, high + 2, 0, 0)};
}

double topOf(double peak, double entitlement) {
  constexpr std::array kLadder{0.1,  0.2,  0.5,  1.0,  1.5,  2.0,  3.0,  4.0,   6.0,   8.0,
                               12.0, 16.0, 24.0, 32.0, 48.0, 64.0, 96.0, 128.0, 192.0, 256.0};
  const double needed = std::max(peak, entitlement * 1.1) - 1e-6;
  const auto found = std::ranges::lower_bound(kLadder, needed);
  return found == kLadder.end() ? needed : *found;
}

void paintScene(Canvas& canvas, const Scene& scene) {
  const Theme& theme = *scene.theme;
  const Areas& areas = scene.areas;
  canvas.rectangle(areas.corner.united(areas.minimap).united(areas.tracks).united(areas.legend), theme.background);
  if (scene.facts == nullptr) {
    paintCentred(canvas, theme, areas.corner.united(areas.legend), scene.hint.text.split('\n'));
    return;
  }
  canvas.rectangle(areas.headers.united(areas.corner), theme.raised);
  // Above the scroll bar.
  canvas.rectangle({areas.corner.left(), areas.corner.top(), areas.legend.width(), areas.minimap.height() + areas.axis.height()},
                   theme.raised);
  paintGrid(canvas, scene);
  Columns columns;
  paintLanes(canvas, scene, false, columns);
  paintLanes(canvas, scene, true, columns);
  if (scene.pinnedHeight > 0)
    canvas.line({areas.headers.left(), areas.tracks.top() + scene.pinnedHeight - 0.5},
                {areas.tracks.right(), areas.tracks.top() + scene.pinnedHeight - 0.5}, QPen{theme.border, 2});
  paintJourney(canvas, scene);
  paintAxis(canvas, scene);
  paintFlags(canvas, scene);
  paintRange(canvas, scene);
  paintHint(canvas, scene);
  paintPointer(canvas, scene);
  paintPlayhead(canvas, scene);
  paintMinimap(canvas, scene);
  canvas.line({areas.headers.right() - 0.5, areas.corner.top()}, {areas.headers.right() - 0.5, areas.headers.bottom()},
              QPen{theme.border, 1});
  canvas.line({areas.corner.left(), areas.corner.bottom() - 0.5}, {areas.corner.right(), areas.corner.bottom() - 0.5},
              QPen{theme.border, 1});
  canvas.text(areas.corner.adjusted(12, areas.corner.height() - canvas.lineHeight(TextStyle::small) - 5, -8, -4),
              Qt::AlignVCenter | Qt::AlignLeft, tr("%1 shown").arg(durationText(scene.scale.window().end - scene.scale.window().begin)),
              theme.faintText, TextStyle::small);
  paintLegend(canvas, scene);
  if (!scene.remark.isEmpty()) {
    const double width = canvas.textWidth(scene.remark, TextStyle::small) + 12;
    paintBubble(canvas, scene.remark, areas.tracks.center().x(),
                {areas.tracks.left() + 4, areas.tracks.bottom() - canvas.lineHeight(TextStyle::small) - 10,
                 std::max(areas.tracks.width() - 8, std::min(width, 1.0)), canvas.lineHeight(TextStyle::small) + 6},
                theme.warning);
  }
}

}  // namespace lparsim::gui
