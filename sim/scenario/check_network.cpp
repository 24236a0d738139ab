#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "sim/base/text.hpp"
#include "sim/scenario/checks_io.hpp"

namespace lparsim::scenario {
namespace {

using Owner = IoIndex::Owner;

// IBM PowerVM Virtualization Introduction and Configuration, SG24-7940: a virtual adapter has 20 VLANs besides its own, a Shared Ethernet
// Adapter 16 trunks.
constexpr std::size_t kMostVlans = 20;
constexpr std::size_t kMostTrunks = 16;

/// A VLAN on a virtual switch of the server.
using Segment = std::pair<std::string, std::uint16_t>;

struct Trunk {
  Owner owner;
  std::size_t sea = 0;
  std::size_t trunk = 0;
};
using Trunks = std::map<Segment, std::vector<Trunk>>;

template <class Adapter>
std::vector<std::uint16_t> all_vlans(const Adapter& adapter) {
  std::vector<std::uint16_t> all{adapter.pvid};
  all.insert(all.end(), adapter.vlans.begin(), adapter.vlans.end());
  return all;
}

/// What every virtual adapter must keep to. False after an error.
template <class Adapter>
bool check_adapter(const IoChecking& io, std::size_t server, const Adapter& adapter, const std::string& place) {
  const auto& switches = io.scenario().servers[server].virtual_switches;
  if (std::ranges::find(switches, adapter.virtual_switch) == switches.end()) {
    io.error(place + ".switch", fmt::format("there is no virtual switch {}; {}", shown(adapter.virtual_switch),
                                            io.checking.hint(adapter.virtual_switch, switches)));
    return false;
  }
  if (adapter.vlans.size() > kMostVlans) {
    io.error(place + ".vlans", fmt::format("{} VLANs beside the adapter's own; allowed: at most {}", adapter.vlans.size(), kMostVlans));
    return false;
  }
  std::set<std::uint16_t> seen{adapter.pvid};
  for (const std::uint16_t vlan : adapter.vlans) {
    if (seen.insert(vlan).second) continue;
    io.error(place + ".vlans", vlan == adapter.pvid
                                   ? fmt::format("{} is the adapter's own VLAN (pvid), which is untagged; allowed: others", vlan)
                                   : fmt::format("{} stands there twice; allowed: each VLAN once", vlan));
    return false;
  }
  return true;
}

/// The Shared Ethernet Adapters of a server.
class SharedEthernet {
 public:
  SharedEthernet(const IoChecking& io, std::size_t server) : io_{io}, server_{server} {}

  void check() {
    const auto& partitions = io_.scenario().servers[server_].partitions;
    for (std::size_t p = 0; p < partitions.size(); ++p) {
      if (partitions[p].type != PartitionType::vios) continue;
      std::map<std::string, std::string> ports;
      for (std::size_t i = 0; i < partitions[p].io.shared_ethernet.size(); ++i) {
        const Owner owner{server_, p};
        const SharedEthernetConfig& sea = partitions[p].io.shared_ethernet[i];
        const std::string place = io_.place(owner, "shared_ethernet", i);
        if (!io_.read(place)) continue;
        check_port(sea, owner, place, ports);
        check_alone(sea, place);
        check_trunks(sea, {owner, i, 0}, place);
        if (sea.ha_mode != HaMode::disabled) waiting_.push_back({owner, i, 0});
      }
    }
    for (const Trunk& sea : waiting_) {
      if (partnered_.contains({sea.owner, sea.sea})) continue;
      io_.warning(io_.place(sea.owner, "shared_ethernet", sea.sea) + ".ha_mode",
                  "no other Shared Ethernet Adapter bridges one of its VLANs: there is none to take over");
    }
  }

 private:
  const SharedEthernetConfig& config(const Trunk& at) const { return io_.index.io(at.owner).shared_ethernet[at.sea]; }
  std::string name(const Trunk& at) const { return fmt::format("{}.{}", io_.index.config(at.owner).name, config(at).name); }

