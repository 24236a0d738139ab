#pragma once
#include <QRectF>

#include "gui/data/selection.hpp"

namespace lparsim::gui {

/// Where moments are on the screen. Differences are whole picoseconds before anything is rounded, so that nothing drifts at any zoom.
class TimeScale {
 public:
  TimeScale() = default;
  /// `width` pixels from `left` on show the window, which is not empty.
  TimeScale(TimeRange window, double left, double width);

  double xOf(SimTime at) const { return left_ + static_cast<double>((at - window_.begin).ps()) * pixelsPerPs_; }
  /// To the nearest picosecond.
  SimTime timeAt(double x) const;
  /// Length of as many pixels, to the nearest picosecond.
  SimTime lengthOf(double pixels) const;
  double widthOf(SimTime length) const { return static_cast<double>(length.ps()) * pixelsPerPs_; }
  const TimeRange& window() const { return window_; }
  double left() const { return left_; }
  double right() const { return left_ + width_; }
  double width() const { return width_; }

 private:
  TimeRange window_{SimTime{}, SimTime::from_ns(1)};
  double left_ = 0, width_ = 1, pixelsPerPs_ = 1e-3;
};

/// The nearest window that is as Focus allows: inside of the limits, a nanosecond or longer.
TimeRange fitted(TimeRange window, TimeRange limits);
/// `factor` times as long, with `anchor` at the same part of it.
TimeRange zoomed(TimeRange window, double factor, SimTime anchor, TimeRange limits);
/// Of the same length, later by `by`, as far as the limits go.
TimeRange panned(TimeRange window, SimTime by, TimeRange limits);
/// A window in whose middle the thing is, `share` of its length.
TimeRange around(TimeRange thing, double share, TimeRange limits);

/// Zooming in steps at one place. Every window is made from the one in which the gesture began, so that as many steps back lead there
/// again, to the picosecond.
class ZoomGesture {
 public:
  /// The window after `steps` more (below 0: farther away) with `anchor`, which is at pixel `x`, staying there. `window` is what is shown
  /// now: where it is not what this gesture made, or `x` is another, a new gesture begins.
  TimeRange by(double steps, SimTime anchor, double x, TimeRange window, TimeRange limits);
  /// The last step went on with the gesture before.
  bool continues() const { return continues_; }

 private:
  TimeRange origin_{}, made_{};
  SimTime anchor_;
  double x_ = -1, steps_ = 0;
  bool continues_ = false;
};
/// A step makes the window a fifth shorter.
inline constexpr double kZoomStep = 0.8;

/// The parts of the view.
struct Areas {
  QRectF corner, minimap, axis, flags, headers, tracks, legend;
};
/// `line` is the height of a line of text; `right` is left to the scroll bar.
Areas areasOf(const QSizeF& size, double headerWidth, double line, double right);

}  // namespace lparsim::gui
