#include "lpars/guest/round_robin_scheduler.hpp"

#include "lpars/guest/placement.hpp"

namespace lparsim::guest {

std::uint32_t RoundRobinScheduler::place(const Thread& thread, const ProcessorMap& processors) const {
  return place_least_busy(processors, thread.last_logical == kNone ? kNone : thread.last_logical / config_.smt);
}

std::uint32_t RoundRobinScheduler::queue_for(const Thread& thread, const ProcessorMap& processors, std::uint32_t logical_processors) {
  if (thread.last_logical != kNone && is_usable(processors, thread.last_logical, config_.smt)) return thread.last_logical;
  return next_queue_ = next_usable(processors, next_queue_, logical_processors, config_.smt);
}

}  // namespace lparsim::guest