  void check_port(const SharedEthernetConfig& sea, Owner owner, const std::string& place, std::map<std::string, std::string>& ports) {
    const AdapterConfig* adapter = io_.index.adapter(owner, sea.adapter);
    if (adapter == nullptr) {
      if (io_.read(io_.place(owner) + ".adapters"))
        io_.error(place + ".adapter", fmt::format("`{}` has no adapter {}; {}", io_.index.config(owner).name, shown(sea.adapter),
                                                  io_.checking.hint(sea.adapter, io_.index.adapters(owner))));
    } else if (!std::holds_alternative<EthernetPort>(adapter->type)) {
      io_.error(place + ".adapter", fmt::format("`{}` is a Fibre Channel adapter; allowed: one of type ethernet", sea.adapter));
    }
    const auto [other, is_new] = ports.try_emplace(sea.adapter, sea.name);
    if (!is_new)
      io_.error(place + ".adapter", fmt::format("`{}` belongs to `{}`; allowed: an adapter of its own", sea.adapter, other->second));
  }

  void check_alone(const SharedEthernetConfig& sea, const std::string& place) {
    if (!sea.ping.empty() && io_.index.host(sea.ping) == nullptr && io_.read("network"))
      io_.error(place + ".ping", fmt::format("there is no host {}; {}", shown(sea.ping), io_.checking.hint(sea.ping, io_.index.hosts())));
    if (!sea.ping.empty() && sea.ha_mode == HaMode::disabled) io_.warning(place + ".ping", "of no effect while `ha_mode` is disabled");
    if (sea.ha_mode == HaMode::sharing && sea.trunks.size() < 2)
      io_.error(place + ".ha_mode", "sharing goes by trunks, and there is one; allowed: at least two trunks");
    for (std::size_t i = 1; i < sea.trunks.size(); ++i) {
      if (sea.trunks[i].priority != sea.trunks[0].priority)
        io_.error(fmt::format("{}.trunks.{}.priority", place, i),
                  fmt::format("{} beside {} of its first trunk; allowed: the same for all trunks of a Shared Ethernet Adapter",
                              sea.trunks[i].priority, sea.trunks[0].priority));
    }
    if (sea.trunks.size() > kMostTrunks)
      io_.error(place + ".trunks", fmt::format("{} trunks; allowed: at most {}", sea.trunks.size(), kMostTrunks));
  }

  void check_trunks(const SharedEthernetConfig& sea, Trunk at, const std::string& place) {
    for (at.trunk = 0; at.trunk < sea.trunks.size(); ++at.trunk) {
      const TrunkConfig& trunk = sea.trunks[at.trunk];
      const std::string here = fmt::format("{}.trunks.{}", place, at.trunk);
      if (!check_adapter(io_, server_, trunk, here)) continue;
      for (const std::uint16_t vlan : all_vlans(trunk)) {
        const std::string key = here + (vlan == trunk.pvid ? ".pvid" : ".vlans");
        if (sea.ha_mode != HaMode::disabled && vlan == sea.control_vlan)
          io_.error(key, fmt::format("{} is the VLAN of the control channel; allowed: another VLAN, or another `control_vlan`", vlan));
        auto& others = trunks_[{trunk.virtual_switch, vlan}];
        for (const Trunk& other : others) {
          if (check_pair(at, other, vlan, here, key)) break;
        }
        others.push_back(at);
      }
    }
  }

  /// Two trunks that bridge the same VLAN of the same switch. True after an error.
  bool check_pair(const Trunk& at, const Trunk& other, std::uint16_t vlan, const std::string& here, const std::string& key) {
    const SharedEthernetConfig& sea = config(at);
    const SharedEthernetConfig& partner = config(other);
    if (&sea == &partner) {
      io_.error(key,
                fmt::format("VLAN {} is already that of trunk {} on the same switch; allowed: each VLAN on one trunk", vlan, other.trunk));
      return true;
    }
    const std::string place = io_.place(at.owner, "shared_ethernet", at.sea);
    if (!judged_.insert({{at.owner, at.sea}, {other.owner, other.sea}}).second) return false;
    partnered_.insert({other.owner, other.sea});
    partnered_.insert({at.owner, at.sea});
    if (sea.ha_mode == HaMode::disabled || partner.ha_mode == HaMode::disabled) {
      io_.error(place + ".ha_mode", fmt::format("`{}` bridges VLAN {} too: without failover both would, and frames go round in a loop; "
                                                "allowed: `ha_mode: auto` on both",
                                                name(other), vlan));
      return true;
    }
    if (sea.trunks[at.trunk].priority == partner.trunks[other.trunk].priority) {
      io_.error(here + ".priority", fmt::format("{} is that of `{}` too, which also bridges VLAN {}; allowed: a priority of its own",
                                                sea.trunks[at.trunk].priority, name(other), vlan));
      return true;
    }
    if (sea.control_vlan != partner.control_vlan || sea.trunks[0].virtual_switch != partner.trunks[0].virtual_switch) {
      io_.error(
          place + ".control_vlan",
          fmt::format("VLAN {} on switch `{}` is not the control channel of `{}`, VLAN {} on switch `{}`: they would not hear of each "
                      "other, and both be active; allowed: the same one",
                      sea.control_vlan, sea.trunks[0].virtual_switch, name(other), partner.control_vlan, partner.trunks[0].virtual_switch));
      return true;
    }
    if ((sea.ha_mode == HaMode::sharing) != (partner.ha_mode == HaMode::sharing)) {
      io_.error(place + ".ha_mode", fmt::format("`{}` {}; allowed: sharing on both, or on none", name(other),
                                                partner.ha_mode == HaMode::sharing ? "shares" : "does not share"));
      return true;
    }
    return false;
  }

