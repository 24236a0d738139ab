// Keys, and what they and the mouse do in common.
#include <QKeyEvent>
#include <algorithm>
#include <cmath>

#include "gui/timeline/paint_parts.hpp"
#include "gui/timeline/timeline_view.hpp"
#include "gui/timeline/words.hpp"

namespace lparsim::gui {

namespace {

constexpr double kTapShare = 0.1;
/// While a key is held: lengths of the window a second, steps of zoom a second.
constexpr double kPanSpeed = 1.2, kZoomSpeed = 9;
/// A tap ends before that, so that it moves exactly one step.
constexpr int kHoldMilliseconds = 180;

bool isSmooth(int key) {
  return key == Qt::Key_W || key == Qt::Key_S || key == Qt::Key_A || key == Qt::Key_D;
}

SimTime part(TimeRange window, double share) {
  return SimTime::from_ps(static_cast<std::int64_t>(std::lround(static_cast<double>((window.end - window.begin).ps()) * share)));
}

}  // namespace

void TimelineView::zoom(double steps, SimTime anchor, double x) {
  const TimeRange window = gesture_.by(steps, anchor, x, focus_.window(), focus_.limits());
  focus_.setWindow(window, gesture_.continues());
}

void TimelineView::pan(SimTime by, bool continues) {
  focus_.setWindow(panned(focus_.window(), by, focus_.limits()), continues);
  panned_ = focus_.window();
}

QPointF TimelineView::zoomPlace() const {
  const QRectF tracks = areas().tracks;
  return pointer_ && tracks.contains(*pointer_) ? *pointer_ : tracks.center();
}

void TimelineView::selectLane(const LaneKey& lane) {
  current_ = lane;
  if (const auto index = layout_.find(lane); index && session_.facts() != nullptr)
    setAccessibleDescription(descriptionOf(layout_.lane(*index), *session_.facts()));
  update();
}

void TimelineView::select(const LaneKey& lane, const Slice& slice) {
  selectLane(lane);
  if (lane.kind == LaneKey::Kind::io_target)
    focus_.select(SelectedRequest{slice.number, slice.begin});
  else if (lane.kind == LaneKey::Kind::vsp)
    focus_.select(SelectedCall{slice.server, slice.number, slice.begin});
  else
    focus_.select(SelectedSlice{lane, slice.begin, slice.end});
  if (const auto index = layout_.find(lane); index && session_.facts() != nullptr)
    setAccessibleDescription(descriptionOf(slice, layout_.lane(*index), *session_.facts()));
}

void TimelineView::moveLane(int by) {
  if (layout_.empty()) return;
  const auto last = static_cast<std::ptrdiff_t>(layout_.size()) - 1;
  std::ptrdiff_t index = by > 0 ? -1 : last + 1;
  if (current_)
    if (const auto found = layout_.find(*current_)) index = static_cast<std::ptrdiff_t>(*found);
  showLane(layout_.lane(static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(index + by, 0, last))).key);
}

void TimelineView::togglePin() {
  if (!current_) return;
  focus_.setPinned(*current_, std::ranges::find(focus_.pinned(), *current_) == focus_.pinned().end());
}

void TimelineView::fit() {
  constexpr double kSome = 0.8;
  std::optional<TimeRange> thing;
  if (const auto* slice = std::get_if<SelectedSlice>(&focus_.selection())) thing = TimeRange{slice->begin, slice->end};
  if (journey_ != nullptr && std::holds_alternative<SelectedRequest>(focus_.selection()))
    thing = TimeRange{journey_->request.begin, journey_->request.end};
  if (focus_.range()) thing = focus_.range();
  if (!thing || thing->begin >= thing->end) return fitAll();
  // A second time leads back to the whole run.
  const TimeRange window = around(*thing, kSome, focus_.limits());
  if (window == focus_.window()) return fitAll();
  focus_.setWindow(window);
}

void TimelineView::fitAll() {
  focus_.fit();
}

