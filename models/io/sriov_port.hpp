#pragma once
#include <cstdint>
#include <vector>

#include "models/io/ethernet_port.hpp"
#include "models/io/frame.hpp"
#include "models/io/ring.hpp"

namespace lparsim::io {

/// A logical port of a physical one, counted from 0 within it.
enum class LogicalPortId : std::uint32_t {};

/// Who drives a logical port. Told from within SriovPort's functions or from the calendar: it takes note and computes later.
class LogicalPortDriver {
 public:
  virtual ~LogicalPortDriver() = default;
  virtual void port_received(std::uint64_t cookie, const Frame& frame, SimTime now) = 0;
  /// The frame has gone to the wire or to another logical port, or (not `sent`) is lost: the link is down. In the order of transmit().
  virtual void port_sent(std::uint64_t cookie, std::uint64_t frame, bool sent, SimTime now) = 0;
  virtual void port_link_changed(std::uint64_t cookie, bool up, SimTime now) = 0;
};

/// Is told of a physical port's link: the hypervisor, which owns an adapter in shared mode.
class LinkWatcher {
 public:
  virtual ~LinkWatcher() = default;
  virtual void physical_link_changed(std::uint64_t cookie, bool up, SimTime now) = 0;
};

struct LogicalPortConfig {
  MacAddress mac{};
  std::uint16_t vlan = 0;  ///< that it is a member of, tagged on the wire; 0: untagged
  /// Of the physical port's rate, in hundredths of a percent: guaranteed while it has frames to send; what others leave is free for all.
  std::uint32_t capacity = 200;
};

struct LogicalPortCounters {
  std::uint64_t sent = 0;  ///< frames, large sends as one
  std::uint64_t sent_bytes = 0;
  std::uint64_t received = 0;
  std::uint64_t lost = 0;  ///< were given to it, and the link was down
};

/// A physical Ethernet port in SR-IOV shared mode. Its logical ports share the wire by their capacity: whoever has frames to send gets at
/// least its share, and idle shares go to the others in proportion (start-time fair queueing: Goyal, Vin, Cheng, 1996). Large sends are cut
/// here, and segments of several ports alternate. A frame for another logical port of the same VLAN does not leave the adapter.
class SriovPort : private FrameSink, private EthernetSender {
 public:
  static constexpr std::uint32_t kWhole = 10'000;  ///< 100 %
  static constexpr std::uint32_t kMostPorts = 64;

  /// Becomes receiver and sender of `wire`, which outlives it. Its queue is to be short: what is in there has left the logical ports.
  explicit SriovPort(EthernetPort& wire);
  SriovPort(const SriovPort&) = delete;
  SriovPort& operator=(const SriovPort&) = delete;

  // Configuration.
  /// Capacities of all add up to kWhole at most.
  LogicalPortId add(const LogicalPortConfig& config);
  /// Who drives it; `cookie` is given back.
  void set_driver(LogicalPortId port, LogicalPortDriver& driver, std::uint64_t cookie);
  void watch_link(LinkWatcher& watcher, std::uint64_t cookie) { watchers_.push_back({&watcher, cookie}); }

  /// Off, it receives nothing; what it has still to send goes out. Off at first.
  void enable(LogicalPortId port, bool on) { at(port).enabled = on; }
  /// `number` is given back in port_sent(), possibly before this returns.
  void transmit(LogicalPortId port, const Frame& frame, std::uint64_t number, SimTime now);

  bool link_up() const { return wire_.link_up(); }
  const LogicalPortCounters& counters(LogicalPortId port) const { return ports_[static_cast<std::size_t>(port)].counters; }
  const EthernetPort& wire() const { return wire_; }

 private:
  struct Queued {
    Frame frame{};
    std::uint64_t number = 0;
    std::uint32_t segments = 1;
    std::uint32_t next = 0;
  };
  struct Port {
    LogicalPortConfig config{};
    LogicalPortDriver* driver = nullptr;
    std::uint64_t cookie = 0;
    bool enabled = false;
    std::uint64_t finish = 0;  ///< virtual time when its last segment was through
    Ring<Queued> queue{};
    LogicalPortCounters counters{};
  };
  struct Watching {
    LinkWatcher* watcher;
    std::uint64_t cookie;
  };
  Port& at(LogicalPortId port) { return ports_[static_cast<std::size_t>(port)]; }
  void frame_arrived(const Frame& frame, SimTime now) override;
  void link_changed(bool up, SimTime now) override;
  void place_free(SimTime now) override { serve(now); }
  /// Whether another logical port has taken it and nobody else wants it.
  bool loop_back(Port& from, const Frame& frame, SimTime now);
  void deliver(Port& port, const Frame& frame, SimTime now);
  void serve(SimTime now);
  void ended(Port& port, bool sent, SimTime now);

  EthernetPort& wire_;
  std::vector<Port> ports_;
  std::vector<Watching> watchers_;
  std::uint32_t capacity_ = 0;
  std::uint64_t virtual_time_ = 0;  ///< start of the segment that went last
  bool serving_ = false;
};

}  // namespace lparsim::io
