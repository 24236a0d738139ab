#pragma once
#include <cstdint>

#include "lpars/workload/host.hpp"
#include "lpars/workload/later.hpp"

namespace lparsim::workload {

/// Lets the threads of a workload begin one after the other: the first `start` after the activation, each further one `stagger` later.
/// The workload asks for the number of those whose time has come.
class Starter {
 public:
  Starter(SimTime start, SimTime stagger) : start_{start}, stagger_{stagger} {}

  /// `timer_tag` is what the workload's timer_expired() will be given.
  void attach(Host& host, Program& owner, std::uint32_t timer_tag, std::uint32_t threads) {
    host_ = &host;
    threads_ = threads;
    if (start_ > SimTime{} || stagger_ > SimTime{}) timer_ = host.create_timer(owner, timer_tag);
  }
  /// Threads begun() to the returned number (less one) begin now. Called at activation and whenever the timer expires.
  std::uint32_t advance(SimTime now, SimTime activated) {
    const SimTime since = now - activated - start_;
    if (since >= SimTime{}) begun_ = stagger_ > SimTime{} ? begun_ + 1 : threads_;
    const SimTime next = later(later(activated, start_), stagger_, begun_);
    if (begun_ < threads_ && next != SimTime::never()) host_->set_timer(timer_, next);
    return begun_;
  }
  std::uint32_t begun() const { return begun_; }
  void reset() { begun_ = 0; }

 private:
  SimTime start_;
  SimTime stagger_;
  Host* host_ = nullptr;
  TimerId timer_{};
  std::uint32_t threads_ = 0;
  std::uint32_t begun_ = 0;
};

}  // namespace lparsim::workload
