#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/rates.hpp"
#include "sim/base/result.hpp"
#include "sim/base/time.hpp"
#include "sim/base/units.hpp"

namespace lparsim {

// Quantities as people write them: a plain decimal number (no exponent, no hexadecimal, no leading zeros, none below zero), an optional
// space, a unit. Whole-number types are computed exactly, without a detour over floating point; what does not fit is refused, never
// rounded. Every error is one sentence: what is wrong; what is allowed.

/// How a kind of quantity is written, for messages and help.
struct QuantityForm {
  std::string_view noun;     ///< `a time`
  std::string_view example;  ///< `10 ms`
  std::vector<std::string_view> units;
  bool unit_optional = false;

  /// ``a time such as `10 ms` (ns, us, ms, s, min, h, d)``.
  std::string text() const;
};
/// Of SimTime, ProcessingUnits, Bytes, Hertz, Cycles, DataRate, EventRate, Percent.
template <class Quantity>
const QuantityForm& form_of();

/// `10 ms`; ns, us, ms, s, min, h, d. Not finer than a picosecond, at most 106 days.
Result<SimTime> parse_time(std::string_view text);
/// `0.4 PU` or `0.4`; not finer than 0.01 PU.
Result<ProcessingUnits> parse_processing_units(std::string_view text);
/// `8 GiB`; B, KiB, MiB, GiB, TiB, kB, MB, GB, TB. A whole number of bytes.
Result<Bytes> parse_bytes(std::string_view text);
/// `3.8 GHz`; Hz, kHz, MHz, GHz. More than zero.
Result<Hertz> parse_frequency(std::string_view text);
/// `7.6 Mcycles`; cycles, kcycles, Mcycles, Gcycles.
Result<Cycles> parse_cycles(std::string_view text);
/// `25 Gb/s`; b/s, kb/s, Mb/s, Gb/s, Tb/s, and bytes: B/s, kB/s, MB/s, GB/s. A whole number of bits a second.
Result<DataRate> parse_data_rate(std::string_view text);
/// `200 /s`; /s, /ms, /us, /min, /h.
Result<EventRate> parse_event_rate(std::string_view text);
/// `20 %`.
Result<Percent> parse_percent(std::string_view text);
/// `4`: a whole number of zero or more, below 2^63.
Result<std::int64_t> parse_count(std::string_view text);
/// `0.75`: a number without a unit.
Result<double> parse_number(std::string_view text);
/// `true` or `false`, nothing else.
Result<bool> parse_boolean(std::string_view text);

/// The shortest exact form with the largest unit that keeps the number at 1 or more: `10 ms`, `1.5 s`, `0 s`. parse_time reads it back.
std::string format(SimTime time);
/// `0.4 PU`.
std::string format(ProcessingUnits units);
/// The largest binary unit that divides it: `8 GiB`, `1500 B`.
std::string format(Bytes bytes);

}  // namespace lparsim
