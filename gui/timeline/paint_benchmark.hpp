#pragma once

namespace lparsim::gui {

/// Paints made-up histories, as dense as answers get: two slices a pixel, state and lane.
struct PaintFigures {
  double medianMilliseconds = 0, worstMilliseconds = 0;
  int primitives = 0;  ///< calls of a canvas for one picture
};
/// A picture of so many lanes, `pixels` wide, painted `times` times on an image. Needs a QGuiApplication.
PaintFigures measurePainting(int lanes, int pixels, int times);

}  // namespace lparsim::gui
