#pragma once
#include <string>
#include <string_view>

#include "sim/base/result.hpp"

namespace lparsim::report {

/// A number as somebody wrote it, with its unit; an empty unit is a bare number.
struct Quantity {
  double value = 0;
  std::string unit;
};

/// `20 ms`, `0.4`, `0.4 PU`, `95 %`, `200 /s`; blanks between number and unit are free. Refuses what is not finite and unknown units.
Result<Quantity> parse_quantity(std::string_view text);

/// The same quantity as a number of `unit`. A bare number is taken only where the unit is PU or 1.
Result<double> convert(const Quantity& quantity, std::string_view unit);

}  // namespace lparsim::report
