#include "sim/report/quantity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace lparsim::report {

namespace {

enum class Dimension : unsigned char { time, rate, data, data_rate, capacity, share, number };

struct Unit {
  std::string_view name;
  Dimension dimension;
  double factor;  ///< to the first unit of its dimension
};

constexpr std::array kUnits{
    Unit{"ps", Dimension::time, 1},          Unit{"ns", Dimension::time, 1e3},
    Unit{"us", Dimension::time, 1e6},        Unit{"ms", Dimension::time, 1e9},
    Unit{"s", Dimension::time, 1e12},        Unit{"min", Dimension::time, 60e12},
    Unit{"h", Dimension::time, 3600e12},     Unit{"/h", Dimension::rate, 1},
    Unit{"/min", Dimension::rate, 60},       Unit{"/s", Dimension::rate, 3600},
    Unit{"B", Dimension::data, 1},           Unit{"KiB", Dimension::data, 1024},
    Unit{"MiB", Dimension::data, 1048576},   Unit{"GiB", Dimension::data, 1073741824},
    Unit{"b/s", Dimension::data_rate, 1},    Unit{"B/s", Dimension::data_rate, 8},
    Unit{"kb/s", Dimension::data_rate, 1e3}, Unit{"kB/s", Dimension::data_rate, 8e3},
    Unit{"Mb/s", Dimension::data_rate, 1e6}, Unit{"MB/s", Dimension::data_rate, 8e6},
    Unit{"Gb/s", Dimension::data_rate, 1e9}, Unit{"GB/s", Dimension::data_rate, 8e9},
    Unit{"PU", Dimension::capacity, 1},      Unit{"%", Dimension::share, 1},
    Unit{"1", Dimension::number, 1},
};

const Unit* unit_of(std::string_view name) {
  const auto* const found = std::find_if(kUnits.begin(), kUnits.end(), [&](const Unit& u) { return u.name == name; });
  return found == kUnits.end() ? nullptr : found;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

}  // namespace

Result<Quantity> parse_quantity(std::string_view text) {
  text = trimmed(text);
  std::string_view digits = text;
  if (!digits.empty() && digits.front() == '+') digits.remove_prefix(1);
  Quantity quantity;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), quantity.value);
  if (error != std::errc{} || !std::isfinite(quantity.value))
    return unexpected(fmt::format("`{}` is not a number with a unit, like `20 ms`", text));
  quantity.unit = trimmed(digits.substr(static_cast<std::size_t>(end - digits.data())));
  if (!quantity.unit.empty() && unit_of(quantity.unit) == nullptr) {
    std::string known;
    for (const Unit& u : kUnits)
      if (u.dimension != Dimension::number) known += (known.empty() ? "" : ", ") + std::string{u.name};
    return unexpected(fmt::format("unknown unit `{}` in `{}`; units are {}", quantity.unit, text, known));
  }
  return quantity;
}

Result<double> convert(const Quantity& quantity, std::string_view unit) {
  if (quantity.unit == unit) return quantity.value;
  if (quantity.unit.empty()) {
    if (unit == "PU" || unit == "1") return quantity.value;
    return unexpected(fmt::format("missing unit: it is measured in {0}; write `{1:g} {0}`", unit, quantity.value));
  }
  const Unit* const from = unit_of(quantity.unit);
  const Unit* const to = unit_of(unit);
  if (from == nullptr || to == nullptr || from->dimension != to->dimension)
    return unexpected(fmt::format("wrong unit `{}`: it is measured in {}", quantity.unit, unit == "1" ? "plain numbers" : unit));
  return quantity.value * from->factor / to->factor;
}

}  // namespace lparsim::report
