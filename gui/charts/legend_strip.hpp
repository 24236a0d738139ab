#pragma once
#include <QWidget>

#include "gui/charts/chart_line.hpp"
#include "gui/paint/theme.hpp"

namespace lparsim::gui {

/// The lines of a chart with their names and their values at a moment, above the plot, so that it covers no data. Wraps.
class LegendStrip : public QWidget {
  Q_OBJECT
 public:
  explicit LegendStrip(QWidget* parent = nullptr);

  void setTheme(const Theme& theme);
  void setLines(const std::vector<ChartLine>& lines);
  /// The same lines at another moment: nothing moves.
  void showAt(const std::vector<ChartLine>& lines, SimTime at);
  /// As it reads: `web 0.620 PU`.
  QStringList texts() const;
  bool hasHeightForWidth() const override { return true; }
  int heightForWidth(int width) const override;
  QSize sizeHint() const override;
  QSize minimumSizeHint() const override;

 protected:
  void paintEvent(QPaintEvent* event) override;
  bool event(QEvent* event) override;

 private:
  struct Entry {
    QString name, value, meaning;
    QColor colour;
    Qt::PenStyle style;
    bool hasMarker;
    int marker;
    int valueWidth;
    std::size_t first, count;  ///< of the lines
  };
  std::vector<QRect> places(int width) const;

  std::vector<Entry> entries_;
  const Theme* theme_;
};

}  // namespace lparsim::gui
