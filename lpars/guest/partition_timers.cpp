#include "lpars/guest/partition_timers.hpp"

#include <utility>

namespace lparsim::guest {

std::uint32_t PartitionTimers::add(std::function<void(SimTime)> expired) {
  expired_.push_back(std::move(expired));
  timers_.grow(static_cast<std::uint32_t>(expired_.size()));
  return static_cast<std::uint32_t>(expired_.size() - 1);
}

void PartitionTimers::set(std::uint32_t timer, SimTime when) {
  if (timer == serving_) serving_ = kNone;
  if (when == SimTime::never()) {
    timers_.cancel(timer);
  } else {
    timers_.set(timer, when);
  }
  if (!ringing_) wake_at(timers_.earliest());
}

void PartitionTimers::wake(SimTime now) {
  ringing_ = true;
  while (timers_.earliest() <= now) {
    // Most set theirs again at once: it stays in the heap until then, and is moved only.
    const std::uint32_t timer = serving_ = timers_.first();
    expired_[timer](now);
    if (std::exchange(serving_, kNone) == timer) timers_.cancel(timer);
  }
  ringing_ = false;
  wake_at(timers_.earliest());
}

}  // namespace lparsim::guest
