#include "lpars/guest/partition_timers.hpp"

#include <utility>

#include "sim/kernel/sim_time.hpp"

namespace lparsim::guest {

PartitionTimers::PartitionTimers(const sc_core::sc_module_name& name) : sc_module{name} {
  SC_HAS_PROCESS(PartitionTimers);
  SC_METHOD(ring);
  sensitive << event_;
  dont_initialize();
}

std::uint32_t PartitionTimers::add(std::function<void(SimTime)> expired) {
  expired_.push_back(std::move(expired));
  timers_.grow(static_cast<std::uint32_t>(expired_.size()));
  return static_cast<std::uint32_t>(expired_.size() - 1);
}

void PartitionTimers::set(std::uint32_t timer, SimTime when) {
  if (when == SimTime::never()) {
    timers_.cancel(timer);
  } else {
    timers_.set(timer, when);
  }
  if (!ringing_) plan();
}

void PartitionTimers::ring() {
  const SimTime now = kernel::now();
  set_to_ = SimTime::never();
  ringing_ = true;
  while (timers_.earliest() <= now) {
    const std::uint32_t timer = timers_.first();
    timers_.cancel(timer);
    expired_[timer](now);
  }
  ringing_ = false;
  plan();
}

// An event that has become too early is left to run out.
void PartitionTimers::plan() {
  const SimTime next = timers_.earliest();
  if (next >= set_to_) return;
  set_to_ = next;
  event_.notify(kernel::to_sc_time(next - kernel::now()));
}

}  // namespace lparsim::guest
