#include "models/hypervisor/dispatch/pool_account.hpp"

#include <algorithm>

namespace lparsim::hypervisor::dispatch {

void Pool::settle(SimTime now) {
  const SimTime span = now - settled;
  settled = now;
  if (span == SimTime{}) return;
  const SimTime entitled = span * running_entitled;
  used += entitled;
  used_own += entitled + span * (running_excess[0] + running_planned[0]);
  used_entitled += entitled;
  claims -= entitled;
  for (int level : {0, 1}) {
    const SimTime other = span * running_excess[level];
    const SimTime part = span * running_planned[level];
    const SimTime excess = other + part;
    used += excess;
    granted[level] -= other;
    planned[level] -= part;
    total_used += excess;
  }
  total_used += entitled;
}

void Pool::begin_window(SimTime begin, bool next) {
  settle(begin);
  last_entitled = next ? used_entitled : SimTime{};
  used = used_own = used_entitled = claims = SimTime{};
  for (int level : {0, 1}) granted[level] = planned[level] = SimTime{};
  entitlements = next_entitlements;
}

SimTime Pool::expected_claims() const {
  return std::max(SimTime{}, last_entitled - used_entitled - claims);
}

SimTime Pool::own_left(SimTime window) const {
  return (entitlements + reserved).time_in(window) - used_own - claims - granted[0] - planned[0];
}

double Pool::faded(SimTime at, SimTime begin, SimTime window) const {
  const double through = static_cast<double>((at - begin).ps()) / (0.9 * static_cast<double>(window.ps()));
  return std::min(1.0, through);
}

SimTime Pool::headroom(SimTime begin, SimTime window) const {
  if (!limited) return SimTime::never();
  const SimTime kept =
      SimTime::from_ps(static_cast<std::int64_t>(static_cast<double>(expected_claims().ps()) * (1.0 - faded(settled, begin, window))));
  return headroom_for_claims(window) - kept;
}

SimTime Pool::headroom_for_claims(SimTime window) const {
  if (!limited) return SimTime::never();
  return maximum.time_in(window) - used - claims - granted[0] - granted[1] - planned[0] - planned[1];
}

SimTime Pool::when_headroom_reaches(SimTime enough, SimTime begin, SimTime window) const {
  if (headroom_for_claims(window) < SimTime::from_us(1)) return SimTime::never();
  const SimTime missing = enough - headroom(begin, window);
  const double gain_per_ps = static_cast<double>(expected_claims().ps()) / (0.9 * static_cast<double>(window.ps()));
  const SimTime all_faded = begin + window * 9 / 10;
  if (gain_per_ps <= 0 || settled >= all_faded) return SimTime::never();
  const SimTime by_fading = settled + SimTime::from_ps(static_cast<std::int64_t>(static_cast<double>(missing.ps()) / gain_per_ps) + 1);
  return std::min(by_fading, all_faded);
}

}  // namespace lparsim::hypervisor::dispatch
