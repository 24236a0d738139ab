// Guest: the threads on the hardware threads of one virtual processor.
#include <algorithm>
#include <bit>

#include "lpars/guest/guest.hpp"
#include "sim/base/check.hpp"

namespace lparsim::guest {

using workload::Activity;

/// Tells the map what has become of the virtual processor.
void Guest::mark(std::uint32_t vp, bool at_back) {
  const VirtualCore& core = cores_[vp];
  if (core.state == State::offline || core.folded) {
    map_.remove(vp);
  } else {
    map_.set(vp, core.busy(), core.mode(), core.state == State::preempted || core.state == State::conferred, at_back);
  }
}

/// The thread, which is ready, comes to a free hardware thread of the virtual processor; no `reason`: by another processor's H_PROD.
void Guest::put(std::uint32_t number, std::uint32_t vp, std::optional<hypervisor::DispatchReason> reason, SimTime now) {
  VirtualCore& core = cores_[vp];
  if (core.state == State::running) advance(vp, now);
  const std::uint32_t i = core.idle_slot();
  is_handler(number) ? enter_handler(number, vp, i, now) : come(number, vp, i, now);
  mark(vp);
  if (core.busy() > config_.threads_before_next) plan_balance(now);
  go_on_or_wake(vp, reason, now);
}

/// The thread, no interrupt handler, comes to the free hardware thread.
void Guest::come(std::uint32_t number, std::uint32_t vp, std::uint32_t i, SimTime now) {
  VirtualCore& core = cores_[vp];
  Thread& thread = threads_[number];
  VirtualCore::Slot& slot = core.slot(i);
  const std::uint32_t place = logical(vp, i);
  ++times_.context_switches;
  ++slot.times.context_switches;
  if (thread.last_logical != kNone) {
    ++(thread.last_logical == place              ? slot.times.same_logical
       : thread.last_logical / config_.smt == vp ? slot.times.same_virtual
                                                 : slot.times.other_virtual);
  }
  if (observer_ != nullptr && thread.state == Thread::State::queued && thread.ready_since < now)
    observer_->thread_waited(vp, thread.ready_since, now);
  scheduler_->came(thread, place);
  thread.state = Thread::State::on_processor;
  thread.last_logical = place;
  core.occupy(i, number, thread.remaining, thread.wanted_lock != kNone, thread.in_kernel);
  begin_slice(vp, i, now);
}

/// Something has come to the virtual processor.
void Guest::go_on_or_wake(std::uint32_t vp, std::optional<hypervisor::DispatchReason> reason, SimTime now) {
  VirtualCore& core = cores_[vp];
  if (core.state == State::running) {
    if (core.spinning() > 0) take_free_locks(vp, now);
    if (vp != serving_ || queues_.total() > 0) set_next_event(vp, now);  // which renews slices that others wait for
  } else if (core.state == State::idle || core.state == State::conferred) {
    core.state = State::woken;
    mark(vp);
    reason ? control_.interrupt(vp, *reason) : control_.prod(vp);
  }
}

/// The thread there leaves its hardware thread; `involuntary`: it could have gone on.
void Guest::take_off(std::uint32_t vp, std::uint32_t i, bool involuntary, SimTime now) {
  VirtualCore& core = cores_[vp];
  VirtualCore::Slot& slot = core.slot(i);
  Thread& thread = threads_[slot.thread];
  if (!slot.handler) scheduler_->left(thread, core.run_clock() - slot.came);
  if (involuntary) ++slot.times.involuntary_switches;
  thread.in_kernel = slot.in_kernel;
  thread.remaining = core.vacate(i);
  if (core.busy() == 0) core.snooze_until = now + config_.snooze;
  mark(vp);
}

void Guest::end_bursts(std::uint32_t vp, SimTime now) {
  VirtualCore& core = cores_[vp];
  if (now < core.useful_from()) return;
  for (std::uint32_t mask = core.busy_mask(); mask != 0; mask &= mask - 1) {
    const auto i = static_cast<std::uint32_t>(std::countr_zero(mask));
    if (!core.slot(i).spinning && core.slot(i).thread != kNone && core.slot(i).ends_at <= core.work_clock()) go_on(vp, i, now);
  }
}

/// The thread there has done what it was asked for.
void Guest::go_on(std::uint32_t vp, std::uint32_t i, SimTime now) {
  const std::uint32_t number = cores_[vp].slot(i).thread;
  const bool system = threads_[number].kind != system::ThreadKind::user;
  for (;;) {
    deciding_ = number;
    const Activity next = threads_[number].owner->next_activity(threads_[number].tag, now);
    deciding_ = kNone;
    VirtualCore& core = cores_[vp];
    switch (next.kind) {
      case Activity::Kind::compute:
        core.set_burst(i, next.demand, system || next.in_kernel);
        if (next.demand > SimTime{}) return serve_handlers(now);
        break;
      case Activity::Kind::acquire:
        LPARSIM_CHECK(!is_handler(number), "an interrupt handler wants lock {}", lock_names_[static_cast<std::uint32_t>(next.lock)]);
        if (try_lock(number, next.lock, now)) break;
        core.set_spinning(i, true);
        core.set_burst(i, SimTime::never(), system);
        return serve_handlers(now);
      case Activity::Kind::release:
        release(number, next.lock, now);
        break;
      case Activity::Kind::block:
        threads_[number].state = Thread::State::blocked;
        settle_counts(now);
        --runnable_;
        if (next.for_io) begin_io(number, now);
        is_handler(number) ? end_handler(vp, i, now) : take_off(vp, i, false, now);
        return;
    }
  }
}

void Guest::end_slices(std::uint32_t vp, SimTime now) {
  VirtualCore& core = cores_[vp];
  for (std::uint32_t mask = core.busy_mask(); mask != 0; mask &= mask - 1) {
    const auto i = static_cast<std::uint32_t>(std::countr_zero(mask));
    const VirtualCore::Slot& slot = core.slot(i);
    if (!slot.handler && slot.slice_ends <= core.run_clock()) end_slice(vp, i, now);
  }
}

void Guest::end_slice(std::uint32_t vp, std::uint32_t i, SimTime now) {
  VirtualCore& core = cores_[vp];
  const std::uint32_t queue = queue_of(vp, i);
  if (queues_.size(queue) == 0) return renew_slice(core, i);
  const std::uint32_t number = core.slot(i).thread;
  take_off(vp, i, true, now);
  enqueue(number, queue, now, false);
  put(queues_.pop(queue), vp, std::nullopt, now);
}

/// Slices go on in whole ones while nobody waits.
void Guest::renew_slice(VirtualCore& core, std::uint32_t i) const {
  SimTime& end = core.slot(i).slice_ends;
  if (end <= core.run_clock()) end += config_.time_slice * ((core.run_clock() - end) / config_.time_slice + 1);
}

/// Threads that wait come to its free hardware threads: first those of their own queues.
void Guest::refill(std::uint32_t vp, SimTime now) {
  if (queues_.total() + handlers_waiting_.size() == 0) return;
  const VirtualCore& core = cores_[vp];
  while (queues_.total() + handlers_waiting_.size() > 0 && core.busy() < core.mode() && !core.folded) {
    if (!handlers_waiting_.empty()) {
      put(handlers_waiting_.pop_front(), vp, std::nullopt, now);
      continue;
    }
    std::uint32_t queue = queue_of(vp, core.idle_slot());
    if (queues_.size(queue) == 0) queue = queues_.first_waiting();
    put(queues_.pop(queue), vp, std::nullopt, now);
  }
}

/// The virtual processor, which is running, goes on with what it has, what waits, or not at all.
void Guest::run(std::uint32_t vp, SimTime now) {
  const VirtualCore& core = cores_[vp];
  refill(vp, now);
  while (core.state == State::running && core.busy() == 0 && (core.folded || now >= core.snooze_until)) {
    if (cede(vp, now)) return;
    refill(vp, now);
  }
  if (would_confer(vp) && now >= core.confer_from) {
    if (!confer(vp, now)) set_next_event(vp, now, false);
  } else {
    set_next_event(vp, now);
  }
}

bool Guest::cede(std::uint32_t vp, SimTime now) {
  advance(vp, now);
  stop(vp, State::idle, now);
  if (config_.smt > 1) plan_balance(now);
  if (control_.cede(vp)) {
    if (config_.confer_to_ceded && !locks_.empty()) holder_lost_core(vp, now);
    return true;
  }
  // A prod was pending: it keeps the core and looks again.
  keep_core(vp);
  return false;
}

/// It has lost or given up its core; accounts are up to date.
void Guest::stop(std::uint32_t vp, State state, SimTime now) {
  forget_next_event(vp);
  if (cores_[vp].state == State::running && --on_core_ == 0) off_core_since_ = now;
  cores_[vp].state = state;
  cores_[vp].off_since = std::max(now, cores_[vp].useful_from());
  mark(vp);
}

/// It has kept its core after all.
void Guest::keep_core(std::uint32_t vp) {
  ++on_core_;  // off_core_since_ is the present: nothing to count
  cores_[vp].state = State::running;
  mark(vp);
}

/// Sets the timer of a running virtual processor: to the end of its first burst, of a slice of a thread for whose place another one waits
/// if that comes before, or of its polling. It confers at its next event, not here: more may come to it at this instant, and the hypervisor
/// may just be taking its core.
void Guest::set_next_event(std::uint32_t vp, SimTime now, bool may_confer) {
  forget_untimed(vp);
  VirtualCore& core = cores_[vp];
  if (core.state != State::running) return vp_timers_.cancel(vp);
  if (core.busy() == 0) return vp_timers_.set(vp, std::max(now, core.snooze_until));
  const bool confers = may_confer && would_confer(vp);
  if (confers && now >= core.confer_from) return vp_timers_.set(vp, now);
  advance(vp, now);
  SimTime next = core.next_burst_end(speed_);
  if (confers) next = std::min(next, core.confer_from);
  const bool some_wait = queues_.total() > 0;
  SimTime untimed = SimTime::never();  // the first end of a slice that does not count
  for (std::uint32_t mask = core.busy_mask(); mask != 0; mask &= mask - 1) {
    const auto i = static_cast<std::uint32_t>(std::countr_zero(mask));
    const VirtualCore::Slot& slot = core.slot(i);
    if (slot.handler) continue;
    if (some_wait && queues_.size(queue_of(vp, i)) > 0) {
      renew_slice(core, i);
      next = std::min(next, core.when_run(slot.slice_ends));
    } else {
      untimed = std::min(untimed, slot.slice_ends);
    }
  }
  if (untimed != SimTime::never() && core.when_run(untimed) < next) untimed_.push_back(vp);
  next != SimTime::never() ? vp_timers_.set(vp, next) : vp_timers_.cancel(vp);
}

}  // namespace lparsim::guest
