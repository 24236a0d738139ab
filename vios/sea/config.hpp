#pragma once
#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "models/hypervisor/vio_calls.hpp"
#include "models/io/frame.hpp"
#include "sim/base/time.hpp"
#include "sim/base/units.hpp"

namespace lparsim::sea {

/// Processor cycles of the VIOS for a frame that it bridges, the hypervisor calls for it contained. Bytes are counted as IBM's tables do:
/// without the headers of Ethernet, IPv4 and TCP with timestamps.
struct BridgingCost {
  static constexpr std::uint32_t kHeaders = 66;
  Cycles frame;
  double byte = 0;  ///< cycles
  SimTime of(std::uint32_t length, Hertz clock) const {
    return Cycles{frame.count + byte * (length - std::min(length, kHeaders))}.at(clock);
  }
};

/// Defaults reproduce IBM's sizing tables for a POWER5 of 1.65 GHz (calibration; docs/models/shared-ethernet-adapter.md).
struct SeaCosts {
  BridgingCost threaded{Cycles{10'200}, 3.84};
  BridgingCost interrupt{Cycles{9'330}, 2.47};
  /// A TCP segment without data; instead of the above. The tables tell only the sum of this, once for two frames, and a frame's (assumed).
  Cycles acknowledgement{1'000};
  Cycles handoff{500};     ///< threaded mode: what of it the interrupt handler does, per frame (assumed)
  Cycles control{20'000};  ///< for each time the failover thread runs (assumed)
};

/// A trunk adapter of the SEA, in the order of `mkvdev -vadapter`.
struct TrunkConfig {
  hypervisor::VirtualAdapter adapter;
  io::MacAddress mac;
  std::uint16_t pvid = 1;
  std::vector<std::uint16_t> vlans{};
};

enum class HaMode : std::uint8_t { disabled, automatic, standby, sharing };

/// How two SEAs agree on who bridges.
struct FailoverConfig {
  HaMode mode = HaMode::disabled;
  std::uint32_t priority = 1;            ///< of the trunk adapters: the lower number is the primary
  hypervisor::VirtualAdapter control{};  ///< of the control channel, on a VLAN of its own
  io::MacAddress control_mac;
  SimTime keep_alive = SimTime::from_ms(100);  ///< (assumed)
  std::uint32_t missed = 3;                    ///< keep-alives until the other SEA counts as dead (assumed)
  std::optional<io::MacAddress> ping{};        ///< `netaddr`: a host outside that answers as long as the network does
  std::uint16_t ping_vlan = 0;                 ///< tag of these frames; 0: none
  SimTime ping_interval = SimTime::from_s(1);
  std::uint32_t ping_retries = 3;
  SimTime stp_delay;  ///< after a takeover nothing is forwarded: spanning tree of the physical switch
  /// After a takeover frames from the wire may be copies that the other SEA had: for as long as two full queues of the port take to empty,
  /// its own and that of the physical switch, and this for the switch itself (assumed).
  SimTime settle = SimTime::from_ms(1);
};

struct SeaConfig {
  std::vector<TrunkConfig> trunks;  ///< 1 to 16; no VLAN twice
  std::size_t default_trunk = 0;    ///< whose PVID is untagged on the wire
  io::MacAddress mac;               ///< of the physical adapter
  Hertz clock{1.65e9};              ///< of the server's processors
  SeaCosts costs{};
  bool threaded = true;                  ///< `thread`
  std::uint32_t threads = 7;             ///< `nthreads`
  std::uint32_t queue_size = 8192;       ///< frames that wait for a thread; more are dropped
  bool large_send = true;                ///< `largesend`: trunk adapters take large sends, and the physical adapter cuts them
  bool jumbo_frames = false;             ///< MTU of 9000 on the wire instead of 1500
  std::uint32_t receive_ring = 2048;     ///< frames that wait for the physical adapter's interrupt handler (assumed)
  SimTime aging = SimTime::from_s(300);  ///< of learned addresses (IEEE 802.1D)
  FailoverConfig failover{};

  std::uint32_t mtu() const { return jumbo_frames ? 9000 : 1500; }
};

/// Frames, since the beginning; a large send is one.
struct SeaCounters {
  std::uint64_t from_wire = 0;  ///< arrived
  std::uint64_t from_virtual = 0;
  std::uint64_t to_wire = 0;  ///< forwarded
  std::uint64_t to_virtual = 0;
  std::uint64_t bytes_to_wire = 0;
  std::uint64_t bytes_to_virtual = 0;
  std::uint64_t filtered = 0;       ///< for an address on the side that they came from
  std::uint64_t no_vlan = 0;        ///< of a VLAN that no trunk adapter bridges
  std::uint64_t not_active = 0;     ///< the other SEA bridges their VLAN, or this one does not yet
  std::uint64_t fragmented = 0;     ///< went out in pieces
  std::uint64_t too_big = 0;        ///< beyond the MTU, and not to be fragmented
  std::uint64_t queue_full = 0;     ///< no place behind a thread
  std::uint64_t ring_full = 0;      ///< no place for the interrupt handler
  std::uint64_t refused = 0;        ///< by the physical adapter: no place, no link
  std::uint64_t undelivered = 0;    ///< the virtual switch dropped them
  std::uint64_t denied = 0;         ///< a Virtual Service Partition denied them, or they failed with it
  std::uint64_t provided = 0;       ///< one took them
  std::uint64_t takeovers = 0;      ///< of a trunk adapter
  std::uint64_t announcements = 0;  ///< RARPs
};

}  // namespace lparsim::sea
