#pragma once
#include <array>
#include <functional>

#include "models/system/program.hpp"
#include "sim/base/random.hpp"

namespace lparsim::guest::testing {

/// Handlers of some interrupts, which hand work to threads of the operating system and of an application, which compute, do I/O and sleep
/// at random.
class RandomDriver final : public system::Program {
 public:
  static constexpr std::uint32_t kSources = 3;
  static constexpr std::uint32_t kWorkers = 4;  // two of the operating system, two others

  explicit RandomDriver(std::uint64_t seed) : stream_{seed, "driver"} {}

  /// Raises an interrupt from within: set by the test.
  std::function<void(std::uint32_t source, SimTime now)> raise;
  /// Processor time of bursts that have ended.
  SimTime done_in_kernel() const { return done_[1]; }
  SimTime done_as_user() const { return done_[0]; }
  std::uint64_t handled() const { return handled_; }

  void attach(system::Host& host) override {
    host_ = &host;
    for (std::uint32_t i = 0; i < kSources + kWorkers; ++i) {
      const auto kind = is_handler(i)      ? system::ThreadKind::interrupt
                        : i < kSources + 2 ? system::ThreadKind::kernel
                                           : system::ThreadKind::user;
      threads_[i].kernel = kind != system::ThreadKind::user;
      threads_[i].id = host.create_thread(*this, i, is_handler(i) ? system::Nice{0} : static_cast<system::Nice>(i), kind);
      threads_[i].timer = host.create_timer(*this, i);
    }
    for (std::uint32_t i = 0; i < kSources; ++i) host.connect_interrupt(100 + i, *this);
  }
  void activated(SimTime now) override {
    for (std::uint32_t i = kSources; i < kSources + kWorkers; ++i) ready(i, system::Cause::boot, now);
  }
  void deactivated(SimTime) override {
    for (Thread& thread : threads_) thread.blocked = true;
  }
  system::Activity next_activity(std::uint32_t tag, SimTime now) override {
    Thread& thread = threads_[tag];
    done_[thread.in_kernel ? 1 : 0] += std::exchange(thread.demand, SimTime{});
    if (raise && stream_.uniform() < 0.1) raise(100 + below(kSources + 1), now);
    if (is_handler(tag)) return next_of_handler(tag, now);
    const double what = stream_.uniform();
    if (what < 0.5) return compute(thread);
    thread.blocked = true;
    if (what < 0.9) host_->set_timer(thread.timer, now + random_time(2000));
    return what < 0.7 ? system::Activity::block_for_io() : system::Activity::block();
  }
  void timer_expired(std::uint32_t tag, SimTime now) override {
    if (threads_[tag].blocked) ready(tag, system::Cause::timer, now);
  }
  void interrupted(std::uint32_t source, SimTime now) override {
    Thread& handler = threads_[source - 100];
    if (handler.blocked)
      ready(source - 100, system::Cause::outside, now);
    else
      handler.again = true;
  }

 private:
  struct Thread {
    system::ThreadId id{};
    system::TimerId timer{};
    bool kernel = false;
    bool blocked = true;
    bool again = false;
    bool in_kernel = false;
    SimTime demand;
  };
  static bool is_handler(std::uint32_t tag) { return tag < kSources; }
  std::uint32_t below(std::uint32_t n) { return static_cast<std::uint32_t>(stream_.uniform() * n); }
  SimTime random_time(std::int64_t most_us) {
    return SimTime::from_us(static_cast<std::int64_t>(stream_.uniform() * static_cast<double>(most_us)));
  }

  system::Activity next_of_handler(std::uint32_t tag, SimTime now) {
    ++handled_;
    const std::uint32_t worker = kSources + below(kWorkers);
    if (threads_[worker].blocked) {
      host_->cancel_timer(threads_[worker].timer);
      ready(worker, system::Cause::thread, now);
    }
    if (std::exchange(threads_[tag].again, false)) return compute(threads_[tag]);
    threads_[tag].blocked = true;
    return system::Activity::block();
  }
  system::Activity compute(Thread& thread) {
    thread.demand = random_time(200);
    thread.in_kernel = thread.kernel || stream_.uniform() < 0.3;
    return thread.in_kernel && !thread.kernel ? system::Activity::compute_in_kernel(thread.demand)
                                              : system::Activity::compute(thread.demand);
  }
  void ready(std::uint32_t tag, system::Cause cause, SimTime now) {
    Thread& thread = threads_[tag];
    thread.blocked = thread.again = false;
    thread.in_kernel = thread.kernel;
    thread.demand = random_time(100);
    host_->make_ready(thread.id, thread.demand, cause, now);
  }

  RandomStream stream_;
  std::array<Thread, kSources + kWorkers> threads_;
  system::Host* host_ = nullptr;
  std::array<SimTime, 2> done_;  // as a user, in the kernel
  std::uint64_t handled_ = 0;
};

}  // namespace lparsim::guest::testing
