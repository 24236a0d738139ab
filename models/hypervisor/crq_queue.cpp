#include "models/hypervisor/crq_queue.hpp"

namespace lparsim::hypervisor {

CrqQueue::CrqQueue(VioCalls& calls, const VirtualAdapter& adapter, DmaArea& area, std::uint32_t pages)
    : calls_{calls}, adapter_{adapter}, ring_{calls, area, pages} {}

HcallStatus CrqQueue::open() {
  ring_.empty();
  connected_ = false;
  const HcallStatus status = calls_.reg_crq(adapter_.unit, ring_.ioba(), ring_.length());
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
