#include "models/vsp/failures.hpp"

#include <algorithm>

namespace lparsim::vsp {

std::size_t Failures::within_window(SimTime now) {
  std::erase_if(failures_, [&](SimTime at) { return now - at > config_.ejection_window; });
  failures_.push_back(now);
  return failures_.size();
}

Failures::Verdict Failures::hold(std::size_t doublings, SimTime now) {
  SimTime length = std::min(config_.backoff, config_.quarantine);
  for (std::size_t i = 0; i < doublings && length < config_.quarantine; ++i) length = std::min(length * 2, config_.quarantine);
  const bool quarantined = doublings + 1 >= config_.ejections_to_quarantine;
  if (quarantined) length = config_.quarantine;
  until_ = std::max(until_, now + length);
  return {until_, quarantined};
}

Failures::Verdict Failures::ejected(SimTime now) {
  return hold(within_window(now) - 1, now);
}

Failures::Verdict Failures::crashed(SimTime now) {
  const std::size_t count = within_window(now);
  if (count == 1) return {until_, false};
  return hold(count - 2, now);
}

bool Failures::violation(SimTime now) {
  const std::size_t most = std::max<std::size_t>(1, config_.most_violations);
  if (violations_.size() < most) {
    violations_.push_back(now);
  } else {
    violations_[next_violation_] = now;
    next_violation_ = (next_violation_ + 1) % most;
  }
  if (violations_.size() < most) return false;
  const SimTime oldest = violations_[next_violation_ % violations_.size()];
  if (now - oldest > config_.ejection_window) return false;
  violations_.clear();
  next_violation_ = 0;
  return true;
}

}  // namespace lparsim::vsp
