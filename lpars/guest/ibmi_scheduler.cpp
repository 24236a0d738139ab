#include "lpars/guest/ibmi_scheduler.hpp"

#include "lpars/guest/placement.hpp"

namespace lparsim::guest {

std::uint32_t IbmiScheduler::place(const Thread& thread, const ProcessorMap& processors) const {
  return place_least_busy(processors, thread.last_logical == kNone ? kNone : thread.last_logical / config_.smt);
}

}  // namespace lparsim::guest
