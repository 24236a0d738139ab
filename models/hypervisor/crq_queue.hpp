#pragma once
#include <cstdint>
#include <optional>

#include "models/hypervisor/element_ring.hpp"

namespace lparsim::hypervisor {

/// What an element did to the connection.
enum class CrqNews : std::uint8_t {
  none,       ///< nothing: a command, response or message; or an initialisation that the partner has still to confirm
  connected,  ///< both sides are initialised now
  lost,       ///< the partner failed, deregistered or was terminated: what was under way is void until `connected` comes again
  suspended,  ///< the partner has moved or its device failed over: reenable(), until it succeeds
  prepare,    ///< the client is about to be suspended
  resumed,    ///< and goes on
};

/// The driver's side of a command/response queue, on either end: registration, the handshake by which the two ends find each other, and
/// the elements that have arrived. Who loses its partner keeps its queue and waits for the partner's INITIALIZE; if both registered anew
/// for each deregistration of the other they would never come to an end (Linux ibmvscsi_tgt: "don't reset, the client did it for us").
class CrqQueue {
 public:
  static constexpr std::uint64_t kElementsPerPage = kIoPage / ElementRing<CrqElement>::kElement;

  /// Reserves `pages` of `area`.
  CrqQueue(VioCalls& calls, const VirtualAdapter& adapter, DmaArea& area, std::uint32_t pages);

  /// Empties the queue, H_REG_CRQ, enables its interrupt, and sends INITIALIZE if the partner is there already. The area is mapped.
  /// Returns what H_REG_CRQ does: H_Success, or H_Closed while the partner has not registered.
  HcallStatus open();
  /// H_FREE_CRQ; H_Resource: call again once the redirected pages are gone.
  HcallStatus close();
  /// H_ENABLE_CRQ; then INITIALIZE. LongBusy: call again some time later.
  HcallStatus reenable();
  /// The partition has stopped, and the hypervisor has closed the queue.
  void forget() { connected_ = false; }

  /// The next element that has arrived, taken out of the queue.
  std::optional<CrqElement> take() { return ring_.take(); }
  /// Answers INITIALIZE, and says what the element means for the connection. For each element, before anything else is made of it.
  CrqNews digest(const CrqElement& element);
  bool connected() const { return connected_; }

  /// H_SEND_CRQ.
  HcallStatus send(const CrqElement& element) { return calls_.send_crq(adapter_.unit, element); }
  /// H_EOI: after the queue was found empty. What came meanwhile raises the interrupt again.
  void end_of_interrupt() { calls_.eoi(adapter_.interrupt); }
  const VirtualAdapter& adapter() const { return adapter_; }

 private:
  HcallStatus send_init(CrqInit kind);

  VioCalls& calls_;
  VirtualAdapter adapter_;
  ElementRing<CrqElement> ring_;
  bool connected_ = false;
};

}  // namespace lparsim::hypervisor
