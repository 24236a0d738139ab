#include "sim/report/aix_shares.hpp"

#include <algorithm>

namespace lparsim::report {

namespace {

double share_of(SimTime part, const trace::IntervalSample& i) {
  return percent(part, std::max(i.entitled, i.consumed));
}

}  // namespace

double percent(SimTime part, SimTime whole) {
  return whole > SimTime{} ? 100.0 * part.seconds() / whole.seconds() : 0.0;
}

AixShares::AixShares(const trace::IntervalSample& i)
    : user{share_of(i.user, i)},
      sys{share_of(i.sys, i)},
      wait{share_of(i.wait, i)},
      idle{share_of(i.idle + std::max(i.entitled, i.consumed) - i.consumed, i)},
      physc{percent(i.consumed, i.end - i.begin) / 100},
      entc{percent(i.consumed, i.entitled)},
      speed{i.scaled > SimTime{} ? percent(i.scaled, i.consumed) : 100.0} {}

}  // namespace lparsim::report
