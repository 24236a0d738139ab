#include "sim/kernel/event_calendar.hpp"

#include "sim/base/check.hpp"
#include "sim/kernel/sim_time.hpp"

namespace lparsim::kernel {

void EventCalendar::call(Alarm& alarm, std::uint64_t argument, SimTime when) {
  LPARSIM_CHECK(when >= now(), "the calendar was asked at {} ps to call at {} ps", now().ps(), when.ps());
  if (when == SimTime::never()) return;
  entries_.push({when, order_++, &alarm, argument});
  if (!ringing_) wake_at(when);
}

void EventCalendar::wake(SimTime at) {
  ringing_ = true;
  while (!entries_.empty() && entries_.top().when <= at) {
    const Entry due = entries_.top();
    entries_.pop();
    due.alarm->rings(due.argument, at);
  }
  ringing_ = false;
  if (!entries_.empty()) wake_at(entries_.top().when);
}

}  // namespace lparsim::kernel
