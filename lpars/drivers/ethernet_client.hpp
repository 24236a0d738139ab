#pragma once
#include <cstdint>
#include <optional>

#include "models/hypervisor/lan_adapter.hpp"
#include "models/hypervisor/virtual_io.hpp"
#include "models/io/request_ledger.hpp"
#include "models/system/program.hpp"

namespace lparsim::drivers {

/// A frame that a protocol gives to the driver.
struct OutgoingFrame {
  io::Frame frame{};
  SimTime cost;  ///< of the protocol's instructions
  /// The request whose last frame it is, or none; and whether this side answers it rather than asking.
  io::RequestTag request{};
  bool serving = false;
};

/// What lies above the driver. Called by it on the thread of its interrupt handler unless told otherwise.
class FrameProtocol {
 public:
  virtual ~FrameProtocol() = default;
  virtual void attached(system::Host& host) = 0;
  virtual void stopped(SimTime now) = 0;
  /// The frame was found; `undispatched` of the time since somebody looked last the partition had no processor. Returns what the protocol
  /// computes for it, and is given it when that is done.
  virtual SimTime frame_found(const io::Frame& frame, SimTime undispatched, SimTime now) = 0;
  virtual void frame_received(const io::Frame& frame, SimTime now) = 0;
  /// The next one to be sent by the handler's thread, if any.
  virtual std::optional<OutgoingFrame> next_frame(SimTime now) = 0;
  /// It was sent (on any thread).
  virtual void frame_sent(const io::Frame& frame, SimTime now) = 0;
  virtual void alarm(SimTime now) = 0;
};

/// Processor time of the driver's instructions; assumed (docs/models/network.md).
struct EthernetClientConfig {
  hypervisor::LanAdapterConfig adapter{};
  hypervisor::VioCosts hypervisor{};          ///< what its calls cost: paid before the call that has an effect
  SimTime interrupt = SimTime::from_ns(500);  ///< to enter and leave the handler
};

/// The driver of a virtual Ethernet adapter: gives frames to the hypervisor, which copies them within the call, and takes those that have
/// arrived from the receive queue on the thread of its interrupt handler, with interrupts off while there are any (as Linux ibmveth does).
class EthernetClient final : public system::Program {
 public:
  /// A frame in the hands of one thread.
  class Transmission {
    friend class EthernetClient;
    enum class Phase : std::uint8_t { none, processing, copying };
    Phase phase = Phase::none;
    OutgoingFrame outgoing;
    SimTime undispatched;
  };

  /// All outlive it, and the protocol as well.
  EthernetClient(hypervisor::VioCalls& calls, const EthernetClientConfig& config, io::RequestLedger& ledger);
  void set_protocol(FrameProtocol& protocol) { protocol_ = &protocol; }

  // For the protocol.
  /// A thread that runs sends a frame: what it computes first, and then go_on() until there is nothing more.
  system::Activity begin(Transmission& transmission, const OutgoingFrame& outgoing, SimTime now);
  std::optional<system::Activity> go_on(Transmission& transmission, SimTime now);
  /// There may be frames for the handler's thread.
  void wake(SimTime now);
  /// Alarms come at or before the earliest time asked for.
  void set_alarm(SimTime when);

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
