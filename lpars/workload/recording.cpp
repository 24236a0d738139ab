#include "lpars/workload/recording.hpp"

#include <algorithm>
#include <cmath>

namespace lparsim::workload {

RecordingWorkload::RecordingWorkload(const Config& config, const Recording& recording)
    : Workload{config.name},
      demand_{recording},
      quantum_{recording.quantum},
      start_{config.start},
      nice_{config.nice},
      thread_count_{recording.threads.value_or(std::max(1U, static_cast<std::uint32_t>(std::ceil(demand_.peak()))))} {}

void RecordingWorkload::attach(Host& host) {
  host_ = &host;
  for (std::uint32_t i = 0; i < thread_count_; ++i) threads_.push_back({host.create_thread(*this, i, nice_)});
  next_quantum_ = host.create_timer(*this, 0);
}

void RecordingWorkload::activated(SimTime now) {
  origin_ = now + start_;
  set_next_quantum(0);
}

void RecordingWorkload::deactivated(SimTime now) {
  all_dropped(now);
  quanta_.clear();
  first_ = begun_ = 0;
  carried_ = 0;
  left_ = fresh_ = SimTime{};
  for (Thread& thread : threads_) {
    thread.done = 0;
    thread.blocked = true;
  }
}

void RecordingWorkload::timer_expired(std::uint32_t, SimTime now) {
  hand_out(now);
  set_next_quantum(next_number_ + 1);
}

/// From `number` on, the first one in which something is wanted; right at `number` what is left of the one before becomes backlog.
void RecordingWorkload::set_next_quantum(std::uint64_t number) {
  next_number_ = number;
  if (fresh_ == SimTime{}) {
    const SimTime wanted = demand_.next_demand(quantum_ * static_cast<std::int64_t>(number));
    if (wanted == SimTime::never()) return;
    next_number_ = static_cast<std::uint64_t>(wanted / quantum_);
  }
  host_->set_timer(next_quantum_, origin_ + quantum_ * static_cast<std::int64_t>(next_number_));
}

void RecordingWorkload::hand_out(SimTime now) {
  left_ += fresh_;
  fresh_ = SimTime{};
  const SimTime begin = now - origin_;
  const double work = demand_.work(begin, begin + quantum_) + carried_;
  const SimTime burst = SimTime::from_ps(static_cast<std::int64_t>(work / thread_count_));
  carried_ = work - static_cast<double>(burst.ps()) * thread_count_;
  if (burst > SimTime{}) {
    fresh_ = burst * thread_count_;
    if (quanta_.full()) quanta_.set_capacity(2 * quanta_.capacity());
    quanta_.push_back({now, burst, thread_count_});
    statistics_.transaction_arrived();
    for (Thread& thread : threads_)
      if (thread.blocked) host_->make_ready(thread.id, begin_burst(thread, now), Cause::timer, now);
    statistics_.now_queued(handed_out() - begun_, now);
  }
  statistics_.now_left(left_, now);
}

SimTime RecordingWorkload::begin_burst(Thread& thread, SimTime now) {
  thread.blocked = false;
  if (thread.done == begun_) statistics_.now_queued(handed_out() - ++begun_, now);
  return quantum(thread.done).burst;
}

Activity RecordingWorkload::next_activity(std::uint32_t thread_tag, SimTime now) {
  Thread& thread = threads_[thread_tag];
  Quantum& done = quantum(thread.done);
  if (thread.done + 1 == handed_out() && fresh_ > SimTime{}) {
    fresh_ -= done.burst;
  } else {
    left_ -= done.burst;
    statistics_.now_left(left_, now);
  }
  ++thread.done;
  // Every thread does its bursts in order, so the first quantum is the first to be completed.
  if (--done.threads_left == 0) {
    completed(0, done.begin, now);
    quanta_.pop_front();
    ++first_;
  }
  if (thread.done < handed_out()) return Activity::compute(begin_burst(thread, now));
  thread.blocked = true;
  return Activity::block();
}

}  // namespace lparsim::workload
