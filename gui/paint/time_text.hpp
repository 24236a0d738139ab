#pragma once
#include <QString>
#include <vector>

#include "sim/base/time.hpp"

namespace lparsim::gui {

/// `1.25 ms`: a length with three to four significant digits and the unit that fits.
QString durationText(SimTime length);
/// `3.250 125 s`, from an hour up `1 d 02:03:04.5`: a point in time, as fine as `resolution` needs.
QString instantText(SimTime at, SimTime resolution);

struct Tick {
  SimTime at;
  QString label;  ///< empty: a minor one
};
/// Ticks of an axis: steps of 1, 2 or 5 times a power of ten, from a minute up as clocks have them; labels no closer than `apart` pixels.
std::vector<Tick> ticksOf(SimTime begin, SimTime end, double pixels, double apart);

/// `1,234,567`; `12.3 MB/s`; `45.6 %`: as reports have them, with the unit.
QString countText(std::uint64_t count);
QString figureText(double value, const QString& unit);

}  // namespace lparsim::gui
