#include "gui/app/glyphs.hpp"

#include <QApplication>
#include <QIconEngine>
#include <QPainter>
#include <QPainterPath>
#include <QPalette>
#include <QPixmap>
#include <vector>

namespace lparsim::gui {

namespace {

constexpr double kGrid = 16;
constexpr double kStroke = 1.4;

// The drawings, on a grid of 16 by 16.
struct Drawing {
  QPainterPath stroked;
  QPainterPath filled;
};

QPainterPath lines(const std::vector<std::vector<QPointF>>& runs) {
  QPainterPath path;
  for (const auto& run : runs) {
    path.moveTo(run.front());
    for (const QPointF& point : run) path.lineTo(point);
  }
  return path;
}

QPainterPath shape(const std::vector<QPointF>& corners) {
  QPainterPath path = lines({corners});
  path.closeSubpath();
  return path;
}

QPainterPath circle(double x, double y, double radius) {
  QPainterPath path;
  path.addEllipse(QPointF{x, y}, radius, radius);
  return path;
}

QPainterPath box(double x, double y, double width, double height) {
  QPainterPath path;
  path.addRoundedRect(x, y, width, height, 1, 1);
  return path;
}

QPainterPath together(const std::vector<QPainterPath>& parts) {
  QPainterPath path;
  for (const QPainterPath& part : parts) path.addPath(part);
  return path;
}

// An arrow that turns back, for undo; mirrored for redo.
QPainterPath turning() {
  QPainterPath path = lines({{{5.5, 3}, {2.5, 6}, {5.5, 9}}});
  path.moveTo(2.5, 6);
  path.lineTo(9.5, 6);
  path.arcTo(QRectF{6, 6, 7, 7}, 90, -180);
  path.lineTo(6, 13);
  return path;
}

QPainterPath mirrored(const QPainterPath& path) {
  return QTransform{-1, 0, 0, 1, kGrid, 0}.map(path);
}

Drawing drawing(Glyph which) {
  switch (which) {
    case Glyph::open:
      return {shape({{2, 13}, {2, 4}, {6, 4}, {7.5, 5.5}, {13, 5.5}, {13, 13}}), {}};
    case Glyph::save:
      return {together({shape({{3, 3}, {11, 3}, {13, 5}, {13, 13}, {3, 13}}), lines({{{5.5, 13}, {5.5, 9}, {10.5, 9}, {10.5, 13}}})}), {}};
    case Glyph::run:
      return {circle(8, 8, 6), shape({{6.5, 5.2}, {11, 8}, {6.5, 10.8}})};
    case Glyph::stop:
      return {{}, box(4, 4, 8, 8)};
    case Glyph::play:
      return {{}, shape({{4.5, 3}, {13, 8}, {4.5, 13}})};
    case Glyph::pause:
      return {{}, together({box(4, 3, 3, 10), box(9, 3, 3, 10)})};
    case Glyph::next:
      return {lines({{{12, 3.5}, {12, 12.5}}}), shape({{4, 3.5}, {10.5, 8}, {4, 12.5}})};
    case Glyph::previous:
      return {lines({{{4, 3.5}, {4, 12.5}}}), shape({{12, 3.5}, {5.5, 8}, {12, 12.5}})};
    case Glyph::follow:
      return {lines({{{2, 8}, {10, 8}}, {{7, 5}, {10, 8}, {7, 11}}, {{13, 3}, {13, 13}}}), {}};
    case Glyph::search:
      return {together({circle(7, 7, 4.2), lines({{{10.2, 10.2}, {13.6, 13.6}}})}), {}};
    case Glyph::fit:
      return {lines({{{2, 4}, {2, 12}}, {{14, 4}, {14, 12}}, {{4, 8}, {12, 8}}, {{6, 6}, {4, 8}, {6, 10}}, {{10, 6}, {12, 8}, {10, 10}}}),
              {}};
    case Glyph::undo:
      return {turning(), {}};
    case Glyph::redo:
      return {mirrored(turning()), {}};
    case Glyph::close:
      return {lines({{{4, 4}, {12, 12}}, {{12, 4}, {4, 12}}}), {}};
    case Glyph::tear:
      return {together({box(2.5, 6, 7.5, 7.5), lines({{{6, 6}, {6, 2.5}, {13.5, 2.5}, {13.5, 10}, {10, 10}}})}), {}};
    case Glyph::information:
      return {together({circle(8, 8, 6), lines({{{8, 7.5}, {8, 11.2}}})}), circle(8, 5, 0.9)};
    case Glyph::warning:
      return {together({shape({{8, 2.5}, {14, 13}, {2, 13}}), lines({{{8, 6.5}, {8, 9.5}}})}), circle(8, 11.3, 0.8)};
    case Glyph::error:
      return {together({circle(8, 8, 6), lines({{{5.8, 5.8}, {10.2, 10.2}}, {{10.2, 5.8}, {5.8, 10.2}}})}), {}};
    case Glyph::start:
      return {shape({{2.5, 7.5}, {8, 2.8}, {13.5, 7.5}, {13.5, 13}, {2.5, 13}}), {}};
    case Glyph::scenario:
      return {together({shape({{3.5, 2.5}, {12.5, 2.5}, {12.5, 13.5}, {3.5, 13.5}}),
                        lines({{{6, 6}, {10, 6}}, {{6, 8.5}, {10, 8.5}}, {{6, 11}, {8.5, 11}}})}),
              {}};
    case Glyph::views:
      return {{}, together({box(2, 3.5, 5, 2.2), box(8, 3.5, 6, 2.2), box(2, 7, 8, 2.2), box(11, 7, 3, 2.2), box(4, 10.5, 8, 2.2)})};
    case Glyph::file:
      return {together({shape({{3.5, 2}, {9.5, 2}, {12.5, 5}, {12.5, 14}, {3.5, 14}}), lines({{{9.5, 2}, {9.5, 5}, {12.5, 5}}})}), {}};
  }
  return {};
}

/// Asks the palette when it paints, so that an icon made in the light theme is right in the dark one.
class Engine final : public QIconEngine {
 public:
  explicit Engine(Glyph which) : which_{which} {}

  void paint(QPainter* painter, const QRect& area, QIcon::Mode mode, QIcon::State /*state*/) override {
    const auto group = mode == QIcon::Disabled ? QPalette::Disabled : QPalette::Active;
    const auto role = mode == QIcon::Selected ? QPalette::HighlightedText : QPalette::ButtonText;
    const QColor colour = QApplication::palette().color(group, role);
    const Drawing picture = drawing(which_);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->translate(area.topLeft());
    painter->scale(area.width() / kGrid, area.height() / kGrid);
    painter->fillPath(picture.filled, colour);
    painter->strokePath(picture.stroked, QPen{colour, kStroke, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin});
    painter->restore();
  }
  QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override {
    QPixmap picture{size};
    picture.fill(Qt::transparent);
    QPainter painter{&picture};
    paint(&painter, QRect{QPoint{}, size}, mode, state);
    return picture;
  }
  QIconEngine* clone() const override { return new Engine{*this}; }

 private:
  Glyph which_;
};

}  // namespace

QIcon glyph(Glyph which) {
  return QIcon{new Engine{which}};
}

}  // namespace lparsim::gui
