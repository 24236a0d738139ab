#include "lpars/workload/open.hpp"

#include "lpars/workload/later.hpp"

namespace lparsim::workload {

OpenWorkload::OpenWorkload(const Config& config, const Open& open, Hertz frequency, Randomness randomness, IoOperations* io)
    : Workload{config.name},
      arrival_gap_{open.arrival_gap},
      profile_{open.schedule},
      most_threads_{open.threads.value_or(UINT32_MAX)},
      nice_{config.nice},
      start_{config.start},
      arrivals_{randomness.seed, std::string{randomness.prefix} + ".arrivals"},
      demands_{randomness.seed, std::string{randomness.prefix} + ".demand"},
      runs_{TransactionKinds{open.transaction, open.mix, frequency}, io},
      waiting_{16} {
  name_kinds(open.mix);
}

void OpenWorkload::attach(Host& host) {
  host_ = &host;
  runs_.attach(host, *this, nice_, statistics_);
  next_arrival_ = host.create_timer(*this, 0);
}

void OpenWorkload::activated(SimTime now) {
  if (const SimTime begin = later(now, start_); begin != SimTime::never()) set_next_arrival(begin);
}

void OpenWorkload::set_next_arrival(SimTime from) {
  const SimTime at = profile_.after(from, arrival_gap_.sample(arrivals_));
  if (at != SimTime::never()) host_->set_timer(next_arrival_, at);
}

void OpenWorkload::deactivated(SimTime now) {
  all_dropped(now);
  waiting_.clear();
  free_.assign(threads_.rbegin(), threads_.rend());
  runs_.reset();
}

void OpenWorkload::timer_expired(std::uint32_t timer_tag, SimTime now) {
  if (timer_tag >= TransactionRuns::kFirstTimer)
    runs_.timer_expired(timer_tag, now);
  else
    arrive(now);
}

void OpenWorkload::arrive(SimTime now) {
  const RandomKey key = demands_.key(arrived_++);
  const Work work{key, now, runs_.kinds().kind_of(key)};
  statistics_.transaction_arrived();
  kind_arrived(work.kind);
  set_next_arrival(now);
  if (thread_is_free()) {
    runs_.start(take_thread(), work, Cause::outside, now);
    return;
  }
  if (waiting_.full()) waiting_.set_capacity(2 * waiting_.capacity());
  waiting_.push_back(work);
  statistics_.now_queued(waiting_.size(), now);
}

Activity OpenWorkload::next_activity(std::uint32_t thread_tag, SimTime now) {
  for (;;) {
    if (const auto activity = runs_.next(thread_tag, now)) return *activity;
    const Work& done = runs_.work(thread_tag);
    completed(done.kind, done.arrived, now);
    if (waiting_.empty()) {
      free_.push_back(thread_tag);
      return Activity::block();
    }
    runs_.go_on(thread_tag, waiting_.front());
    waiting_.pop_front();
    statistics_.now_queued(waiting_.size(), now);
  }
}

std::uint32_t OpenWorkload::take_thread() {
  if (free_.empty()) {
    threads_.push_back(runs_.create_thread());
    return threads_.back();
  }
  const std::uint32_t tag = free_.back();
  free_.pop_back();
  return tag;
}

}  // namespace lparsim::workload
