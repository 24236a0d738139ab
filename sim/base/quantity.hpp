#pragma once
#include <string>
#include <string_view>

#include "sim/base/result.hpp"
#include "sim/base/time.hpp"
#include "sim/base/units.hpp"

namespace lparsim {

// Quantities as users write them: a number without sign or exponent, an optional space, the unit. Errors are one sentence that names
// the text and what is allowed.

/// `2.5 ms`: units ns, us (or µs), ms, s, min, h, d. Exact: the digits are never rounded, and what is finer than a picosecond or longer
/// than SimTime holds (106 days) is an error.
Result<SimTime> parse_duration(std::string_view text);

/// `7.6 Mcycles`: units cycles, kcycles, Mcycles, Gcycles; at most 1e18 cycles.
Result<Cycles> parse_cycles(std::string_view text);

/// `200 /s`: how often something happens, in events a second; units /ns, /us, /ms, /s, /min, /h, /d.
Result<double> parse_rate(std::string_view text);

/// Whether the unit of `text` is one of cycles, whatever its number.
bool is_cycles(std::string_view text);

/// Without the blanks at both ends.
std::string_view trimmed(std::string_view text);

}  // namespace lparsim
