#pragma once
#include <cstdint>
#include <optional>

#include "models/io/frame.hpp"
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

/// What lies above a driver of a network adapter. Called by it on the thread of its interrupt handler unless told otherwise.
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

/// A driver of a network adapter, as what lies above it sees it.
class FrameDriver {
 public:
  /// A frame in the hands of one thread; the driver's own.
  struct Transmission {
    enum class Phase : std::uint8_t { none, processing, copying };
    Phase phase = Phase::none;
    OutgoingFrame outgoing;
    SimTime undispatched;
  };

  virtual ~FrameDriver() = default;
  /// Before the simulation starts; the protocol outlives it.
  virtual void set_protocol(FrameProtocol& protocol) = 0;
  /// A thread that runs sends a frame: what it computes first, and then go_on() until there is nothing more.
  virtual system::Activity begin(Transmission& transmission, const OutgoingFrame& outgoing, SimTime now) = 0;
  virtual std::optional<system::Activity> go_on(Transmission& transmission, SimTime now) = 0;
  /// There may be frames for the handler's thread.
  virtual void wake(SimTime now) = 0;
  /// Alarms come at or before the earliest time asked for.
  virtual void set_alarm(SimTime when) = 0;
};

}  // namespace lparsim::drivers
