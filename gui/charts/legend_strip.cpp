#include "gui/charts/legend_strip.hpp"

#include <QHelpEvent>
#include <QPainter>
#include <QPainterPath>
#include <QToolTip>
#include <algorithm>
#include <cmath>

namespace lparsim::gui {

namespace {

constexpr int kSample = 26;  ///< length of a piece of the line
constexpr int kGap = 6;
constexpr int kApart = 18;

/// The shapes that TimeChart draws, in the same order.
QPainterPath shapeOf(int marker, QPointF at) {
  QPainterPath path;
  constexpr double kHalf = 4;
  switch (marker % 6) {
    case 0:
      path.addEllipse(at, kHalf, kHalf);
      break;
    case 1:
      path.addRect(at.x() - kHalf, at.y() - kHalf, 2 * kHalf, 2 * kHalf);
      break;
    case 2:
      path.addPolygon(QPolygonF{{at + QPointF{0, -kHalf}, at + QPointF{kHalf, kHalf}, at + QPointF{-kHalf, kHalf}}});
      break;
    case 3:
      path.addPolygon(QPolygonF{{at + QPointF{0, -kHalf}, at + QPointF{kHalf, 0}, at + QPointF{0, kHalf}, at + QPointF{-kHalf, 0}}});
      break;
    default:
      path.addEllipse(at, kHalf * 0.7, kHalf * 0.7);
      break;
  }
  path.closeSubpath();
  return path;
}

}  // namespace

LegendStrip::LegendStrip(QWidget* parent) : QWidget{parent}, theme_{&Theme::light()} {
  QSizePolicy policy{QSizePolicy::Preferred, QSizePolicy::Fixed};
  policy.setHeightForWidth(true);
  setSizePolicy(policy);
}

void LegendStrip::setTheme(const Theme& theme) {
  theme_ = &theme;
  update();
}

namespace {

/// `0.139 of 0.200 PU`: of lines that have an entry together.
template <class ValueOf>
QString entryText(const std::vector<ChartLine>& lines, std::size_t first, std::size_t count, const ValueOf& valueOf) {
  QString text;
  for (std::size_t i = first; i < first + count; ++i) {
    const std::optional<double> value = valueOf(lines[i]);
    const QString unit = i + 1 == first + count ? lines[i].unit : QString{};
    if (i > first) text += QStringLiteral(" %1 ").arg(lines[i].joins);
    text += value ? valueText(*value, unit) : QStringLiteral("–");
  }
  return text;
}

}  // namespace

void LegendStrip::setLines(const std::vector<ChartLine>& lines) {
  entries_.clear();
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const ChartLine& line = lines[i];
    if (!line.joins.isEmpty() && !entries_.empty()) {
      ++entries_.back().count;
      continue;
    }
    entries_.push_back({line.entry.isEmpty() ? line.name : line.entry,
                        {},
                        line.meaning,
                        line.colour,
                        line.style,
                        line.drawsMarkers(),
                        line.marker,
                        0,
                        i,
                        1});
  }
  // Room for any value, so that nothing jumps while they change.
  for (Entry& entry : entries_)
    for (const double part : {1.0, 0.1, 0.0}) {
      const QString text = entryText(lines, entry.first, entry.count, [&](const ChartLine& line) -> std::optional<double> {
        double most = 0;
        for (const Point& point : line.points) most = std::max(most, std::abs(point.value));
        return part == 0 ? 0.888 : most * part;
      });
      entry.valueWidth = std::max(entry.valueWidth, fontMetrics().horizontalAdvance(text));
    }
  updateGeometry();
  update();
}

void LegendStrip::showAt(const std::vector<ChartLine>& lines, SimTime at) {
  for (Entry& entry : entries_)
    entry.value = entryText(lines, entry.first, entry.count, [&](const ChartLine& line) { return valueAt(line, at); });
  setAccessibleName(texts().join(QStringLiteral(", ")));
  update();
}

QStringList LegendStrip::texts() const {
  QStringList texts;
  for (const Entry& entry : entries_) texts.push_back(entry.name + QLatin1Char(' ') + entry.value);
  return texts;
}

std::vector<QRect> LegendStrip::places(int width) const {
  std::vector<QRect> places;
  const int line = fontMetrics().height() + 2;
  int x = 0, y = 0;
  for (const Entry& entry : entries_) {
    const int needed = kSample + kGap + fontMetrics().horizontalAdvance(entry.name) + kGap + entry.valueWidth;
    if (x > 0 && x + needed > width) {
      x = 0;
      y += line;
    }
    places.emplace_back(x, y, std::min(needed, width), line);
    x += needed + kApart;
  }
  return places;
}

int LegendStrip::heightForWidth(int width) const {
  const std::vector<QRect> all = places(width);
  return all.empty() ? 0 : all.back().bottom() + 1;
}

QSize LegendStrip::sizeHint() const {
  return {200, heightForWidth(std::max(200, width()))};
}

QSize LegendStrip::minimumSizeHint() const {
  return {80, heightForWidth(std::max(80, width()))};
}

void LegendStrip::paintEvent(QPaintEvent* /*event*/) {
  QPainter painter{this};
  painter.setRenderHint(QPainter::Antialiasing);
  const std::vector<QRect> all = places(width());
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Entry& entry = entries_[i];
    const QRect& place = all[i];
    const double middle = place.center().y() + 0.5;
    QPen pen{entry.colour, 2, entry.style};
    pen.setCapStyle(Qt::FlatCap);
    painter.setPen(pen);
    painter.drawLine(QPointF(place.left(), middle), QPointF(place.left() + kSample, middle));
    if (entry.hasMarker) painter.fillPath(shapeOf(entry.marker, {place.left() + kSample / 2.0, middle}), entry.colour);
    const int left = place.left() + kSample + kGap;
    const QString name = fontMetrics().elidedText(entry.name, Qt::ElideRight, place.right() - left);
    painter.setPen(theme_->text);
    painter.drawText(QRect{left, place.top(), place.right() - left, place.height()}, Qt::AlignVCenter, name);
    const int valueLeft = left + fontMetrics().horizontalAdvance(name) + kGap;
    painter.setPen(theme_->faintText);
    painter.drawText(QRect{valueLeft, place.top(), std::max(0, width() - valueLeft), place.height()}, Qt::AlignVCenter, entry.value);
  }
}

bool LegendStrip::event(QEvent* event) {
  if (event->type() != QEvent::ToolTip) return QWidget::event(event);
  const auto* help = static_cast<QHelpEvent*>(event);
  const std::vector<QRect> all = places(width());
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!all[i].contains(help->pos())) continue;
    QToolTip::showText(help->globalPos(), QStringLiteral("%1: %2\n%3").arg(entries_[i].name, entries_[i].value, entries_[i].meaning), this);
    return true;
  }
  QToolTip::hideText();
  return true;
}

}  // namespace lparsim::gui
