#pragma once
#include <deque>
#include <functional>
#include <vector>

#include "models/system/program.hpp"

namespace lparsim::guest::testing {

using system::Activity;
using system::Cause;
using system::ThreadKind;

/// A program whose threads do what a test has written down for them, and block when there is nothing more. Thread and timer i belong
/// together: the timer makes the thread ready, and so does the interrupt of source i.
class Puppet final : public system::Program {
 public:
  explicit Puppet(std::vector<ThreadKind> kinds, system::Nice nice = 0) : kinds_{std::move(kinds)}, nice_{nice}, threads_(kinds_.size()) {}

  /// What its threads do next, by thread.
  std::deque<Activity>& script(std::size_t thread) { return threads_[thread].script; }
  /// What they begin with.
  void begins_with(std::size_t thread, SimTime demand) { threads_[thread].demand = demand; }
  /// Called while a thread is being asked.
  std::function<void(std::uint32_t thread, SimTime now)> asked;
  std::function<void(SimTime now)> when_activated;
  /// When its threads were found to have blocked.
  std::vector<std::pair<std::uint32_t, SimTime>> ended;

  void make_ready(std::uint32_t thread, SimTime now, Cause cause = Cause::outside) {
    host_->make_ready(threads_[thread].id, threads_[thread].demand, cause, now);
  }
  void set_timer(std::uint32_t thread, SimTime when) { host_->set_timer(threads_[thread].timer, when); }
  system::Host& host() { return *host_; }

  void attach(system::Host& host) override {
    host_ = &host;
    for (std::uint32_t i = 0; i < kinds_.size(); ++i) {
      threads_[i].id = host.create_thread(*this, i, nice_, kinds_[i]);
      threads_[i].timer = host.create_timer(*this, i);
      host.connect_interrupt(i, *this);
    }
  }
  void activated(SimTime now) override {
    if (when_activated) when_activated(now);
  }
  void deactivated(SimTime) override {}
  Activity next_activity(std::uint32_t thread, SimTime now) override {
    if (asked) asked(thread, now);
    if (threads_[thread].script.empty()) {
      ended.emplace_back(thread, now);
      return Activity::block();
    }
    const Activity next = threads_[thread].script.front();
    threads_[thread].script.pop_front();
    return next;
  }
  void timer_expired(std::uint32_t thread, SimTime now) override { make_ready(thread, now, Cause::timer); }
  void interrupted(std::uint32_t source, SimTime now) override { make_ready(source, now); }

 private:
  struct Thread {
    system::ThreadId id{};
    system::TimerId timer{};
    SimTime demand;
    std::deque<Activity> script;
  };
  std::vector<ThreadKind> kinds_;
  system::Nice nice_;
  std::vector<Thread> threads_;
  system::Host* host_ = nullptr;
};

}  // namespace lparsim::guest::testing
