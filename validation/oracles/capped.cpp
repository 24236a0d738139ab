#include "validation/oracles/capped.hpp"

#include <algorithm>

namespace lparsim::oracles {

SimTime capped_job_response(SimTime demand, SimTime budget, SimTime window) {
  const std::int64_t whole_budgets = (demand.ps() - 1) / budget.ps();
  return window * whole_budgets + demand - budget * whole_budgets;
}

SimTime dispatch_gap_bound(SimTime window, SimTime budget) {
  return (window - budget) * 2;
}

SimTime CappedQueue::serve(SimTime arrival, SimTime service) {
  advance_to(std::max(arrival, now_));
  while (service > SimTime{}) {
    if (left_ == SimTime{}) {
      blocked_.push_back({now_, window_begin_ + window_});
      advance_to(window_begin_ + window_);
    }
    const SimTime run = std::min({service, left_, window_begin_ + window_ - now_});
    service -= run;
    left_ -= run;
    advance_to(now_ + run);
  }
  while (!blocked_.empty() && blocked_.front().end <= arrival) blocked_.pop_front();
  blocked_of_last_ = {};
  for (const Interval& interval : blocked_) blocked_of_last_ += interval.end - std::max(interval.begin, arrival);
  return now_ - arrival;
}

void CappedQueue::advance_to(SimTime time) {
  now_ = time;
  const std::int64_t windows = (time - window_begin_) / window_;
  if (windows == 0) return;
  window_begin_ += window_ * windows;
  left_ = budget_;
}

}  // namespace lparsim::oracles
