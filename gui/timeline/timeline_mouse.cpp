// Pointing, clicking, dragging, the wheel.
#include <QApplication>
#include <QHelpEvent>
#include <QMouseEvent>
#include <QToolTip>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>

#include "gui/paint/recorded_canvas.hpp"
#include "gui/paint/time_text.hpp"
#include "gui/timeline/paint_parts.hpp"
#include "gui/timeline/timeline_view.hpp"
#include "gui/timeline/words.hpp"

namespace lparsim::gui {

namespace {

constexpr double kGrip = 4;
constexpr double kNear = 3;

/// The slice whose piece is nearest to the pixel: what covers it, or what is too narrow to be hit otherwise.
const Slice* sliceNear(const std::vector<Answers::Part>& parts, const TimeScale& scale, double x, int row) {
  const Slice* best = nullptr;
  double least = kNear;
  for (const Answers::Part& part : parts)
    for (const Slice& slice : part.slices->slices) {
      if (slice.row != row || slice.end <= part.range.begin || slice.begin >= part.range.end) continue;
      const double away = std::max({scale.xOf(slice.begin) - x, x - scale.xOf(slice.end), 0.0});
      // Of those that cover it the shortest, so that nothing hides behind a longer one.
      const bool shorter = best != nullptr && away == least && slice.end - slice.begin < best->end - best->begin;
      if (away < least || shorter) {
        least = away;
        best = &slice;
      }
    }
  return best;
}

}  // namespace

TimelineView::Hit TimelineView::hitAt(const QPointF& at) const {
  using Place = Hit::Place;
  Hit hit;
  const auto facts = session_.facts();
  if (facts == nullptr) return hit;
  const Areas parts = areas();
  const TimeScale now = scale();
  hit.at = now.timeAt(at.x());
  if (at.y() < parts.legend.top() && std::abs(at.x() - parts.headers.right()) <= kGrip) return hit.place = Place::divider, hit;
  if (parts.minimap.contains(at)) {
    hit.place = Place::minimap;
    if (focus_.limits().begin < focus_.limits().end)
      hit.at = TimeScale{focus_.limits(), parts.minimap.left(), parts.minimap.width()}.timeAt(at.x());
    return hit;
  }
  if (parts.axis.contains(at)) return hit.place = Place::axis, hit;
  if (parts.flags.contains(at)) return hit.place = Place::flags, hit;
  if (parts.legend.contains(at)) return hit.place = Place::legend, hit;
  const bool header = parts.headers.contains(at);
  if (!header && !parts.tracks.contains(at)) return hit;
  if (!header)
    if (const Hint hint = hintNow(); !hint.text.isEmpty() && std::abs(at.y() - parts.tracks.center().y()) < 2 * line()) {
      const bool left = at.x() < parts.tracks.center().x();
      if (left && hint.earlier) return hit.place = Place::earlier, hit;
      if (!left && hint.later) return hit.place = Place::later, hit;
    }
  hit.place = header ? Place::header : Place::track;
  const double y = at.y() - parts.tracks.top();
  for (const PlacedLane& placed : visibleLanes()) {
    if (y < placed.top || y >= placed.bottom() || (!placed.pinned && y < layout_.pinnedHeight())) continue;
    hit.lane = placed.lane->key;
    Scene scene;
    scene.areas = parts;
    if (header) {
      if (pinOf(headerOf(scene, placed)).contains(at)) hit.place = Place::pin;
      return hit;
    }
    const std::vector<Answers::Part> known = answers_.of(placed.lane->key, now.window());
    int rows = 1;
    for (const Answers::Part& part : known) rows = std::max<int>(rows, part.slices->rows);
    const QRectF track = trackOf(scene, placed);
    const int row = std::clamp(static_cast<int>((at.y() - track.top()) / track.height() * rows), 0, rows - 1);
    if (const Slice* slice = sliceNear(known, now, at.x(), row)) hit.slice = *slice;
    return hit;
  }
  return hit;
}

QString TimelineView::wordsAt(const QPointF& at) const {
  const auto facts = session_.facts();
  if (facts == nullptr) return {};
  const Hit hit = hitAt(at);
  switch (hit.place) {
    case Hit::Place::minimap:
      return tr("The whole run: how busy its cores are.\nDrag the frame to move, drag elsewhere to choose another window.");
    case Hit::Place::axis:
      return tr("Drag to select a range of time, click to put the playhead there.");
    case Hit::Place::pin:
      return hit.lane && std::ranges::find(focus_.pinned(), *hit.lane) != focus_.pinned().end()
                 ? tr("Let the lane go back to its place (P)")
                 : tr("Keep the lane at the top (P)");
    case Hit::Place::flags: {
      QStringList texts;
      const TimeScale now = scale();
      if (!answers_.empty())
        for (const Mark& mark : answers_.newest().marks)
          if (const double away = at.x() - now.xOf(mark.at); away > -4 && away < 12)
            texts << tr("%1\n%2").arg(instantText(mark.at, now.lengthOf(1)), textOf(mark, *facts));
      return texts.join('\n');
    }
    case Hit::Place::legend: {
      const RecordedCanvas measure{font()};
      for (const LegendEntry& entry : legendOf(measure, areas().legend))
        if (entry.area.contains(at)) return tr(meaningOf(entry.state).data());
      return {};
    }
    default:
      break;
  }
  if (!hit.lane) return {};
  const auto index = layout_.find(*hit.lane);
  if (!index) return {};
  const Lane& lane = layout_.lane(*index);
  if (hit.place == Hit::Place::header) return descriptionOf(lane, *facts);
  const std::vector<Answers::Part> parts = answers_.of(lane.key, scale().window());
  const bool together = lane.key.kind == LaneKey::Kind::partition &&
                        virtualProcessorsOf(*facts, *facts->partition(lane.key.server, PartitionId{lane.key.first})) > 1;
  if (hit.slice && hit.slice->count == 1 && hit.slice->fill == 1 && !together) return descriptionOf(*hit.slice, lane, *facts);
  Columns columns;
  const TimeScale now = scale();
  columns.begin(now);
  std::uint64_t things = 0;
  const int column = std::clamp(static_cast<int>(at.x() - now.left()), 0, columns.size() - 1);
  const SimTime begin = now.timeAt(now.left() + column), end = std::max(now.timeAt(now.left() + column + 1), begin + SimTime::from_ps(1));
  for (const Answers::Part& part : parts) {
    columns.add(part.slices->slices, part.range, hit.slice ? hit.slice->row : std::uint8_t{0});
    for (const Slice& slice : part.slices->slices)
      if (slice.begin < end && slice.end > begin && slice.count > 1) things += slice.count;
  }
  return descriptionOf(columns, column, things, lane, begin, end);
}

bool TimelineView::event(QEvent* event) {
  if (event->type() == QEvent::ToolTip) {
    const auto* help = static_cast<QHelpEvent*>(event);
    const QString words = wordsAt(help->pos());
    if (words.isEmpty())
      QToolTip::hideText();
    else
      QToolTip::showText(help->globalPos(), words, this, QRect{help->pos() - QPoint{3, 3}, QSize{7, 7}});
    return true;
  }
  return View::event(event);
}

void TimelineView::point(const std::optional<QPointF>& at) {
  pointer_ = at;
  Qt::CursorShape shape = Qt::ArrowCursor;
  if (at && drag_ == Drag::none) {
    const Hit::Place place = hitAt(*at).place;
    if (place == Hit::Place::divider) shape = Qt::SplitHCursor;
    if (place == Hit::Place::axis) shape = Qt::IBeamCursor;
    if (place == Hit::Place::pin || place == Hit::Place::earlier || place == Hit::Place::later) shape = Qt::PointingHandCursor;
  } else if (drag_ == Drag::pan || drag_ == Drag::minimapPan) {
    shape = Qt::ClosedHandCursor;
  } else if (drag_ == Drag::divider) {
    shape = Qt::SplitHCursor;
  }
  if (cursor().shape() != shape) setCursor(shape);
  update();
}

void TimelineView::leaveEvent(QEvent* event) {
  View::leaveEvent(event);
  point(std::nullopt);
}

void TimelineView::mousePressEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton && event->button() != Qt::MiddleButton) return View::mousePressEvent(event);
  pressedAt_ = event->position();
  pressedWith_ = event->modifiers();
  pressedWindow_ = focus_.window();
  pressedScroll_ = lanesBar_.value();
  pressedHit_ = hitAt(pressedAt_);
  drag_ = pressedHit_.place == Hit::Place::divider ? Drag::divider : Drag::pressed;
  if (event->button() == Qt::MiddleButton) drag_ = Drag::pan;
  point(pressedAt_);
}

