#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "models/hypervisor/logical_lan_port.hpp"
#include "models/io/frame.hpp"

namespace lparsim::hypervisor {

/// A virtual Ethernet switch: which ports are on a VLAN, where an address is, and which trunk adapter takes what nobody else does. Ports
/// are numbers into the server's list of them.
class LogicalLanSwitch {
 public:
  void plug_in(std::uint32_t number, std::vector<LogicalLanPort>& ports);
  /// After a registration, its end or a new address.
  void find_addresses(const std::vector<LogicalLanPort>& ports);
  /// The trunk adapter `number` is the active one of its VLANs from now on; those that were are not any more (LoPAR, "ILLAN Backup Trunk
  /// Adapter Option": the most recent to set it wins).
  void activate_trunk(std::uint32_t number, std::vector<LogicalLanPort>& ports);

  /// Who has this address on the VLAN.
  std::optional<std::uint32_t> find(io::MacAddress mac, std::uint16_t vlan) const;
  std::optional<std::uint32_t> active_trunk(std::uint16_t vlan) const;
  std::span<const std::uint32_t> members(std::uint16_t vlan) const { return vlans_[vlan].members; }

 private:
  struct Vlan {
    std::vector<std::uint32_t> members;
    std::optional<std::uint32_t> trunk;
  };
  static constexpr std::uint64_t key(io::MacAddress mac, std::uint16_t vlan) { return mac.bits << 12 | vlan; }
  static std::vector<std::uint16_t> vlans_of(const LogicalLanPort& port);

  std::vector<std::uint32_t> ports_;
  std::vector<Vlan> vlans_ = std::vector<Vlan>(4096);
  std::unordered_map<std::uint64_t, std::uint32_t> addresses_;  // looked up only
};

}  // namespace lparsim::hypervisor
