#include <QCoreApplication>
#include <cmath>

#include "gui/paint/time_text.hpp"
#include "gui/timeline/paint_parts.hpp"
#include "gui/timeline/words.hpp"

namespace lparsim::gui {

namespace {

/// A drawing pin: a head, a needle; filled where the lane is pinned.
void paintPin(Canvas& canvas, const Theme& theme, const QRectF& area, bool pinned) {
  const QPointF middle = area.center();
  const QColor colour = pinned ? theme.accent : theme.faintText;
  const QRectF head{middle.x() - 3.5, middle.y() - 5.5, 7, 6};
  if (pinned) canvas.roundedRectangle(head, 2, colour);
  canvas.frame(head, QPen{colour, 1.2}, 2);
  canvas.line({middle.x() - 5, middle.y() + 1}, {middle.x() + 5, middle.y() + 1}, QPen{colour, 1.4});
  canvas.line({middle.x(), middle.y() + 1}, {middle.x(), middle.y() + 6}, QPen{colour, 1.2});
}

}  // namespace

void paintHeader(Canvas& canvas, const Scene& scene, const PlacedLane& placed, double top) {
  const Theme& theme = *scene.theme;
  const Lane& lane = *placed.lane;
  const QRectF area = headerOf(scene, placed);
  const bool current = scene.current == lane.key, pointed = scene.pointed == lane.key;
  if (current) {
    QColor ground = theme.accent;
    ground.setAlphaF(0.16F);
    canvas.rectangle(area, ground);
  }
  if (const QColor colour = colourOf(scene, lane.key); colour.isValid())
    canvas.rectangle({area.left(), area.top() + 1, 4, area.height() - 2}, colour);
  const double indent = 12 + 14.0 * lane.depth;
  double right = area.right() - 8;
  if (pointed || placed.pinned || current) {
    const QRectF pin = pinOf(area);
    paintPin(canvas, theme, pin, placed.pinned);
    right = pin.left() - 2;
  }
  const bool partition = lane.key.kind == LaneKey::Kind::partition;
  const QRectF room{area.left() + indent, area.top(), std::max(right - area.left() - indent, 0.0), area.height()};
  const TextStyle style = lane.depth == 0 && partition ? TextStyle::bold : TextStyle::normal;
  const trace::PartitionFacts* facts = partition ? scene.facts->partition(lane.key.server, PartitionId{lane.key.first}) : nullptr;
  if (facts == nullptr) {
    canvas.text(room, Qt::AlignVCenter | Qt::AlignLeft, toQString(lane.name), theme.text, style);
    if (lane.dedicated && lane.key.kind == LaneKey::Kind::core)
      canvas.text(room.adjusted(canvas.textWidth(toQString(lane.name), style) + 8, 0, 0, 0), Qt::AlignVCenter | Qt::AlignLeft,
                  QCoreApplication::translate("lparsim::gui::Timeline", "dedicated"), theme.faintText, TextStyle::small);
    return;
  }
  const double line = canvas.lineHeight(TextStyle::normal), small = canvas.lineHeight(TextStyle::small);
  const double above = (area.height() - line - small) / 2;
  canvas.text({room.left(), room.top() + above, room.width(), line}, Qt::AlignVCenter | Qt::AlignLeft, toQString(lane.name), theme.text,
              style);
  canvas.text({room.left(), room.top() + above + line, room.width(), small}, Qt::AlignVCenter | Qt::AlignLeft, sharesText(*facts),
              theme.faintText, TextStyle::small);
  // What the top of the area stands for.
  const QString scale = QCoreApplication::translate("lparsim::gui::Timeline", "%1 PU").arg(figureText(top, {}));
  const double width = canvas.textWidth(scale, TextStyle::small);
  if (!pointed && !placed.pinned && !current && room.width() > width + 40)
    canvas.text({area.right() - width - 5, bandsOf(trackOf(scene, placed)).running.top() - 2, width + 1, small},
                Qt::AlignLeft | Qt::AlignVCenter, scale, theme.faintText, TextStyle::small);
}

}  // namespace lparsim::gui
