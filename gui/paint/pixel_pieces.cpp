#include "gui/paint/pixel_pieces.hpp"

#include <algorithm>

#include "gui/paint/painter_canvas.hpp"

namespace lparsim::gui {

void paintPieces(Canvas& canvas, const QRectF& area, const std::vector<PixelPiece>& pieces) {
  constexpr std::size_t kMany = 100;
  if (auto* painted = dynamic_cast<PainterCanvas*>(&canvas);
      painted != nullptr && pieces.size() > kMany && painted->paintAsPicture(area, pieces))
    return;
  for (const PixelPiece& piece : pieces)
    canvas.rectangle({area.left() + piece.from, area.bottom() - piece.high, static_cast<double>(piece.to - piece.from),
                      static_cast<double>(piece.high - piece.low)},
                     piece.colour, piece.fill);
}

bool PainterCanvas::paintAsPicture(const QRectF& area, const std::vector<PixelPiece>& pieces) {
  const QRect whole = area.toRect();
  if (vector_ || painter_.device()->devicePixelRatioF() != 1 || whole != area.toAlignedRect() || whole.isEmpty()) return false;
  QImage picture{whole.size(), QImage::Format_ARGB32_Premultiplied};
  picture.fill(Qt::transparent);
  auto* const pixels = reinterpret_cast<QRgb*>(picture.bits());
  const auto stride = static_cast<std::size_t>(picture.bytesPerLine()) / sizeof(QRgb);
  for (const PixelPiece& piece : pieces) {
    const int from = std::max(piece.from, 0), to = std::min(piece.to, whole.width());
    const int top = std::max(whole.height() - piece.high, 0), bottom = std::min(whole.height() - piece.low, whole.height());
    const bool plain = piece.fill == Fill::solid || piece.to - piece.from < kLeastPattern;
    const QRgb colour = qPremultiply(piece.colour.rgba());
    const QImage tile = plain ? QImage{} : textureOf(piece.colour, piece.fill).textureImage();
    for (int y = top; y < bottom && from < to; ++y) {
      QRgb* const row = pixels + static_cast<std::size_t>(y) * stride;
      if (plain) {
        std::fill(row + from, row + to, colour);
        continue;
      }
      // Where the tile would lie if it were a brush, whose tiles begin at the origin.
      const auto* const line = reinterpret_cast<const QRgb*>(tile.constScanLine((whole.top() + y) % tile.height()));
      for (int x = from; x < to; ++x) row[x] = line[(whole.left() + x) % tile.width()];
    }
  }
  painter_.drawImage(whole.topLeft(), picture);
  return true;
}

}  // namespace lparsim::gui
