#pragma once
#include <cstdint>
#include <functional>
#include <queue>
#include <systemc>
#include <vector>

#include "sim/kernel/calendar.hpp"

namespace lparsim::kernel {

/// The calendar of a simulation: one event of the kernel for all that is due.
class EventCalendar final : public sc_core::sc_module, public Calendar {
 public:
  explicit EventCalendar(const sc_core::sc_module_name& name);
  void call(Alarm& alarm, std::uint64_t argument, SimTime when) override;

 private:
  struct Entry {
    SimTime when;
    std::uint64_t order;
    Alarm* alarm;
    std::uint64_t argument;
    bool operator>(const Entry& o) const { return when != o.when ? when > o.when : order > o.order; }
  };
  void ring();

  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> entries_;
  std::uint64_t order_ = 0;
  SimTime set_to_ = SimTime::never();
  sc_core::sc_event event_;
};

}  // namespace lparsim::kernel
