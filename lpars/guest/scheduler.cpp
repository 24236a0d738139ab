#include "lpars/guest/scheduler.hpp"

#include "lpars/guest/aix_scheduler.hpp"
#include "lpars/guest/ibmi_scheduler.hpp"
#include "lpars/guest/linux_scheduler.hpp"
#include "lpars/guest/round_robin_scheduler.hpp"
#include "sim/base/check.hpp"

namespace lparsim::guest {

std::unique_ptr<Scheduler> make_scheduler(const Config& config) {
  switch (config.policy) {
    case Policy::aix:
      return std::make_unique<AixScheduler>(config);
    case Policy::linux_:
      return std::make_unique<LinuxScheduler>(config);
    case Policy::ibmi:
      return std::make_unique<IbmiScheduler>(config);
    case Policy::round_robin:
      return std::make_unique<RoundRobinScheduler>(config);
  }
  LPARSIM_CHECK(false, "unknown scheduling policy {}", static_cast<int>(config.policy));
}

}  // namespace lparsim::guest
