#pragma once
#include <QPainter>
#include <map>
#include <utility>
#include <vector>

#include "gui/paint/canvas.hpp"
#include "gui/paint/fonts.hpp"
#include "gui/paint/pixel_pieces.hpp"

namespace lparsim::gui {

/// Paints with a QPainter. Rectangles that lie along the axes are sharp, everything else is smooth. What lies outside of the clip is left
/// out here, since Qt's SVG writer knows no clip.
class PainterCanvas final : public Canvas {
 public:
  /// The painter has to live longer; its font is the base of the text styles.
  explicit PainterCanvas(QPainter& painter);

  void rectangle(const QRectF& area, const QColor& colour, Fill fill = Fill::solid) override;
  void frame(const QRectF& area, const QPen& pen, double radius = 0) override;
  void roundedRectangle(const QRectF& area, double radius, const QColor& colour) override;
  void line(const QPointF& from, const QPointF& to, const QPen& pen) override;
  void polyline(const QPolygonF& points, const QPen& pen) override;
  void polygon(const QPolygonF& points, const QColor& colour) override;
  void curve(const QPainterPath& path, const QPen& pen) override;
  void text(const QRectF& area, Qt::Alignment alignment, const QString& text, const QColor& colour,
            TextStyle style = TextStyle::normal) override;
  double textWidth(const QString& text, TextStyle style = TextStyle::normal) const override { return fonts_.width(text, style); }
  double lineHeight(TextStyle style = TextStyle::normal) const override { return fonts_.lineHeight(style); }
  void pushClip(const QRectF& area) override;
  void popClip() override;
  /// False where that is no gain or would not be the same: then nothing has been painted.
  bool paintAsPicture(const QRectF& area, const std::vector<PixelPiece>& pieces);

 private:
  /// Too narrow for a pattern to be seen, and then much quicker.
  static constexpr double kLeastPattern = 3;

  bool isClipped() const { return !clips_.empty(); }
  /// Where the painter clips for itself, nothing is to be done; otherwise the shape is cut.
  bool cutsItself() const { return vector_ && isClipped(); }
  QPainterPath clipPath() const;
  const QBrush& textureOf(const QColor& colour, Fill fill);

  QPainter& painter_;
  Fonts fonts_;
  std::vector<QRectF> clips_;
  std::map<std::pair<QRgb, Fill>, QBrush> textures_;
  bool vector_;
};

}  // namespace lparsim::gui
