#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

#include "sim/base/result.hpp"

namespace lparsim {

/// A decimal number of zero or more, exactly as written: `digits` / 10^`decimals`, digits below 2^63.
struct Decimal {
  std::int64_t digits = 0;
  int decimals = 0;

  /// Times `times` / `over` (both positive, at most 10^18), if that is a whole number of at most `most`.
  std::optional<std::int64_t> scaled(std::int64_t times, std::int64_t over = 1, std::int64_t most = INT64_MAX) const;
  /// The same is more than `most`.
  bool exceeds(std::int64_t times, std::int64_t over, std::int64_t most) const;
  /// The same, to the nearest double when numerator and denominator are exact in one.
  double approximately(std::int64_t times = 1, std::int64_t over = 1) const;
};

/// A decimal number at the start of a text, and what follows it.
struct LeadingDecimal {
  Decimal value;
  std::string_view rest;
};

/// The error is what is wrong with it, to follow the text: `is negative`, `is not a number`, `starts with a zero`.
Result<LeadingDecimal> parse_leading_decimal(std::string_view text);

}  // namespace lparsim
