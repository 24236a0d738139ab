#include "gui/charts/histogram_chart.hpp"

#include <QBarCategoryAxis>
#include <QBarSeries>
#include <QBarSet>
#include <QChart>
#include <QKeyEvent>
#include <QMouseEvent>
#include <algorithm>
#include <cmath>

#include "gui/paint/time_text.hpp"

namespace lparsim::gui {

HistogramChart::HistogramChart(QWidget* parent) : Plot{parent}, x_{new QBarCategoryAxis{this}} {
  chart()->addAxis(x_, Qt::AlignBottom);
  x_->setVisible(false);
  setMinimumHeight(9 * fontMetrics().height());
}

void HistogramChart::setTheme(const Theme& theme) {
  Plot::setTheme(theme);
  for (QAbstractSeries* series : chart()->series())
    for (QBarSet* set : static_cast<QBarSeries*>(series)->barSets()) set->setBorderColor(theme.background);
}

void HistogramChart::setDistribution(Distribution distribution, const QColor& colour) {
  distribution_ = std::move(distribution);
  colour_ = colour;
  hover_.reset();
  chart()->removeAllSeries();
  x_->clear();
  auto* bars = new QBarSeries;
  auto* set = new QBarSet{QString{}};
  QStringList names;
  std::uint64_t most = 0;
  for (const Distribution::Bin& bin : distribution_.bins) {
    *set << static_cast<double>(bin.count);
    names << QString::number(bin.from.ps());
    most = std::max(most, bin.count);
  }
  set->setColor(colour);
  set->setBorderColor(theme().background);
  bars->append(set);
  bars->setBarWidth(0.94);
  x_->append(names);
  chart()->addSeries(bars);
  bars->attachAxis(x_);
  bars->attachAxis(y_);
  // Counts are whole: no axis of fewer than four.
  setTop(std::max(4.0, static_cast<double>(most) * 1.04));
  renew();
}

double HistogramChart::xOf(SimTime length) const {
  const auto& bins = distribution_.bins;
  if (bins.empty()) return area().left();
  const double width = area().width() / static_cast<double>(bins.size());
  const auto after =
      std::upper_bound(bins.begin(), bins.end(), length, [](SimTime t, const Distribution::Bin& bin) { return t < bin.from; });
  if (after == bins.begin()) return area().left();
  const auto& bin = *(after - 1);
  const double whole = (bin.to - bin.from).seconds();
  const double share = whole > 0 ? std::min(1.0, (length - bin.from).seconds() / whole) : 0;
  return area().left() + width * (static_cast<double>(after - 1 - bins.begin()) + share);
}

std::optional<std::size_t> HistogramChart::binAt(double x) const {
  const double share = (x - area().left()) / area().width();
  if (distribution_.bins.empty() || share < 0 || share >= 1) return std::nullopt;
  return static_cast<std::size_t>(share * static_cast<double>(distribution_.bins.size()));
}

QString HistogramChart::textOf(std::size_t bin) const {
  const Distribution::Bin& of = distribution_.bins[bin];
  const double share = distribution_.count == 0 ? 0 : 100.0 * static_cast<double>(of.count) / static_cast<double>(distribution_.count);
  return tr("%1 to %2: %3 of %4 (%5 %)")
      .arg(durationText(of.from), durationText(of.to), countText(of.count), countText(distribution_.count))
      .arg(share, 0, 'f', 1);
}

QString HistogramChart::textAt(const QPointF& at) const {
  const auto bin = area().contains(at) ? binAt(at.x()) : std::nullopt;
  return bin ? textOf(*bin) : QString{};
}

void HistogramChart::paintOver(QPainter& painter) {
  const auto& bins = distribution_.bins;
  if (bins.empty()) return;
  const double width = area().width() / static_cast<double>(bins.size());
  double after = -10;
  for (std::size_t i = 0; i <= bins.size(); ++i) {
    const double x = area().left() + width * static_cast<double>(i);
    after = paintLabel(painter, x, durationText(i < bins.size() ? bins[i].from : bins.back().to), after);
  }
  if (hover_) {
    QColor shade = theme().accent;
    shade.setAlpha(40);
    painter.fillRect(QRectF{area().left() + width * static_cast<double>(*hover_), area().top(), width, area().height()}, shade);
  }
  // Names of the lines one beneath the other, so that those that are close can be read.
  const QFontMetricsF metrics{painter.font()};
  double y = area().top() + metrics.ascent();
  const std::pair<QString, SimTime> marks[] = {
      {tr("p50"), distribution_.p50}, {tr("p95"), distribution_.p95}, {tr("p99"), distribution_.p99}};
  const Qt::PenStyle styles[] = {Qt::SolidLine, Qt::DashLine, Qt::DotLine};
  for (std::size_t i = 0; i < 3; ++i) {
    const double x = xOf(marks[i].second);
    paintMark(painter, x, QPen{theme().text, 1.4, styles[i]});
    const double wide = metrics.horizontalAdvance(marks[i].first);
    const bool fitsRight = x + 4 + wide < area().right();
    const QRectF behind{fitsRight ? x + 3 : x - 5 - wide, y - metrics.ascent(), wide + 2, metrics.height()};
    QColor veil = theme().background;
    veil.setAlpha(200);
    painter.fillRect(behind, veil);
    painter.setPen(theme().text);
    painter.drawText(QPointF{behind.left() + 1, y}, marks[i].first);
    y += metrics.height();
  }
}

void HistogramChart::mouseMoveEvent(QMouseEvent* event) {
  hover_ = area().contains(event->position()) ? binAt(event->position().x()) : std::nullopt;
  viewport()->update();
  Q_EMIT said(hover_ ? textOf(*hover_) : QString{});
}

void HistogramChart::leaveEvent(QEvent* event) {
  Plot::leaveEvent(event);
  hover_.reset();
  viewport()->update();
  Q_EMIT said({});
}

void HistogramChart::keyPressEvent(QKeyEvent* event) {
  const bool left = event->key() == Qt::Key_Left, right = event->key() == Qt::Key_Right;
  if ((!left && !right) || distribution_.bins.empty()) return event->ignore();
  const std::size_t last = distribution_.bins.size() - 1;
  if (!hover_)
    hover_ = left ? last : 0;
  else if (left && *hover_ > 0)
    --*hover_;
  else if (right && *hover_ < last)
    ++*hover_;
  viewport()->update();
  Q_EMIT said(textOf(*hover_));
}

}  // namespace lparsim::gui