void TimelineView::mouseMoveEvent(QMouseEvent* event) {
  const QPointF at = event->position();
  if (drag_ == Drag::pressed && (at - pressedAt_).manhattanLength() >= QApplication::startDragDistance()) {
    const Hit::Place place = pressedHit_.place;
    const bool selects = place == Hit::Place::axis || place == Hit::Place::flags || (pressedWith_ & Qt::ShiftModifier);
    if (place == Hit::Place::minimap)
      drag_ = pressedHit_.at >= pressedWindow_.begin && pressedHit_.at <= pressedWindow_.end && pressedWindow_ != focus_.limits()
                  ? Drag::minimapPan
                  : Drag::minimapWindow;
    else if (selects && place != Hit::Place::header)
      drag_ = Drag::range;
    else
      drag_ = Drag::pan;
  }
  dragTo(at);
  point(at);
}

void TimelineView::dragTo(const QPointF& at) {
  const TimeScale before{pressedWindow_, areas().tracks.left(), areas().tracks.width()};
  const auto moveTo = [this](TimeRange window) {
    const bool first = focus_.window() == pressedWindow_;
    focus_.setWindow(window, !first);
  };
  switch (drag_) {
    case Drag::pan:
      moveTo(panned(pressedWindow_, before.lengthOf(pressedAt_.x() - at.x()), focus_.limits()));
      lanesBar_.setValue(pressedScroll_ + static_cast<int>(pressedAt_.y() - at.y()));
      break;
    case Drag::range:
      focus_.setRange(TimeRange{before.timeAt(pressedAt_.x()), before.timeAt(std::clamp(at.x(), before.left(), before.right()))});
      break;
    case Drag::minimapPan:
    case Drag::minimapWindow: {
      const TimeScale whole{focus_.limits(), areas().minimap.left(), areas().minimap.width()};
      if (drag_ == Drag::minimapPan) {
        moveTo(panned(pressedWindow_, whole.lengthOf(at.x() - pressedAt_.x()), focus_.limits()));
      } else {
        const auto [from, to] = std::minmax({whole.timeAt(pressedAt_.x()), whole.timeAt(at.x())});
        moveTo(fitted({from, to}, focus_.limits()));
      }
      break;
    }
    case Drag::divider:
      setHeaderWidth(at.x());
      break;
    case Drag::none:
    case Drag::pressed:
      break;
  }
}

