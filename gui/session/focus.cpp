#include "gui/session/focus.hpp"

#include <algorithm>

namespace lparsim::gui {

namespace {

constexpr SimTime kShortest = SimTime::from_ns(1);
constexpr std::size_t kMostUndo = 200;

}  // namespace

Focus::Focus(QObject* parent) : QObject{parent} {}

TimeRange Focus::cut(TimeRange window) const {
  SimTime length = std::max(window.end - window.begin, kShortest);
  length = std::min(length, std::max(limits_.end - limits_.begin, kShortest));
  const SimTime begin = std::max(limits_.begin, std::min(window.begin, limits_.end - length));
  return {begin, begin + length};
}

void Focus::setLimits(TimeRange limits) {
  if (limits == limits_) return;
  // Who sees the whole run goes on seeing it while it grows.
  const bool whole = window_ == limits_;
  limits_ = limits;
  const TimeRange window = whole ? cut(limits_) : cut(window_);
  const SimTime playhead = std::clamp(playhead_, limits_.begin, limits_.end);
  const bool moved = window != window_, played = playhead != playhead_;
  window_ = window;
  playhead_ = playhead;
  Q_EMIT limitsChanged();
  if (moved) Q_EMIT windowChanged();
  if (played) Q_EMIT playheadChanged();
}

void Focus::setWindow(TimeRange window, bool continues) {
  const TimeRange fitting = cut(window);
  if (fitting == window_) return;
  if (!continues || undo_.empty()) undo_.push_back(window_);
  if (undo_.size() > kMostUndo) undo_.erase(undo_.begin());
  redo_.clear();
  window_ = fitting;
  Q_EMIT windowChanged();
}

void Focus::fit() {
  setWindow(limits_);
}

void Focus::undoWindow() {
  if (undo_.empty()) return;
  redo_.push_back(window_);
  window_ = cut(undo_.back());
  undo_.pop_back();
  Q_EMIT windowChanged();
}

void Focus::redoWindow() {
  if (redo_.empty()) return;
  undo_.push_back(window_);
  window_ = cut(redo_.back());
  redo_.pop_back();
  Q_EMIT windowChanged();
}

void Focus::setPlayhead(SimTime at) {
  at = std::clamp(at, limits_.begin, limits_.end);
  if (at == playhead_) return;
  playhead_ = at;
  Q_EMIT playheadChanged();
}

void Focus::showPlayhead(SimTime at) {
  setPlayhead(at);
  if (playhead_ >= window_.begin && playhead_ <= window_.end) return;
  const SimTime length = window_.end - window_.begin;
  const SimTime begin = playhead_ - length / 2;
  setWindow({begin, begin + length}, true);
}

void Focus::select(const Selection& selection) {
  if (selection == selection_) return;
  selection_ = selection;
  Q_EMIT selectionChanged();
}

void Focus::setRange(std::optional<TimeRange> range) {
  if (range) {
    if (range->end < range->begin) std::swap(range->begin, range->end);
    range->begin = std::clamp(range->begin, limits_.begin, limits_.end);
    range->end = std::clamp(range->end, limits_.begin, limits_.end);
    if (range->begin == range->end) range.reset();
  }
  if (range == range_) return;
  range_ = range;
  Q_EMIT rangeChanged();
}

void Focus::setPinned(LaneKey lane, bool pinned) {
  const auto found = std::ranges::find(pinned_, lane);
  if (pinned == (found != pinned_.end())) return;
  if (pinned)
    pinned_.push_back(lane);
  else
    pinned_.erase(found);
  Q_EMIT pinnedChanged();
}

void Focus::reset(TimeRange limits) {
  limits_ = limits;
  window_ = cut(limits);
  playhead_ = limits.begin;
  selection_ = {};
  range_.reset();
  pinned_.clear();
  undo_.clear();
  redo_.clear();
  Q_EMIT limitsChanged();
  Q_EMIT windowChanged();
  Q_EMIT playheadChanged();
  Q_EMIT selectionChanged();
  Q_EMIT rangeChanged();
  Q_EMIT pinnedChanged();
}

}  // namespace lparsim::gui
