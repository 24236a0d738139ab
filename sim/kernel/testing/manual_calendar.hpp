#pragma once
#include <map>
#include <utility>

#include "sim/kernel/calendar.hpp"

namespace lparsim::kernel::testing {

/// A calendar without a simulation: the test turns its pages.
class ManualCalendar final : public Calendar {
 public:
  void call(Alarm& alarm, std::uint64_t argument, SimTime when) override {
    entries_.emplace(std::pair{when, order_++}, std::pair{&alarm, argument});
  }
  SimTime now() const { return now_; }
  /// When the next thing is due; never() if nothing is.
  SimTime next() const { return entries_.empty() ? SimTime::never() : entries_.begin()->first.first; }
  /// Calls all that is due up to and with `end`.
  void run_until(SimTime end) {
    while (next() <= end) step();
    now_ = end;
  }
  void run() {
    while (!entries_.empty()) step();
  }

 private:
  void step() {
    const auto [key, call] = *entries_.begin();
    entries_.erase(entries_.begin());
    now_ = key.first;
    call.first->rings(call.second, now_);
  }

  std::map<std::pair<SimTime, std::uint64_t>, std::pair<Alarm*, std::uint64_t>> entries_;
  std::uint64_t order_ = 0;
  SimTime now_;
};

}  // namespace lparsim::kernel::testing
