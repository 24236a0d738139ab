// Mouse and keys of a chart over time: those of the timeline.
#include <QMouseEvent>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>

#include "gui/charts/time_chart.hpp"

namespace lparsim::gui {

namespace {

constexpr double kDragPixels = 4;  ///< less than that is a click
constexpr double kZoomStep = 1.25;

}  // namespace

void TimeChart::mousePressEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton || !area().adjusted(-2, -2, 2, 24).contains(event->position())) return event->ignore();
  pressed_ = timeAt(event->position().x());
  pressedAt_ = event->position();
  dragging_ = false;
  event->accept();
}

void TimeChart::mouseMoveEvent(QMouseEvent* event) {
  const SimTime at = timeAt(event->position().x());
  hover(area().contains(event->position()) || pressed_ ? std::optional{at} : std::nullopt);
  if (!pressed_) return;
  dragging_ = dragging_ || std::abs(event->position().x() - pressedAt_.x()) >= kDragPixels;
  if (dragging_ && at != *pressed_) Q_EMIT rangeWanted(TimeRange{std::min(*pressed_, at), std::max(*pressed_, at)});
}

void TimeChart::mouseReleaseEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton || !pressed_) return event->ignore();
  if (!dragging_) Q_EMIT playheadWanted(*pressed_);
  pressed_.reset();
  dragging_ = false;
}

void TimeChart::leaveEvent(QEvent* event) {
  Plot::leaveEvent(event);
  hover(std::nullopt);
}

void TimeChart::hover(std::optional<SimTime> at) {
  if (hover_ == at) return;
  hover_ = at;
  viewport()->update();
  Q_EMIT hovered(at);
}

void TimeChart::zoom(double factor, double around, bool continues) {
  const SimTime at = timeAt(around);
  const auto scaled = [&](SimTime length) {
    return SimTime::from_ps(std::llround(static_cast<double>(length.ps()) / factor));
  };
  Q_EMIT windowWanted({at - scaled(at - window_.begin), at + scaled(window_.end - at)}, continues);
}

void TimeChart::pan(double share) {
  const SimTime by = SimTime::from_ps(std::llround(share * static_cast<double>((window_.end - window_.begin).ps())));
  Q_EMIT windowWanted({window_.begin + by, window_.end + by}, true);
}

// Beside the plot the wheel scrolls the charts.
void TimeChart::wheelEvent(QWheelEvent* event) {
  if (!area().contains(event->position())) return event->ignore();
  const QPoint turn = event->angleDelta();
  if ((event->modifiers() & Qt::ShiftModifier) != 0 || std::abs(turn.x()) > std::abs(turn.y()))
    pan(-(turn.x() != 0 ? turn.x() : turn.y()) / 1200.0);
  else if (turn.y() != 0)
    zoom(std::pow(kZoomStep, turn.y() / 120.0), event->position().x(), true);
  event->accept();
}

void TimeChart::keyPressEvent(QKeyEvent* event) {
  const double middle = playhead_ >= window_.begin && playhead_ <= window_.end ? xOf(playhead_) : area().center().x();
  switch (event->key()) {
    case Qt::Key_W:
    case Qt::Key_Plus:
      return zoom(kZoomStep, middle, false);
    case Qt::Key_S:
    case Qt::Key_Minus:
      return zoom(1 / kZoomStep, middle, false);
    case Qt::Key_A:
    case Qt::Key_Left:
      return pan(-0.1);
    case Qt::Key_D:
    case Qt::Key_Right:
      return pan(0.1);
    case Qt::Key_F:
      return Q_EMIT fitWanted();
    case Qt::Key_Escape:
      return Q_EMIT rangeWanted(std::nullopt);
    default:
      event->ignore();
  }
}

}  // namespace lparsim::gui
