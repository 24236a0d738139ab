#include "lpars/guest/guest.hpp"

#include <algorithm>
#include <utility>

#include "sim/base/check.hpp"

namespace lparsim::guest {
namespace {

using hypervisor::DispatchReason;
using workload::Cause;

DispatchReason reason_of(Cause cause) {
  switch (cause) {
    case Cause::boot:
      return DispatchReason::boot;
    case Cause::outside:
      return DispatchReason::external_interrupt;
    case Cause::timer:
      return DispatchReason::decrementer;
    case Cause::thread:
      return DispatchReason::doorbell;
  }
  LPARSIM_CHECK(false, "unknown cause {}", static_cast<int>(cause));
}

}  // namespace

Guest::Guest(hypervisor::ProcessorControl& control, Config config, Workloads workloads)
    : control_{control}, config_{config}, workloads_{std::move(workloads)} {
  LPARSIM_CHECK(config.time_slice > SimTime{}, "a time slice of {} ps", config.time_slice.ps());
  for (const auto& workload : workloads_) workload->attach(*this);
}

// ---- what the platform tells

void Guest::activated(std::uint32_t online, SimTime now) {
  LPARSIM_CHECK(!active_, "an active partition was activated at {} ps", now.ps());
  active_ = true;
  online_since_ = now;
  set_online(online, now);
  for (const auto& workload : workloads_) workload->activated(now);
}

void Guest::deactivated(SimTime now) {
  LPARSIM_CHECK(active_, "an inactive partition was deactivated at {} ps", now.ps());
  for (std::uint32_t i = 0; i < online_; ++i) {
    if (vps_[i].state == VpState::running) stop(i, now);
    vps_[i] = {};
  }
  times_.online += (now - online_since_) * online_;
  online_ = 0;
  online_since_ = now;
  active_ = false;
  idle_.clear();
  queue_.clear();
  queue_length_ = 0;
  workload_timers_.clear();
  for (auto& thread : threads_) thread.state = ThreadState::blocked;
  for (const auto& workload : workloads_) workload->deactivated(now);
}

void Guest::online_processors_changed(std::uint32_t online, SimTime now) {
  LPARSIM_CHECK(active_, "an inactive partition was given {} virtual processors at {} ps", online, now.ps());
  set_online(online, now);
  serve_queue();
  time_slices(now);
}

void Guest::dispatched(std::uint32_t vp, CoreId, SimTime now, SimTime, SimTime warm_from) {
  LPARSIM_CHECK(vp < online_ && vps_[vp].state != VpState::running, "virtual processor {} was dispatched at {} ps", vp, now.ps());
  auto& v = vps_[vp];
  if (v.state == VpState::idle) idle_.remove(vp);
  v.state = VpState::running;
  v.dispatched_at = v.charged_to = now;
  v.useful_from = warm_from;
  find_work(vp, now);
}

void Guest::preempted(std::uint32_t vp, SimTime now) {
  LPARSIM_CHECK(vp < online_ && vps_[vp].state == VpState::running, "virtual processor {} was preempted at {} ps", vp, now.ps());
  auto& v = vps_[vp];
  stop(vp, now);
  end_burst_if_due(v, now);
  end_slice_if_due(v);
  if (v.thread == kNone && !queue_.empty()) bind(dequeue(), vp);
  v.state = VpState::preempted;
}

void Guest::on_timer(SimTime now) {
  LPARSIM_CHECK(next_timer() >= now, "a timer of {} ps is served at {} ps", next_timer().ps(), now.ps());
  while (next_timer() == now) {
    if (vp_timers_.earliest() == now) {
      const auto vp = vp_timers_.first();
      forget_next_event(vp);
      advance(vps_[vp], now);
      end_burst_if_due(vps_[vp], now);
      end_slice_if_due(vps_[vp]);
      find_work(vp, now);
    } else {
      const auto timer = workload_timers_.first();
      workload_timers_.cancel(timer);
      timers_[timer].owner->timer_expired(timers_[timer].tag, now);
    }
  }
}

// ---- what the workloads ask for

workload::ThreadId Guest::create_thread(workload::Workload& owner, std::uint32_t tag, workload::Nice) {
  threads_.push_back({&owner, tag, ThreadState::blocked, kNone, {}, {}});
  queue_.grow(static_cast<std::uint32_t>(threads_.size()));
  return workload::ThreadId{static_cast<std::uint32_t>(threads_.size() - 1)};
}

workload::TimerId Guest::create_timer(workload::Workload& owner, std::uint32_t tag) {
  timers_.push_back({&owner, tag});
  workload_timers_.grow(static_cast<std::uint32_t>(timers_.size()));
  return workload::TimerId{static_cast<std::uint32_t>(timers_.size() - 1)};
}

void Guest::make_ready(workload::ThreadId id, SimTime demand, Cause cause, SimTime now) {
  const auto thread = static_cast<std::uint32_t>(id);
  LPARSIM_CHECK(active_ && threads_[thread].state == ThreadState::blocked, "thread {} became ready twice, at {} ps", thread, now.ps());
  threads_[thread].remaining = demand;
  threads_[thread].slice_used = {};
  const auto vp = take_idle_processor(thread);
  if (vp == kNone) {
    enqueue(thread, false);
    time_slices(now);
    return;
  }
  bind(thread, vp);
  vps_[vp].state = VpState::woken;
  control_.interrupt(vp, reason_of(cause));
}

workload::LockId Guest::lock(std::string_view) {
  return {};
}

void Guest::cancel_timer(workload::TimerId timer) {
  workload_timers_.cancel(static_cast<std::uint32_t>(timer));
}

void Guest::set_timer(workload::TimerId timer, SimTime when) {
  workload_timers_.set(static_cast<std::uint32_t>(timer), when);
}

// ---- accounting

void Guest::charge(const VirtualProcessor& v, SimTime now, ProcessorTimes& times) {
  const SimTime own = std::clamp(v.useful_from, v.charged_to, now);  // its own instructions start here
  times.system += own - v.charged_to;
  (v.thread == kNone ? times.idle : times.user) += now - own;
}

ProcessorTimes Guest::times(SimTime now) const {
  ProcessorTimes result = times_;
  result.online += (now - online_since_) * online_;
  for (std::uint32_t i = 0; i < online_; ++i) {
    if (vps_[i].state != VpState::running) continue;
    charge(vps_[i], now, result);
    result.dispatched += now - vps_[i].dispatched_at;
  }
  return result;
}

void Guest::reset_statistics(SimTime now) {
  for (std::uint32_t i = 0; i < online_; ++i) {
    if (vps_[i].state != VpState::running) continue;
    advance(vps_[i], now);
    vps_[i].dispatched_at = now;
  }
  times_ = {};
  online_since_ = now;
  for (const auto& workload : workloads_) workload->reset_statistics(now);
}

}  // namespace lparsim::guest
