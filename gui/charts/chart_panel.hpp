#pragma once
#include <QWidget>

#include "gui/charts/time_chart.hpp"

class QLabel;

namespace lparsim::gui {

class LegendStrip;

/// A chart with its heading and legend; the legend shows values at the playhead, or under the mouse.
class ChartPanel : public QWidget {
  Q_OBJECT
 public:
  explicit ChartPanel(const QString& title, QWidget* parent = nullptr);

  TimeChart& chart() { return *chart_; }
  const TimeChart& chart() const { return *chart_; }
  const LegendStrip& legend() const { return *legend_; }
  void setTheme(const Theme& theme);
  /// `remark`: what a reader should know, beside the title.
  void show(const QString& title, const QString& remark, std::vector<ChartLine> lines, const QString& hint);
  QString heading() const;
  void setPlayhead(SimTime at);
  /// Where the mouse is, in whichever chart.
  void setHover(std::optional<SimTime> at);

 private:
  void showLegend();

  QLabel* title_;
  QLabel* remark_;
  LegendStrip* legend_;
  TimeChart* chart_;
  SimTime playhead_;
  std::optional<SimTime> hover_;
};

}  // namespace lparsim::gui
