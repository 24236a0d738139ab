#include "sim/kernel/event_calendar.hpp"

#include "sim/base/check.hpp"
#include "sim/kernel/sim_time.hpp"

namespace lparsim::kernel {

EventCalendar::EventCalendar(const sc_core::sc_module_name& name) : sc_module{name} {
  SC_HAS_PROCESS(EventCalendar);
  SC_METHOD(ring);
  sensitive << event_;
  dont_initialize();
}

void EventCalendar::call(Alarm& alarm, std::uint64_t argument, SimTime when) {
  LPARSIM_CHECK(when >= now(), "{}: asked at {} ps to call at {} ps", name(), now().ps(), when.ps());
  if (when == SimTime::never()) return;
  entries_.push({when, order_++, &alarm, argument});
  if (when >= set_to_) return;
  set_to_ = when;
  event_.notify(to_sc_time(when - now()));
}

void EventCalendar::ring() {
  const SimTime at = now();
  while (!entries_.empty() && entries_.top().when <= at) {
    const Entry due = entries_.top();
    entries_.pop();
    due.alarm->rings(due.argument, at);
  }
  set_to_ = SimTime::never();
  if (entries_.empty()) return;
  set_to_ = entries_.top().when;
  event_.notify(to_sc_time(set_to_ - at));
}

}  // namespace lparsim::kernel
