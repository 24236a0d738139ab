#include "gui/paint/painter_canvas.hpp"

#include <QPaintEngine>
#include <QPainterPathStroker>

namespace lparsim::gui {

namespace {

/// Lines of a hatch are what is read on the colour, but faint enough to leave it its lightness.
QColor patternOn(const QColor& colour, Fill fill) {
  QColor pattern = colour.lightnessF() > 0.5 ? QColor{Qt::black} : QColor{Qt::white};
  pattern.setAlphaF(fill == Fill::hatched ? 0.45F : 0.3F);
  return pattern;
}

/// QRectF's own is fuzzy and slow, and this is asked for every piece of every lane.
bool contains(const QRectF& outer, const QRectF& inner) {
  return inner.left() >= outer.left() && inner.right() <= outer.right() && inner.top() >= outer.top() && inner.bottom() <= outer.bottom();
}

Qt::BrushStyle styleOf(Fill fill) {
  return fill == Fill::hatched ? Qt::BDiagPattern : Qt::Dense6Pattern;
}

QPainterPath stroked(const QPainterPath& path, const QPen& pen) {
  QPainterPathStroker stroker{pen};
  return stroker.createStroke(path);
}

}  // namespace

PainterCanvas::PainterCanvas(QPainter& painter)
    : painter_{painter}, fonts_{painter.font()}, vector_{painter.paintEngine()->type() == QPaintEngine::SVG} {
  painter_.setRenderHint(QPainter::Antialiasing, false);
  painter_.setRenderHint(QPainter::TextAntialiasing, true);
}

QPainterPath PainterCanvas::clipPath() const {
  QPainterPath path;
  path.addRect(clips_.back());
  return path;
}

void PainterCanvas::rectangle(const QRectF& area, const QColor& colour, Fill fill) {
  const bool cut = isClipped() && !contains(clips_.back(), area);
  const QRectF shown = cut ? area.intersected(clips_.back()) : area;
  if (shown.isEmpty()) return;
  if (fill == Fill::solid || shown.width() < kLeastPattern) {
    // Whole pixels take Qt's short way.
    const QRect whole = shown.toRect();
    if (whole.left() == shown.left() && whole.top() == shown.top() && whole.width() == shown.width() && whole.height() == shown.height())
      painter_.fillRect(whole, colour);
    else
      painter_.fillRect(shown, colour);
  } else if (vector_) {
    painter_.fillRect(shown, colour);
    painter_.fillRect(shown, QBrush{patternOn(colour, fill), styleOf(fill)});
  } else {
    painter_.fillRect(shown, textureOf(colour, fill));
  }
}

/// Colour and pattern in one tile: copied, it is much faster than a pattern blended over a colour.
const QBrush& PainterCanvas::textureOf(const QColor& colour, Fill fill) {
  constexpr int kTile = 8;
  const auto [place, fresh] = textures_.try_emplace({colour.rgba(), fill});
  if (fresh) {
    QImage tile{kTile, kTile, QImage::Format_ARGB32_Premultiplied};
    tile.fill(colour);
    QPainter painter{&tile};
    painter.fillRect(tile.rect(), QBrush{patternOn(colour, fill), styleOf(fill)});
    painter.end();
    place->second = QBrush{tile};
  }
  return place->second;
}

void PainterCanvas::frame(const QRectF& area, const QPen& pen, double radius) {
  QPainterPath path;
  path.addRoundedRect(area, radius, radius);
  curve(path, pen);
}

void PainterCanvas::roundedRectangle(const QRectF& area, double radius, const QColor& colour) {
  QPainterPath path;
  path.addRoundedRect(area, radius, radius);
  if (cutsItself()) path = path.intersected(clipPath());
  painter_.setRenderHint(QPainter::Antialiasing, true);
  painter_.fillPath(path, colour);
  painter_.setRenderHint(QPainter::Antialiasing, false);
}

void PainterCanvas::line(const QPointF& from, const QPointF& to, const QPen& pen) {
  const bool straight = from.x() == to.x() || from.y() == to.y();
  if (!straight || cutsItself()) {
    polyline(QPolygonF{from, to}, pen);
    return;
  }
  painter_.setPen(pen);
  painter_.drawLine(from, to);
}

void PainterCanvas::polyline(const QPolygonF& points, const QPen& pen) {
  if (cutsItself()) {
    QPainterPath path;
    path.addPolygon(points);
    curve(path, pen);
    return;
  }
  painter_.setRenderHint(QPainter::Antialiasing, true);
  painter_.setPen(pen);
  painter_.drawPolyline(points);
  painter_.setRenderHint(QPainter::Antialiasing, false);
}

void PainterCanvas::polygon(const QPolygonF& points, const QColor& colour) {
  painter_.setRenderHint(QPainter::Antialiasing, true);
  painter_.setPen(Qt::NoPen);
  painter_.setBrush(colour);
  painter_.drawPolygon(cutsItself() ? points.intersected(QPolygonF{clips_.back()}) : points);
  painter_.setBrush(Qt::NoBrush);
  painter_.setRenderHint(QPainter::Antialiasing, false);
}

void PainterCanvas::curve(const QPainterPath& path, const QPen& pen) {
  painter_.setRenderHint(QPainter::Antialiasing, true);
  if (cutsItself() && !clips_.back().contains(path.controlPointRect()))
    painter_.fillPath(stroked(path, pen).intersected(clipPath()), pen.color());
  else
    painter_.strokePath(path, pen);
  painter_.setRenderHint(QPainter::Antialiasing, false);
}

void PainterCanvas::text(const QRectF& area, Qt::Alignment alignment, const QString& text, const QColor& colour, TextStyle style) {
  // Where the writer cannot clip, a text is shown if its middle line is inside.
  if (cutsItself() && !clips_.back().contains(QPointF{clips_.back().center().x(), area.center().y()})) return;
  const QString shown = fonts_.cut(text, cutsItself() ? area.intersected(clips_.back()).width() : area.width(), style);
  if (shown.isEmpty()) return;
  painter_.setPen(colour);
  painter_.setFont(fonts_.of(style));
  painter_.drawText(area, static_cast<int>(alignment) | Qt::TextSingleLine | Qt::TextDontClip, shown);
}

void PainterCanvas::pushClip(const QRectF& area) {
  clips_.push_back(isClipped() ? area.intersected(clips_.back()) : area);
  if (vector_) return;
  painter_.save();
  painter_.setClipRect(area, Qt::IntersectClip);
}

void PainterCanvas::popClip() {
  clips_.pop_back();
  if (!vector_) painter_.restore();
}

}  // namespace lparsim::gui
