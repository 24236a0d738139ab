#pragma once
#include <cstdint>
#include <optional>

#include "lpars/drivers/frame_driver.hpp"
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
class EthernetClient final : public system::Program, public FrameDriver {
 public:
  /// All outlive it, and the protocol as well.
  EthernetClient(hypervisor::VioCalls& calls, const EthernetClientConfig& config, io::RequestLedger& ledger);

  void set_protocol(FrameProtocol& protocol) override { protocol_ = &protocol; }
  system::Activity begin(Transmission& transmission, const OutgoingFrame& outgoing, SimTime now) override;
  std::optional<system::Activity> go_on(Transmission& transmission, SimTime now) override;
  void wake(SimTime now) override;
  void set_alarm(SimTime when) override;

  std::uint64_t sent() const { return sent_; }
  std::uint64_t received() const { return received_count_; }
  /// H_Dropped.
  std::uint64_t dropped() const { return dropped_; }

  void attach(system::Host& host) override;
  void activated(SimTime now) override;
  void deactivated(SimTime now) override;
  system::Activity next_activity(std::uint32_t thread_tag, SimTime now) override;
  void timer_expired(std::uint32_t timer_tag, SimTime now) override;
  void interrupted(std::uint32_t source, SimTime now) override;

 private:
  system::Activity next(SimTime now);
  SimTime expected_cost(const io::Frame& frame) const;

  hypervisor::VioCalls& calls_;
  EthernetClientConfig config_;
  io::RequestLedger& ledger_;
  hypervisor::LanAdapter adapter_;
  FrameProtocol* protocol_ = nullptr;
  system::Host* host_ = nullptr;
  system::ThreadId thread_{};
  system::TimerId timer_{};
  SimTime alarm_ = SimTime::never();
  bool active_ = false;
  bool blocked_ = true;
  bool interrupts_on_ = true;
  bool interrupt_pending_ = false;
  Transmission transmission_;
  std::optional<io::Frame> received_;
  SimTime looked_;  ///< undispatched() when somebody looked last
  std::uint64_t sent_ = 0;
  std::uint64_t received_count_ = 0;
  std::uint64_t dropped_ = 0;
};

}  // namespace lparsim::drivers
