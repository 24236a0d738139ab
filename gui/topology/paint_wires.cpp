#include <QPainterPathStroker>
#include <algorithm>
#include <cmath>

#include "gui/topology/paint_machine.hpp"

namespace lparsim::gui {

namespace {

/// More lines than this at once say nothing: then only those are drawn over which much goes, and those of what is pointed at.
constexpr std::size_t kMostResting = 500;
constexpr std::size_t kMostMoving = 300;

const Part& partOf(const MachinePicture& p, int place) {
  return p.layout.parts[static_cast<std::size_t>(place)];
}

bool isAt(const Wire& wire, int place) {
  return place >= 0 && (wire.from == place || wire.to == place);
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

QPainterPath pathOf(const MachinePicture& p, const Wire& wire) {
  const QRectF from = endOf(p, wire.from);
  const QRectF to = endOf(p, wire.to);
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

void WirePainter::resting(const Wire& wire, const QPainterPath& path) {
  const bool marked = isAt(wire, p_.hovered) || isAt(wire, p_.selected) || isAt(wire, p_.current);
  QPen pen{marked ? p_.theme.faintText : p_.theme.border, marked ? 1.8 : 1.2};
  if (wire.kind == WireKind::hook) {
    pen = QPen{colourOf(p_.theme, wire.kind), marked ? 1.8 : 1.2};
    pen.setDashPattern(dashesOf(wire.kind, pen.widthF()));
  }
  pen.setCapStyle(Qt::FlatCap);
  canvas_.curve(path, pen);
}

void WirePainter::moving(const FlowLine& line, const QPainterPath& path) {
  const Wire& wire = p_.layout.wires[static_cast<std::size_t>(line.wire)];
  const double width = widthOf(line, wire.kind);
  QColor colour = line.failedPerSecond > 0 ? p_.theme.error : colourOf(p_.theme, wire.kind);
  QPen dashes{colour, width};
  dashes.setCapStyle(Qt::FlatCap);
  dashes.setDashPattern(dashesOf(wire.kind, width));
  // Towards the far end: a greater offset moves them back to the beginning.
  dashes.setDashOffset((line.backwards ? p_.phase : -p_.phase) / std::max(width, 0.5));
  colour.setAlpha(70);
  QPen bed{colour, width};
  bed.setCapStyle(Qt::FlatCap);
  canvas_.curve(path, bed);
  canvas_.curve(path, dashes);
}

void WirePainter::paint() {
  const bool few = p_.layout.wires.size() <= kMostResting;
  for (const Wire& wire : p_.layout.wires) {
    const bool marked = isAt(wire, p_.hovered) || isAt(wire, p_.selected) || isAt(wire, p_.current);
    // How often somebody calls is seen while he does; where he would is no news.
    if (wire.kind == WireKind::hypervisorCalls || (!few && !marked)) continue;
    const QPainterPath path = pathOf(p_, wire);
    if (isSeen(p_, path)) resting(wire, path);
  }
  std::vector<const FlowLine*> lines;
  for (const FlowLine& line : p_.lines) lines.push_back(&line);
  // Thin ones on top of wide ones; of too many the widest.
  std::ranges::stable_sort(lines, std::greater{}, [&](const FlowLine* line) {
    return widthOf(*line, p_.layout.wires[static_cast<std::size_t>(line->wire)].kind);
  });
  if (lines.size() > kMostMoving) lines.resize(kMostMoving);
  for (const FlowLine* line : lines) {
    const QPainterPath path = pathOf(p_, p_.layout.wires[static_cast<std::size_t>(line->wire)]);
    if (isSeen(p_, path)) moving(*line, path);
  }
}

int wireAt(const MachinePicture& p, const QPointF& point) {
  constexpr double kNear = 5;
  int nearest = -1;
  double best = kNear;
  const auto look = [&](int place) {
    const QPainterPath path = pathOf(p, p.layout.wires[static_cast<std::size_t>(place)]);
    if (!path.controlPointRect().adjusted(-kNear, -kNear, kNear, kNear).contains(point)) return;
    for (int i = 0; i <= 40; ++i) {
      const QPointF away = path.pointAtPercent(i / 40.0) - point;
      const double distance = std::hypot(away.x(), away.y());
      if (distance < best) {
        best = distance;
        nearest = place;
      }
    }
  };
  for (const FlowLine& line : p.lines) look(line.wire);
  if (nearest >= 0 || p.layout.wires.size() > kMostResting) return nearest;
  for (std::size_t i = 0; i < p.layout.wires.size(); ++i)
    if (p.layout.wires[i].kind != WireKind::hypervisorCalls) look(static_cast<int>(i));
  return nearest;
}

}  // namespace lparsim::gui
