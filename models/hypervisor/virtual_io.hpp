#pragma once
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "models/hypervisor/vio_calls.hpp"
#include "models/hypervisor/vio_costs.hpp"
#include "models/io/frame.hpp"
#include "sim/base/ids.hpp"
#include "sim/base/time.hpp"

namespace lparsim::hypervisor {

/// Raises virtual interrupts.
class VirtualInterrupts {
 public:
  virtual ~VirtualInterrupts() = default;
  virtual void virtual_interrupt(PartitionId partition, std::uint32_t source) = 0;
};

/// What the virtual Ethernet adapter of a partition is configured as on the management console.
struct EthernetAdapterSpec {
  io::MacAddress mac;
  std::uint16_t pvid = 1;
  std::vector<std::uint16_t> vlans{};  ///< IEEE 802.1Q: further ones, at most 20
  std::uint32_t virtual_switch = 0;    ///< which of the server's
  std::uint32_t trunk_priority = 0;    ///< 1 (highest) to 15: a trunk adapter; 0: none
};

/// The hypervisor's side of virtual I/O: command/response queues, sub-CRQs, translation tables and copies between partitions, and the
/// virtual Ethernet switches. Answers the calls of LoPAR's chapter "Virtual I/O", with its return codes, on the bytes in the partitions'
/// memory. Knows no simulation kernel: everything happens within the call (docs/models/virtual-io-transports.md).
class VirtualIo {
 public:
  VirtualIo(const VioCosts& costs, VirtualInterrupts& interrupts);
  ~VirtualIo();

  // Configuration.
  /// Partitions in the order of their ids.
  void add_partition(PartitionMemory& memory);
  /// A pair of adapters joined by their queues: the client's, and the server's that reaches into the client's window.
  std::pair<VirtualAdapter, VirtualAdapter> connect(PartitionId client, PartitionId server);
  VirtualAdapter add_ethernet(PartitionId partition, const EthernetAdapterSpec& spec);
  /// Memory that nobody else uses; see VioCalls::allocate.
  std::uint64_t allocate(PartitionId partition, std::uint32_t pages);

  /// Any call of virtual I/O; Hcall tokens of other chapters are answered with H_Function.
  HcallStatus answer(PartitionId caller, HcallExtension& call);
  /// The partition has stopped: all its registrations are gone; partners get transport event 01 where it failed, 02 where it was shut down.
  void partition_stopped(PartitionId partition, bool failed);

  // Observation.
  /// Frames that found no buffer or no room at the adapter, since the beginning; those that nobody took (unknown destination, no trunk).
  std::uint64_t frames_dropped(PartitionId partition, UnitAddress adapter) const;
  std::uint64_t frames_delivered(PartitionId partition, UnitAddress adapter) const;
  bool is_active_trunk(PartitionId partition, UnitAddress adapter) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace lparsim::hypervisor
