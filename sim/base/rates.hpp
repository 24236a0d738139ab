#pragma once
#include <compare>
#include <cstdint>

namespace lparsim {

/// Speed of a link or a transfer.
struct DataRate {
  std::uint64_t bits_per_second = 0;
  constexpr auto operator<=>(const DataRate&) const = default;
};

/// How often something happens.
struct EventRate {
  double per_second = 0;
  constexpr auto operator<=>(const EventRate&) const = default;
};

/// A share: 20 % is {20}.
struct Percent {
  double value = 0;
  constexpr double fraction() const { return value / 100.0; }
  constexpr auto operator<=>(const Percent&) const = default;
};

}  // namespace lparsim
