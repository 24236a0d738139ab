#pragma once
#include <QStringList>
#include <vector>

#include "gui/paint/canvas.hpp"
#include "gui/paint/fonts.hpp"

namespace lparsim::gui {

/// Remembers what was painted on it, for tests: what is seen of it, in order. What lies outside of the clip is left out.
class RecordedCanvas final : public Canvas {
 public:
  enum class Kind : std::uint8_t { rectangle, frame, roundedRectangle, line, polyline, polygon, curve, text };
  struct Item {
    Kind kind{};
    QRectF area{};    ///< as it was asked for; of lines, polygons and curves the bounds
    QRectF seen{};    ///< the part within the clip
    QColor colour{};  ///< of a pen: its colour
    Fill fill = Fill::solid;
    QPolygonF points{};  ///< of lines, polylines and polygons
    double penWidth = 0;
    QString text{};   ///< as it was asked for
    QString shown{};  ///< cut with an ellipsis
    TextStyle style = TextStyle::normal;
    Qt::Alignment alignment{};
  };

  explicit RecordedCanvas(const QFont& font = {});

  const std::vector<Item>& items() const { return items_; }
  std::vector<Item> all(Kind kind) const;
  /// Rectangles of that colour.
  std::vector<Item> rectangles(const QColor& colour) const;
  /// What is read, in the order in which it was painted.
  QStringList texts() const;
  /// The first text that contains this, before it was cut; null: none.
  const Item* text(const QString& part) const;
  bool says(const QString& part) const { return text(part) != nullptr; }
  /// The topmost rectangle (sharp or rounded) that covers the point; null: none.
  const Item* rectangleAt(const QPointF& point) const;
  /// Every pushClip had its popClip.
  bool isBalanced() const { return clips_.empty(); }

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

 private:
  void add(Item item);
  void addStroke(Kind kind, const QRectF& area, const QPen& pen, const QPolygonF& points = {});

  Fonts fonts_;
  std::vector<Item> items_;
  std::vector<QRectF> clips_;
};

}  // namespace lparsim::gui
