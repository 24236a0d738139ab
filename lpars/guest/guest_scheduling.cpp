// How a Guest picks and times the threads on its virtual processors.
#include <algorithm>

#include "lpars/guest/guest.hpp"
#include "sim/base/check.hpp"

namespace lparsim::guest {
namespace {

SimTime later(SimTime begin, SimTime length) {
  return length >= SimTime::never() - begin ? SimTime::never() : begin + length;
}

}  // namespace

/// Brings the accounts and the progress of its thread up to `now`.
void Guest::advance(VirtualProcessor& v, SimTime now) {
  charge(v, now, times_);
  if (v.thread != kNone) {
    auto& thread = threads_[v.thread];
    const SimTime progress = now - std::clamp(v.useful_from, v.charged_to, now);
    if (thread.remaining != SimTime::never()) thread.remaining -= progress;
    thread.slice_used += progress;
  }
  v.charged_to = now;
}

/// It is no longer on a core; its thread stays with it.
void Guest::stop(std::uint32_t vp, SimTime now) {
  advance(vps_[vp], now);
  times_.dispatched += now - vps_[vp].dispatched_at;
  forget_next_event(vp);
}

void Guest::forget_next_event(std::uint32_t vp) {
  vp_timers_.cancel(vp);
  if (untimed_.contains(vp)) untimed_.remove(vp);
}

void Guest::end_burst_if_due(VirtualProcessor& v, SimTime now) {
  while (v.thread != kNone && threads_[v.thread].remaining == SimTime{} && now >= v.useful_from) {
    const auto thread = v.thread;
    const auto next = threads_[thread].owner->next_activity(threads_[thread].tag, now);
    if (next.kind == workload::Activity::Kind::compute) {
      threads_[thread].remaining = next.demand;
    } else {
      threads_[thread].state = ThreadState::blocked;
      v.thread = kNone;
    }
  }
}

void Guest::end_slice_if_due(VirtualProcessor& v) {
  if (v.thread == kNone || threads_[v.thread].slice_used < config_.time_slice) return;
  if (queue_.empty()) {
    threads_[v.thread].slice_used = threads_[v.thread].slice_used % config_.time_slice;
    return;
  }
  enqueue(v.thread, false);
  v.thread = kNone;
}

/// The virtual processor, which is running, goes on with its thread, the next one of the queue, or not at all.
void Guest::find_work(std::uint32_t vp, SimTime now) {
  while (vps_[vp].thread == kNone) {
    if (!queue_.empty()) {
      bind(dequeue(), vp);
    } else if (cede(vp, now)) {
      return;
    }
  }
  set_next_event(vp);
}

bool Guest::cede(std::uint32_t vp, SimTime now) {
  auto& v = vps_[vp];
  advance(v, now);
  times_.dispatched += now - v.dispatched_at;
  v.state = VpState::idle;
  idle_.push_front(vp);
  if (control_.cede(vp)) return true;
  // A prod was pending: it keeps the core and looks again.
  idle_.remove(vp);
  v.dispatched_at = now;
  v.state = VpState::running;
  return false;
}

/// Sets the timer of a running virtual processor: to the end of its burst or, while others wait, of its slice if that comes before.
void Guest::set_next_event(std::uint32_t vp) {
  const auto& v = vps_[vp];
  const auto& thread = threads_[v.thread];
  const SimTime begin = std::max(v.charged_to, v.useful_from);
  const SimTime burst_end = later(begin, thread.remaining);
  const SimTime slice_end = later(begin, config_.time_slice - thread.slice_used);
  SimTime next = burst_end;
  if (slice_end < burst_end) {
    if (queue_.empty()) {
      untimed_.push_back(vp);
    } else {
      next = slice_end;
    }
  }
  if (next != SimTime::never()) vp_timers_.set(vp, next);
}

/// Somebody waits: those that run without an end of their slice get one.
void Guest::time_slices(SimTime now) {
  if (queue_.empty()) return;
  while (!untimed_.empty()) {
    const auto vp = untimed_.pop_front();
    auto& thread = threads_[vps_[vp].thread];
    advance(vps_[vp], now);
    thread.slice_used = thread.slice_used % config_.time_slice;
    set_next_event(vp);
  }
}

void Guest::bind(std::uint32_t thread, std::uint32_t vp) {
  vps_[vp].thread = thread;
  threads_[thread].state = ThreadState::on_processor;
  threads_[thread].last_vp = vp;
}

std::uint32_t Guest::take_idle_processor(std::uint32_t thread) {
  if (idle_.empty()) return kNone;
  const auto last = threads_[thread].last_vp;
  const auto vp = last != kNone && last < online_ && idle_.contains(last) ? last : idle_.front();
  idle_.remove(vp);
  return vp;
}

void Guest::enqueue(std::uint32_t thread, bool at_head) {
  threads_[thread].state = ThreadState::queued;
  threads_[thread].slice_used = {};
  at_head ? queue_.push_front(thread) : queue_.push_back(thread);
  ++queue_length_;
}

std::uint32_t Guest::dequeue() {
  --queue_length_;
  return queue_.pop_front();
}

/// Idle virtual processors are woken by the running ones for threads that wait.
void Guest::serve_queue() {
  while (!queue_.empty() && !idle_.empty()) {
    const auto thread = dequeue();
    const auto vp = take_idle_processor(thread);
    bind(thread, vp);
    vps_[vp].state = VpState::woken;
    control_.prod(vp);
  }
}

void Guest::set_online(std::uint32_t online, SimTime now) {
  times_.online += (now - online_since_) * online_;
  online_since_ = now;
  const auto before = online_;
  if (online > vps_.size()) {
    vps_.resize(online);
    vp_timers_.grow(online);
    idle_.grow(online);
    untimed_.grow(online);
  }
  for (auto vp = before; vp-- > online;) {
    if (vps_[vp].state == VpState::idle) idle_.remove(vp);
  }
  // From the last to the first, so that the threads of the first are at the head in the end.
  for (auto vp = before; vp-- > online;) {
    auto& v = vps_[vp];
    if (v.state == VpState::running) {
      stop(vp, now);
      end_burst_if_due(v, now);
    }
    if (v.thread != kNone) enqueue(v.thread, true);
    v = {};
  }
  online_ = online;
  for (auto vp = before; vp < online; ++vp) {
    vps_[vp].state = VpState::idle;
    idle_.push_back(vp);
  }
}

}  // namespace lparsim::guest