void TimelineView::mouseReleaseEvent(QMouseEvent* event) {
  if (drag_ == Drag::pressed) click(event->position());
  drag_ = Drag::none;
  point(event->position());
}

void TimelineView::click(const QPointF& at) {
  const Hit& hit = pressedHit_;
  switch (hit.place) {
    case Hit::Place::minimap: {
      const TimeRange window = focus_.window();
      focus_.setWindow(panned(window, hit.at - (window.begin + (window.end - window.begin) / 2), focus_.limits()));
      break;
    }
    case Hit::Place::axis:
    case Hit::Place::flags:
      focus_.setPlayhead(hit.at);
      break;
    case Hit::Place::pin:
      selectLane(*hit.lane);
      togglePin();
      break;
    case Hit::Place::header: {
      if (!hit.lane) break;
      selectLane(*hit.lane);
      if (hit.lane->kind == LaneKey::Kind::core)
        focus_.select(SelectedCore{hit.lane->server, CoreId{hit.lane->first}});
      else if (hit.lane->kind == LaneKey::Kind::partition || hit.lane->kind == LaneKey::Kind::vsp)
        focus_.select(SelectedPartition{hit.lane->server, PartitionId{hit.lane->first}});
      break;
    }
    case Hit::Place::track: {
      focus_.setPlayhead(hit.at);
      if (!hit.lane) {
        focus_.select({});
        break;
      }
      selectLane(*hit.lane);
      const bool partition = hit.lane->kind == LaneKey::Kind::partition;
      if (partition)
        focus_.select(SelectedPartition{hit.lane->server, PartitionId{hit.lane->first}});
      else if (!hit.slice)
        focus_.select({});
      else if (hit.slice->count == 1 && hit.slice->fill == 1)
        select(*hit.lane, *hit.slice);
      else
        pick(*hit.lane, scale().timeAt(at.x()));
      break;
    }
    case Hit::Place::earlier:
    case Hit::Place::later: {
      const Hint hint = hintNow();
      const auto& thing = hit.place == Hit::Place::earlier ? hint.earlier : hint.later;
      if (!thing) break;
      const TimeRange window = focus_.window();
      const SimTime edge = hit.place == Hit::Place::earlier ? thing->end : thing->begin;
      focus_.setWindow(panned(window, edge - (window.begin + (window.end - window.begin) / 2), focus_.limits()));
      break;
    }
    case Hit::Place::divider:
    case Hit::Place::legend:
    case Hit::Place::nothing:
      break;
  }
}

