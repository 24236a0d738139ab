#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <vector>

#include "models/hypervisor/hcall.hpp"
#include "models/hypervisor/logical_lan_port.hpp"
#include "models/hypervisor/logical_lan_switch.hpp"
#include "models/hypervisor/virtual_io.hpp"
#include "sim/base/ids.hpp"

namespace lparsim::hypervisor {

/// The virtual Ethernet switches of one server: answers the calls of LoPAR's "Interpartition Logical LAN (ILLAN) Option" on bytes in the
/// partitions' memory. A frame is copied within its sender's call, who pays for it: VioCosts::lan_send for each frame delivered (each
/// segment, each receiver) and copy_per_kib for what is copied; VioCosts::call is not charged here. Of a frame the first io::Frame::kHead
/// bytes are copied; what lies behind them is data that nobody looks at. Rules and sources: docs/models/virtual-ethernet.md.
class LogicalLan {
 public:
  LogicalLan(const VioCosts& costs, InterruptSources& interrupts, TceTables& memory);
  ~LogicalLan();

  // Configuration.
  /// An adapter, plugged into its switch. Trunk adapters: of those that share a VLAN the one of the highest priority (lowest number) is
  /// active at first, the earliest where they are equal.
  void add(PartitionId partition, UnitAddress unit, Liobn liobn, std::uint32_t interrupt, const EthernetAdapterSpec& spec);
  /// See VirtualIo::set_hooks.
  void set_hooks(vsp::Hooks& hooks, std::function<SimTime()> clock);
  bool has(PartitionId partition, UnitAddress unit) const { return find(partition, unit) != nullptr; }

  /// H_REGISTER_LOGICAL_LAN, H_FREE_LOGICAL_LAN, H_ADD_LOGICAL_LAN_BUFFER, H_FREE_LOGICAL_LAN_BUFFER, H_SEND_LOGICAL_LAN,
  /// H_ILLAN_ATTRIBUTES, H_MULTICAST_CTRL, H_CHANGE_LOGICAL_LAN_MAC, and what H_VIOCTL has for these adapters; H_Function for others.
  HcallStatus answer(PartitionId caller, HcallExtension& call);
  /// All its registrations are gone. A trunk adapter of it that was active stays so until another one takes its place.
  void partition_stopped(PartitionId partition);

  // Observation; of adapters that exist.
  /// Frames that found no buffer at this adapter, and those of its own that nobody took (unknown destination and no trunk).
  std::uint64_t frames_dropped(PartitionId partition, UnitAddress unit) const { return find(partition, unit)->dropped(); }
  std::uint64_t frames_delivered(PartitionId partition, UnitAddress unit) const { return find(partition, unit)->delivered(); }
  std::uint64_t frames_denied(PartitionId partition, UnitAddress unit) const;
  std::uint64_t frames_held(PartitionId partition, UnitAddress unit) const;
  /// Where frames wait for a verdict; once there are hooks.
  PartitionMemory& held_memory();
  bool is_active_trunk(PartitionId partition, UnitAddress unit) const { return find(partition, unit)->active_trunk(); }

 private:
  using Registers = std::array<std::uint64_t, 9>;
  struct Sending;
  class Hooked;

  const LogicalLanPort* find(PartitionId partition, UnitAddress unit) const;
  HcallStatus change_attributes(LogicalLanPort& port, Registers& registers);
  HcallStatus control_multicast(LogicalLanPort& port, Registers& registers);
  HcallStatus control(LogicalLanPort& port, Registers& registers);
  HcallStatus send(LogicalLanPort& sender, HcallExtension& call);
  HcallStatus gather(const LogicalLanPort& sender, const Registers& registers, Sending& sending) const;
  HcallStatus forward(LogicalLanPort& sender, const Sending& sending, SimTime& cost);
  HcallStatus send_to_one(LogicalLanPort& sender, const Sending& sending, SimTime& cost);
  HcallStatus send_to_all(LogicalLanPort& sender, const Sending& sending, Registers& registers, SimTime& cost);
  bool deliver(LogicalLanPort& receiver, const Sending& sending, SimTime& cost);

  VioCosts costs_;
  InterruptSources& interrupts_;
  TceTables& memory_;
  std::vector<LogicalLanPort> ports_;
  std::vector<std::vector<std::uint32_t>> ports_of_;  // by partition
  std::map<std::uint32_t, LogicalLanSwitch> switches_;
  std::uint64_t tokens_ = 0;
  std::unique_ptr<Hooked> hooked_;  // null: nobody can
};

}  // namespace lparsim::hypervisor
