#include <QLocale>
#include <QStringList>
#include <algorithm>
#include <cmath>

#include "gui/tables/table.hpp"

namespace lparsim::gui {

namespace {

/// How many decimal digits a unit of time is away from the picosecond.
int digitsOf(const QString& unit) {
  if (unit == u"s") return 12;
  if (unit == u"ms") return 9;
  if (unit == u"µs") return 6;
  return unit == u"ns" ? 3 : 0;
}

double inUnit(SimTime time, const QString& unit) {
  return static_cast<double>(time.ps()) / std::pow(10.0, digitsOf(unit));
}

QString exactTime(SimTime time, const QString& unit) {
  const int digits = digitsOf(unit);
  QString text = QString::number(std::abs(time.ps())).rightJustified(digits + 1, QLatin1Char('0'));
  if (digits > 0) {
    text.insert(text.size() - digits, QLatin1Char('.'));
    while (text.endsWith(QLatin1Char('0'))) text.chop(1);
    if (text.endsWith(QLatin1Char('.'))) text.chop(1);
  }
  return time.ps() < 0 ? QLatin1Char('-') + text : text;
}

QString shownNumber(double value, int decimals) {
  static const QLocale locale{QLocale::English, QLocale::UnitedStates};
  if (decimals < 0) {
    if (value == 0) return QStringLiteral("0");
    const int digits = static_cast<int>(std::floor(std::log10(std::abs(value)))) + 1;
    return locale.toString(value, 'f', std::clamp(-decimals - digits, 0, 9));
  }
  // A figure that is there but too small for the column is not nothing.
  const double least = std::pow(10.0, -decimals);
  if (value != 0 && std::abs(value) < least / 2)
    return (value < 0 ? QStringLiteral("> −") : QStringLiteral("< ")) + QLocale::c().toString(least, 'f', decimals);
  return locale.toString(value, 'f', decimals);
}

QString quotedField(const QString& field) {
  static const QString special = QStringLiteral(",\"\r\n");
  for (const QChar c : field)
    if (special.contains(c)) return QLatin1Char('"') + QString{field}.replace(QLatin1Char('"'), QLatin1String("\"\"")) + QLatin1Char('"');
  return field;
}

QString pasted(QString field) {
  for (const char c : {'\t', '\n', '\r'}) field.replace(QLatin1Char(c), QLatin1Char(' '));
  return field;
}

template <class Write>
QString linesOf(const std::vector<Column>& columns, const std::vector<const Row*>& rows, QLatin1Char between, QLatin1String end,
                const Write& write) {
  QString text;
  const auto line = [&](const auto& fieldOf) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (i > 0) text += between;
      text += write(fieldOf(i));
    }
    text += end;
  };
  line([&](std::size_t i) { return headerText(columns[i]); });
  for (const Row* row : rows) line([&](std::size_t i) { return exactText(columns[i], row->cells[i]); });
  return text;
}

}  // namespace

Cell quotient(double part, double whole) {
  Cell cell;
  if (whole > 0) cell = part / whole;
  return cell;
}

QString textFrom(std::string_view text) {
  return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

QString shownText(const Column& column, const Cell& cell) {
  if (const auto* text = std::get_if<QString>(&cell)) return *text;
  if (const auto* count = std::get_if<std::int64_t>(&cell)) return shownNumber(static_cast<double>(*count), 0);
  if (const auto* figure = std::get_if<double>(&cell)) return std::isfinite(*figure) ? shownNumber(*figure, column.decimals) : QString{};
  if (const auto* time = std::get_if<SimTime>(&cell)) return shownNumber(inUnit(*time, column.unit), column.decimals);
  return {};
}

QString exactText(const Column& column, const Cell& cell) {
  if (const auto* text = std::get_if<QString>(&cell)) return *text;
  if (const auto* count = std::get_if<std::int64_t>(&cell)) return QString::number(*count);
  if (const auto* figure = std::get_if<double>(&cell))
    return std::isfinite(*figure) ? QString::number(*figure, 'g', QLocale::FloatingPointShortest) : QString{};
  if (const auto* time = std::get_if<SimTime>(&cell)) return exactTime(*time, column.unit);
  return {};
}

QString headerText(const Column& column) {
  return column.unit.isEmpty() ? column.name : QStringLiteral("%1 (%2)").arg(column.name, column.unit);
}

std::optional<double> numberOf(const Cell& cell) {
  if (const auto* count = std::get_if<std::int64_t>(&cell)) return static_cast<double>(*count);
  if (const auto* figure = std::get_if<double>(&cell)) return std::isfinite(*figure) ? std::optional{*figure} : std::nullopt;
  if (const auto* time = std::get_if<SimTime>(&cell)) return static_cast<double>(time->ps());
  return std::nullopt;
}

// QCollator does the same only where the system has a locale for it.
int compareNaturally(const QString& a, const QString& b) {
  const auto digitsAt = [](const QString& text, qsizetype at) {
    qsizetype end = at;
    while (end < text.size() && text[end].isDigit()) ++end;
    return QStringView{text}.mid(at, end - at);
  };
  const auto significant = [](QStringView digits) {
    while (digits.size() > 1 && digits.front() == QLatin1Char('0')) digits = digits.mid(1);
    return digits;
  };
  qsizetype i = 0, j = 0;
  while (i < a.size() && j < b.size()) {
    const QStringView x = digitsAt(a, i), y = digitsAt(b, j);
    if (!x.isEmpty() && !y.isEmpty()) {
      const QStringView m = significant(x), n = significant(y);
      if (m.size() != n.size()) return m.size() < n.size() ? -1 : 1;
      if (const int order = m.compare(n)) return order;
      i += x.size();
      j += y.size();
      continue;
    }
    const QChar c = a[i++].toCaseFolded(), d = b[j++].toCaseFolded();
    if (c != d) return c < d ? -1 : 1;
  }
  return static_cast<int>(std::clamp<qsizetype>((a.size() - i) - (b.size() - j), -1, 1));
}

QString csvOf(const std::vector<Column>& columns, const std::vector<const Row*>& rows) {
  return linesOf(columns, rows, QLatin1Char(','), QLatin1String("\r\n"), quotedField);
}

QString tsvOf(const std::vector<Column>& columns, const std::vector<const Row*>& rows) {
  return linesOf(columns, rows, QLatin1Char('\t'), QLatin1String("\n"), pasted);
}

}  // namespace lparsim::gui
