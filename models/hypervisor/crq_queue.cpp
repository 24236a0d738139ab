#include "models/hypervisor/crq_queue.hpp"

#include "models/hypervisor/partition_memory.hpp"

namespace lparsim::hypervisor {

namespace {

constexpr std::uint64_t kElement = std::tuple_size_v<CrqElement>;

}  // namespace

CrqQueue::CrqQueue(VioCalls& calls, const VirtualAdapter& adapter, DmaArea& area, std::uint32_t pages)
    : calls_{calls}, adapter_{adapter}, area_{area}, ioba_{area.reserve_pages(pages)}, length_{pages * DmaArea::kPage} {}

HcallStatus CrqQueue::open() {
  PartitionMemory& memory = calls_.memory();
  for (std::uint64_t at = 0; at < length_; at += kElement) memory.write(area_.address(ioba_ + at), 1, kCrqFree);
  next_ = 0;
  connected_ = false;
  const HcallStatus status = calls_.reg_crq(adapter_.unit, ioba_, length_);
  if (status != HcallStatus::success && status != HcallStatus::closed) return status;
  calls_.vio_signal(adapter_.unit, 1);
  if (status == HcallStatus::success) send_init(CrqInit::initialize);
  return status;
}

HcallStatus CrqQueue::close() {
  connected_ = false;
  return calls_.free_crq(adapter_.unit);
}

HcallStatus CrqQueue::reenable() {
  const HcallStatus status = calls_.enable_crq(adapter_.unit);
  if (status == HcallStatus::success) send_init(CrqInit::initialize);
  return status;
}

std::optional<CrqElement> CrqQueue::take() {
  PartitionMemory& memory = calls_.memory();
  const std::uint64_t address = area_.address(ioba_ + next_);
  CrqElement element{};
  memory.read(address, element);
  if (element[0] == kCrqFree) return std::nullopt;
  memory.write(address, 1, kCrqFree);
  next_ = (next_ + kElement) % length_;
  return element;
}

CrqNews CrqQueue::digest(const CrqElement& element) {
  if (element[0] == kCrqInit) {
    const auto kind = static_cast<CrqInit>(element[1]);
    const bool agreed = kind == CrqInit::initialize ? send_init(CrqInit::initialize_complete) == HcallStatus::success
                                                    : kind == CrqInit::initialize_complete;
    if (!agreed) return CrqNews::none;
    connected_ = true;
    return CrqNews::connected;
  }
  if (element[0] != kCrqTransportEvent) return CrqNews::none;
  switch (static_cast<TransportEvent>(element[1])) {
    case TransportEvent::partner_failed:
    case TransportEvent::partner_deregistered:
    case TransportEvent::terminated:
      connected_ = false;
      return CrqNews::lost;
    case TransportEvent::partner_suspended:
    case TransportEvent::device_failover:
      connected_ = false;
      return CrqNews::suspended;
    case TransportEvent::prepare_for_suspend:
      return CrqNews::prepare;
    case TransportEvent::resume:
      return CrqNews::resumed;
  }
  return CrqNews::none;
}

HcallStatus CrqQueue::send_init(CrqInit kind) {
  return send({kCrqInit, static_cast<std::uint8_t>(kind)});
}

}  // namespace lparsim::hypervisor
