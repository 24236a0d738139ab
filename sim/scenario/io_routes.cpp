#include "sim/scenario/io_routes.hpp"

#include <algorithm>

#include "models/io/external_host.hpp"
#include "sim/scenario/io_addresses.hpp"
#include "sim/scenario/io_steps.hpp"

namespace lparsim::scenario {
namespace {

using Owner = IoIndex::Owner;

}  // namespace

bool has_vlan(const TrunkConfig& trunk, std::uint16_t vlan) {
  return trunk.pvid == vlan || std::ranges::find(trunk.vlans, vlan) != trunk.vlans.end();
}

bool is_bridged(const IoIndex& index, std::size_t server, const std::string& virtual_switch, std::uint16_t vlan) {
  for (const PartitionConfig& partition : index.scenario().servers[server].partitions)
    for (const SharedEthernetConfig& sea : partition.io.shared_ethernet)
      for (const TrunkConfig& trunk : sea.trunks)
        if (trunk.virtual_switch == virtual_switch && has_vlan(trunk, vlan)) return true;
  return false;
}

std::optional<std::size_t> find_service(const PartitionConfig& partition, const std::string& name) {
  for (std::size_t w = 0; w < partition.workloads.size(); ++w)
    if (partition.workloads[w].name == name && std::holds_alternative<workload::Service>(partition.workloads[w].type)) return w;
  return std::nullopt;
}

std::optional<Route> route_to(const IoIndex& index, Owner from, const std::string& peer) {
  const auto& own = index.io(from).ethernet;
  const auto outside = [&](std::size_t adapter) {
    return own[adapter].is_vnic() || is_bridged(index, from.server, own[adapter].virtual_switch, own[adapter].pvid);
  };
  const auto point = peer.find('.');
  if (point == std::string::npos) {
    const HostConfig* host = index.host(peer);
    if (host == nullptr) return std::nullopt;
    const auto number = static_cast<std::size_t>(host - index.scenario().network.hosts.data());
    for (std::size_t a = 0; a < own.size(); ++a)
      if (own[a].pvid == host->vlan && outside(a)) return Route{a, mac_of_host(number), io::ExternalHost::kService};
    return std::nullopt;
  }
  const Owner* to = index.partition(peer.substr(0, point));
  if (to == nullptr) return std::nullopt;
  const auto service = find_service(index.config(*to), peer.substr(point + 1));
  if (!service) return std::nullopt;
  const auto& theirs = index.io(*to).ethernet;
  for (std::size_t a = 0; a < own.size(); ++a) {
    for (std::size_t b = 0; b < theirs.size(); ++b) {
      if (own[a].pvid != theirs[b].pvid) continue;
      const bool on_switches = !own[a].is_vnic() && !theirs[b].is_vnic();
      const bool same_switch = on_switches && to->server == from.server && own[a].virtual_switch == theirs[b].virtual_switch;
      if (same_switch || (outside(a) && (theirs[b].is_vnic() || is_bridged(index, to->server, theirs[b].virtual_switch, theirs[b].pvid))))
        return Route{a, mac_of(to->server, to->partition, AddressKind::client, b), service_number(*service), *to, b, same_switch};
    }
  }
  return std::nullopt;
}

std::vector<std::string> peers_of(const PartitionConfig& partition) {
  std::vector<std::string> peers;
  const auto add = [&](const std::string& peer) {
    if (std::ranges::find(peers, peer) == peers.end()) peers.push_back(peer);
  };
  for (const workload::Config& workload : partition.workloads) {
    for_each_io_step(workload, [&](const workload::Step& step, const std::string&) {
      if (const auto* send = std::get_if<workload::Send>(&step)) add(send->to);
      if (const auto* call = std::get_if<workload::Call>(&step)) add(call->to);
    });
    if (const auto* stream = std::get_if<workload::Stream>(&workload.type)) add(stream->to);
  }
  return peers;
}

}  // namespace lparsim::scenario
