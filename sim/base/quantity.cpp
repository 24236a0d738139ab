#include "sim/base/quantity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <limits>
#include <optional>
#include <system_error>

namespace lparsim {
namespace {

__extension__ using Wide = __int128;

struct Unit {
  std::string_view name;
  std::int64_t size;  // in picoseconds, or in cycles
};

constexpr std::array<Unit, 8> kTimeUnits{{{"ns", 1'000},
                                          {"us", 1'000'000},
                                          {"µs", 1'000'000},
                                          {"ms", 1'000'000'000},
                                          {"s", 1'000'000'000'000},
                                          {"min", 60'000'000'000'000},
                                          {"h", 3'600'000'000'000'000},
                                          {"d", 86'400'000'000'000'000}}};
constexpr std::array<Unit, 4> kCycleUnits{{{"cycles", 1}, {"kcycles", 1'000}, {"Mcycles", 1'000'000}, {"Gcycles", 1'000'000'000}}};

constexpr std::string_view kDigits = "0123456789";

struct NumberAndUnit {
  std::string_view number;
  std::string_view unit;
};

NumberAndUnit split(std::string_view text) {
  text = trimmed(text);
  const auto end = text.find_first_not_of("0123456789.");
  if (end == std::string_view::npos) return {text, {}};
  return {text.substr(0, end), trimmed(text.substr(end))};
}

bool is_decimal(std::string_view number) {
  const auto point = number.find('.');
  const auto whole = number.substr(0, point);
  const auto fraction = point == std::string_view::npos ? std::string_view{"0"} : number.substr(point + 1);
  return !whole.empty() && !fraction.empty() && fraction.find_first_not_of(kDigits) == std::string_view::npos;
}

template <std::size_t N>
std::optional<std::int64_t> size_of(const std::array<Unit, N>& units, std::string_view name) {
  for (const auto& unit : units)
    if (unit.name == name) return unit.size;
  return std::nullopt;
}

double to_double(std::string_view number) {
  double value = 0;
  const auto result = std::from_chars(number.data(), number.data() + number.size(), value);
  if (result.ec == std::errc::result_out_of_range) return number.front() == '0' ? 0 : std::numeric_limits<double>::infinity();
  return value;
}

}  // namespace

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool is_cycles(std::string_view text) {
  return size_of(kCycleUnits, split(text).unit).has_value();
}

Result<SimTime> parse_duration(std::string_view text) {
  const auto [number, unit] = split(text);
  if (!is_decimal(number)) return unexpected{fmt::format("\"{}\" is not a duration; write a number and a unit, such as 2.5 ms", text)};
  if (unit.empty()) return unexpected{fmt::format("\"{}\" has no unit; use ns, us, ms, s, min, h or d, such as {} ms", text, number)};
  const auto size = size_of(kTimeUnits, unit);
  if (!size) return unexpected{fmt::format("\"{}\" is not a unit of time; use ns, us, ms, s, min, h or d", unit)};

  const auto too_long = [&] {
    return unexpected{fmt::format("{} is too long; at most 106 days", text)};
  };
  // Number = digits / 10^places. Both stay below 10^19 times the unit's 8.64e16 ps, which 128 bits hold.
  Wide digits = 0;
  Wide scale = 1;
  const auto point = number.find('.');
  const auto last = point == std::string_view::npos ? number.size() : std::max(point, number.find_last_not_of('0') + 1);
  for (std::size_t i = 0; i < last; ++i) {
    if (i == point) continue;
    if (i > point && scale >= 1'000'000'000'000'000'000) {
      return unexpected{fmt::format("{} is finer than a picosecond", text)};
    }
    digits = digits * 10 + (number[i] - '0');
    if (i > point) scale *= 10;
    if (digits / scale > INT64_MAX) return too_long();
  }
  if (digits > static_cast<Wide>(INT64_MAX) * scale / *size) return too_long();
  if (digits * *size % scale != 0) return unexpected{fmt::format("{} is finer than a picosecond", text)};
  return SimTime::from_ps(static_cast<std::int64_t>(digits * *size / scale));
}

Result<Cycles> parse_cycles(std::string_view text) {
  const auto [number, unit] = split(text);
  const auto size = size_of(kCycleUnits, unit);
  if (!is_decimal(number) || !size) {
    return unexpected{fmt::format("\"{}\" is not a number of cycles; use cycles, kcycles, Mcycles or Gcycles, such as 7.6 Mcycles", text)};
  }
  const double count = to_double(number) * static_cast<double>(*size);
  if (!(count <= 1e18)) return unexpected{fmt::format("{} is too much; at most 1e18 cycles", text)};
  return Cycles{count};
}

Result<double> parse_rate(std::string_view text) {
  const auto [number, unit] = split(text);
  const auto size = unit.starts_with('/') ? size_of(kTimeUnits, trimmed(unit.substr(1))) : std::nullopt;
  if (!is_decimal(number) || !size) {
    return unexpected{fmt::format("\"{}\" is not a rate; write a number and /s, /ms, /us, /min, /h or /d, such as 200 /s", text)};
  }
  const double rate = to_double(number) * (1e12 / static_cast<double>(*size));
  if (!(rate <= 1e12)) return unexpected{fmt::format("{} is too often; at most one a picosecond", text)};
  return rate;
}

}  // namespace lparsim
