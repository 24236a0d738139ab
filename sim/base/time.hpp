#pragma once
#include <compare>
#include <cstdint>

namespace lparsim {

/// A point in simulated time or a length of it: whole picoseconds, signed; 2^63 ps are 106 days.
class SimTime {
 public:
  constexpr SimTime() = default;
  static constexpr SimTime from_ps(std::int64_t ps) { return SimTime{ps}; }
  static constexpr SimTime from_ns(std::int64_t ns) { return SimTime{ns * 1'000}; }
  static constexpr SimTime from_us(std::int64_t us) { return SimTime{us * 1'000'000}; }
  static constexpr SimTime from_ms(std::int64_t ms) { return SimTime{ms * 1'000'000'000}; }
  static constexpr SimTime from_s(std::int64_t s) { return SimTime{s * 1'000'000'000'000}; }
  /// Rounded to the nearest picosecond.
  static constexpr SimTime from_seconds(double s) {
    const double ps = s * 1e12;
    return SimTime{static_cast<std::int64_t>(ps < 0 ? ps - 0.5 : ps + 0.5)};
  }
  /// Later than anything that happens.
  static constexpr SimTime never() { return SimTime{INT64_MAX}; }

  constexpr std::int64_t ps() const { return ps_; }
  constexpr double seconds() const { return static_cast<double>(ps_) * 1e-12; }
  constexpr double milliseconds() const { return static_cast<double>(ps_) * 1e-9; }
  constexpr double microseconds() const { return static_cast<double>(ps_) * 1e-6; }

  constexpr auto operator<=>(const SimTime&) const = default;
  constexpr SimTime operator+(SimTime o) const { return SimTime{ps_ + o.ps_}; }
  constexpr SimTime operator-(SimTime o) const { return SimTime{ps_ - o.ps_}; }
  constexpr SimTime operator*(std::int64_t n) const { return SimTime{ps_ * n}; }
  constexpr SimTime operator/(std::int64_t n) const { return SimTime{ps_ / n}; }
  constexpr std::int64_t operator/(SimTime o) const { return ps_ / o.ps_; }
  constexpr SimTime operator%(SimTime o) const { return SimTime{ps_ % o.ps_}; }
  constexpr SimTime& operator+=(SimTime o) {
    ps_ += o.ps_;
    return *this;
  }
  constexpr SimTime& operator-=(SimTime o) {
    ps_ -= o.ps_;
    return *this;
  }

 private:
  constexpr explicit SimTime(std::int64_t ps) : ps_{ps} {}
  std::int64_t ps_ = 0;
};

/// The time base runs at 512 MHz on every server of this family (perf's DTL header `tb_freq: 512000000`; PCM
/// `procCyclesPerSecond`): 1953.125 ps a tick. Ticks are always computed from a time, never accumulated.
inline constexpr std::int64_t kTimebaseHertz = 512'000'000;
constexpr std::int64_t timebase_ticks(SimTime t) {
  __extension__ using Wide = __int128;
  return static_cast<std::int64_t>(static_cast<Wide>(t.ps()) * 8 / 15'625);
}

namespace literals {
constexpr SimTime operator""_ps(unsigned long long v) {
  return SimTime::from_ps(static_cast<std::int64_t>(v));
}
constexpr SimTime operator""_ns(unsigned long long v) {
  return SimTime::from_ns(static_cast<std::int64_t>(v));
}
constexpr SimTime operator""_us(unsigned long long v) {
  return SimTime::from_us(static_cast<std::int64_t>(v));
}
constexpr SimTime operator""_ms(unsigned long long v) {
  return SimTime::from_ms(static_cast<std::int64_t>(v));
}
constexpr SimTime operator""_s(unsigned long long v) {
  return SimTime::from_s(static_cast<std::int64_t>(v));
}
}  // namespace literals

}  // namespace lparsim
