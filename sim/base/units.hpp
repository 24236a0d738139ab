#pragma once
#include <compare>
#include <cstdint>

#include "sim/base/time.hpp"

namespace lparsim {

/// Processor capacity. 1 PU is one core's whole time; PowerVM hands it out in hundredths (capacity increment 0.01: `lparstat -i`,
/// IBM Power 770/780 Technical Overview), and so it is stored.
class ProcessingUnits {
 public:
  constexpr ProcessingUnits() = default;
  static constexpr ProcessingUnits from_hundredths(std::int64_t h) { return ProcessingUnits{h}; }
  static constexpr ProcessingUnits cores(std::int64_t n) { return ProcessingUnits{n * 100}; }
  constexpr std::int64_t hundredths() const { return hundredths_; }
  constexpr double value() const { return static_cast<double>(hundredths_) / 100.0; }
  /// The processor time these units are worth in a span of `window`.
  constexpr SimTime time_in(SimTime window) const { return window * hundredths_ / 100; }
  constexpr auto operator<=>(const ProcessingUnits&) const = default;
  constexpr ProcessingUnits operator+(ProcessingUnits o) const { return ProcessingUnits{hundredths_ + o.hundredths_}; }
  constexpr ProcessingUnits operator-(ProcessingUnits o) const { return ProcessingUnits{hundredths_ - o.hundredths_}; }
  constexpr ProcessingUnits operator*(std::int64_t n) const { return ProcessingUnits{hundredths_ * n}; }
  constexpr ProcessingUnits& operator+=(ProcessingUnits o) {
    hundredths_ += o.hundredths_;
    return *this;
  }
  constexpr ProcessingUnits& operator-=(ProcessingUnits o) {
    hundredths_ -= o.hundredths_;
    return *this;
  }

 private:
  constexpr explicit ProcessingUnits(std::int64_t h) : hundredths_{h} {}
  std::int64_t hundredths_ = 0;
};

/// Bytes of memory or of a transfer.
struct Bytes {
  std::uint64_t count = 0;
  constexpr auto operator<=>(const Bytes&) const = default;
};

/// A clock's rate in hertz.
struct Hertz {
  double value = 0;
  constexpr auto operator<=>(const Hertz&) const = default;
};

/// Processor cycles; a time only once a frequency is known.
struct Cycles {
  double count = 0;
  constexpr auto operator<=>(const Cycles&) const = default;
  constexpr SimTime at(Hertz f) const { return SimTime::from_seconds(count / f.value); }
};

}  // namespace lparsim
