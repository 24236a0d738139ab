#include "lpars/guest/aix_scheduler.hpp"

#include <algorithm>

#include "lpars/guest/placement.hpp"

namespace lparsim::guest {

std::uint32_t AixScheduler::place(const Thread& thread, const ProcessorMap& processors) const {
  const std::uint32_t preferred = thread.last_logical == kNone ? kNone : thread.last_logical / config_.smt;
  for (std::uint32_t busy = config_.threads_before_next; busy-- > 1;) {  // fill the fullest up to the number of the mode
    const std::uint32_t vp = place_at_level(processors, busy, preferred);
    if (vp != kNone) return vp;
  }
  return place_least_busy(processors, preferred);
}

std::uint32_t AixScheduler::queue_for(const Thread& thread, const ProcessorMap& processors, std::uint32_t logical_processors) {
  if (thread.last_logical != kNone && is_usable(processors, thread.last_logical, config_.smt)) return thread.last_logical;
  return next_queue_ = next_usable(processors, next_queue_, logical_processors, config_.smt);
}

bool AixScheduler::displaces(const Thread& waking, const Thread& running, SimTime) const {
  return waking.nice < running.nice;
}

/// Ticks of logical processor i come i/16 of a tick after those of the first, modulo a tick.
SimTime AixScheduler::first_slice(std::uint32_t logical, SimTime now) const {
  constexpr std::uint32_t kPhases = 16;
  const SimTime tick = config_.time_slice;
  const SimTime phase = tick * (logical % kPhases) / kPhases;
  return tick - (now + tick - phase) % tick;
}

/// A virtual processor is kept for each `threads_before_next` runnable threads; the last one only if it would be in use for more than the
/// threshold of its time.
std::uint32_t AixScheduler::unfolded(double runnable, std::uint32_t online) const {
  const Folding& folding = config_.folding;
  if (!folding.enabled) return online;
  const double needed = runnable / config_.threads_before_next;
  if (needed >= online) return online;
  auto whole = static_cast<std::uint32_t>(needed);
  if ((needed - whole) * 100 > folding.threshold) ++whole;
  return std::min(std::max(whole, 1U) + std::min(folding.extra, online), online);
}

}  // namespace lparsim::guest