  using Sea = std::pair<Owner, std::size_t>;
  const IoChecking& io_;
  std::size_t server_;
  Trunks trunks_;
  std::set<std::pair<Sea, Sea>> judged_;
  std::set<Sea> partnered_;
  std::vector<Trunk> waiting_;
};

}  // namespace

void check_shared_ethernet(const IoChecking& io, std::size_t server) {
  SharedEthernet(io, server).check();
}

void check_virtual_ethernet(const IoChecking& io, std::size_t server) {
  const auto& partitions = io.scenario().servers[server].partitions;
  std::map<Segment, const SharedEthernetConfig*> bridges;
  std::map<Segment, const SharedEthernetConfig*> controls;
  bool bridges_known = true;
  std::map<Segment, std::set<std::size_t>> members;
  std::set<std::string> bridged_switches;  // the others are meant to be inside
  for (std::size_t p = 0; p < partitions.size(); ++p) {
    bridges_known = bridges_known && io.read(io.place({server, p}) + ".shared_ethernet");
    for (const SharedEthernetConfig& sea : partitions[p].io.shared_ethernet) {
      for (const TrunkConfig& trunk : sea.trunks) {
        for (const std::uint16_t vlan : all_vlans(trunk)) bridges.try_emplace({trunk.virtual_switch, vlan}, &sea);
        bridged_switches.insert(trunk.virtual_switch);
      }
      if (sea.ha_mode != HaMode::disabled && !sea.trunks.empty())
        controls.try_emplace({sea.trunks[0].virtual_switch, sea.control_vlan}, &sea);
    }
    for (const EthernetConfig& adapter : partitions[p].io.ethernet) {
      if (adapter.is_vnic()) continue;
      for (const std::uint16_t vlan : all_vlans(adapter)) members[{adapter.virtual_switch, vlan}].insert(p);
    }
  }
  std::set<std::uint16_t> outside;
  for (const HostConfig& host : io.scenario().network.hosts) outside.insert(host.vlan);
  for (std::size_t p = 0; p < partitions.size(); ++p) {
    for (std::size_t i = 0; i < partitions[p].io.ethernet.size(); ++i) {
      const EthernetConfig& adapter = partitions[p].io.ethernet[i];
      const std::string place = io.place({server, p}, "ethernet", i);
      if (adapter.is_vnic() || !io.read(place) || !check_adapter(io, server, adapter, place)) continue;
      for (const std::uint16_t vlan : all_vlans(adapter)) {
        const Segment segment{adapter.virtual_switch, vlan};
        const std::string key = place + (vlan == adapter.pvid ? ".pvid" : ".vlans");
        const auto bridge = bridges.find(segment);
        if (controls.contains(segment)) {
          io.error(key, fmt::format("VLAN {} is the control channel of Shared Ethernet Adapter `{}`; allowed: another VLAN", vlan,
                                    controls.at(segment)->name));
        } else if (bridge != bridges.end()) {
          if (adapter.mtu > bridge->second->mtu())
            io.warning(place + ".mtu",
                       fmt::format("packets of {} bytes are too long for `{}`, which takes {}: those that go outside are lost", adapter.mtu,
                                   bridge->second->name, bridge->second->mtu()));
        } else if (bridges_known &&
                   ((outside.contains(vlan) && bridged_switches.contains(adapter.virtual_switch)) || members.at(segment).size() == 1)) {
          io.warning(key, fmt::format("no Shared Ethernet Adapter bridges VLAN {} of `{}`: it reaches {}", vlan, adapter.virtual_switch,
                                      members.at(segment).size() == 1 ? "nobody" : "partitions of this server only"));
        }
      }
    }
  }
}

}  // namespace lparsim::scenario
