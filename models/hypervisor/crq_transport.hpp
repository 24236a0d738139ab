#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <tuple>
#include <vector>

#include "models/hypervisor/hcall.hpp"
#include "models/hypervisor/interrupt_sources.hpp"
#include "models/hypervisor/tce_tables.hpp"
#include "models/hypervisor/vio_calls.hpp"
#include "models/vsp/hooks.hpp"
#include "sim/base/ids.hpp"

namespace lparsim::hypervisor {

/// Unit addresses as firmware gives them to virtual slots.
constexpr UnitAddress unit_of(std::size_t slot) {
  return id_of<UnitAddress>(0x3000'0000 + slot);
}
constexpr std::size_t slot_of(UnitAddress unit) {
  return static_cast<std::size_t>(unit) - 0x3000'0000;
}

/// The command/response queues between virtual adapters and the sub-CRQs that go with them (LoPAR, "Reliable Command/Response Transport
/// Option" and "Subordinate CRQ Transport Option"). Elements lie in the receiver's memory; firmware looks at their headers only. Each call
/// checks in LoPAR's order.
class CrqTransport {
 public:
  static constexpr std::uint64_t kMostSubCrqs = 64;  ///< of an adapter; assumed
  static constexpr std::uint64_t kMostIndirect =
      TceTables::kPage / std::tuple_size_v<SubCrqElement>;  ///< elements in one H_SEND_SUB_CRQ_INDIRECT

  CrqTransport(TceTables& tables, InterruptSources& interrupts);
  ~CrqTransport();

  // Configuration.
  void add(PartitionId partition, const VirtualAdapter& adapter);
  /// Joins two adapters that were added; the one with a second pane is the server's.
  void connect(PartitionId client, UnitAddress clients, PartitionId server, UnitAddress servers);
  /// Joins a further server to a client that has one: it may register its queue, and waits for switch_partner().
  void add_standby(PartitionId client, UnitAddress clients, PartitionId server, UnitAddress servers);
  bool has(PartitionId partition, UnitAddress unit) const { return find(partition, unit) != kNone; }
  /// See VirtualIo::set_hooks.
  void set_hooks(vsp::Hooks& hooks, std::function<SimTime()> clock);

  // The calls of `caller`.
  HcallStatus reg(PartitionId caller, UnitAddress unit, std::uint64_t ioba, std::uint64_t length);
  HcallStatus free(PartitionId caller, UnitAddress unit);
  /// `cost` grows by what a hook of crq.send takes from the caller.
  HcallStatus send(PartitionId caller, UnitAddress unit, std::uint64_t high, std::uint64_t low, SimTime& cost);
  HcallStatus enable(PartitionId caller, UnitAddress unit);
  HcallStatus reg_sub(PartitionId caller, UnitAddress unit, std::uint64_t ioba, std::uint64_t length, std::uint64_t& number,
                      std::uint64_t& interrupt);
  HcallStatus free_sub(PartitionId caller, UnitAddress unit, std::uint64_t number);
  HcallStatus send_sub(PartitionId caller, UnitAddress unit, std::uint64_t number, std::span<const std::uint64_t, 4> message);
  HcallStatus send_sub_indirect(PartitionId caller, UnitAddress unit, std::uint64_t number, std::uint64_t ioba, std::uint64_t count);
  /// H_VIOCTL; `registers`: R4 to R12.
  HcallStatus control(PartitionId caller, UnitAddress unit, std::span<std::uint64_t, 9> registers);

  // What happens to partitions.
  void partition_stopped(PartitionId partition, bool failed);
  void transport_event(PartitionId partition, UnitAddress unit, TransportEvent event);
  void set_pages_present(PartitionId partition, UnitAddress unit, bool present);
  /// The client's partner is this server from now on: the one before is told that the client is gone (02), the client of a device failover
  /// (08), and nothing passes until it has called H_ENABLE_CRQ.
  void switch_partner(PartitionId client, UnitAddress clients, PartitionId server, UnitAddress servers);
  /// What the hypervisor knows of a server beside others: its queue is registered, and how often it has called H_VIOCTL with
  /// VNIC_SERVER_STATUS.
  VnicServerStatus server_status(PartitionId partition, UnitAddress unit) const;
  std::uint64_t elements_denied(PartitionId partition, UnitAddress unit) const;
  std::uint64_t elements_held(PartitionId partition, UnitAddress unit) const;

 private:
  class Hooked;
  static constexpr std::uint32_t kNone = ~0U;
  /// A circular queue in the window of its owner; not registered if it has no length.
  struct Queue {
    std::uint64_t ioba = 0;
    std::uint64_t length = 0;
    std::uint64_t next = 0;  ///< offset of the element that is written next
    std::uint32_t interrupt = 0;
    bool registered() const { return length != 0; }
  };
  struct Adapter {
    PartitionId partition{};
    VirtualAdapter as_configured{};
    std::uint32_t partner = kNone;
    Queue queue{};
    bool enabled = true;        ///< false from some transport events on until H_ENABLE_CRQ
    bool freeing = false;       ///< H_FREE_CRQ is not finished
    bool pages_present = true;  ///< of its window
    std::uint64_t heartbeats = 0;
    std::vector<Queue> subs{};  ///< by number - 1; those that are free are used again
  };

  std::uint32_t find(PartitionId partition, UnitAddress unit) const;
  bool linked(const Adapter& adapter) const;
  bool joined(const Adapter& adapter) const;
  bool open(const Adapter& adapter) const;
  bool can_hold_queue(const Adapter& adapter, std::uint64_t ioba, std::uint64_t length) const;
  Liobn remote_window(const Adapter& adapter) const;
  void close(Adapter& adapter);
  void close(Queue& queue);
  void tell_partner(const Adapter& adapter, TransportEvent event);
  void post(Adapter& adapter, TransportEvent event);
  std::uint64_t room(const Adapter& receiver, const Queue& queue, std::uint64_t element, std::uint64_t wanted) const;
  void put_element(Adapter& receiver, const CrqElement& element);
  void put(const Adapter& receiver, Queue& queue, std::span<const std::uint8_t> element);
  Queue* sub_of_partner(const Adapter& sender, std::uint64_t number);
  HcallStatus partner_info(const Adapter& adapter, std::uint64_t descriptor);
  HcallStatus switch_interrupt(Adapter& adapter, std::uint64_t source, bool on);

  TceTables& tables_;
  InterruptSources& interrupts_;
  std::vector<Adapter> adapters_;
  std::vector<std::vector<std::uint32_t>> slots_;  ///< by partition and slot: which adapter, or kNone
  std::unique_ptr<Hooked> hooked_;                 ///< null: nobody can
};

}  // namespace lparsim::hypervisor
