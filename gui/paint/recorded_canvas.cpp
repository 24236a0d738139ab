#include "gui/paint/recorded_canvas.hpp"

#include <algorithm>
#include <iterator>

namespace lparsim::gui {

namespace {

/// Lines have no area, which Qt takes for empty.
bool meet(const QRectF& a, const QRectF& b) {
  return a.left() <= b.right() && b.left() <= a.right() && a.top() <= b.bottom() && b.top() <= a.bottom();
}

}  // namespace

RecordedCanvas::RecordedCanvas(const QFont& font) : fonts_{font} {}

void RecordedCanvas::add(Item item) {
  item.seen = item.area;
  if (!clips_.empty()) {
    const QRectF& clip = clips_.back();
    if (!meet(item.area, clip)) return;
    item.seen.setCoords(std::max(item.area.left(), clip.left()), std::max(item.area.top(), clip.top()),
                        std::min(item.area.right(), clip.right()), std::min(item.area.bottom(), clip.bottom()));
  }
  items_.push_back(std::move(item));
}

std::vector<RecordedCanvas::Item> RecordedCanvas::all(Kind kind) const {
  std::vector<Item> found;
  std::copy_if(items_.begin(), items_.end(), std::back_inserter(found), [&](const Item& item) { return item.kind == kind; });
  return found;
}

std::vector<RecordedCanvas::Item> RecordedCanvas::rectangles(const QColor& colour) const {
  std::vector<Item> found = all(Kind::rectangle);
  std::erase_if(found, [&](const Item& item) { return item.colour != colour; });
  return found;
}

QStringList RecordedCanvas::texts() const {
  QStringList texts;
  for (const Item& item : items_)
    if (item.kind == Kind::text && !item.shown.isEmpty()) texts << item.shown;
  return texts;
}

const RecordedCanvas::Item* RecordedCanvas::text(const QString& part) const {
  const auto found = std::find_if(items_.begin(), items_.end(), [&](const Item& item) {
    return item.kind == Kind::text && !item.shown.isEmpty() && item.text.contains(part);
  });
  return found == items_.end() ? nullptr : &*found;
}

const RecordedCanvas::Item* RecordedCanvas::rectangleAt(const QPointF& point) const {
  const auto found = std::find_if(items_.rbegin(), items_.rend(), [&](const Item& item) {
    return (item.kind == Kind::rectangle || item.kind == Kind::roundedRectangle) && item.seen.contains(point);
  });
  return found == items_.rend() ? nullptr : &*found;
}

void RecordedCanvas::addStroke(Kind kind, const QRectF& area, const QPen& pen, const QPolygonF& points) {
  add({.kind = kind, .area = area, .colour = pen.color(), .points = points, .penWidth = pen.widthF()});
}

void RecordedCanvas::rectangle(const QRectF& area, const QColor& colour, Fill fill) {
  if (!area.isEmpty()) add({.kind = Kind::rectangle, .area = area, .colour = colour, .fill = fill});
}

void RecordedCanvas::frame(const QRectF& area, const QPen& pen, double /*radius*/) {
  addStroke(Kind::frame, area, pen);
}

void RecordedCanvas::roundedRectangle(const QRectF& area, double /*radius*/, const QColor& colour) {
  add({.kind = Kind::roundedRectangle, .area = area, .colour = colour});
}

void RecordedCanvas::line(const QPointF& from, const QPointF& to, const QPen& pen) {
  const QPolygonF points{from, to};
  addStroke(Kind::line, points.boundingRect(), pen, points);
}

void RecordedCanvas::polyline(const QPolygonF& points, const QPen& pen) {
  addStroke(Kind::polyline, points.boundingRect(), pen, points);
}

void RecordedCanvas::polygon(const QPolygonF& points, const QColor& colour) {
  add({.kind = Kind::polygon, .area = points.boundingRect(), .colour = colour, .points = points});
}

void RecordedCanvas::curve(const QPainterPath& path, const QPen& pen) {
  addStroke(Kind::curve, path.boundingRect(), pen);
}

void RecordedCanvas::text(const QRectF& area, Qt::Alignment alignment, const QString& text, const QColor& colour, TextStyle style) {
  add({.kind = Kind::text,
       .area = area,
       .colour = colour,
       .text = text,
       .shown = fonts_.cut(text, area.width(), style),
       .style = style,
       .alignment = alignment});
}

void RecordedCanvas::pushClip(const QRectF& area) {
  clips_.push_back(clips_.empty() ? area : area.intersected(clips_.back()));
}

void RecordedCanvas::popClip() {
  clips_.pop_back();
}

}  // namespace lparsim::gui
