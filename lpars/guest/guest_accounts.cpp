// Guest: how its time is counted, and what others are told of it.
#include "lpars/guest/guest.hpp"

namespace lparsim::guest {

void Guest::count(SimTime now) {
  const SimTime elapsed = now - counted_to_;
  times_.online += elapsed * online_;
  times_.logical_online += elapsed * logical_online_;
  times_.runnable += elapsed.seconds() * runnable_;
  times_.unfolded += elapsed * unfolded_;
  runnable_total_ += elapsed.seconds() * runnable_;
  counted_to_ = now;
}

void Guest::advance_all(SimTime now) {
  for (std::uint32_t vp = 0; vp < online_; ++vp) {
    if (cores_[vp].state == State::running) advance(vp, now);
  }
}

/// The thread blocks until a device has answered. With the first one idle time begins to count as waiting for I/O.
void Guest::begin_io(std::uint32_t number, SimTime now) {
  threads_[number].in_io = true;
  if (io_waiting_ == 0) {
    advance_all(now);
    settle_counts(now);
    logical_online_before_ = times_.logical_online;
    logical_busy_before_ = times_.logical_busy;
  }
  ++io_waiting_;
}

void Guest::end_io(std::uint32_t number, SimTime now) {
  threads_[number].in_io = false;
  if (io_waiting_ == 1) {
    advance_all(now);
    settle_counts(now);
    end_io_wait();
  }
  --io_waiting_;
}

/// Counts are right up to the present.
void Guest::end_io_wait() {
  times_.logical_io_wait += times_.logical_online - logical_online_before_ - (times_.logical_busy - logical_busy_before_);
}

SimTime Guest::undispatched(SimTime now) const {
  return active_ && on_core_ == 0 ? undispatched_ + (now - off_core_since_) : undispatched_;
}

ProcessorTimes Guest::times(SimTime now) const {
  ProcessorTimes result = times_;
  const SimTime elapsed = now - counted_to_;
  result.online += elapsed * online_;
  result.logical_online += elapsed * logical_online_;
  result.runnable += elapsed.seconds() * runnable_;
  result.unfolded += elapsed * unfolded_;
  for (std::uint32_t vp = 0; vp < online_; ++vp) {
    if (cores_[vp].state != State::running) continue;
    VirtualCore core = cores_[vp];
    core.advance(now, speed_, result, io_waiting_ > 0);
  }
  if (io_waiting_ > 0)
    result.logical_io_wait += result.logical_online - logical_online_before_ - (result.logical_busy - logical_busy_before_);
  return result;
}

LogicalTimes Guest::logical_times(std::uint32_t vp, std::uint32_t thread, SimTime now) const {
  if (cores_[vp].state != State::running) return cores_[vp].times(thread);
  VirtualCore core = cores_[vp];
  ProcessorTimes totals;
  core.advance(now, speed_, totals, io_waiting_ > 0);
  return core.times(thread);
}

void Guest::reset_statistics(SimTime now) {
  advance_all(now);
  settle_counts(now);
  times_ = {};
  logical_online_before_ = logical_busy_before_ = {};
  for (const auto& workload : workloads_) workload->reset_statistics(now);
}

void Guest::finish(SimTime now) {
  if (observer_ == nullptr) return;
  for (std::uint32_t vp = 0; vp < online_; ++vp) {
    if (cores_[vp].folded && folded_since_[vp] < now) observer_->was_folded(vp, folded_since_[vp], now);
  }
  for (const Thread& thread : threads_) {
    const std::uint32_t vp = thread.last_logical == kNone ? 0 : thread.last_logical / config_.smt;
    if (thread.state == Thread::State::queued && thread.ready_since < now) observer_->thread_waited(vp, thread.ready_since, now);
    if (thread.wanted_lock != kNone && thread.wanted_since < now)
      observer_->waited_for_lock(vp, workload::LockId{thread.wanted_lock}, locks_[thread.wanted_lock].holder_vp, thread.wanted_since, now);
  }
}

}  // namespace lparsim::guest
