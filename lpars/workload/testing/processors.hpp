#pragma once
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "lpars/workload/workload.hpp"
#include "sim/base/check.hpp"

namespace lparsim::workload::testing {

/// A host as simple as can be: so many processors serve threads first come first served, each until it blocks; a thread that spins for a
/// lock keeps its processor, and the lock goes to whoever has spun for the longest time.
class Processors final : public Host {
 public:
  explicit Processors(std::uint32_t count) : idle_{count} {}

  /// Whoever became ready last is served first: another order of execution, as another policy would bring.
  bool newest_first = false;
  /// Called whenever a thread has been asked what it does next.
  std::function<void(ThreadId, const Activity&, SimTime)> watch;

  Workload& add(const Config& config, std::uint64_t seed = 1) {
    workloads_.push_back(make_workload(config, Hertz{4e9}, {seed, "p." + config.name}));
    workloads_.back()->attach(*this);
    return *workloads_.back();
  }
  void activate() {
    for (const auto& workload : workloads_) workload->activated(now_);
  }
  void deactivate() {
    events_.clear();
    ready_.clear();
    for (Thread& thread : threads_) thread.state = State::blocked;
    for (Lock& lock : locks_) lock = {};
    for (Timer& timer : timers_) timer.set = false;
    idle_ += busy_;
    busy_ = 0;
    for (const auto& workload : workloads_) workload->deactivated(now_);
  }
  /// Up to and with `end`.
  void run_until(SimTime end) {
    serve();
    while (!events_.empty() && events_.begin()->first.first <= end) {
      const auto [key, event] = *events_.begin();
      events_.erase(events_.begin());
      now_ = key.first;
      if (event.timer) {
        timers_[event.number].set = false;
        timers_[event.number].owner->timer_expired(timers_[event.number].tag, now_);
      } else {
        go_on(event.number);
      }
      serve();
    }
    now_ = end;
  }

  SimTime now() const { return now_; }
  SimTime used() const { return used_; }
  std::uint32_t busy() const { return busy_; }
  std::size_t threads() const { return threads_.size(); }
  Nice nice(std::size_t thread) const { return threads_[thread].nice; }
  std::vector<std::unique_ptr<Workload>>& workloads() { return workloads_; }

  ThreadId create_thread(Workload& owner, std::uint32_t tag, Nice nice) override {
    threads_.push_back({&owner, tag, nice});
    return static_cast<ThreadId>(threads_.size() - 1);
  }
  TimerId create_timer(Workload& owner, std::uint32_t tag) override {
    timers_.push_back({&owner, tag});
    return static_cast<TimerId>(timers_.size() - 1);
  }
  LockId lock(std::string_view name) override {
    const auto [found, is_new] = lock_names_.try_emplace(std::string{name}, static_cast<std::uint32_t>(locks_.size()));
    if (is_new) locks_.emplace_back();
    return LockId{found->second};
  }
  void make_ready(ThreadId id, SimTime demand, Cause, SimTime now) override {
    Thread& thread = threads_[static_cast<std::size_t>(id)];
    LPARSIM_CHECK(thread.state == State::blocked && now == now_, "thread {} was made ready and was not blocked", thread.tag);
    thread.state = State::ready;
    thread.demand = demand;
    ready_.push_back(static_cast<std::uint32_t>(id));
  }
  void set_timer(TimerId id, SimTime when) override {
    Timer& timer = timers_[static_cast<std::size_t>(id)];
    LPARSIM_CHECK(!timer.set && when >= now_, "timer {} is set already, or to the past", timer.tag);
    timer.set = true;
    timer.key = {when, ++sequence_};
    events_.emplace(timer.key, Event{true, static_cast<std::uint32_t>(id)});
  }
  void cancel_timer(TimerId id) override {
    Timer& timer = timers_[static_cast<std::size_t>(id)];
    if (std::exchange(timer.set, false)) events_.erase(timer.key);
  }

 private:
  enum class State : std::uint8_t { blocked, ready, on_processor };
  struct Thread {
    Workload* owner;
    std::uint32_t tag;
    Nice nice;
    State state = State::blocked;
    SimTime demand = {};
  };
  using Key = std::pair<SimTime, std::uint64_t>;
  struct Timer {
    Workload* owner;
    std::uint32_t tag;
    bool set = false;
    Key key = {};
  };
  struct Lock {
    std::optional<std::uint32_t> holder;
    std::deque<std::uint32_t> spinning;
  };
  struct Event {
    bool timer;
    std::uint32_t number;
  };

  void serve() {
    while (idle_ > 0 && !ready_.empty()) {
      const std::uint32_t number = newest_first ? ready_.back() : ready_.front();
      newest_first ? ready_.pop_back() : ready_.pop_front();
      --idle_;
      ++busy_;
      threads_[number].state = State::on_processor;
      run(number, threads_[number].demand);
    }
  }
  void run(std::uint32_t number, SimTime demand) {
    if (demand == SimTime::never()) return;
    used_ += demand;
    events_.emplace(Key{now_ + demand, ++sequence_}, Event{false, number});
  }
  void go_on(std::uint32_t number) {
    const Activity activity = threads_[number].owner->next_activity(threads_[number].tag, now_);
    if (watch) watch(ThreadId{number}, activity, now_);
    const auto lock = static_cast<std::size_t>(activity.lock);
    switch (activity.kind) {
      case Activity::Kind::compute:
        return run(number, activity.demand);
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

  SimTime now_;
  std::uint32_t idle_;
  std::uint32_t busy_ = 0;
  SimTime used_;
  std::uint64_t sequence_ = 0;
  std::vector<std::unique_ptr<Workload>> workloads_;
  std::vector<Thread> threads_;
  std::vector<Timer> timers_;
  std::vector<Lock> locks_;
  std::map<std::string, std::uint32_t> lock_names_;
  std::deque<std::uint32_t> ready_;
  std::map<Key, Event> events_;
};

}  // namespace lparsim::workload::testing
