// Guest: another scheduler takes over its threads.
#include <utility>
#include <vector>

#include "lpars/guest/guest.hpp"
#include "sim/base/check.hpp"

namespace lparsim::guest {

/// Who is on a logical processor stays there and begins a new slice; who waits keeps his queue and comes in its new order.
void Guest::set_policy(Policy policy, SimTime time_slice, SimTime now) {
  LPARSIM_CHECK(time_slice > SimTime{}, "a time slice of {} ps", time_slice.ps());
  const Inside inside{*this};
  if (active_) advance_all(now);
  const auto each_running = [&](auto call) {
    for (std::uint32_t vp = 0; vp < online_; ++vp) {
      for (std::uint32_t i = 0; i < cores_[vp].mode(); ++i) {
        VirtualCore::Slot& slot = cores_[vp].slot(i);
        if (slot.thread != kNone && !slot.handler) call(vp, i, slot);
      }
    }
  };
  each_running([&](std::uint32_t vp, std::uint32_t, VirtualCore::Slot& slot) {
    scheduler_->left(threads_[slot.thread], cores_[vp].run_clock() - slot.came);
    slot.came = cores_[vp].run_clock();
  });
  config_.policy = policy;
  config_.time_slice = time_slice;
  scheduler_ = make_scheduler(config_);
  LPARSIM_CHECK(scheduler_->one_queue() == one_queue_, "an operating system with {} was given a scheduler with another number",
                one_queue_ ? "one queue" : "many queues");
  scheduler_->grow(static_cast<std::uint32_t>(cores_.size()));
  each_running([&](std::uint32_t vp, std::uint32_t i, VirtualCore::Slot& slot) {
    scheduler_->came(threads_[slot.thread], logical(vp, i));
    begin_slice(vp, i, now);
  });
  const std::uint32_t queues = one_queue_ ? 1 : static_cast<std::uint32_t>(cores_.size()) * config_.smt;
  std::vector<std::uint32_t> waiting;
  for (std::uint32_t queue = 0; queue < queues; ++queue) {
    waiting.clear();
    while (queues_.size(queue) > 0) waiting.push_back(queues_.pop(queue));
    for (const std::uint32_t thread : waiting) {
      if (!one_queue_) scheduler_->joins(threads_[thread], queue, nullptr, SimTime{});
      queues_.push(queue, thread, scheduler_->rank(threads_[thread]));
    }
  }
  for (std::uint32_t vp = 0; vp < online_; ++vp) set_next_event(vp, now);
}

/// Of the thread that is there.
void Guest::begin_slice(std::uint32_t vp, std::uint32_t i, SimTime now) {
  VirtualCore& core = cores_[vp];
  VirtualCore::Slot& slot = core.slot(i);
  slot.slice_ends = core.run_clock() + scheduler_->first_slice(logical(vp, i), now);
  if (!scheduler_->slices_by_clock()) return;
  // The run clock stands while the core is away (dispatched() takes that time off) and while the dispatch costs.
  if (core.state != State::running) slot.slice_ends += now - core.off_since;
  if (core.state == State::running && now < core.useful_from()) slot.slice_ends -= core.useful_from() - now;
}

}  // namespace lparsim::guest
