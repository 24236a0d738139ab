// Guest: interrupt handlers. They come before all other threads and are not the scheduler's business: where no hardware thread is free, one
// takes the place of a thread, which stays there and goes on when the handler has ended.
#include <utility>

#include "lpars/guest/guest.hpp"
#include "lpars/guest/placement.hpp"

namespace lparsim::guest {

using hypervisor::DispatchReason;

void Guest::dispatch_handler(std::uint32_t number, std::optional<DispatchReason> reason, SimTime now) {
  if (place_handler(number, reason, now)) return;
  Thread& handler = threads_[number];
  if (handler.state != Thread::State::queued) handler.ready_since = now;
  handler.state = Thread::State::queued;
  handlers_waiting_.push_back(number);
}

/// To a free hardware thread where a core is or is easily had, else in place of a thread that is on a core, else where there is no core
/// yet. Returns false where handlers, or the thread that is just being asked, have all places.
bool Guest::place_handler(std::uint32_t number, std::optional<DispatchReason> reason, SimTime now) {
  const std::uint32_t with_room = scheduler_->place(threads_[number], map_);
  const bool waits = with_room != kNone && map_.away(with_room);
  const std::uint32_t here = waits ? place_least_busy_here(map_) : with_room;
  if (here != kNone) {
    put(number, here, reason, now);
    return true;
  }
  if (interrupt_one(number, true, reason, now)) return true;
  if (!waits) return interrupt_one(number, false, reason, now);
  put(number, with_room, reason, now);
  return true;
}

/// Takes the place of a thread: where the handler ran last, or on the next logical processor after it.
bool Guest::interrupt_one(std::uint32_t number, bool on_core, std::optional<DispatchReason> reason, SimTime now) {
  const std::uint32_t count = online_ * config_.smt;
  const std::uint32_t last = threads_[number].last_logical;
  const std::uint32_t first = last == kNone ? next_interrupted_++ : last;
  for (std::uint32_t step = 0; step < count; ++step) {
    const std::uint32_t place = (first + step) % count;
    const std::uint32_t vp = place / config_.smt;
    const std::uint32_t i = place % config_.smt;
    const VirtualCore::Slot& slot = cores_[vp].slot(i);
    if (!map_.usable(vp, i) || slot.thread == kNone || slot.handler || slot.thread == deciding_) continue;
    if ((cores_[vp].state == State::running) != on_core) continue;
    interrupt(number, vp, i, now);
    go_on_or_wake(vp, reason, now);
    return true;
  }
  return false;
}

/// The thread there gives its place to the handler. Its time there stands still, and its slice where that is not one of clock ticks.
void Guest::interrupt(std::uint32_t number, std::uint32_t vp, std::uint32_t i, SimTime now) {
  VirtualCore& core = cores_[vp];
  if (core.state == State::running) advance(vp, now);
  const VirtualCore::Slot& slot = core.slot(i);
  Thread& handler = threads_[number];
  handler.displaced = slot.thread;
  Thread& thread = threads_[slot.thread];
  settle_counts(now);
  --runnable_;
  thread.state = Thread::State::interrupted;
  thread.ran = core.run_clock() - slot.came;
  thread.slice_left = slot.slice_ends - core.run_clock();
  thread.in_kernel = slot.in_kernel;
  thread.remaining = core.vacate(i);
  enter_handler(number, vp, i, now);
}

/// It comes to the free hardware thread.
void Guest::enter_handler(std::uint32_t number, std::uint32_t vp, std::uint32_t i, SimTime now) {
  Thread& handler = threads_[number];
  if (observer_ != nullptr && handler.state == Thread::State::queued && handler.ready_since < now)
    observer_->thread_waited(vp, handler.ready_since, now);
  handler.state = Thread::State::on_processor;
  handler.last_logical = logical(vp, i);
  cores_[vp].occupy(i, number, handler.remaining, false, true);
  cores_[vp].slot(i).handler = true;
}

/// The handler there has blocked: the next one, or the thread whose place it took, goes on.
void Guest::end_handler(std::uint32_t vp, std::uint32_t i, SimTime now) {
  VirtualCore& core = cores_[vp];
  Thread& handler = threads_[core.slot(i).thread];
  const std::uint32_t below = std::exchange(handler.displaced, kNone);
  if (handlers_waiting_.empty() && below == kNone) return take_off(vp, i, false, now);
  core.vacate(i);
  if (handlers_waiting_.empty()) return resume(below, vp, i, now);
  const std::uint32_t next = handlers_waiting_.pop_front();
  threads_[next].displaced = below;
  enter_handler(next, vp, i, now);
}

/// The thread goes on where it was, unless one that is to displace it has become ready meanwhile.
void Guest::resume(std::uint32_t number, std::uint32_t vp, std::uint32_t i, SimTime now) {
  VirtualCore& core = cores_[vp];
  Thread& thread = threads_[number];
  settle_counts(now);
  ++runnable_;
  thread.state = Thread::State::on_processor;
  core.occupy(i, number, thread.remaining, thread.wanted_lock != kNone, thread.in_kernel);
  core.slot(i).came = core.run_clock() - thread.ran;
  if (!scheduler_->slices_by_clock()) core.slot(i).slice_ends = core.run_clock() + thread.slice_left;
  const std::uint32_t queue = queue_of(vp, i);
  if (queues_.size(queue) > 0 && scheduler_->displaces(threads_[queues_.front(queue)], thread, thread.ran)) {
    take_off(vp, i, true, now);
    enqueue(number, queue, now, true);
    put(queues_.pop(queue), vp, std::nullopt, now);
  } else if (core.spinning() > 0) {
    take_free_locks(vp, now);
  }
}

/// Those that found no place try again.
void Guest::serve_handlers(SimTime now) {
  while (!handlers_waiting_.empty()) {
    const std::uint32_t number = handlers_waiting_.pop_front();
    if (place_handler(number, std::nullopt, now)) continue;
    handlers_waiting_.push_front(number);
    return;
  }
}

}  // namespace lparsim::guest
