#pragma once
#include <cstdint>
#include <optional>

#include "models/hypervisor/element_ring.hpp"

namespace lparsim::hypervisor {

/// The receiver's side of a sub-CRQ. It lives as long as the adapter's command/response queue at most, and has an interrupt of its own that
/// the hypervisor names.
class SubCrqQueue {
 public:
  static constexpr std::uint64_t kElementsPerPage = kIoPage / ElementRing<SubCrqElement>::kElement;

  /// Reserves `pages` of `area`, which outlives it.
  SubCrqQueue(VioCalls& calls, const VirtualAdapter& adapter, DmaArea& area, std::uint32_t pages);

  /// Empties the queue, H_REG_SUB_CRQ, enables its interrupt. False: there is no such queue; the reason is LoPAR's.
  bool open();
  /// H_FREE_SUB_CRQ.
  void close();
  /// The hypervisor has closed it.
  void forget() { number_ = 0; }
  bool is_open() const { return number_ != 0; }

  /// The next element that has arrived, taken out of the queue.
  std::optional<SubCrqElement> take() { return is_open() ? ring_.take() : std::nullopt; }
  /// H_EOI, after the queue was found empty.
  void end_of_interrupt() { calls_.eoi(interrupt_); }

  /// To be told to the partner, and to be connected; while it is open.
  std::uint64_t number() const { return number_; }
  std::uint32_t interrupt() const { return interrupt_; }

 private:
  VioCalls& calls_;
  VirtualAdapter adapter_;
  ElementRing<SubCrqElement> ring_;
  std::uint64_t number_ = 0;
  std::uint32_t interrupt_ = 0;
};

}  // namespace lparsim::hypervisor
