#pragma once
// How a picture of the machine is painted; private to gui/topology.
#include <QPainterPath>

#include "gui/topology/picture.hpp"

namespace lparsim::gui {

/// Boxes: servers, processors, partitions, devices.
class PartPainter {
 public:
  PartPainter(Canvas& canvas, const MachinePicture& picture) : canvas_{canvas}, p_{picture} {}
  void container(const Part& part);
  void leaf(const Part& part);
  /// A frame around what is selected, current or under the mouse.
  void marks();

 private:
  QRectF on(const Part& part) const { return p_.camera.toScreen(part.area); }
  double scaled(double length) const { return length * p_.camera.scale; }
  bool readable(double height, TextStyle style = TextStyle::normal) const { return scaled(height) >= canvas_.lineHeight(style) - 2; }
  void title(const QRectF& area, const QString& text, double height);
  void card(const Part& part);
  void cell(const QRectF& area, double load, const QString& name);
  void head(const Part& part, const trace::PartitionFacts& facts, const PartitionFlow* flow);
  void useBar(const QRectF& area, double used, double due, double most, double load);
  void core(const Part& part);
  void pool(const Part& part);
  void virtualProcessor(const Part& part);
  void device(const Part& part);
  QColor colourOf(ServerId server, PartitionId partition) const;

  Canvas& canvas_;
  const MachinePicture& p_;
};

/// Lines between boxes, and what moves along them.
class WirePainter {
 public:
  WirePainter(Canvas& canvas, const MachinePicture& picture) : canvas_{canvas}, p_{picture} {}
  void paint();

 private:
  void resting(const Strand& strand, const QPainterPath& path);
  void moving(const Strand& strand, const QPainterPath& path, bool dashed);

  Canvas& canvas_;
  const MachinePicture& p_;
};

/// From box to box on the screen.
QPainterPath pathOf(const MachinePicture& picture, const Strand& strand);
QColor colourOf(const Theme& theme, WireKind kind);
/// In units of the pen's width, for dashes of some pixels.
QList<qreal> dashesOf(WireKind kind, double width);

void paintLegend(Canvas& canvas, const MachinePicture& picture);

}  // namespace lparsim::gui
