#include "lpars/workload/batch.hpp"

#include <algorithm>

namespace lparsim::workload {

BatchWorkload::BatchWorkload(const Config& config, const Batch& batch, Hertz frequency, Randomness randomness, IoOperations* io)
    : Workload{config.name},
      jobs_{batch.jobs},
      threads_{static_cast<std::uint32_t>(std::min<std::uint64_t>(batch.threads, batch.jobs))},
      nice_{config.nice},
      start_{config.start},
      starter_{config.start, batch.stagger},
      demands_{randomness.seed, std::string{randomness.prefix} + ".demand"},
      runs_{TransactionKinds{batch.transaction, batch.mix, frequency}, io} {
  name_kinds(batch.mix);
}

void BatchWorkload::attach(Host& host) {
  runs_.attach(host, *this, nice_, statistics_);
  for (std::uint32_t i = 0; i < threads_; ++i) runs_.create_thread();
  starter_.attach(host, *this, 0, threads_);
}

void BatchWorkload::activated(SimTime now) {
  activated_ = now;
  start_threads(Cause::boot, now);
}

void BatchWorkload::deactivated(SimTime now) {
  all_dropped(now);
  waiting_ = 0;
  starter_.reset();
  runs_.reset();
}

void BatchWorkload::timer_expired(std::uint32_t timer_tag, SimTime now) {
  if (timer_tag >= TransactionRuns::kFirstTimer)
    runs_.timer_expired(timer_tag, now);
  else
    start_threads(Cause::timer, now);
}

void BatchWorkload::start_threads(Cause cause, SimTime now) {
  std::uint32_t thread = starter_.begun();
  const std::uint32_t begun = starter_.advance(now, activated_);
  if (thread == 0 && begun > 0) {
    waiting_ = jobs_;
    statistics_.transaction_arrived(jobs_);
  }
  for (; thread < begun && waiting_ > 0; ++thread) runs_.start(thread, next_job(now), cause, now);
}

Activity BatchWorkload::next_activity(std::uint32_t thread_tag, SimTime now) {
  for (;;) {
    if (const auto activity = runs_.next(thread_tag, now)) return *activity;
    const Work& done = runs_.work(thread_tag);
    completed(done.kind, done.arrived, now);
    if (waiting_ == 0) return Activity::block();
    runs_.go_on(thread_tag, next_job(now));
  }
}

Work BatchWorkload::next_job(SimTime now) {
  statistics_.now_queued(--waiting_, now);
  const RandomKey key = demands_.key(begun_++);
  const Work job{key, activated_ + start_, runs_.kinds().kind_of(key)};
  kind_arrived(job.kind);
  return job;
}

}  // namespace lparsim::workload
