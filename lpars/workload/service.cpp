#include "lpars/workload/service.hpp"

#include "lpars/workload/later.hpp"

namespace lparsim::workload {

ServiceWorkload::ServiceWorkload(const Config& config, const Service& service, Hertz frequency, Randomness randomness, IoOperations& io)
    : Workload{config.name},
      thread_count_{service.threads},
      nice_{config.nice},
      start_{config.start},
      io_{io},
      demands_{randomness.seed, std::string{randomness.prefix} + ".demand"},
      runs_{TransactionKinds{service.transaction, service.mix, frequency}, &io},
      threads_(service.threads),
      waiting_{16} {
  name_kinds(service.mix);
}

void ServiceWorkload::attach(Host& host) {
  host_ = &host;
  runs_.attach(host, *this, nice_, statistics_);
  for (std::uint32_t i = 0; i < thread_count_; ++i) runs_.create_thread();
  for (std::uint32_t i = thread_count_; i-- > 0;) free_.push_back(i);
  begins_ = host.create_timer(*this, 0);
  io_.serve(name(), *this);
}

void ServiceWorkload::activated(SimTime now) {
  if (start_ == SimTime{}) {
    begun_ = true;
  } else if (const SimTime begin = later(now, start_); begin != SimTime::never()) {
    host_->set_timer(begins_, begin);
  }
}

void ServiceWorkload::deactivated(SimTime now) {
  all_dropped(now);
  waiting_.clear();
  free_.clear();
  for (std::uint32_t i = thread_count_; i-- > 0;) free_.push_back(i);
  for (Thread& thread : threads_) thread.answering = false;
  begun_ = false;
  runs_.reset();
}

void ServiceWorkload::timer_expired(std::uint32_t timer_tag, SimTime now) {
  if (timer_tag >= TransactionRuns::kFirstTimer) return runs_.timer_expired(timer_tag, now);
  begun_ = true;
  begin(now);
}

void ServiceWorkload::accept(std::uint64_t request, SimTime now) {
  const RandomKey key = demands_.key(accepted_++);
  const Work work{key, now, runs_.kinds().kind_of(key)};
  statistics_.transaction_arrived();
  kind_arrived(work.kind);
  if (waiting_.full()) waiting_.set_capacity(2 * waiting_.capacity());
  waiting_.push_back({request, work});
  begin(now);
}

/// Requests that wait go to threads that have none.
void ServiceWorkload::begin(SimTime now) {
  while (begun_ && !waiting_.empty() && !free_.empty()) {
    const Request next = waiting_.front();
    waiting_.pop_front();
    const std::uint32_t tag = free_.back();
    free_.pop_back();
    threads_[tag].request = next.number;
    runs_.start(tag, next.work, Cause::thread, now);
  }
  statistics_.now_queued(waiting_.size(), now);
}

Activity ServiceWorkload::next_activity(std::uint32_t thread_tag, SimTime now) {
  for (;;) {
    // Threads of branches have tags beyond, and no answer.
    if (thread_tag >= threads_.size() || !threads_[thread_tag].answering) {
      if (const auto activity = runs_.next(thread_tag, now)) return *activity;
    }
    if (const auto activity = answer(thread_tag, now)) return *activity;
    const Work& done = runs_.work(thread_tag);
    completed(done.kind, done.arrived, now);
    if (waiting_.empty()) {
      free_.push_back(thread_tag);
      return Activity::block();
    }
    threads_[thread_tag].request = waiting_.front().number;
    runs_.go_on(thread_tag, waiting_.front().work);
    waiting_.pop_front();
    statistics_.now_queued(waiting_.size(), now);
  }
}

std::optional<Activity> ServiceWorkload::answer(std::uint32_t tag, SimTime now) {
  Thread& thread = threads_[tag];
  if (!thread.answering) {
    thread.answering = true;
    thread.io = io_.answer(thread.request, runs_.id(tag), now);
  }
  if (const auto activity = io_.next(thread.io, now)) return activity;
  thread.answering = false;
  if (io_.failed(thread.io)) statistics_.operation_failed();
  return std::nullopt;
}

}  // namespace lparsim::workload
