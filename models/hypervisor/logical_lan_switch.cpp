#include "models/hypervisor/logical_lan_switch.hpp"

namespace lparsim::hypervisor {

std::vector<std::uint16_t> LogicalLanSwitch::vlans_of(const LogicalLanPort& port) {
  std::vector<std::uint16_t> vlans = {port.spec().pvid};
  vlans.insert(vlans.end(), port.spec().vlans.begin(), port.spec().vlans.end());
  return vlans;
}

void LogicalLanSwitch::plug_in(std::uint32_t number, std::vector<LogicalLanPort>& ports) {
  ports_.push_back(number);
  const LogicalLanPort& port = ports[number];
  bool best = port.trunk();
  for (const std::uint16_t vlan : vlans_of(port)) {
    vlans_[vlan].members.push_back(number);
    const auto active = vlans_[vlan].trunk;
    best = best && (!active || ports[*active].spec().trunk_priority > port.spec().trunk_priority);
  }
  if (best) activate_trunk(number, ports);
}

void LogicalLanSwitch::find_addresses(const std::vector<LogicalLanPort>& ports) {
  addresses_.clear();
  for (const std::uint32_t number : ports_) {
    if (!ports[number].registered()) continue;
    for (const std::uint16_t vlan : vlans_of(ports[number])) addresses_.emplace(key(ports[number].mac(), vlan), number);
  }
}

void LogicalLanSwitch::activate_trunk(std::uint32_t number, std::vector<LogicalLanPort>& ports) {
  for (const std::uint16_t vlan : vlans_of(ports[number])) {
    const auto before = vlans_[vlan].trunk;
    if (!before || *before == number) continue;
    ports[*before].set_active_trunk(false);
    for (const std::uint16_t its : vlans_of(ports[*before])) vlans_[its].trunk.reset();
  }
  ports[number].set_active_trunk(true);
  for (const std::uint16_t vlan : vlans_of(ports[number])) vlans_[vlan].trunk = number;
}

std::optional<std::uint32_t> LogicalLanSwitch::find(io::MacAddress mac, std::uint16_t vlan) const {
  const auto found = addresses_.find(key(mac, vlan));
  return found == addresses_.end() ? std::nullopt : std::optional{found->second};
}

std::optional<std::uint32_t> LogicalLanSwitch::active_trunk(std::uint16_t vlan) const {
  return vlans_[vlan].trunk;
}

}  // namespace lparsim::hypervisor
