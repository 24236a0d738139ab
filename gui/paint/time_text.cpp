#include "gui/paint/time_text.hpp"

#include <QLocale>
#include <algorithm>
#include <array>
#include <cmath>

namespace lparsim::gui {

namespace {

constexpr std::int64_t kNs = 1'000, kUs = 1'000 * kNs, kMs = 1'000 * kUs, kS = 1'000 * kMs;
constexpr std::int64_t kMinute = 60 * kS, kHour = 60 * kMinute, kDay = 24 * kHour;

struct Unit {
  std::int64_t ps;
  const char* name;
};
// The largest of which a length has at least one is used; minutes and more only where seconds would have four digits or more.
constexpr std::array<Unit, 8> kUnits{
    {{kDay, "d"}, {kHour, "h"}, {kMinute, "min"}, {kS, "s"}, {kMs, "ms"}, {kUs, "µs"}, {kNs, "ns"}, {1, "ps"}}};
constexpr std::int64_t kSeconds = 3;  // place in kUnits

/// `1.25`: at most `decimals` of them, no zeros at their end. Exact: whole numbers only.
QString decimalText(std::int64_t amount, std::int64_t unit, int decimals) {
  std::int64_t scale = 1;
  for (int i = 0; i < decimals && scale < unit; ++i) scale *= 10;
  __extension__ using Wide = __int128;
  const auto scaled = static_cast<std::int64_t>((static_cast<Wide>(amount) * scale + unit / 2) / unit);
  QString text = QString::number(scaled / scale);
  QString fraction = QString::number(scaled % scale).rightJustified(static_cast<int>(std::log10(static_cast<double>(scale)) + 0.5), '0');
  while (fraction.endsWith('0')) fraction.chop(1);
  return fraction.isEmpty() || scale == 1 ? text : text + '.' + fraction;
}

int digitsOf(std::int64_t number) {
  int digits = 1;
  while (number >= 10) {
    number /= 10;
    ++digits;
  }
  return digits;
}

/// Decimals of a second that show such a step: 0 for 1 s and more, 12 for a picosecond.
int decimalsFor(SimTime resolution) {
  int decimals = 0;
  for (std::int64_t unit = kS; decimals < 12 && resolution.ps() % unit != 0; ++decimals) unit /= 10;
  return decimals;
}

int coarseDecimalsFor(SimTime resolution) {
  int decimals = 0;
  for (std::int64_t unit = kS; decimals < 12 && unit > std::max<std::int64_t>(resolution.ps(), 1); ++decimals) unit /= 10;
  return decimals;
}

QString grouped(const QString& digits) {
  QString text;
  for (qsizetype i = 0; i < digits.size(); ++i) {
    if (i > 0 && i % 3 == 0) text += ' ';
    text += digits[i];
  }
  return text;
}

QString instantWith(SimTime at, int decimals) {
  const bool negative = at.ps() < 0;
  // Rounded up at half of the last digit shown.
  std::int64_t unit = kS;
  for (int i = 0; i < decimals; ++i) unit /= 10;
  std::int64_t ps = negative ? -at.ps() : at.ps();
  if (ps <= INT64_MAX - unit / 2) ps = (ps + unit / 2) / unit * unit;
  const QString fraction = decimals == 0 ? QString{} : '.' + grouped(QString::number(ps % kS).rightJustified(12, '0').left(decimals));
  const std::int64_t seconds = ps / kS;
  QString text = negative ? QStringLiteral("−") : QString{};
  // A clock from an hour up, where seconds would no longer be read at a glance.
  if (seconds < 3600) return text + QString::number(seconds) + fraction + " s";
  if (seconds >= 86400) text += QString::number(seconds / 86400) + " d ";
  const auto two = [](std::int64_t number) {
    return QString::number(number).rightJustified(2, '0');
  };
  return text + two(seconds / 3600 % 24) + ':' + two(seconds / 60 % 60) + ':' + two(seconds % 60) + fraction;
}

/// The smallest nice step of at least `least`; `minor` divides it.
struct Step {
  std::int64_t major, minor;
};
Step stepOf(std::int64_t least) {
  constexpr std::array<Step, 15> kClock{{{kMinute, 10 * kS},
                                         {2 * kMinute, 30 * kS},
                                         {5 * kMinute, kMinute},
                                         {10 * kMinute, 2 * kMinute},
                                         {15 * kMinute, 5 * kMinute},
                                         {30 * kMinute, 5 * kMinute},
                                         {kHour, 10 * kMinute},
                                         {2 * kHour, 30 * kMinute},
                                         {3 * kHour, kHour},
                                         {6 * kHour, kHour},
                                         {12 * kHour, 2 * kHour},
                                         {kDay, 6 * kHour},
                                         {2 * kDay, 12 * kHour},
                                         {5 * kDay, kDay},
                                         {10 * kDay, 2 * kDay}}};
  for (std::int64_t power = 1; power <= 10 * kS; power *= 10)
    for (const auto& [factor, parts] : {std::pair{1, 5}, std::pair{2, 4}, std::pair{5, 5}}) {
      const std::int64_t major = power * factor;
      if (major < kMinute && major >= least) return {major, std::max<std::int64_t>(major / parts, 1)};
    }
  for (const Step& step : kClock)
    if (step.major >= least) return step;
  return {(least + kDay - 1) / kDay * kDay, kDay};
}

}  // namespace

QString durationText(SimTime length) {
  if (length.ps() < 0)
    return QStringLiteral("−") + durationText(SimTime::from_ps(length == SimTime::from_ps(INT64_MIN) ? INT64_MAX : -length.ps()));
  if (length == SimTime{}) return "0 s";
  for (std::size_t i = length.ps() >= 1'000 * kS ? 0 : kSeconds; i < kUnits.size(); ++i) {
    const Unit& unit = kUnits[i];
    if (length.ps() < unit.ps) continue;
    const int decimals = std::max(0, 4 - digitsOf(length.ps() / unit.ps));
    const QString text = decimalText(length.ps(), unit.ps, decimals);
    // 999.96 ms are 1 s.
    if (text == "1000" && i > kSeconds) return QString{"1 "} + kUnits[i - 1].name;
    return text + ' ' + QString::fromUtf8(unit.name);
  }
  return {};
}

QString instantText(SimTime at, SimTime resolution) {
  return instantWith(at, coarseDecimalsFor(resolution));
}

std::vector<Tick> ticksOf(SimTime begin, SimTime end, double pixels, double apart) {
  std::vector<Tick> ticks;
  if (end <= begin || pixels < 1) return ticks;
  const double psPerPixel = static_cast<double>((end - begin).ps()) / pixels;
  const auto least = static_cast<std::int64_t>(std::ceil(std::min(psPerPixel * std::max(apart, 1.0), 9e18)));
  const Step step = stepOf(std::max<std::int64_t>(least, 1));
  const int decimals = decimalsFor(SimTime::from_ps(step.major));
  // Down to the next minor tick; also before zero.
  std::int64_t at = begin.ps() / step.minor * step.minor;
  if (at < begin.ps()) at += step.minor;
  while (at <= end.ps()) {
    ticks.push_back({SimTime::from_ps(at), at % step.major == 0 ? instantWith(SimTime::from_ps(at), decimals) : QString{}});
    if (at > INT64_MAX - step.minor) break;
    at += step.minor;
  }
  return ticks;
}

QString countText(std::uint64_t count) {
  return QLocale{QLocale::English, QLocale::UnitedKingdom}.toString(static_cast<qulonglong>(count));
}

QString figureText(double value, const QString& unit) {
  const QString suffix = unit.isEmpty() || unit == "1" ? QString{} : ' ' + unit;
  if (!std::isfinite(value)) return QStringLiteral("–");
  const double size = std::abs(value);
  // Three significant digits or more; of small ones the exponent says how small.
  QString text;
  if (size != 0 && size < 0.001)
    text = QString::number(value, 'g', 3);
  else
    text = QLocale{QLocale::English, QLocale::UnitedKingdom}.toString(value, 'f', size >= 1000 ? 0 : size >= 100 ? 1 : size >= 10 ? 2 : 3);
  if (text.contains('.') && !text.contains('e')) {
    while (text.endsWith('0')) text.chop(1);
    if (text.endsWith('.')) text.chop(1);
  }
  return text + suffix;
}

}  // namespace lparsim::gui
