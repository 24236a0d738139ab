#include "sim/base/quantity.hpp"

#include <fmt/format.h>

#include <array>
#include <span>

#include "sim/base/decimal.hpp"
#include "sim/base/nearest.hpp"
#include "sim/base/text.hpp"

namespace lparsim {
namespace {

// Worth `times` / `over` of the base unit.
struct Unit {
  std::string_view name;
  std::int64_t times;
  std::int64_t over = 1;
};

constexpr std::int64_t kKilo = 1'000, kMega = 1'000'000, kGiga = 1'000'000'000, kTera = 1'000'000'000'000;

// In picoseconds, hundredths of a PU, bytes, hertz, cycles, bits a second, events a second and percent.
constexpr std::array kTime = {Unit{"ns", kKilo},       Unit{"us", kMega},        Unit{"ms", kGiga},        Unit{"s", kTera},
                              Unit{"min", 60 * kTera}, Unit{"h", 3'600 * kTera}, Unit{"d", 86'400 * kTera}};
constexpr std::array kUnits = {Unit{"PU", 100}};
constexpr std::array kBytes = {Unit{"B", 1},           Unit{"KiB", 1LL << 10}, Unit{"MiB", 1LL << 20},
                               Unit{"GiB", 1LL << 30}, Unit{"TiB", 1LL << 40}, Unit{"kB", kKilo},
                               Unit{"MB", kMega},      Unit{"GB", kGiga},      Unit{"TB", kTera}};
constexpr std::array kHertz = {Unit{"Hz", 1}, Unit{"kHz", kKilo}, Unit{"MHz", kMega}, Unit{"GHz", kGiga}};
constexpr std::array kCycles = {Unit{"cycles", 1}, Unit{"kcycles", kKilo}, Unit{"Mcycles", kMega}, Unit{"Gcycles", kGiga}};
constexpr std::array kDataRate = {Unit{"b/s", 1},          Unit{"kb/s", kKilo},     Unit{"Mb/s", kMega},
                                  Unit{"Gb/s", kGiga},     Unit{"Tb/s", kTera},     Unit{"B/s", 8},
                                  Unit{"kB/s", 8 * kKilo}, Unit{"MB/s", 8 * kMega}, Unit{"GB/s", 8 * kGiga}};
constexpr std::array kEventRate = {Unit{"/s", 1}, Unit{"/ms", kKilo}, Unit{"/us", kMega}, Unit{"/min", 1, 60}, Unit{"/h", 1, 3'600}};
constexpr std::array kPercent = {Unit{"%", 1}};

QuantityForm make_form(std::string_view noun, std::string_view example, std::span<const Unit> units, bool unit_optional = false) {
  QuantityForm form{noun, example, {}, unit_optional};
  for (const auto& unit : units) form.units.push_back(unit.name);
  return form;
}

Result<Decimal> fail(std::string_view text, std::string_view what, std::string_view allowed) {
  if (trimmed(text).empty()) return unexpected(fmt::format("nothing is given; allowed: {}", allowed));
  return unexpected(fmt::format("{} {}; allowed: {}", shown(text), what, allowed));
}

struct Measure {
  Decimal number;
  Unit unit;
};

Result<Measure> parse_measure(std::string_view text, std::span<const Unit> units, const QuantityForm& form) {
  const auto wrong = [&](const std::string& what) {
    return unexpected(fail(text, what, form.text()).error());
  };
  const auto number = parse_leading_decimal(trimmed(text));
  if (!number) return wrong(number.error());
  const std::string_view name = trimmed(number->rest);
  if (name.empty()) {
    if (form.unit_optional) return Measure{number->value, units[0]};
    return wrong("has no unit");
  }
  for (const auto& unit : units)
    if (unit.name == name) return Measure{number->value, unit};
  const std::vector<std::string> known(form.units.begin(), form.units.end());
  const auto near = nearest(name, known);
  const std::string guess = near ? fmt::format(" (did you mean {}?)", shown(*near)) : "";
  return wrong(fmt::format("has the unit {}{}", shown(name, 16), guess));
}

// The number of base units, exactly.
Result<std::int64_t> parse_exactly(std::string_view text, std::span<const Unit> units, const QuantityForm& form, std::string_view finest,
                                   std::string_view largest, std::int64_t most = INT64_MAX) {
  const auto measure = parse_measure(text, units, form);
  if (!measure) return unexpected(measure.error());
  const auto& [number, unit] = *measure;
  if (number.exceeds(unit.times, unit.over, most))
    return unexpected(fmt::format("{} is too large; allowed: at most {}", shown(text), largest));
  if (const auto exact = number.scaled(unit.times, unit.over, most)) return *exact;
  return unexpected(fmt::format("{} is too fine; allowed: granularity {}", shown(text), finest));
}

Result<double> parse_real(std::string_view text, std::span<const Unit> units, const QuantityForm& form) {
  return parse_measure(text, units, form).map([](const Measure& m) { return m.number.approximately(m.unit.times, m.unit.over); });
}

// Without a unit.
Result<Decimal> parse_bare(std::string_view text, std::string_view allowed) {
  const auto number = parse_leading_decimal(trimmed(text));
  if (!number) return fail(text, number.error(), allowed);
  if (!number->rest.empty()) return fail(text, fmt::format("has {} after the number", shown(trimmed(number->rest), 16)), allowed);
  return number->value;
}

// `value` / 10^`decimals` without zeros at the end.
std::string decimal_text(std::int64_t value, int decimals) {
  std::string digits = std::to_string(value);
  if (decimals == 0) return digits;
  const auto places = static_cast<std::size_t>(decimals);
  if (digits.size() <= places) digits.insert(0, places + 1 - digits.size(), '0');
  digits.insert(digits.size() - places, 1, '.');
  digits.erase(digits.find_last_not_of('0') + 1);
  if (digits.back() == '.') digits.pop_back();
  return digits;
}

}  // namespace

std::string QuantityForm::text() const {
  return fmt::format("{} such as `{}` ({}{})", noun, example, fmt::join(units, ", "), unit_optional ? " or no unit" : "");
}

template <>
const QuantityForm& form_of<SimTime>() {
  static const auto form = make_form("a time", "10 ms", kTime);
  return form;
}
template <>
const QuantityForm& form_of<ProcessingUnits>() {
  static const auto form = make_form("processing units", "0.4 PU", kUnits, true);
  return form;
}
template <>
const QuantityForm& form_of<Bytes>() {
  static const auto form = make_form("a size", "8 GiB", kBytes);
  return form;
}
template <>
const QuantityForm& form_of<Hertz>() {
  static const auto form = make_form("a frequency", "3.8 GHz", kHertz);
  return form;
}
template <>
const QuantityForm& form_of<Cycles>() {
  static const auto form = make_form("processor cycles", "7.6 Mcycles", kCycles);
  return form;
}
template <>
const QuantityForm& form_of<DataRate>() {
  static const auto form = make_form("a data rate", "25 Gb/s", kDataRate);
  return form;
}
template <>
const QuantityForm& form_of<EventRate>() {
  static const auto form = make_form("a rate", "200 /s", kEventRate);
  return form;
}
template <>
const QuantityForm& form_of<Percent>() {
  static const auto form = make_form("a share", "20 %", kPercent);
  return form;
}

Result<SimTime> parse_time(std::string_view text) {
  // The last picosecond is SimTime::never().
  return parse_exactly(text, kTime, form_of<SimTime>(), "1 ps", "106 d", INT64_MAX - 1).map(&SimTime::from_ps);
}
Result<ProcessingUnits> parse_processing_units(std::string_view text) {
  return parse_exactly(text, kUnits, form_of<ProcessingUnits>(), "0.01 PU", "10000000 PU", 1'000'000'000)
      .map(&ProcessingUnits::from_hundredths);
}
Result<Bytes> parse_bytes(std::string_view text) {
  return parse_exactly(text, kBytes, form_of<Bytes>(), "1 B", "8388607 TiB").map([](std::int64_t n) {
    return Bytes{static_cast<std::uint64_t>(n)};
  });
}
Result<Hertz> parse_frequency(std::string_view text) {
  const auto value = parse_real(text, kHertz, form_of<Hertz>());
  if (value && *value == 0) return unexpected(fmt::format("{} is zero; allowed: more than 0 Hz", shown(text)));
  return value.map([](double v) { return Hertz{v}; });
}
Result<Cycles> parse_cycles(std::string_view text) {
  return parse_real(text, kCycles, form_of<Cycles>()).map([](double v) { return Cycles{v}; });
}
Result<DataRate> parse_data_rate(std::string_view text) {
  return parse_exactly(text, kDataRate, form_of<DataRate>(), "1 b/s", "9000000 Tb/s").map([](std::int64_t n) {
    return DataRate{static_cast<std::uint64_t>(n)};
  });
}
Result<EventRate> parse_event_rate(std::string_view text) {
  return parse_real(text, kEventRate, form_of<EventRate>()).map([](double v) { return EventRate{v}; });
}
Result<Percent> parse_percent(std::string_view text) {
  return parse_real(text, kPercent, form_of<Percent>()).map([](double v) { return Percent{v}; });
}
Result<std::int64_t> parse_count(std::string_view text) {
  constexpr std::string_view kAllowed = "a whole number such as `4`";
  const auto number = parse_bare(text, kAllowed);
  if (!number) return unexpected(number.error());
  if (number->decimals != 0) return unexpected(fail(text, "is not a whole number", kAllowed).error());
  return number->digits;
}
Result<double> parse_number(std::string_view text) {
  return parse_bare(text, "a number such as `0.75`").map([](const Decimal& d) { return d.approximately(); });
}
Result<bool> parse_boolean(std::string_view text) {
  if (text == "true" || text == "false") return text == "true";
  return unexpected(fail(text, "is neither", "true or false").error());
}

std::string format(SimTime time) {
  const bool negative = time.ps() < 0;
  const std::uint64_t ps = negative ? 0 - static_cast<std::uint64_t>(time.ps()) : static_cast<std::uint64_t>(time.ps());
  const auto [unit, decimals] = ps == 0                                   ? std::pair{"s", 0}
                                : ps >= static_cast<std::uint64_t>(kTera) ? std::pair{"s", 12}
                                : ps >= static_cast<std::uint64_t>(kGiga) ? std::pair{"ms", 9}
                                : ps >= static_cast<std::uint64_t>(kMega) ? std::pair{"us", 6}
                                                                          : std::pair{"ns", 3};
  // The one magnitude that no signed number holds is INT64_MIN's: a picosecond less is shown.
  const auto magnitude = static_cast<std::int64_t>(ps > INT64_MAX ? INT64_MAX : ps);
  return fmt::format("{}{} {}", negative ? "-" : "", decimal_text(magnitude, decimals), unit);
}
std::string format(ProcessingUnits units) {
  const std::int64_t h = units.hundredths();
  return fmt::format("{}{} PU", h < 0 ? "-" : "", decimal_text(h < 0 ? -h : h, 2));
}
std::string format(Bytes bytes) {
  constexpr std::array kBinary = {Unit{"TiB", 1LL << 40}, Unit{"GiB", 1LL << 30}, Unit{"MiB", 1LL << 20}, Unit{"KiB", 1LL << 10}};
  for (const auto& unit : kBinary)
    if (const auto size = static_cast<std::uint64_t>(unit.times); bytes.count != 0 && bytes.count % size == 0)
      return fmt::format("{} {}", bytes.count / size, unit.name);
  return fmt::format("{} B", bytes.count);
}

}  // namespace lparsim
