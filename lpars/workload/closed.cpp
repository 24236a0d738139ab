#include "lpars/workload/closed.hpp"

namespace lparsim::workload {

ClosedWorkload::ClosedWorkload(std::string name, const Closed& config, Hertz frequency, Randomness randomness)
    : Workload{std::move(name)},
      user_count_{config.users},
      think_{config.think},
      thoughts_{randomness.seed, std::string{randomness.prefix} + ".think"},
      demand_{config.transaction, frequency, randomness.seed, std::string{randomness.prefix} + ".demand"} {}

void ClosedWorkload::attach(Host& host) {
  host_ = &host;
  users_.reserve(user_count_);
  for (std::uint32_t i = 0; i < user_count_; ++i)
    users_.push_back({host.create_thread(*this, i, Nice{0}), host.create_timer(*this, i), {}, 0});
}

void ClosedWorkload::activated(SimTime now) {
  for (const auto& user : users_) host_->set_timer(user.timer, now + think_.sample(thoughts_));
}

void ClosedWorkload::deactivated(SimTime now) {
  statistics_.all_dropped(now);
}

void ClosedWorkload::timer_expired(std::uint32_t timer_tag, SimTime now) {
  auto& user = users_[timer_tag];
  host_->make_ready(user.thread, submit(user, now), Cause::timer, now);
}

Activity ClosedWorkload::next_activity(std::uint32_t thread_tag, SimTime now) {
  auto& user = users_[thread_tag];
  if (++user.step < demand_.steps()) return Activity::compute(demand_.sample(user.step));
  statistics_.transaction_completed(user.submitted, now);
  const SimTime think = think_.sample(thoughts_);
  if (think == SimTime{}) return Activity::compute(submit(user, now));
  host_->set_timer(user.timer, now + think);
  return Activity::block();
}

SimTime ClosedWorkload::submit(User& user, SimTime now) {
  statistics_.transaction_arrived();
  user.submitted = now;
  user.step = 0;
  return demand_.sample(0);
}

}  // namespace lparsim::workload
