#include "lpars/workload/spin.hpp"

#include "sim/base/check.hpp"

namespace lparsim::workload {

void SpinWorkload::attach(Host& host) {
  host_ = &host;
  for (std::uint32_t i = 0; i < config_.threads; ++i) threads_.push_back(host.create_thread(*this, i, Nice{0}));
}

void SpinWorkload::activated(SimTime now) {
  for (const auto thread : threads_) host_->make_ready(thread, SimTime::never(), Cause::boot, now);
}

Activity SpinWorkload::next_activity(std::uint32_t, SimTime now) {
  LPARSIM_CHECK(false, "spinning threads of {} have no end, at {} ps", name(), now.ps());
}

void SpinWorkload::timer_expired(std::uint32_t, SimTime now) {
  LPARSIM_CHECK(false, "{} has no timer, at {} ps", name(), now.ps());
}

}  // namespace lparsim::workload
