#pragma once
#include <cstdint>
#include <functional>
#include <queue>
#include <vector>

#include "sim/kernel/agenda.hpp"
#include "sim/kernel/calendar.hpp"

namespace lparsim::kernel {

/// The calendar of a simulation.
class EventCalendar final : public Calendar, private Wakeup {
 public:
  void call(Alarm& alarm, std::uint64_t argument, SimTime when) override;

 private:
  struct Entry {
    SimTime when;
    std::uint64_t order;
    Alarm* alarm;
    std::uint64_t argument;
    bool operator>(const Entry& o) const { return when != o.when ? when > o.when : order > o.order; }
  };
  void wake(SimTime at) override;

  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> entries_;
  std::uint64_t order_ = 0;
  bool ringing_ = false;
};

}  // namespace lparsim::kernel