bool TimelineView::act(int key, Qt::KeyboardModifiers modifiers) {
  const bool shift = modifiers & Qt::ShiftModifier;
  const TimeRange window = focus_.window(), limits = focus_.limits();
  const QPointF place = zoomPlace();
  const auto turn = [&](double steps) {
    zoom(steps, scale().timeAt(place.x()), place.x());
  };
  switch (key) {
    case Qt::Key_W:
    case Qt::Key_Plus:
    case Qt::Key_Equal:
      turn(1);
      break;
    case Qt::Key_S:
    case Qt::Key_Minus:
      turn(-1);
      break;
    case Qt::Key_A:
    case Qt::Key_Left:
      pan(SimTime{} - part(window, kTapShare), window == panned_);
      break;
    case Qt::Key_D:
    case Qt::Key_Right:
      pan(part(window, kTapShare), window == panned_);
      break;
    case Qt::Key_F:
      shift ? fitAll() : fit();
      break;
    case Qt::Key_Period:
      stepSlice(false);
      break;
    case Qt::Key_Comma:
      stepSlice(true);
      break;
    case Qt::Key_Up:
      moveLane(-1);
      break;
    case Qt::Key_Down:
      moveLane(1);
      break;
    case Qt::Key_PageUp:
    case Qt::Key_PageDown:
      lanesBar_.triggerAction(key == Qt::Key_PageUp ? QAbstractSlider::SliderPageStepSub : QAbstractSlider::SliderPageStepAdd);
      break;
    case Qt::Key_Home:
      pan(limits.begin - window.begin, false);
      break;
    case Qt::Key_End:
      pan(limits.end - window.end, false);
      break;
    case Qt::Key_1:
    case Qt::Key_2:
    case Qt::Key_3:
      setArrangement(static_cast<Arrangement>(key - Qt::Key_1));
      break;
    case Qt::Key_P:
      togglePin();
      break;
    case Qt::Key_Return:
    case Qt::Key_Enter:
      fit();
      break;
    case Qt::Key_Escape:
      if (focus_.range())
        focus_.setRange({});
      else if (!std::holds_alternative<std::monostate>(focus_.selection()))
        focus_.select({});
      else
        return false;
      break;
    default:
      return false;
  }
  return true;
}

void TimelineView::keyPressEvent(QKeyEvent* event) {
  // Combinations are the main window's.
  const bool others = event->modifiers() & (Qt::ControlModifier | Qt::AltModifier | Qt::MetaModifier);
  if (!session_.isOpen() || others) {
    event->ignore();
    return;
  }
  if (isSmooth(event->key())) {
    event->accept();
    if (event->isAutoRepeat()) return;
    act(event->key(), event->modifiers());
    held_.insert(event->key());
    if (!motion_.isActive()) {
      motion_.start(kHoldMilliseconds);
      motionClock_.start();
    }
    return;
  }
  if (!act(event->key(), event->modifiers())) event->ignore();
}

void TimelineView::keyReleaseEvent(QKeyEvent* event) {
  if (!isSmooth(event->key())) return View::keyReleaseEvent(event);
  if (event->isAutoRepeat()) return;
  held_.remove(event->key());
  if (held_.isEmpty()) motion_.stop();
}

void TimelineView::moveSmoothly(double seconds) {
  constexpr int kFrameMilliseconds = 16;
  constexpr double kLongest = 0.05;
  if (motion_.interval() != kFrameMilliseconds) {
    // The first time, while it is known that this is no tap.
    motion_.start(kFrameMilliseconds);
    seconds = 0;
  }
  seconds = std::min(seconds, kLongest);
  const int near = held_.contains(Qt::Key_W) - held_.contains(Qt::Key_S), late = held_.contains(Qt::Key_D) - held_.contains(Qt::Key_A);
  const QPointF place = zoomPlace();
  if (near != 0) zoom(near * kZoomSpeed * seconds, scale().timeAt(place.x()), place.x());
  if (late != 0) pan(part(focus_.window(), late * kPanSpeed * seconds), true);
}

void TimelineView::focusInEvent(QFocusEvent* event) {
  View::focusInEvent(event);
  update();
}

void TimelineView::focusOutEvent(QFocusEvent* event) {
  View::focusOutEvent(event);
  held_.clear();
  motion_.stop();
  update();
}

}  // namespace lparsim::gui
