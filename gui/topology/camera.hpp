#pragma once
#include <QPointF>
#include <QRectF>
#include <QSizeF>
#include <algorithm>

namespace lparsim::gui {

/// Which part of a layout is seen, and how large.
struct Camera {
  double scale = 1;
  QPointF origin;  ///< the layout's point in the upper left corner

  QPointF toScreen(const QPointF& point) const { return (point - origin) * scale; }
  QRectF toScreen(const QRectF& area) const { return {toScreen(area.topLeft()), area.size() * scale}; }
  QPointF toLayout(const QPointF& point) const { return point / scale + origin; }
  bool operator==(const Camera&) const = default;

  /// All of it in the middle of the screen, no larger than `most`.
  static Camera fitting(const QRectF& bounds, const QSizeF& screen, double most = 1.6) {
    const double scale = std::min({screen.width() / std::max(1.0, bounds.width()), screen.height() / std::max(1.0, bounds.height()), most});
    return {scale, bounds.center() - QPointF{screen.width(), screen.height()} / (2 * scale)};
  }
  /// What is under `fixed` stays there; the scale is kept between `least` and `most`.
  Camera zoomed(double factor, const QPointF& fixed, double least, double most) const {
    const double next = std::clamp(scale * factor, least, most);
    return {next, toLayout(fixed) - fixed / next};
  }
  Camera moved(const QPointF& onScreen) const { return {scale, origin - onScreen / scale}; }
  /// Moved so that the middle of the screen is not beside the bounds.
  Camera within(const QRectF& bounds, const QSizeF& screen) const {
    const QPointF half = QPointF{screen.width(), screen.height()} / (2 * scale);
    const QPointF middle = origin + half;
    return {scale,
            QPointF{std::clamp(middle.x(), bounds.left(), bounds.right()), std::clamp(middle.y(), bounds.top(), bounds.bottom())} - half};
  }
};

}  // namespace lparsim::gui
