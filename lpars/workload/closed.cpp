#include "lpars/workload/closed.hpp"

#include "lpars/workload/later.hpp"

namespace lparsim::workload {

ClosedWorkload::ClosedWorkload(const Config& config, const Closed& closed, Hertz frequency, Randomness randomness, IoOperations* io)
    : Workload{config.name},
      users_at_factor_1_{closed.users},
      think_{closed.think},
      profile_{closed.schedule},
      start_{config.start},
      stagger_{closed.stagger},
      nice_{config.nice},
      runs_{TransactionKinds{closed.transaction, closed.mix, frequency}, io},
      users_(Profile::share(closed.users, profile_.greatest())) {
  name_kinds(closed.mix);
  const RandomKey thoughts{randomness.seed, std::string{randomness.prefix} + ".think"};
  const RandomKey demands{randomness.seed, std::string{randomness.prefix} + ".demand"};
  for (std::size_t i = 0; i < users_.size(); ++i) {
    users_[i].thoughts = thoughts.key(i);
    users_[i].demands = demands.key(i);
  }
}

void ClosedWorkload::attach(Host& host) {
  host_ = &host;
  runs_.attach(host, *this, nice_, statistics_);
  for (std::uint32_t i = 0; i < users_.size(); ++i) {
    runs_.create_thread();
    users_[i].timer = host.create_timer(*this, i);
  }
  if (!profile_.constant()) change_ = host.create_timer(*this, static_cast<std::uint32_t>(users_.size()));
}

void ClosedWorkload::activated(SimTime now) {
  const SimTime begin = later(now, start_);
  if (begin == SimTime::never()) return;
  present_ = Profile::share(users_at_factor_1_, profile_.factor(begin));
  for (std::uint32_t i = 0; i < present_; ++i) {
    const SimTime submits = later(later(begin, stagger_, i), begin_to_think(i));
    if (submits != SimTime::never()) host_->set_timer(users_[i].timer, submits);
  }
  set_next_change(begin);
}

void ClosedWorkload::deactivated(SimTime now) {
  all_dropped(now);
  for (User& user : users_) user.state = State::home;
  runs_.reset();
}

void ClosedWorkload::timer_expired(std::uint32_t timer_tag, SimTime now) {
  if (timer_tag >= TransactionRuns::kFirstTimer) {
    runs_.timer_expired(timer_tag, now);
  } else if (timer_tag == users_.size()) {
    set_present(next_change_.share, now);
    set_next_change(now);
  } else {
    runs_.start(timer_tag, submit(timer_tag, now), Cause::timer, now);
  }
}

Activity ClosedWorkload::next_activity(std::uint32_t thread_tag, SimTime now) {
  for (;;) {
    if (const auto activity = runs_.next(thread_tag, now)) return *activity;
    const Work& done = runs_.work(thread_tag);
    completed(done.kind, done.arrived, now);
    if (thread_tag >= present_) {
      users_[thread_tag].state = State::home;
      return Activity::block();
    }
    if (const SimTime think = begin_to_think(thread_tag); think > SimTime{}) {
      host_->set_timer(users_[thread_tag].timer, now + think);
      return Activity::block();
    }
    runs_.go_on(thread_tag, submit(thread_tag, now));
  }
}

SimTime ClosedWorkload::begin_to_think(std::uint32_t user) {
  users_[user].state = State::thinking;
  return think_.sample(users_[user].thoughts.key(users_[user].transactions).stream());
}

Work ClosedWorkload::submit(std::uint32_t user, SimTime now) {
  users_[user].state = State::working;
  const RandomKey key = users_[user].demands.key(users_[user].transactions++);
  const Work work{key, now, runs_.kinds().kind_of(key)};
  statistics_.transaction_arrived();
  kind_arrived(work.kind);
  return work;
}

void ClosedWorkload::set_present(std::uint32_t present, SimTime now) {
  for (std::uint32_t i = present_; i < present; ++i)
    if (users_[i].state == State::home) host_->set_timer(users_[i].timer, now + begin_to_think(i));
  for (std::uint32_t i = present; i < present_; ++i) {
    if (users_[i].state != State::thinking) continue;
    host_->cancel_timer(users_[i].timer);
    users_[i].state = State::home;
  }
  present_ = present;
}

void ClosedWorkload::set_next_change(SimTime from) {
  next_change_ = profile_.next_change(from, present_, users_at_factor_1_);
  if (next_change_.at != SimTime::never()) host_->set_timer(change_, next_change_.at);
}

}  // namespace lparsim::workload
