#pragma once
#include <QColor>
#include <QPainterPath>
#include <QPen>
#include <QPolygonF>
#include <QRectF>
#include <QString>

class QPainter;

namespace lparsim::gui {

enum class Fill : std::uint8_t { solid, hatched, dotted };
enum class TextStyle : std::uint8_t { normal, small, bold, monospace };
inline constexpr std::size_t kTextStyles = 4;

/// What views are painted on: a QPainter (window, PNG, SVG), or a record that tests read. Logical pixels.
class Canvas {
 public:
  virtual ~Canvas() = default;
  virtual void rectangle(const QRectF& area, const QColor& colour, Fill fill = Fill::solid) = 0;
  virtual void frame(const QRectF& area, const QPen& pen, double radius = 0) = 0;
  virtual void roundedRectangle(const QRectF& area, double radius, const QColor& colour) = 0;
  virtual void line(const QPointF& from, const QPointF& to, const QPen& pen) = 0;
  virtual void polyline(const QPolygonF& points, const QPen& pen) = 0;
  virtual void polygon(const QPolygonF& points, const QColor& colour) = 0;
  virtual void curve(const QPainterPath& path, const QPen& pen) = 0;
  /// Cut with an ellipsis where it does not fit; nothing where not even one letter does.
  virtual void text(const QRectF& area, Qt::Alignment alignment, const QString& text, const QColor& colour,
                    TextStyle style = TextStyle::normal) = 0;
  virtual double textWidth(const QString& text, TextStyle style = TextStyle::normal) const = 0;
  virtual double lineHeight(TextStyle style = TextStyle::normal) const = 0;
  virtual void pushClip(const QRectF& area) = 0;
  virtual void popClip() = 0;
};

/// RAII for pushClip.
class Clip {
 public:
  Clip(Canvas& canvas, const QRectF& area) : canvas_{canvas} { canvas_.pushClip(area); }
  ~Clip() { canvas_.popClip(); }
  Clip(const Clip&) = delete;
  Clip& operator=(const Clip&) = delete;

 private:
  Canvas& canvas_;
};

}  // namespace lparsim::gui
