#include "models/hypervisor/logical_lan.hpp"

#include <algorithm>

#include "models/hypervisor/logical_lan_hooks.hpp"
#include "sim/base/check.hpp"

namespace lparsim::hypervisor {

LogicalLan::LogicalLan(const VioCosts& costs, InterruptSources& interrupts, TceTables& memory)
    : costs_{costs}, interrupts_{interrupts}, memory_{memory} {}
LogicalLan::~LogicalLan() = default;

void LogicalLan::set_hooks(vsp::Hooks& hooks, std::function<SimTime()> clock) {
  hooked_ = std::make_unique<Hooked>(*this, hooks, std::move(clock));
}

void LogicalLan::add(PartitionId partition, UnitAddress unit, Liobn liobn, std::uint32_t interrupt, const EthernetAdapterSpec& spec) {
  LPARSIM_CHECK(!has(partition, unit), "partition {} has two adapters at {:#x}", index(partition), static_cast<std::uint64_t>(unit));
  const auto number = static_cast<std::uint32_t>(ports_.size());
  ports_.emplace_back(partition, unit, liobn, interrupt, spec);
  if (ports_of_.size() <= index(partition)) ports_of_.resize(index(partition) + 1);
  ports_of_[index(partition)].push_back(number);
  switches_[spec.virtual_switch].plug_in(number, ports_);
}

const LogicalLanPort* LogicalLan::find(PartitionId partition, UnitAddress unit) const {
  if (ports_of_.size() <= index(partition)) return nullptr;
  for (const std::uint32_t number : ports_of_[index(partition)])
    if (ports_[number].unit() == unit) return &ports_[number];
  return nullptr;
}

HcallStatus LogicalLan::answer(PartitionId caller, HcallExtension& call) {
  auto& registers = call.registers;
  const LogicalLanPort* const found = find(caller, UnitAddress{registers[0]});
  if (found == nullptr) return HcallStatus::parameter;
  LogicalLanPort& port = ports_[static_cast<std::size_t>(found - ports_.data())];
  LogicalLanSwitch& its_switch = switches_[port.spec().virtual_switch];
  switch (call.call) {
    case Hcall::send_logical_lan:
      return send(port, call);
    case Hcall::add_logical_lan_buffer:
      return port.add_buffer(memory_, registers[1]);
    case Hcall::free_logical_lan_buffer: {
      const HcallStatus status = port.give_back(memory_, static_cast<std::uint32_t>(registers[1]), registers[0]);
      if (status == HcallStatus::success) interrupts_.raise(port.interrupt());
      return status;
    }
    case Hcall::register_logical_lan: {
      const HcallStatus status = port.register_adapter(memory_, registers[1], registers[2], registers[3], registers[4]);
      if (status == HcallStatus::success) {
        interrupts_.reset(port.interrupt());
        its_switch.find_addresses(ports_);
      }
      return status;
    }
    case Hcall::free_logical_lan:
      port.free_adapter();
      interrupts_.reset(port.interrupt());
      its_switch.find_addresses(ports_);
      return HcallStatus::success;
    case Hcall::change_logical_lan_mac:
      port.set_mac(registers[1]);
      its_switch.find_addresses(ports_);
      return HcallStatus::success;
    case Hcall::illan_attributes:
      return change_attributes(port, registers);
    case Hcall::multicast_ctrl:
      return control_multicast(port, registers);
    case Hcall::vioctl:
      return control(port, registers);
    default:
      return HcallStatus::function;
  }
}

std::uint64_t LogicalLan::frames_denied(PartitionId partition, UnitAddress unit) const {
  return hooked_ ? hooked_->denied(static_cast<std::uint32_t>(find(partition, unit) - ports_.data())) : 0;
}
std::uint64_t LogicalLan::frames_held(PartitionId partition, UnitAddress unit) const {
  return hooked_ ? hooked_->held(static_cast<std::uint32_t>(find(partition, unit) - ports_.data())) : 0;
}
PartitionMemory& LogicalLan::held_memory() {
  LPARSIM_CHECK(hooked_ != nullptr, "no frame waits for Virtual Service Partitions where there are none");
  return hooked_->memory();
}

void LogicalLan::partition_stopped(PartitionId partition) {
  if (hooked_) hooked_->partition_stopped(partition);
  if (ports_of_.size() <= index(partition)) return;
  for (const std::uint32_t number : ports_of_[index(partition)]) {
    LogicalLanPort& port = ports_[number];
    constexpr std::uint64_t kOfTheDriver = lan::kLargeReceive | lan::kBufferSizeControl | lan::kChecksumIpv4 | lan::kChecksumIpv6;
    port.free_adapter();
    port.attributes &= ~kOfTheDriver;
    interrupts_.reset(port.interrupt());
    switches_[port.spec().virtual_switch].find_addresses(ports_);
  }
}

HcallStatus LogicalLan::change_attributes(LogicalLanPort& port, Registers& registers) {
  const std::uint64_t reset = registers[1];
  const std::uint64_t set = registers[2];
  const std::uint64_t before = port.attributes;
  const bool gives_up_trunk = port.active_trunk() && (reset & ~set & lan::kActiveTrunk) != 0;
  if (((reset | set) & lan::kPortDisabled) != 0 || gives_up_trunk) return HcallStatus::parameter;
  const std::uint64_t after = (before & ~reset) | set;
  if (!port.trunk() && (set & lan::kTrunkPriority) != 0) return HcallStatus::parameter;

  HcallStatus status = HcallStatus::success;
  constexpr std::uint64_t kWhileFree = lan::kLargeReceive | lan::kBufferSizeControl | lan::kChecksumIpv4 | lan::kChecksumIpv6;
  const std::uint64_t changeable = port.registered() ? 0 : kWhileFree;
  constexpr std::uint64_t kAll = kWhileFree | lan::kLargeSendSupported | lan::kPaddedChecksum | lan::kTrunkPriority;
  if (((before ^ after) & kAll & ~changeable) != 0) status = HcallStatus::constrained;
  port.attributes = (before & ~changeable) | (after & changeable);
  if ((set & lan::kActiveTrunk) != 0) {
    if (!port.trunk()) {
      status = HcallStatus::constrained;
    } else if (!port.active_trunk()) {
      switches_[port.spec().virtual_switch].activate_trunk(static_cast<std::uint32_t>(&port - ports_.data()), ports_);
    }
  }
  registers[0] = port.attributes | (port.active_trunk() ? lan::kActiveTrunk : 0);
  return status;
}

HcallStatus LogicalLan::control_multicast(LogicalLanPort& port, Registers& registers) {
  const std::uint64_t flags = registers[1];
  const std::uint64_t group = registers[2];
  const std::uint64_t action = flags & lan::kFilterAction;
  constexpr std::uint64_t kDefined = lan::kModifyReception | lan::kModifyFiltering | lan::kReception | lan::kFiltering | lan::kFilterAction;
  const bool has_group = action == lan::kAddFilter || action == lan::kRemoveFilter;
  if ((flags & ~kDefined) != 0 || (has_group && group >> 48 != 0)) return HcallStatus::parameter;

  if ((flags & lan::kModifyReception) != 0) port.reception = (flags & lan::kReception) != 0;
  if ((flags & lan::kModifyFiltering) != 0) port.filtering = (flags & lan::kFiltering) != 0;
  HcallStatus status = HcallStatus::success;
  const auto found = std::find(port.filters.begin(), port.filters.end(), group);
  if (action == lan::kClearFilters) {
    port.filters.clear();
  } else if (action == lan::kAddFilter && found == port.filters.end()) {
    if (port.filters.size() == lan::kFilters)
      status = HcallStatus::constrained;
    else
      port.filters.push_back(group);
  } else if (action == lan::kRemoveFilter) {
    if (found == port.filters.end())
      status = HcallStatus::not_found;
    else
      port.filters.erase(found);
  }
  registers[0] = (port.reception ? lan::kReception : 0) | (port.filtering ? lan::kFiltering : 0) | port.filters.size();
  return status;
}

HcallStatus LogicalLan::control(LogicalLanPort& port, Registers& registers) {
  const std::uint64_t function = registers[1];
  if (function != lan::kNumberOfVlans && function != lan::kSwitchingMode && function != lan::kDisableInactiveTrunkReception)
    return HcallStatus::not_found;
  if ((registers[2] | registers[3] | registers[4]) != 0) return HcallStatus::parameter;
  if (function == lan::kNumberOfVlans) {
    registers[0] = 1 + port.spec().vlans.size();
    return HcallStatus::success;
  }
  if (!port.trunk()) return HcallStatus::parameter;
  if (function == lan::kSwitchingMode)
    registers[0] = 0;  // VEB: the switch forwards between its own ports
  else
    port.receives_inactive = false;
  return HcallStatus::success;
}

}  // namespace lparsim::hypervisor
