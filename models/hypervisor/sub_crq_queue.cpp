#include "models/hypervisor/sub_crq_queue.hpp"

#include <array>

#include "models/hypervisor/partition_memory.hpp"

namespace lparsim::hypervisor {

namespace {

constexpr std::uint64_t kElement = std::tuple_size_v<SubCrqElement>;

}  // namespace

SubCrqQueue::SubCrqQueue(VioCalls& calls, const VirtualAdapter& adapter, DmaArea& area, std::uint32_t pages)
    : calls_{calls}, adapter_{adapter}, area_{area}, ioba_{area.reserve_pages(pages)}, length_{pages * DmaArea::kPage} {}

bool SubCrqQueue::open() {
  PartitionMemory& memory = calls_.memory();
  for (std::uint64_t at = 0; at < length_; at += kElement) memory.write(area_.address(ioba_ + at), 1, kCrqFree);
  next_ = 0;
  number_ = 0;
  const HcallStatus status = calls_.reg_sub_crq(adapter_.unit, ioba_, length_, number_, interrupt_);
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

std::optional<SubCrqElement> SubCrqQueue::take() {
  if (number_ == 0) return std::nullopt;
  PartitionMemory& memory = calls_.memory();
  const std::uint64_t address = area_.address(ioba_ + next_);
  SubCrqElement element{};
  memory.read(address, element);
  if (element[0] == kCrqFree) return std::nullopt;
  memory.write(address, 1, kCrqFree);
  next_ = (next_ + kElement) % length_;
  return element;
}

}  // namespace lparsim::hypervisor
