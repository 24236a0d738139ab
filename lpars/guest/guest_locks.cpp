// Guest: locks on which threads spin. Whoever tries first on a core gets a free lock; among those that spin at its release the one that
// has waited longest does.
#include <algorithm>
#include <bit>

#include "lpars/guest/guest.hpp"
#include "sim/base/check.hpp"

namespace lparsim::guest {

bool Guest::try_lock(std::uint32_t number, workload::LockId id, SimTime now) {
  Lock& lock = locks_[static_cast<std::uint32_t>(id)];
  LPARSIM_CHECK(lock.holder != number, "thread {} wants lock {} twice, at {} ps", number, lock_names_[static_cast<std::uint32_t>(id)],
                now.ps());
  Thread& thread = threads_[number];
  if (lock.holder == kNone) {
    lock.holder = number;
    lock.holder_vp = thread.last_logical / config_.smt;
    return true;
  }
  thread.wanted_lock = static_cast<std::uint32_t>(id);
  thread.wanted_since = now;
  lock.waiters.push_back(number);
  return false;
}

void Guest::release(std::uint32_t number, workload::LockId id, SimTime now) {
  Lock& lock = locks_[static_cast<std::uint32_t>(id)];
  LPARSIM_CHECK(lock.holder == number, "thread {} releases lock {}, which it does not hold, at {} ps", number,
                lock_names_[static_cast<std::uint32_t>(id)], now.ps());
  lock.holder = kNone;
  for (const std::uint32_t waiter : lock.waiters) {
    const Thread& thread = threads_[waiter];
    if (thread.state != Thread::State::on_processor || cores_[thread.last_logical / config_.smt].state != State::running) continue;
    return grant(waiter, now);
  }
}

/// The thread, which spins on a core, gets the lock it wants, which is free.
void Guest::grant(std::uint32_t number, SimTime now) {
  Thread& thread = threads_[number];
  const std::uint32_t vp = thread.last_logical / config_.smt;
  Lock& lock = locks_[thread.wanted_lock];
  lock.waiters.erase(std::find(lock.waiters.begin(), lock.waiters.end(), number));
  if (observer_ != nullptr && thread.wanted_since < now)
    observer_->waited_for_lock(vp, workload::LockId{thread.wanted_lock}, lock.holder_vp, thread.wanted_since, now);
  lock.holder = number;
  lock.holder_vp = vp;
  thread.wanted_lock = kNone;
  advance(vp, now);
  const std::uint32_t i = thread.last_logical % config_.smt;
  cores_[vp].set_spinning(i, false);
  cores_[vp].set_burst(i, SimTime{}, cores_[vp].slot(i).in_kernel);
  set_next_event(vp, now);
}

/// The virtual processor runs (again): its threads try the locks that they want.
void Guest::take_free_locks(std::uint32_t vp, SimTime now) {
  for (std::uint32_t mask = cores_[vp].busy_mask(); mask != 0; mask &= mask - 1) {
    const VirtualCore::Slot& slot = cores_[vp].slot(static_cast<std::uint32_t>(std::countr_zero(mask)));
    if (slot.spinning && locks_[threads_[slot.thread].wanted_lock].holder == kNone) grant(slot.thread, now);
  }
}

/// All busy threads of the virtual processor, of which some spin, do so, and the first one's lock was taken on one that has no core and
/// waits for one.
bool Guest::waits_for_coreless(std::uint32_t vp) const {
  const VirtualCore& core = cores_[vp];
  if (config_.lock_waiting != LockWaiting::confer || core.state != State::running) return false;
  if (core.spinning() < core.busy()) return false;
  const Lock& lock = locks_[threads_[core.first_thread()].wanted_lock];
  if (lock.holder == kNone || lock.holder_vp == vp) return false;
  const State holder = cores_[lock.holder_vp].state;
  return holder == State::preempted || (config_.confer_to_ceded && holder == State::idle);
}

/// It gives its core to that one.
bool Guest::confer(std::uint32_t vp, SimTime now) {
  VirtualCore& core = cores_[vp];
  const std::uint32_t holder_vp = locks_[threads_[core.first_thread()].wanted_lock].holder_vp;
  advance(vp, now);
  stop(vp, State::conferred, now);
  if (control_.confer(vp, holder_vp)) return true;
  keep_core(vp);
  return false;
}

/// Those that spin on a lock whose holder was on it notice.
void Guest::holder_lost_core(std::uint32_t vp, SimTime now) {
  for (const Lock& lock : locks_) {
    if (lock.holder == kNone || lock.holder_vp != vp) continue;
    for (const std::uint32_t waiter : lock.waiters) {
      if (threads_[waiter].state != Thread::State::on_processor) continue;
      const std::uint32_t there = threads_[waiter].last_logical / config_.smt;
      if (there != vp) set_next_event(there, now);
    }
  }
}

}  // namespace lparsim::guest
