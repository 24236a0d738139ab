#pragma once
#include "gui/charts/plot.hpp"
#include "gui/data/series.hpp"

class QBarCategoryAxis;

namespace lparsim::gui {

/// How many lengths there were of which size: bars over a logarithmic axis of time, with lines at p50, p95 and p99.
class HistogramChart : public Plot {
  Q_OBJECT
 public:
  explicit HistogramChart(QWidget* parent = nullptr);

  void setTheme(const Theme& theme) override;
  void setDistribution(Distribution distribution, const QColor& colour);
  const Distribution& distribution() const { return distribution_; }
  /// `10.0 µs to 16.0 µs: 12 of 100 (12.0 %)`; empty: beside the bars.
  QString textAt(const QPointF& at) const;
  double xOf(SimTime length) const;

 Q_SIGNALS:
  void said(const QString& text);

 protected:
  void paintOver(QPainter& painter) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void leaveEvent(QEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  std::optional<std::size_t> binAt(double x) const;
  QString textOf(std::size_t bin) const;

  QBarCategoryAxis* x_;
  Distribution distribution_;
  QColor colour_;
  std::optional<std::size_t> hover_;
};

}  // namespace lparsim::gui
