#pragma once
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/system/program.hpp"
#include "sim/base/check.hpp"
#include "sim/kernel/testing/manual_calendar.hpp"

namespace lparsim::system::testing {

/// A host as simple as can be: so many processors serve threads first come first served, interrupt handlers before all others, each until
/// it blocks; a thread that spins for a lock keeps its processor, and the lock goes to whoever has spun for the longest time. Its time is
/// that of a calendar, which it may share with devices and other hosts. The partition is always dispatched.
class Processors : public Host, private kernel::Alarm {
 public:
  explicit Processors(std::uint32_t count) : calendar_{&own_calendar_}, idle_{count} {}
  Processors(std::uint32_t count, kernel::testing::ManualCalendar& calendar) : calendar_{&calendar}, idle_{count} {}

  /// Whoever became ready last is served first: another order of execution, as another policy would bring.
  bool newest_first = false;
  /// Called whenever a thread has been asked what it does next.
  std::function<void(ThreadId, const Activity&, SimTime)> watch;

  /// `program` outlives this.
  void add_program(Program& program) {
    programs_.push_back(&program);
    program.attach(*this);
  }
  void activate() {
    active_ = true;
    for (Program* program : programs_) program->activated(now());
    serve();
  }
  void deactivate() {
    active_ = false;
    events_.clear();
    ready_.clear();
    for (Thread& thread : threads_) thread.state = State::blocked;
    for (Lock& lock : locks_) lock = {};
    for (Timer& timer : timers_) timer.event = 0;
    idle_ += busy_;
    busy_ = 0;
    for (Program* program : programs_) program->deactivated(now());
  }
  /// The virtual interrupt `source` comes.
  void interrupt(std::uint32_t source) {
    const auto found = sources_.find(source);
    if (active_ && found != sources_.end()) found->second->interrupted(source, now());
  }
  /// Up to and with `end`.
  void run_until(SimTime end) {
    serve();
    calendar_->run_until(end);
  }

  SimTime now() const { return calendar_->now(); }
  SimTime used() const { return used_; }
  /// The part of it that threads of the operating system and its handlers used, or that was asked for as such.
  SimTime used_in_kernel() const { return used_in_kernel_; }
  std::uint32_t busy() const { return busy_; }
  std::size_t threads() const { return threads_.size(); }
  Nice nice(std::size_t thread) const { return threads_[thread].nice; }

  ThreadId create_thread(Program& owner, std::uint32_t tag, Nice nice, ThreadKind kind) override {
    threads_.push_back({&owner, tag, nice, kind});
    return static_cast<ThreadId>(threads_.size() - 1);
  }
  TimerId create_timer(Program& owner, std::uint32_t tag) override {
    timers_.push_back({&owner, tag});
    return static_cast<TimerId>(timers_.size() - 1);
  }
  LockId lock(std::string_view name) override {
    const auto [found, is_new] = lock_names_.try_emplace(std::string{name}, static_cast<std::uint32_t>(locks_.size()));
    if (is_new) locks_.emplace_back();
    return LockId{found->second};
  }
  void connect_interrupt(std::uint32_t source, Program& owner) override { sources_[source] = &owner; }
  void make_ready(ThreadId id, SimTime demand, Cause, SimTime at) override {
    Thread& thread = threads_[static_cast<std::size_t>(id)];
    LPARSIM_CHECK(thread.state == State::blocked && at == now(), "thread {} was made ready and was not blocked", thread.tag);
    thread.state = State::ready;
    thread.demand = demand;
    const auto number = static_cast<std::uint32_t>(id);
    thread.kind == ThreadKind::interrupt ? ready_.push_front(number) : ready_.push_back(number);
    if (!serving_) calendar_->call(*this, kServe, now());
  }
  void set_timer(TimerId id, SimTime when) override {
    Timer& timer = timers_[static_cast<std::size_t>(id)];
    LPARSIM_CHECK(timer.event == 0 && when >= now(), "timer {} is set already, or to the past", timer.tag);
    timer.event = plan({true, static_cast<std::uint32_t>(id)}, when);
  }
  void cancel_timer(TimerId id) override {
    Timer& timer = timers_[static_cast<std::size_t>(id)];
    events_.erase(std::exchange(timer.event, 0));
  }
  SimTime undispatched(SimTime) const override { return {}; }

