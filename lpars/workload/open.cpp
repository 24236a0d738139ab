#include "lpars/workload/open.hpp"

#include <algorithm>

namespace lparsim::workload {

OpenWorkload::OpenWorkload(std::string name, const Open& config, Hertz frequency, Randomness randomness)
    : Workload{std::move(name)},
      arrival_gap_{config.arrival_gap},
      most_threads_{config.threads.value_or(UINT32_MAX)},
      arrivals_{randomness.seed, std::string{randomness.prefix} + ".arrivals"},
      demand_{config.transaction, frequency, randomness.seed, std::string{randomness.prefix} + ".demand"},
      waiting_{16} {}

void OpenWorkload::attach(Host& host) {
  host_ = &host;
  next_arrival_ = host.create_timer(*this, 0);
}

void OpenWorkload::activated(SimTime now) {
  host_->set_timer(next_arrival_, now + arrival_gap_.sample(arrivals_));
}

void OpenWorkload::deactivated(SimTime now) {
  statistics_.all_dropped(now);
  waiting_.clear();
  free_.resize(threads_.size());
  for (std::uint32_t i = 0; i < free_.size(); ++i) free_[free_.size() - 1 - i] = i;
}

void OpenWorkload::timer_expired(std::uint32_t, SimTime now) {
  statistics_.transaction_arrived();
  host_->set_timer(next_arrival_, now + arrival_gap_.sample(arrivals_));
  if (thread_is_free()) {
    auto& thread = threads_[take_thread()];
    const SimTime demand = begin(thread, now);
    host_->make_ready(thread.id, demand, Cause::outside, now);
    return;
  }
  if (waiting_.full()) waiting_.set_capacity(2 * waiting_.capacity());
  waiting_.push_back(now);
  statistics_.now_queued(waiting_.size(), now);
}

Activity OpenWorkload::next_activity(std::uint32_t thread_tag, SimTime now) {
  auto& thread = threads_[thread_tag];
  if (++thread.step < demand_.steps()) return Activity::compute(demand_.sample(thread.step));
  statistics_.transaction_completed(thread.arrived, now);
  if (waiting_.empty()) {
    free_.push_back(thread_tag);
    return Activity::block();
  }
  const SimTime arrived = waiting_.front();
  waiting_.pop_front();
  statistics_.now_queued(waiting_.size(), now);
  return Activity::compute(begin(thread, arrived));
}

std::uint32_t OpenWorkload::take_thread() {
  if (free_.empty()) {
    const auto tag = static_cast<std::uint32_t>(threads_.size());
    threads_.push_back({host_->create_thread(*this, tag, Nice{0}), {}, 0});
    return tag;
  }
  const auto tag = free_.back();
  free_.pop_back();
  return tag;
}

SimTime OpenWorkload::begin(Thread& thread, SimTime arrived) {
  thread.arrived = arrived;
  thread.step = 0;
  return demand_.sample(0);
}

}  // namespace lparsim::workload
