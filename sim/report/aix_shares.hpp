#pragma once
#include "sim/trace/records.hpp"

namespace lparsim::report {

/// part / whole in %; 0 where there is no whole.
double percent(SimTime part, SimTime whole);

/// An interval as AIX divides it: user, sys, wait and idle are shares of the entitlement, by PURR, or of physc where that is more; what of
/// the entitlement was not used is idle. They add up to 100.
struct AixShares {
  explicit AixShares(const trace::IntervalSample& i);
  double user, sys, wait, idle;
  double physc;  ///< PU
  double entc;   ///< % of the entitlement
  double speed;  ///< %nsp: SPURR / PURR, 100 at the nominal frequency and when nothing ran
};

}  // namespace lparsim::report
