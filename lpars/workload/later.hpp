#pragma once
#include <cstdint>

#include "sim/base/time.hpp"

namespace lparsim::workload {

/// `from` + `n` x `step`, or SimTime::never() where that does not fit. What is due then is due after any run.
constexpr SimTime later(SimTime from, SimTime step, std::int64_t n = 1) {
  __extension__ using Wide = __int128;
  const Wide ps = static_cast<Wide>(from.ps()) + static_cast<Wide>(step.ps()) * n;
  return ps < SimTime::never().ps() ? SimTime::from_ps(static_cast<std::int64_t>(ps)) : SimTime::never();
}

}  // namespace lparsim::workload
