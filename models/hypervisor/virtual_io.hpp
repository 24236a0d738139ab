#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "models/hypervisor/interrupt_sources.hpp"
#include "models/hypervisor/vio_calls.hpp"
#include "models/hypervisor/vio_costs.hpp"
#include "models/io/frame.hpp"
#include "models/vsp/hooks.hpp"
#include "sim/base/ids.hpp"
#include "sim/base/time.hpp"

namespace lparsim::hypervisor {

/// Whose memory is the hypervisor's own: what it holds for Virtual Service Partitions to look at.
inline constexpr PartitionId kHypervisorMemory{0xFFFF'FFFF};

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
  /// A further server adapter for a client's: a backing device of a vNIC that stands by until switch_partner().
  VirtualAdapter add_standby(PartitionId client, const VirtualAdapter& clients, PartitionId server);
  /// An adapter whose partner the management console has not named yet: H_REG_CRQ answers H_Not_Found.
  VirtualAdapter add_unconnected(PartitionId partition);
  /// A window for a physical adapter of the partition: where H_PUT_RTCE lets it reach a client's memory.
  Liobn add_physical_window(PartitionId partition, Bytes window);
  VirtualAdapter add_ethernet(PartitionId partition, const EthernetAdapterSpec& spec);
  /// A slot without an adapter, for the channel of a Virtual Service Partition. Returns its interrupt source.
  std::uint32_t add_channel(PartitionId partition);
  /// From now on who hooks switch.frame and crq.send is asked; `clock` says the present time.
  void set_hooks(vsp::Hooks& hooks, std::function<SimTime()> clock);
  /// Memory that nobody else uses; see VioCalls::allocate.
  std::uint64_t allocate(PartitionId partition, std::uint32_t pages);

  /// Also of kHypervisorMemory.
  PartitionMemory& memory(PartitionId partition);

  // Of a channel's interrupt.
  void enable_channel(std::uint32_t source, bool enabled);
  void ring(std::uint32_t source);

  /// Any call of virtual I/O; Hcall tokens of other chapters are answered with H_Function. What it costs
  /// is added to HcallExtension::cost.
  HcallStatus answer(PartitionId caller, HcallExtension& call);
  /// The partition has stopped: all its registrations are gone; partners get transport event 01 where it failed, 02 where it was shut down.
  void partition_stopped(PartitionId partition, bool failed);

  /// Puts a transport event on the adapter's queue if it is registered, over the last valid element if there is no room. After
  /// partner_suspended and device_failover nothing is sent through the queue, either way, until H_ENABLE_CRQ.
  void transport_event(PartitionId partition, UnitAddress adapter, TransportEvent event);
  /// Whether all pages of the adapter's window are there, as they are unless the partition has just moved: H_ENABLE_CRQ waits for them.
  void set_pages_present(PartitionId partition, UnitAddress adapter, bool present);
  /// Device failover: the client's partner is this server adapter from now on. See CrqTransport.
  void switch_partner(PartitionId client, UnitAddress clients, PartitionId server, UnitAddress servers);
  VnicServerStatus server_status(PartitionId server, UnitAddress adapter) const;

  /// What a physical adapter does with memory through its window. False, and nothing happens, where that is not mapped or forbids it.
  bool device_reads(Liobn window, std::uint64_t ioba, std::span<std::uint8_t> bytes) const;
  bool device_writes(Liobn window, std::uint64_t ioba, std::span<const std::uint8_t> bytes);

  // Observation.
  /// Frames that found no buffer or no room at the adapter, since the beginning; those that nobody took (unknown destination, no trunk).
  std::uint64_t frames_dropped(PartitionId partition, UnitAddress adapter) const;
  std::uint64_t frames_delivered(PartitionId partition, UnitAddress adapter) const;
  /// Frames of the adapter that a Virtual Service Partition did not let pass, since the beginning, and those that wait for one.
  std::uint64_t frames_denied(PartitionId partition, UnitAddress adapter) const;
  std::uint64_t frames_held(PartitionId partition, UnitAddress adapter) const;
  /// The same of elements sent through the adapter's command/response queue.
  std::uint64_t elements_denied(PartitionId partition, UnitAddress adapter) const;
  std::uint64_t elements_held(PartitionId partition, UnitAddress adapter) const;
  bool is_active_trunk(PartitionId partition, UnitAddress adapter) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace lparsim::hypervisor
