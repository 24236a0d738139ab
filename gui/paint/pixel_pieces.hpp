#pragma once
#include <vector>

#include "gui/paint/canvas.hpp"

namespace lparsim::gui {

/// A rectangle of whole pixels within an area: columns [from, to) from its left, rows [low, high) from its bottom.
struct PixelPiece {
  int from = 0, to = 0, low = 0, high = 0;
  QColor colour;
  Fill fill = Fill::solid;
};

/// What a rectangle for each would paint. Where they are many and the canvas is a window's, they are put together in a picture first, which
/// is several times as quick: there may be a hundred thousand.
void paintPieces(Canvas& canvas, const QRectF& area, const std::vector<PixelPiece>& pieces);

}  // namespace lparsim::gui