 private:
  static constexpr std::uint64_t kServe = 0;
  enum class State : std::uint8_t { blocked, ready, on_processor };
  struct Thread {
    Program* owner;
    std::uint32_t tag;
    Nice nice;
    ThreadKind kind;
    State state = State::blocked;
    SimTime demand = {};
  };
  struct Timer {
    Program* owner;
    std::uint32_t tag;
    std::uint64_t event = 0;
  };
  struct Lock {
    std::optional<std::uint32_t> holder;
    std::deque<std::uint32_t> spinning;
  };
  struct Event {
    bool timer;
    std::uint32_t number;
  };

  void rings(std::uint64_t argument, SimTime) override {
    if (argument != kServe) {
      const auto found = events_.find(argument);
      if (found == events_.end()) return;
      const Event event = found->second;
      events_.erase(found);
      serving_ = true;
      if (event.timer) {
        timers_[event.number].event = 0;
        timers_[event.number].owner->timer_expired(timers_[event.number].tag, now());
      } else {
        go_on(event.number);
      }
    }
    serve();
  }
  std::uint64_t plan(Event event, SimTime when) {
    events_.emplace(++sequence_, event);
    calendar_->call(*this, sequence_, when);
    return sequence_;
  }
  void serve() {
    serving_ = true;
    while (idle_ > 0 && !ready_.empty()) {
      const bool last = newest_first && threads_[ready_.front()].kind != ThreadKind::interrupt;
      const std::uint32_t number = last ? ready_.back() : ready_.front();
      last ? ready_.pop_back() : ready_.pop_front();
      --idle_;
      ++busy_;
      threads_[number].state = State::on_processor;
      run(number, threads_[number].demand);
    }
    serving_ = false;
  }
  void run(std::uint32_t number, SimTime demand, bool in_kernel = false) {
    if (demand == SimTime::never()) return;
    used_ += demand;
    if (in_kernel || threads_[number].kind != ThreadKind::user) used_in_kernel_ += demand;
    plan({false, number}, now() + demand);
  }
  void go_on(std::uint32_t number) {
    const Activity activity = threads_[number].owner->next_activity(threads_[number].tag, now());
    if (watch) watch(ThreadId{number}, activity, now());
    const auto lock = static_cast<std::size_t>(activity.lock);
    switch (activity.kind) {
      case Activity::Kind::compute:
        return run(number, activity.demand, activity.in_kernel);
      case Activity::Kind::acquire:
        if (locks_[lock].holder) return locks_[lock].spinning.push_back(number);
        locks_[lock].holder = number;
        return run(number, SimTime{});
      case Activity::Kind::release:
        LPARSIM_CHECK(locks_[lock].holder == number, "thread {} gives up a lock that it does not hold", number);
        locks_[lock].holder.reset();
        if (!locks_[lock].spinning.empty()) {
          locks_[lock].holder = locks_[lock].spinning.front();
          locks_[lock].spinning.pop_front();
          run(*locks_[lock].holder, SimTime{});
        }
        return run(number, SimTime{});
      case Activity::Kind::block:
        threads_[number].state = State::blocked;
        --busy_;
        ++idle_;
    }
  }

  kernel::testing::ManualCalendar own_calendar_;
  kernel::testing::ManualCalendar* calendar_;
  bool active_ = false;
  bool serving_ = false;
  std::uint32_t idle_;
  std::uint32_t busy_ = 0;
  SimTime used_;
  SimTime used_in_kernel_;
  std::uint64_t sequence_ = 0;
  std::vector<Program*> programs_;
  std::vector<Thread> threads_;
  std::vector<Timer> timers_;
  std::vector<Lock> locks_;
  std::map<std::string, std::uint32_t> lock_names_;
  std::map<std::uint32_t, Program*> sources_;
  std::deque<std::uint32_t> ready_;
  std::map<std::uint64_t, Event> events_;
};

}  // namespace lparsim::system::testing
