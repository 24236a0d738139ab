#pragma once
#include <QPointF>

#include "gui/charts/chart_line.hpp"
#include "gui/charts/plot.hpp"

class QXYSeries;

namespace lparsim::gui {

/// Lines over the visible window of time, with playhead and range. Like the timeline it takes a click for the playhead, a drag for a
/// range, the wheel for zooming, and WASD, arrows, F and Escape.
class TimeChart : public Plot {
  Q_OBJECT
 public:
  explicit TimeChart(QWidget* parent = nullptr);

  void setLines(std::vector<ChartLine> lines);
  const std::vector<ChartLine>& lines() const { return lines_; }
  void setWindow(TimeRange window);
  void setPlayhead(SimTime at);
  void setRange(std::optional<TimeRange> range);
  double xOf(SimTime at) const;
  SimTime timeAt(double x) const;
  /// What is drawn, for tests: points of a line in seconds and its unit.
  QList<QPointF> drawnPoints(std::size_t line) const;

 Q_SIGNALS:
  void playheadWanted(SimTime at);
  void rangeWanted(std::optional<TimeRange> range);
  void windowWanted(TimeRange window, bool continues);
  void fitWanted();
  void hovered(std::optional<SimTime> at);

 protected:
  void paintGrid(QPainter& painter) const override;
  void paintOver(QPainter& painter) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void leaveEvent(QEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  void drawLines();
  void zoom(double factor, double around, bool continues);
  void pan(double share);
  void hover(std::optional<SimTime> at);

  QValueAxis* x_;
  std::vector<ChartLine> lines_;
  std::vector<std::vector<QXYSeries*>> drawn_;  ///< of each line; several where it has gaps
  TimeRange window_;
  SimTime playhead_;
  std::optional<TimeRange> range_;
  std::optional<SimTime> hover_, pressed_;
  QPointF pressedAt_;
  bool dragging_ = false;
};

}  // namespace lparsim::gui
