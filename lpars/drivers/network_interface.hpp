#pragma once
#include <cstdint>
#include <optional>

#include "lpars/drivers/frame_driver.hpp"
#include "models/hypervisor/vio_calls.hpp"

namespace lparsim::drivers {

/// What the drivers of virtual network adapters have in common: the thread of the interrupt handler, and the way of a frame through
/// whichever thread sends it. How the adapter is opened, is given buffers, and takes and gives frames is for each of them to say.
class NetworkInterface : public system::Program, public FrameDriver {
 public:
  void set_protocol(FrameProtocol& protocol) override { protocol_ = &protocol; }
  system::Activity begin(Transmission& transmission, const OutgoingFrame& outgoing, SimTime now) override;
  std::optional<system::Activity> go_on(Transmission& transmission, SimTime now) override;
  void wake(SimTime now) override;
  void set_alarm(SimTime when) override;

  void attach(system::Host& host) override;
  void activated(SimTime now) override;
  void deactivated(SimTime now) override;
  system::Activity next_activity(std::uint32_t thread_tag, SimTime now) override;
  void timer_expired(std::uint32_t timer_tag, SimTime now) override;
  void interrupted(std::uint32_t source, SimTime now) override;

 protected:
  static constexpr std::uint32_t kProtocolTimer = 0;  ///< other timers have other tags

  /// `calls` and `ledger` outlive it, and the protocol as well. `interrupt`: to enter and leave the handler.
  NetworkInterface(hypervisor::VioCalls& calls, io::RequestLedger& ledger, std::uint32_t source, SimTime interrupt)
      : calls_{calls}, ledger_{ledger}, source_{source}, interrupt_{interrupt} {}

  /// The partition has started; it has stopped, and the hypervisor has closed the adapter's queues.
  virtual void open(SimTime now) = 0;
  virtual void forget(SimTime now) { (void)now; }
  virtual void interrupt_noted(std::uint32_t source) = 0;
  /// What the handler's thread does next.
  virtual system::Activity next(SimTime now) = 0;
  /// What it takes to send a frame, paid before: the driver's own copying, and the hypervisor call unless that turns out to cost more.
  virtual SimTime copy_cost(const io::Frame& frame) const = 0;
  virtual SimTime call_cost(const io::Frame& frame) const = 0;
  /// False: the frame is lost.
  virtual bool transmit(const io::Frame& frame, io::RequestTag request) = 0;

  /// What the handler's thread does for the protocol, if anything: for next().
  std::optional<system::Activity> next_of_protocol(SimTime now);
  /// A frame was taken from the adapter: returns what the protocol computes for it. next_of_protocol() then gives it the frame.
  SimTime frame_taken(const io::Frame& frame, SimTime now);
  bool active() const { return active_; }
  system::Host& host() const { return *host_; }

  hypervisor::VioCalls& calls_;
  io::RequestLedger& ledger_;

 private:
  SimTime expected_cost(const io::Frame& frame) const { return copy_cost(frame) + call_cost(frame); }
  void make_ready(SimTime demand, system::Cause cause, SimTime now);

  std::uint32_t source_;
  SimTime interrupt_;
  FrameProtocol* protocol_ = nullptr;
  system::Host* host_ = nullptr;
  system::ThreadId thread_{};
  system::TimerId timer_{};
  SimTime alarm_ = SimTime::never();
  bool active_ = false;
  bool blocked_ = true;
  Transmission transmission_;  ///< the handler's own
  std::optional<io::Frame> received_;
  SimTime looked_;  ///< undispatched() when somebody looked last
};

}  // namespace lparsim::drivers
