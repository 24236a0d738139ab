#include <algorithm>
#include <cmath>

#include "gui/topology/paint_machine.hpp"

namespace lparsim::gui {

namespace {

/// More lines than this at once say nothing: then only those are drawn over which much goes, and those of what is pointed at.
constexpr std::size_t kMostResting = 500;
constexpr std::size_t kMostMoving = 120;
/// Dashes are what takes time to paint: of many lines the widest have them.
constexpr std::size_t kMostDashed = 40;

const Part& partOf(const MachinePicture& p, int place) {
  return p.layout.parts[static_cast<std::size_t>(place)];
}

bool isAt(const Strand& strand, int place) {
  return place >= 0 && (strand.from == place || strand.to == place);
}

bool isSeen(const MachinePicture& p, const QPainterPath& path) {
  return QRectF{QPointF{}, p.size}.intersects(path.controlPointRect().adjusted(-5, -5, 5, 5));
}

/// Of a client's adapter: as high as its card, so that lines begin at the card's edge.
QRectF endOf(const MachinePicture& p, int place) {
  QRectF area = partOf(p, place).area;
  const int parent = partOf(p, place).parent;
  if (parent >= 0 && partOf(p, parent).id.kind == PartKind::partition && !partOf(p, parent).holds) {
    area.setTop(partOf(p, parent).area.top());
    area.setBottom(partOf(p, parent).area.bottom());
  }
  return p.camera.toScreen(area);
}

constexpr double kBeyond = 60;  ///< pixels around the view

struct Piece {
  QPolygonF points;
  double before = 0;  ///< length of the line up to it
};

std::vector<Piece> piecesIn(const QPainterPath& path, const QRectF& room) {
  const double length = path.controlPointRect().width() + path.controlPointRect().height();
  const int steps = std::clamp(static_cast<int>(length / 12), 16, 400);
  std::vector<Piece> pieces;
  QPointF last;
  double along = 0;
  bool inside = false;
  for (int i = 0; i <= steps; ++i) {
    // Of one cubic curve: cheaper than asking the path by percent.
    const double t = static_cast<double>(i) / steps;
    const double u = 1 - t;
    const QPointF at = QPointF{path.elementAt(0)} * (u * u * u) + QPointF{path.elementAt(1)} * (3 * u * u * t) +
                       QPointF{path.elementAt(2)} * (3 * u * t * t) + QPointF{path.elementAt(3)} * (t * t * t);
    const double before = along;
    if (i > 0) along += std::hypot(at.x() - last.x(), at.y() - last.y());
    const bool seen = i > 0 && QRectF{last, at}.normalized().adjusted(-1, -1, 1, 1).intersects(room);
    if (seen && !inside) pieces.push_back({{last}, before});
    if (seen) pieces.back().points << at;
    inside = seen;
    last = at;
  }
  return pieces;
}

}  // namespace

QColor colourOf(const Theme& theme, WireKind kind) {
  switch (kind) {
    case WireKind::network:
      return theme.of(State::entitled);
    case WireKind::storage:
      return theme.of(State::request);
    case WireKind::hook:
      return theme.of(State::call);
    case WireKind::hypervisorCalls:
      return theme.faintText;
  }
  return theme.text;
}

QList<qreal> dashesOf(WireKind kind, double width) {
  const double unit = std::max(width, 0.5);
  switch (kind) {
    case WireKind::network:
      return {8 / unit, 8 / unit};
    case WireKind::storage:
      return {16 / unit, 8 / unit};
    case WireKind::hook:
      return {12 / unit, 4 / unit, 4 / unit, 4 / unit};
    case WireKind::hypervisorCalls:
      return {3 / unit, 5 / unit};
  }
  return {};
}

QPainterPath pathOf(const MachinePicture& p, const Strand& strand) {
  const QRectF from = endOf(p, strand.from);
  const QRectF to = endOf(p, strand.to);
  QPainterPath path;
  if (from.bottom() <= to.top() || to.bottom() <= from.top()) {
    const bool down = from.bottom() <= to.top();
    // A wide box is met above or beneath the other one.
    const auto meet = [](const QRectF& box, double wish) {
      const double inset = std::min(box.width() / 2, 12.0);
      return box.width() > 300 ? std::clamp(wish, box.left() + inset, box.right() - inset) : box.center().x();
    };
    const QPointF begin{meet(from, to.center().x()), down ? from.bottom() : from.top()};
    const QPointF end{meet(to, begin.x()), down ? to.top() : to.bottom()};
    const double bend = (end.y() - begin.y()) * 0.5;
    path.moveTo(begin);
    path.cubicTo(begin + QPointF{0, bend}, end - QPointF{0, bend}, end);
    return path;
  }
  const bool right = from.center().x() <= to.center().x();
  const QPointF begin{right ? from.right() : from.left(), from.center().y()};
  const QPointF end{right ? to.left() : to.right(), to.center().y()};
  const double bend = (end.x() - begin.x()) * 0.5;
  path.moveTo(begin);
  path.cubicTo(begin + QPointF{bend, 0}, end - QPointF{bend, 0}, end);
  return path;
}

void WirePainter::resting(const Strand& strand, const QPainterPath& path) {
  const bool marked = isAt(strand, p_.hovered) || isAt(strand, p_.selected) || isAt(strand, p_.current);
  QPen pen{marked ? p_.theme.faintText : p_.theme.border, marked ? 1.8 : 1.2};
  if (strand.kind == WireKind::hook) {
    pen = QPen{colourOf(p_.theme, strand.kind), marked ? 1.8 : 1.2};
    pen.setDashPattern(dashesOf(strand.kind, pen.widthF()));
  }
  pen.setCapStyle(Qt::FlatCap);
  canvas_.curve(path, pen);
}

void WirePainter::moving(const Strand& strand, const QPainterPath& path, bool dashed) {
  // Thinner where everything is small.
  const double width = std::max(1.0, widthOf(strand.sum, strand.kind) * std::clamp(p_.camera.scale, 0.4, 1.0));
  QColor colour = strand.sum.failedPerSecond > 0 ? p_.theme.error : colourOf(p_.theme, strand.kind);
  QPen dashes{colour, width};
  dashes.setCapStyle(Qt::FlatCap);
  dashes.setDashPattern(dashesOf(strand.kind, width));
  // Towards the far end: a greater offset moves them back to the beginning.
  dashes.setDashOffset((strand.sum.backwards ? p_.phase : -p_.phase) / width);
  colour.setAlpha(dashed ? 70 : 150);
  QPen bed{colour, width};
  bed.setCapStyle(Qt::FlatCap);
  const QRectF room = QRectF{QPointF{}, p_.size}.adjusted(-kBeyond, -kBeyond, kBeyond, kBeyond);
  if (room.contains(path.controlPointRect())) {
    canvas_.curve(path, bed);
    if (dashed) canvas_.curve(path, dashes);
    return;
  }
  // Most of a long line may be out of sight: what is seen is painted alone, its dashes where they would be.
  for (const auto& [points, before] : piecesIn(path, room)) {
    canvas_.polyline(points, bed);
    QPen moved = dashes;
    moved.setDashOffset(dashes.dashOffset() + before / width);
    if (dashed) canvas_.polyline(points, moved);
  }
}

void WirePainter::paint() {
  const std::vector<Strand> strands = strandsOf(p_.layout, p_.lines, p_.camera.scale);
  const auto resting = static_cast<std::size_t>(std::ranges::count(strands, false, &Strand::flows));
  std::size_t shown = 0;
  for (const Strand& strand : strands) {
    const bool marked = isAt(strand, p_.hovered) || isAt(strand, p_.selected) || isAt(strand, p_.current);
    if (!strand.flows && resting > kMostResting && !marked) continue;
    if (strand.flows && shown >= kMostMoving) break;
    const QPainterPath path = pathOf(p_, strand);
    if (!isSeen(p_, path)) continue;
    if (strand.flows)
      moving(strand, path, shown++ < kMostDashed);
    else
      this->resting(strand, path);
  }
}

std::optional<Strand> strandAt(const MachinePicture& p, const QPointF& point) {
  constexpr double kNear = 5;
  std::optional<Strand> nearest;
  double best = kNear;
  const std::vector<Strand> strands = strandsOf(p.layout, p.lines, p.camera.scale);
  for (const Strand& strand : strands) {
    const QPainterPath path = pathOf(p, strand);
    if (!path.controlPointRect().adjusted(-kNear, -kNear, kNear, kNear).contains(point)) continue;
    for (int i = 0; i <= 40; ++i) {
      const QPointF away = path.pointAtPercent(i / 40.0) - point;
      const double distance = std::hypot(away.x(), away.y());
      // Those that flow come last, and before others.
      if (distance > best) continue;
      nearest = strand;
      best = distance;
    }
  }
  return nearest;
}

}  // namespace lparsim::gui
