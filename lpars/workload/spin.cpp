#include "lpars/workload/spin.hpp"

#include "sim/base/check.hpp"

namespace lparsim::workload {

void SpinWorkload::attach(Host& host) {
  host_ = &host;
  for (std::uint32_t i = 0; i < count_; ++i) threads_.push_back(host.create_thread(*this, i, nice_));
  starter_.attach(host, *this, 0, count_);
}

void SpinWorkload::activated(SimTime now) {
  activated_ = now;
  start_threads(Cause::boot, now);
}

void SpinWorkload::deactivated(SimTime) {
  starter_.reset();
}

Activity SpinWorkload::next_activity(std::uint32_t, SimTime now) {
  LPARSIM_CHECK(false, "spinning threads of {} have no end, at {} ps", name(), now.ps());
}

void SpinWorkload::timer_expired(std::uint32_t, SimTime now) {
  start_threads(Cause::timer, now);
}

void SpinWorkload::start_threads(Cause cause, SimTime now) {
  std::uint32_t i = starter_.begun();
  for (const std::uint32_t begun = starter_.advance(now, activated_); i < begun; ++i)
    host_->make_ready(threads_[i], SimTime::never(), cause, now);
}

}  // namespace lparsim::workload
