#include "gui/charts/plot.hpp"

#include <QChart>
#include <QGraphicsLayout>
#include <QGraphicsScene>
#include <QLocale>
#include <QPaintEngine>
#include <algorithm>
#include <cmath>

namespace lparsim::gui {

double niceStep(double value) {
  if (!(value > 0)) return 0.25;
  const double least = value / 4;
  const double power = std::pow(10.0, std::floor(std::log10(least)));
  for (const double factor : {1.0, 2.0, 2.5, 5.0})
    if (factor * power >= least * (1 - 1e-9)) return factor * power;
  return 10 * power;
}

Plot::Plot(QWidget* parent) : QChartView{parent}, y_{new QValueAxis{this}}, theme_{&Theme::light()} {
  setFrameShape(QFrame::NoFrame);
  setRenderHint(QPainter::Antialiasing);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setViewportUpdateMode(QGraphicsView::FullViewportUpdate);
  setFocusPolicy(Qt::StrongFocus);
  setMouseTracking(true);
  setMinimumHeight(7 * fontMetrics().height());
  setContextMenuPolicy(Qt::NoContextMenu);
  QChart& chart = *this->chart();
  chart.legend()->hide();
  setBackgroundBrush(Qt::NoBrush);
  chart.setBackgroundVisible(false);
  chart.setMargins({});
  chart.layout()->setContentsMargins(0, 0, 0, 0);
  chart.setAnimationOptions(QChart::NoAnimation);
  chart.addAxis(y_, Qt::AlignLeft);
  y_->setVisible(false);
  connect(scene(), &QGraphicsScene::changed, this, &Plot::renew);
  setTop(1);
}

void Plot::setTheme(const Theme& theme) {
  theme_ = &theme;
  renew();
}

void Plot::setHint(const QString& hint) {
  hint_ = hint;
  setAccessibleDescription(hint);
  viewport()->update();
}

void Plot::setTop(double value) {
  const double step = niceStep(value);
  // As many decimals as the step has, 2.5 being the one with another.
  const double power = std::floor(std::log10(step) + 1e-9);
  const bool half = std::abs(step / std::pow(10.0, power) - 2.5) < 1e-6;
  decimals_ = std::clamp(static_cast<int>(-power) + (half ? 1 : 0), 0, 9);
  y_->setRange(0, 4 * step);
  renew();
}

void Plot::resizeEvent(QResizeEvent* event) {
  QChartView::resizeEvent(event);
  const QFontMetricsF metrics{font()};
  const double left = metrics.horizontalAdvance(QStringLiteral("00,000")) + 12;
  const double below = metrics.height() + 6;
  chart()->setPlotArea(
      {left, metrics.height() / 2 + 2, std::max(10.0, width() - left - 14), std::max(10.0, height() - below - metrics.height() / 2 - 4)});
}

void Plot::renew() {
  isStale_ = true;
  viewport()->update();
}

// Drawing the series takes milliseconds, and the playhead moves sixty times a second: what does not move is kept.
void Plot::drawPicture() {
  isStale_ = false;
  const double ratio = devicePixelRatioF();
  picture_ = QPixmap{(QSizeF{viewport()->size()} * ratio).toSize()};
  picture_.setDevicePixelRatio(ratio);
  picture_.fill(Qt::transparent);
  QPainter painter{&picture_};
  painter.setRenderHints(renderHints());
  render(&painter, viewport()->rect(), viewport()->rect());
}

void Plot::paintEvent(QPaintEvent* event) {
  bool isVector = false;
  {
    QPainter painter{viewport()};
    painter.fillRect(viewport()->rect(), theme_->background);
    paintGrid(painter);
    // A vector graphic stays one.
    isVector = painter.paintEngine()->type() == QPaintEngine::SVG;
  }
  if (isVector) QChartView::paintEvent(event);
  if (!isVector && (isStale_ || picture_.size() != (QSizeF{viewport()->size()} * devicePixelRatioF()).toSize())) drawPicture();
  QPainter painter{viewport()};
  if (!isVector) painter.drawPixmap(0, 0, picture_);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setFont(font());
  paintScale(painter);
  paintOver(painter);
  if (hint_.isEmpty()) return;
  painter.setPen(theme_->faintText);
  painter.drawText(area().adjusted(12, 4, -12, -4), Qt::AlignCenter | Qt::TextWordWrap, hint_);
}

void Plot::paintGrid(QPainter& painter) const {
  painter.setPen(QPen{theme_->grid, 1});
  for (int i = 1; i <= 4; ++i) {
    const double y = std::round(area().bottom() - area().height() * i / 4) + 0.5;
    painter.drawLine(QPointF{area().left(), y}, QPointF{area().right(), y});
  }
  painter.setPen(QPen{theme_->border, 1});
  painter.drawLine(area().bottomLeft(), area().bottomRight());
  painter.drawLine(area().topLeft(), area().bottomLeft());
}

void Plot::paintScale(QPainter& painter) const {
  static const QLocale locale{QLocale::English, QLocale::UnitedStates};
  const QFontMetricsF metrics{painter.font()};
  const double step = area().height() / 4;
  const int every = step >= metrics.height() ? 1 : 2 * step >= metrics.height() ? 2 : 4;
  painter.setPen(theme_->faintText);
  for (int i = 0; i <= 4; i += every) {
    const QRectF place{0, area().bottom() - step * i - metrics.height() / 2, area().left() - 8, metrics.height()};
    painter.drawText(place, Qt::AlignRight | Qt::AlignVCenter, locale.toString(top() * i / 4, 'f', decimals_));
  }
}

double Plot::paintLabel(QPainter& painter, double x, const QString& label, double after) const {
  const QFontMetricsF metrics{painter.font()};
  const double width = metrics.horizontalAdvance(label);
  const double left = std::clamp(x - width / 2, 0.0, std::max(0.0, this->width() - width - 2));
  if (left < after + 10) return after;
  painter.setPen(theme_->faintText);
  painter.drawText(QPointF{left, area().bottom() + 3 + metrics.ascent()}, label);
  return left + width;
}

void Plot::paintMark(QPainter& painter, double x, const QPen& pen) const {
  painter.setPen(pen);
  painter.drawLine(QPointF{x, area().top()}, QPointF{x, area().bottom()});
}

}  // namespace lparsim::gui
