#pragma once
#include <cstdint>

#include "lpars/drivers/network_interface.hpp"
#include "models/hypervisor/lan_adapter.hpp"
#include "models/hypervisor/virtual_io.hpp"

namespace lparsim::drivers {

/// Processor time of the driver's instructions; assumed (docs/models/network.md).
struct EthernetClientConfig {
  hypervisor::LanAdapterConfig adapter{};
  hypervisor::VioCosts hypervisor{};          ///< what its calls cost: paid before the call that has an effect
  SimTime interrupt = SimTime::from_ns(500);  ///< to enter and leave the handler
};

/// The driver of a virtual Ethernet adapter: gives frames to the hypervisor, which copies them within the call, and takes those that have
/// arrived from the receive queue on the thread of its interrupt handler, with interrupts off while there are any (as Linux ibmveth does).
class EthernetClient final : public NetworkInterface {
 public:
  /// All outlive it, and the protocol as well.
  EthernetClient(hypervisor::VioCalls& calls, const EthernetClientConfig& config, io::RequestLedger& ledger);

  std::uint64_t sent() const { return sent_; }
  std::uint64_t received() const { return received_; }
  /// H_Dropped.
  std::uint64_t dropped() const { return dropped_; }

 private:
  void open(SimTime now) override;
  void interrupt_noted(std::uint32_t source) override;
  system::Activity next(SimTime now) override;
  SimTime copy_cost(const io::Frame& frame) const override;
  SimTime call_cost(const io::Frame& frame) const override;
  bool transmit(const io::Frame& frame, io::RequestTag request) override;

  EthernetClientConfig config_;
  hypervisor::LanAdapter adapter_;
  bool interrupts_on_ = true;
  bool interrupt_pending_ = false;
  std::uint64_t sent_ = 0;
  std::uint64_t received_ = 0;
  std::uint64_t dropped_ = 0;
};

}  // namespace lparsim::drivers
