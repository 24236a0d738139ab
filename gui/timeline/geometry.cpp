#include "gui/timeline/geometry.hpp"

#include <algorithm>
#include <cmath>

namespace lparsim::gui {

namespace {

constexpr SimTime kShortest = SimTime::from_ns(1);

/// More than 64 bits: hours in picoseconds times as much.
long double wide(SimTime time) {
  return static_cast<long double>(time.ps());
}
SimTime rounded(long double ps) {
  constexpr long double kMost = 9.2e18L;
  return SimTime::from_ps(static_cast<std::int64_t>(std::llround(std::clamp(ps, -kMost, kMost))));
}

}  // namespace

TimeScale::TimeScale(TimeRange window, double left, double width)
    : window_{window},
      left_{left},
      width_{std::max(width, 1.0)},
      pixelsPerPs_{width_ / static_cast<double>((window.end - window.begin).ps())} {}

SimTime TimeScale::timeAt(double x) const {
  return window_.begin + lengthOf(x - left_);
}

SimTime TimeScale::lengthOf(double pixels) const {
  return rounded(static_cast<long double>(pixels) * wide(window_.end - window_.begin) / static_cast<long double>(width_));
}

TimeRange fitted(TimeRange window, TimeRange limits) {
  const SimTime whole = std::max(limits.end - limits.begin, kShortest);
  const SimTime length = std::clamp(window.end - window.begin, kShortest, whole);
  const SimTime begin = std::max(limits.begin, std::min(window.begin, limits.begin + whole - length));
  return {begin, begin + length};
}

TimeRange zoomed(TimeRange window, double factor, SimTime anchor, TimeRange limits) {
  const long double length = wide(window.end - window.begin);
  const long double fresh =
      std::clamp(length * static_cast<long double>(factor), wide(kShortest), std::max(wide(limits.end - limits.begin), wide(kShortest)));
  const SimTime begin = anchor - rounded(wide(anchor - window.begin) * fresh / length);
  return fitted({begin, begin + rounded(fresh)}, limits);
}

TimeRange panned(TimeRange window, SimTime by, TimeRange limits) {
  // Never beyond the limits, so that no sum overflows.
  // Not clamp(): a window is a nanosecond at least, where the limits of an empty run are less.
  const SimTime cut = std::max(limits.begin - window.begin, std::min(by, limits.end - window.end));
  return fitted({window.begin + cut, window.end + cut}, limits);
}

TimeRange around(TimeRange thing, double share, TimeRange limits) {
  const SimTime length = rounded(wide(std::max(thing.end - thing.begin, SimTime::from_ps(1))) / static_cast<long double>(share));
  const SimTime middle = thing.begin + (thing.end - thing.begin) / 2;
  const SimTime begin = middle - length / 2;
  return fitted({begin, begin + length}, limits);
}

TimeRange ZoomGesture::by(double steps, SimTime anchor, double x, TimeRange window, TimeRange limits) {
  continues_ = window == made_ && x == x_;
  if (!continues_) {
    origin_ = window;
    anchor_ = anchor;
    x_ = x;
    steps_ = 0;
  }
  // Steps that no longer change anything are not counted: the way back would have to make up for them.
  const bool nearest = window.end - window.begin <= kShortest, farthest = window == fitted(limits, limits);
  if (!(steps > 0 && nearest) && !(steps < 0 && farthest)) steps_ += steps;
  made_ = steps_ == 0 ? origin_ : zoomed(origin_, std::pow(kZoomStep, steps_), anchor_, limits);
  return made_;
}

Areas areasOf(const QSizeF& size, double headerWidth, double line, double right) {
  const double minimap = 2.4 * line, axis = 1.5 * line, flags = 1.3 * line, legend = 1.7 * line;
  const double width = std::max(size.width() - headerWidth - right, 1.0);
  const double top = minimap + axis + flags, height = std::max(size.height() - top - legend, 1.0);
  return {.corner = {0, 0, headerWidth, top},
          .minimap = {headerWidth, 0, width, minimap},
          .axis = {headerWidth, minimap, width, axis},
          .flags = {headerWidth, minimap + axis, width, flags},
          .headers = {0, top, headerWidth, height},
          .tracks = {headerWidth, top, width, height},
          .legend = {0, top + height, size.width(), legend}};
}

}  // namespace lparsim::gui