void TimelineView::mouseDoubleClickEvent(QMouseEvent* event) {
  const Hit hit = hitAt(event->position());
  if (hit.place == Hit::Place::track && hit.slice)
    focus_.setWindow(around({hit.slice->begin, hit.slice->end}, 0.6, focus_.limits()));
  else if (hit.place == Hit::Place::minimap || hit.place == Hit::Place::axis)
    focus_.fit();
  else
    mousePressEvent(event);
}

void TimelineView::wheelEvent(QWheelEvent* event) {
  constexpr double kNotch = 120, kPanShare = 0.1;
  const QPoint turned = event->angleDelta();
  const Hit hit = hitAt(event->position());
  const bool shift = event->modifiers() & Qt::ShiftModifier, control = event->modifiers() & Qt::ControlModifier;
  const TimeRange window = focus_.window();
  event->accept();
  const bool header = hit.place == Hit::Place::header || hit.place == Hit::Place::pin;
  const double sideways = turned.x() + (shift && turned.x() == 0 ? turned.y() : 0);
  if (header && !control && !shift) {
    lanesBar_.setValue(lanesBar_.value() - static_cast<int>(std::lround(turned.y() / kNotch * 3 * lanesBar_.singleStep())));
  } else if (sideways != 0 && !control) {
    pan(SimTime::from_ps(static_cast<std::int64_t>(-sideways / kNotch * kPanShare * static_cast<double>((window.end - window.begin).ps()))),
        window == panned_);
  } else if (turned.y() != 0) {
    const double x = std::clamp(event->position().x(), areas().tracks.left(), areas().tracks.right());
    const SimTime anchor = hit.place == Hit::Place::minimap ? std::clamp(hit.at, window.begin, window.end) : scale().timeAt(x);
    zoom(turned.y() / kNotch, anchor, x);
  }
}

}  // namespace lparsim::gui
