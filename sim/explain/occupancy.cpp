#include "sim/explain/occupancy.hpp"

#include <algorithm>

namespace lparsim::explain {

Portion portion_of(const trace::DispatchSpan& stay, SimTime window, SimTime at) {
  const SimTime length = stay.end - stay.begin;
  if (stay.entitled == length) return {stay.begin, stay.end, stay.end};
  if (stay.entitled == SimTime{}) return {stay.begin, stay.begin, stay.end};
  // Entitled time up to a point of the stay, in proportion: differences of it add up to the whole.
  const auto entitled_until = [&](SimTime point) {
    __extension__ using Wide = __int128;
    return SimTime::from_ps(static_cast<std::int64_t>(static_cast<Wide>(stay.entitled.ps()) * (point - stay.begin).ps() / length.ps()));
  };
  const SimTime window_begin = window * (at / window);
  const SimTime begin = std::max(stay.begin, window_begin), end = std::min(stay.end, window_begin + window);
  return {begin, begin + (entitled_until(end) - entitled_until(begin)), end};
}

}  // namespace lparsim::explain
