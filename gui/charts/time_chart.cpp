#include "gui/charts/time_chart.hpp"

#include <QChart>
#include <QLineSeries>
#include <QScatterSeries>
#include <algorithm>
#include <array>
#include <cmath>

#include "gui/paint/time_text.hpp"

namespace lparsim::gui {

namespace {

constexpr double kLabelsApart = 90;
/// More pieces than that are drawn as markers only.
constexpr std::size_t kMostPieces = 40;

constexpr std::array kMarkers{QScatterSeries::MarkerShapeCircle,   QScatterSeries::MarkerShapeRectangle,
                              QScatterSeries::MarkerShapeTriangle, QScatterSeries::MarkerShapeRotatedRectangle,
                              QScatterSeries::MarkerShapeStar,     QScatterSeries::MarkerShapePentagon};

QPointF middleOf(const Point& point) {
  return {(point.begin.seconds() + point.end.seconds()) / 2, point.value};
}

/// Averages hold from begin to end: steps. Times without any split the line.
std::vector<QList<QPointF>> stepsOf(const std::vector<Point>& points) {
  std::vector<QList<QPointF>> pieces;
  SimTime last = SimTime::from_ps(-1);
  for (const Point& point : points) {
    if (point.begin != last) pieces.emplace_back();
    pieces.back() << QPointF{point.begin.seconds(), point.value} << QPointF{point.end.seconds(), point.value};
    last = point.end;
  }
  return pieces;
}

std::vector<QList<QPointF>> piecesOf(const std::vector<Point>& points) {
  std::vector<QList<QPointF>> pieces;
  SimTime last = SimTime::from_ps(-1);
  for (const Point& point : points) {
    if (point.begin != last) pieces.emplace_back();
    pieces.back() << middleOf(point);
    last = point.end;
  }
  std::erase_if(pieces, [](const QList<QPointF>& piece) { return piece.size() < 2; });
  return pieces;
}

QPen penOf(const ChartLine& line) {
  QPen pen{line.colour, line.isReference ? 1.2 : 1.8, line.style};
  pen.setJoinStyle(Qt::MiterJoin);
  pen.setCapStyle(Qt::FlatCap);
  return pen;
}

}  // namespace

TimeChart::TimeChart(QWidget* parent) : Plot{parent}, x_{new QValueAxis{this}} {
  chart()->addAxis(x_, Qt::AlignBottom);
  x_->setVisible(false);
}

void TimeChart::setLines(std::vector<ChartLine> lines) {
  lines_ = std::move(lines);
  double top = 0;
  for (const ChartLine& line : lines_)
    for (const Point& point : line.points)
      if (point.end > window_.begin && point.begin < window_.end) top = std::max(top, point.value);
  setTop(top * 1.04);
  drawLines();
  renew();
}

void TimeChart::drawLines() {
  chart()->removeAllSeries();
  drawn_.clear();
  for (const ChartLine& line : lines_) {
    std::vector<QXYSeries*>& drawn = drawn_.emplace_back();
    const auto add = [&](QXYSeries* series, const QList<QPointF>& points) {
      series->append(points);
      chart()->addSeries(series);
      series->attachAxis(x_);
      series->attachAxis(y_);
      drawn.push_back(series);
    };
    std::vector<QList<QPointF>> pieces = line.hasGaps ? piecesOf(line.points) : stepsOf(line.points);
    if (pieces.size() > kMostPieces) pieces.clear();
    const bool hasMarkers = line.drawsMarkers() || (pieces.empty() && !line.points.empty());
    if (hasMarkers) {
      auto* markers = new QScatterSeries;
      markers->setMarkerShape(kMarkers[static_cast<std::size_t>(line.marker) % kMarkers.size()]);
      markers->setMarkerSize(line.points.size() > 200 ? 5 : 7);
      markers->setColor(line.colour);
      markers->setBorderColor(theme().background);
      QList<QPointF> points;
      for (const Point& point : line.points) points << middleOf(point);
      add(markers, points);
    }
    for (const QList<QPointF>& piece : pieces) {
      auto* steps = new QLineSeries;
      steps->setPen(penOf(line));
      add(steps, piece);
    }
  }
}

QList<QPointF> TimeChart::drawnPoints(std::size_t line) const {
  return drawn_.at(line).empty() ? QList<QPointF>{} : drawn_[line].front()->points();
}

void TimeChart::setWindow(TimeRange window) {
  if (window.end <= window.begin) window.end = window.begin + SimTime::from_ns(1);
  window_ = window;
  x_->setRange(window.begin.seconds(), window.end.seconds());
  renew();
}

void TimeChart::setPlayhead(SimTime at) {
  playhead_ = at;
  viewport()->update();
}

void TimeChart::setRange(std::optional<TimeRange> range) {
  range_ = range;
  viewport()->update();
}

double TimeChart::xOf(SimTime at) const {
  const double share = (at - window_.begin).seconds() / (window_.end - window_.begin).seconds();
  return area().left() + share * area().width();
}

SimTime TimeChart::timeAt(double x) const {
  const double share = std::clamp((x - area().left()) / area().width(), 0.0, 1.0);
  return window_.begin + SimTime::from_ps(std::llround(share * static_cast<double>((window_.end - window_.begin).ps())));
}

void TimeChart::paintGrid(QPainter& painter) const {
  painter.setPen(QPen{theme().grid, 1});
  for (const Tick& tick : ticksOf(window_.begin, window_.end, area().width(), kLabelsApart))
    if (!tick.label.isEmpty()) {
      const double x = std::round(xOf(tick.at)) + 0.5;
      painter.drawLine(QPointF{x, area().top()}, QPointF{x, area().bottom()});
    }
  Plot::paintGrid(painter);
}

void TimeChart::paintOver(QPainter& painter) {
  double after = -10;
  for (const Tick& tick : ticksOf(window_.begin, window_.end, area().width(), kLabelsApart))
    if (!tick.label.isEmpty()) after = paintLabel(painter, xOf(tick.at), tick.label, after);
  painter.setClipRect(area());
  if (range_) {
    const QRectF shade{QPointF{xOf(range_->begin), area().top()}, QPointF{xOf(range_->end), area().bottom()}};
    QColor colour = theme().range;
    colour.setAlpha(std::min(colour.alpha(), 60));
    painter.fillRect(shade, colour);
    for (const double x : {shade.left(), shade.right()}) paintMark(painter, x, QPen{theme().accent, 1});
  }
  if (hover_) paintMark(painter, xOf(*hover_), QPen{theme().faintText, 1, Qt::DotLine});
  if (playhead_ >= window_.begin && playhead_ <= window_.end) paintMark(painter, xOf(playhead_), QPen{theme().playhead, 1.5});
  painter.setClipping(false);
  if (hasFocus()) {
    painter.setPen(QPen{theme().accent, 1});
    painter.drawRect(area());
  }
}

}  // namespace lparsim::gui
