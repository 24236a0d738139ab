#include "lpars/workload/batch.hpp"

#include <algorithm>

#include "sim/base/check.hpp"

namespace lparsim::workload {

BatchWorkload::BatchWorkload(std::string name, const Batch& config, Hertz frequency, Randomness randomness)
    : Workload{std::move(name)},
      config_{config},
      demand_{config.transaction, frequency, randomness.seed, std::string{randomness.prefix} + ".demand"} {}

void BatchWorkload::attach(Host& host) {
  host_ = &host;
  const auto threads = static_cast<std::uint32_t>(std::min<std::uint64_t>(config_.threads, config_.jobs));
  for (std::uint32_t i = 0; i < threads; ++i) threads_.push_back({host.create_thread(*this, i, Nice{0}), 0});
}

void BatchWorkload::activated(SimTime now) {
  begin_ = now;
  waiting_ = config_.jobs;
  statistics_.transaction_arrived(config_.jobs);
  for (auto& thread : threads_) {
    const SimTime demand = begin_job(thread, now);
    host_->make_ready(thread.id, demand, Cause::boot, now);
  }
}

void BatchWorkload::deactivated(SimTime now) {
  statistics_.all_dropped(now);
  waiting_ = 0;
}

Activity BatchWorkload::next_activity(std::uint32_t thread_tag, SimTime now) {
  auto& thread = threads_[thread_tag];
  if (++thread.step < demand_.steps()) return Activity::compute(demand_.sample(thread.step));
  statistics_.transaction_completed(begin_, now);
  if (waiting_ == 0) return Activity::block();
  return Activity::compute(begin_job(thread, now));
}

void BatchWorkload::timer_expired(std::uint32_t, SimTime now) {
  LPARSIM_CHECK(false, "{} has no timer, at {} ps", name(), now.ps());
}

SimTime BatchWorkload::begin_job(Thread& thread, SimTime now) {
  statistics_.now_queued(--waiting_, now);
  thread.step = 0;
  return demand_.sample(0);
}

}  // namespace lparsim::workload
