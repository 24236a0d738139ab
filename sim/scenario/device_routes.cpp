// DeviceMap: the devices that requests pass.
#include <algorithm>
#include <iterator>

#include "sim/base/check.hpp"
#include "sim/base/quantity.hpp"
#include "sim/scenario/device_map.hpp"
#include "sim/scenario/io_routes.hpp"

namespace lparsim::scenario {
namespace {

using trace::DeviceKind;

std::vector<std::uint32_t> joined(std::vector<std::uint32_t> one, const std::vector<std::uint32_t>& other) {
  one.insert(one.end(), other.begin(), other.end());
  return one;
}

}  // namespace

DeviceMap::Way DeviceMap::to_storage(Owner vios, const std::string& port, const std::string& name) {
  if (port.empty()) return {storage(name)};
  return {adapter(vios, port), find(DeviceKind::fabric, kOutside, "san"), storage(name)};
}

DeviceMap::Way DeviceMap::to_disk(Owner vios, const std::string& name) {
  const IoIndex::Served& served = *index_.served(vios, name);
  Way way;
  if (served.kind == IoIndex::Kind::logical_unit)
    way.push_back(
        add(DeviceKind::volume, vios, name,
            "logical unit of pool " + index_.units()[served.index].pool->name + "; " + format(index_.units()[served.index].config->size)));
  else if (served.kind != IoIndex::Kind::physical_volume)
    way.push_back(find(DeviceKind::volume, vios, name));
  way.push_back(find(DeviceKind::disk, vios, served.disk));
  return joined(std::move(way), to_storage(vios, served.volume->adapter, served.volume->storage));
}

std::vector<DeviceMap::Way> DeviceMap::to_network(Owner client, const EthernetConfig& own) {
  struct Ranked {
    std::uint32_t priority;
    Way way;
  };
  std::vector<Ranked> ranked;
  if (own.is_vnic()) {
    for (std::size_t b = 0; b < own.backing.size(); ++b) {
      const Owner vios = *index_.partition(own.backing[b].partition);
      ranked.push_back({own.priorities.empty() ? kVnicPriority : own.priorities[b],
                        {find(DeviceKind::vnic, client, own.name), find(DeviceKind::vnic_server, vios, own.backing[b].name),
                         adapter(vios, own.backing[b].name)}});
    }
  } else {
    const auto& partitions = index_.scenario().servers[client.server].partitions;
    const Way to_switch{find(DeviceKind::virtual_ethernet, client, own.name),
                        find(DeviceKind::virtual_switch, hypervisor_of(client.server), own.virtual_switch)};
    for (std::size_t p = 0; p < partitions.size(); ++p) {
      for (const SharedEthernetConfig& sea : partitions[p].io.shared_ethernet) {
        for (std::size_t t = 0; t < sea.trunks.size(); ++t) {
          const TrunkConfig& trunk = sea.trunks[t];
          if (trunk.virtual_switch != own.virtual_switch || !has_vlan(trunk, own.pvid)) continue;
          const Owner vios{client.server, p};
          ranked.push_back(
              {trunk.priority, joined(to_switch, {find(DeviceKind::trunk_adapter, vios, trunk_name(sea, t)),
                                                  find(DeviceKind::shared_ethernet_adapter, vios, sea.name), adapter(vios, sea.adapter)})});
        }
      }
    }
  }
  std::ranges::stable_sort(ranked, {}, &Ranked::priority);
  std::vector<Way> ways;
  for (Ranked& one : ranked) {
    one.way.push_back(find(DeviceKind::network_switch, kOutside, "network"));
    ways.push_back(std::move(one.way));
  }
  return ways;
}

std::vector<DeviceMap::Way> DeviceMap::to_peer(Owner client, const std::string& peer) {
  const auto route = route_to(index_, client, peer);
  LPARSIM_CHECK(route.has_value(), "{} does not reach {}", index_.config(client).name, peer);
  const EthernetConfig& own = index_.io(client).ethernet[route->adapter];
  if (!route->peer) {
    std::vector<Way> ways = to_network(client, own);
    for (Way& way : ways) way.push_back(find(DeviceKind::host, kOutside, peer));
    return ways;
  }
  const EthernetConfig& theirs = index_.io(*route->peer).ethernet[route->peer_adapter];
  if (route->inside)
    return {{find(DeviceKind::virtual_ethernet, client, own.name),
             find(DeviceKind::virtual_switch, hypervisor_of(client.server), own.virtual_switch),
             find(DeviceKind::virtual_ethernet, *route->peer, theirs.name)}};
  std::vector<Way> ways;
  for (const Way& out : to_network(client, own)) {
    for (Way in : to_network(*route->peer, theirs)) {
      in.pop_back();  // both ends have the switch
      std::ranges::reverse(in);
      ways.push_back(joined(out, in));
    }
  }
  return ways;
}

void DeviceMap::add_route(Id target, Id path, std::vector<Way> alternatives) {
  for (std::size_t a = 0; a < alternatives.size(); ++a) {
    Way& way = alternatives[a];
    for (std::size_t i = 1; i < way.size(); ++i)
      if (!connected_.contains({way[i], way[i - 1]})) connect(way[i - 1], way[i]);
    routes_.push_back({target, path, static_cast<Id>(a), std::move(way)});
  }
}

// In the order in which the platform makes them.
void DeviceMap::add_routes(Owner client) {
  const PartitionIoConfig& io = index_.io(client);
  if (!io.ethernet.empty())
    for (const std::string& peer : peers_of(index_.config(client))) add_route(targets_++, 0, to_peer(client, peer));
  for (const DiskConfig& disk : io.disks) {
    const std::vector<Reference>& ways = ways_to(disk);
    for (std::size_t i = 0; i < ways.size(); ++i) {
      const Owner vios = *index_.partition(ways[i].partition);
      Way way;
      if (const auto* npiv = std::get_if<NpivDisk>(&disk.type)) {
        way = {find(DeviceKind::vfc_client, client, path_name(disk, i)), find(DeviceKind::vfc_server, vios, "vfchost")};
        way = joined(std::move(way), to_storage(vios, ways[i].name, npiv->storage));
      } else {
        way = {find(DeviceKind::vscsi_client, client, path_name(disk, i)), find(DeviceKind::vscsi_server, vios, "vhost")};
        way = joined(std::move(way), to_disk(vios, ways[i].name));
      }
      add_route(targets_, static_cast<Id>(i), {std::move(way)});
    }
    if (!ways.empty()) ++targets_;
  }
}

}  // namespace lparsim::scenario
