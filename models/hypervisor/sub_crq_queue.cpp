#include "models/hypervisor/sub_crq_queue.hpp"

#include <array>

namespace lparsim::hypervisor {

SubCrqQueue::SubCrqQueue(VioCalls& calls, const VirtualAdapter& adapter, DmaArea& area, std::uint32_t pages)
    : calls_{calls}, adapter_{adapter}, ring_{calls, area, pages} {}

bool SubCrqQueue::open() {
  ring_.empty();
  number_ = 0;
  const HcallStatus status = calls_.reg_sub_crq(adapter_.unit, ring_.ioba(), ring_.length(), number_, interrupt_);
  // H_Closed: registered, and the partner is not there.
  if (status != HcallStatus::success && status != HcallStatus::closed) return false;
  const std::array<std::uint64_t, 1> source{interrupt_};
  calls_.vioctl(adapter_.unit, kEnableVioInterrupt, source, {});
  return true;
}

void SubCrqQueue::close() {
  if (number_ != 0) calls_.free_sub_crq(adapter_.unit, number_);
  number_ = 0;
}

}  // namespace lparsim::hypervisor
