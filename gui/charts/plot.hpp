#pragma once
#include <QChartView>
#include <QPixmap>
#include <QValueAxis>

#include "gui/paint/theme.hpp"

namespace lparsim::gui {

/// The least of 1, 2, 2.5 or 5 times a power of ten so that four of it are no less than `value`.
double niceStep(double value);

/// An empty diagram in the program's look: axes from 0, a plot area at the same place in all of them, so that they stand in line, and a
/// sentence where there is nothing to draw. What is drawn beside the series (playhead, labels, marks) is drawn over it.
class Plot : public QChartView {
  Q_OBJECT
 public:
  explicit Plot(QWidget* parent = nullptr);

  virtual void setTheme(const Theme& theme);
  const Theme& theme() const { return *theme_; }
  /// Said in the middle of the plot; empty: nothing.
  void setHint(const QString& hint);
  const QString& hint() const { return hint_; }
  /// The y axis from 0 to a round number that is no less.
  void setTop(double value);
  double top() const { return y_->max(); }
  QRectF area() const { return chart()->plotArea(); }

 protected:
  void resizeEvent(QResizeEvent* event) override;
  void paintEvent(QPaintEvent* event) override;
  /// The series or the axes changed: they are drawn anew. What is only painted over needs no more than an update of the viewport.
  void renew();
  /// Beneath the series.
  virtual void paintGrid(QPainter& painter) const;
  /// In the view's pixels.
  virtual void paintOver(QPainter& painter) = 0;
  /// A text centred at `x` beneath the plot, as long as it does not touch the last one that ended at `after`. Returns where it ends.
  double paintLabel(QPainter& painter, double x, const QString& label, double after) const;
  /// A line from the bottom to the top of the plot.
  void paintMark(QPainter& painter, double x, const QPen& pen) const;

  /// Invisible: Qt Charts puts an ellipsis for labels that it finds too long, and lays its axes out later than the series.
  QValueAxis* y_;

 private:
  void paintScale(QPainter& painter) const;
  void drawPicture();

  const Theme* theme_;
  QPixmap picture_;  ///< of the chart alone
  bool isStale_ = true;
  int decimals_ = 0;
  QString hint_;
};

}  // namespace lparsim::gui
