#include "gui/charts/chart_line.hpp"

#include <QCoreApplication>
#include <QLocale>
#include <algorithm>
#include <array>
#include <cmath>

namespace lparsim::gui {

namespace {

QString chartField(const QString& field) {
  if (!field.contains(QLatin1Char(',')) && !field.contains(QLatin1Char('"')) && !field.contains(QLatin1Char('\n'))) return field;
  return QLatin1Char('"') + QString{field}.replace(QLatin1Char('"'), QLatin1String("\"\"")) + QLatin1Char('"');
}

/// In seconds, to the picosecond.
QString exactSeconds(SimTime time) {
  QString text = QString::number(time.ps()).rightJustified(13, QLatin1Char('0'));
  text.insert(text.size() - 12, QLatin1Char('.'));
  while (text.endsWith(QLatin1Char('0'))) text.chop(1);
  if (text.endsWith(QLatin1Char('.'))) text.chop(1);
  return text;
}

}  // namespace

std::optional<double> valueAt(const ChartLine& line, SimTime at) {
  auto after = std::upper_bound(line.points.begin(), line.points.end(), at, [](SimTime t, const Point& p) { return t < p.begin; });
  if (after == line.points.begin()) return std::nullopt;
  --after;
  // The end of the last one is where the run ends: there it still holds.
  const bool holds = at < after->end || (at == after->end && after + 1 == line.points.end());
  return holds ? std::optional{after->value} : std::nullopt;
}

QString valueText(double value, const QString& unit) {
  const double size = std::abs(value);
  const int decimals = size == 0 || size >= 1000 ? 0 : size >= 100 ? 1 : size >= 10 ? 2 : 3;
  static const QLocale locale{QLocale::English, QLocale::UnitedStates};
  const QString text = size > 0 && size < 0.0005 ? QStringLiteral("<0.001") : locale.toString(value, 'f', decimals);
  return unit.isEmpty() ? text : text + QChar{0x00a0} + unit;
}

Qt::PenStyle dashesOf(std::size_t ordinal) {
  constexpr std::array kStyles{Qt::SolidLine, Qt::DashLine, Qt::DotLine, Qt::DashDotLine, Qt::DashDotDotLine};
  return kStyles[ordinal % kStyles.size()];
}

QString csvOf(const std::vector<NamedLines>& charts) {
  const auto word = [](const char* text) {
    return QCoreApplication::translate("lparsim::gui::ChartsView", text);
  };
  QString text =
      QStringList{word("Chart"), word("Line"), word("Unit"), word("From (s)"), word("To (s)"), word("Value")}.join(QLatin1Char(',')) +
      QLatin1String("\r\n");
  for (const NamedLines& chart : charts)
    for (const ChartLine& line : *chart.lines)
      for (const Point& point : line.points)
        text +=
            QStringList{
                chartField(chart.chart),   chartField(line.name),   line.unit,
                exactSeconds(point.begin), exactSeconds(point.end), QString::number(point.value, 'g', QLocale::FloatingPointShortest)}
                .join(QLatin1Char(',')) +
            QLatin1String("\r\n");
  return text;
}

}  // namespace lparsim::gui
