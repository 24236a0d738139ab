#include "sim/scenario/device_map.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "sim/base/quantity.hpp"

namespace lparsim::scenario {
namespace {

using trace::DeviceKind;

std::string in_words(DataRate rate) {
  return fmt::format("{:g} Gb/s", static_cast<double>(rate.bits_per_second) / 1e9);
}

std::string in_words(const StorageConfig& storage) {
  struct Words {
    std::string operator()(const FixedStorage& s) const {
      return fmt::format("serves {} at once, {} on average", s.channels, format(s.service.mean()));
    }
    std::string operator()(const HddStorage& s) const { return fmt::format("turning disk, {} rpm", s.rpm); }
    std::string operator()(const FlashStorage& s) const { return fmt::format("flash, {} channels", s.channels); }
    std::string operator()(const ArrayStorage& s) const {
      return fmt::format("array of {} disks, {:g} % of reads from its cache", s.disks, s.cache_hit.value);
    }
  };
  return fmt::format("{}; {}", std::visit(Words{}, storage.type), format(storage.capacity));
}

std::string vlans_in_words(std::uint16_t pvid, const std::vector<std::uint16_t>& others) {
  return others.empty() ? fmt::format("VLAN {}", pvid) : fmt::format("VLANs {}, {}", pvid, fmt::join(others, ", "));
}

std::string in_words(const SharedEthernetConfig& sea) {
  constexpr std::array<std::string_view, 4> kFailover{"no failover", "failover", "failover, on standby", "failover with load sharing"};
  const std::string mode = sea.mode == SeaMode::threaded ? fmt::format("{} threads", sea.threads) : "interrupt mode";
  return fmt::format("{}; {}", mode, kFailover[static_cast<std::size_t>(sea.ha_mode)]);
}

std::string in_words(const AdapterConfig& adapter) {
  if (const auto* port = std::get_if<EthernetPort>(&adapter.type)) return in_words(port->rate);
  const auto& port = std::get<FibreChannelPort>(adapter.type);
  return fmt::format("{}, {} commands at once", in_words(port.rate), port.num_cmd_elems);
}

DeviceKind kind_of(const AdapterConfig& adapter) {
  return std::holds_alternative<EthernetPort>(adapter.type) ? DeviceKind::ethernet_adapter : DeviceKind::fibre_channel_adapter;
}

std::string volume_in_words(const char* kind, const VolumeConfig& volume) {
  return fmt::format("{} on {}; {}", kind, volume.disk, format(volume.size));
}

}  // namespace

const std::vector<Reference>& ways_to(const DiskConfig& disk) {
  static const std::vector<Reference> kNone;
  if (const auto* scsi = std::get_if<VscsiDisk>(&disk.type)) return scsi->backing;
  if (const auto* npiv = std::get_if<NpivDisk>(&disk.type)) return npiv->paths;
  return kNone;
}

std::string trunk_name(const SharedEthernetConfig& config, std::size_t trunk) {
  return fmt::format("{} trunk {}", config.name, trunk + 1);
}

std::string path_name(const DiskConfig& disk, std::size_t path) {
  const std::vector<Reference>& ways = ways_to(disk);
  const auto* scsi = std::get_if<VscsiDisk>(&disk.type);
  const auto adapter = [&](const Reference& way) -> const std::string& {
    return scsi != nullptr ? scsi->adapter : way.name;
  };
  const Reference& through = ways[path];
  const bool unique = std::ranges::count(ways, adapter(through), adapter) == 1;
  return unique ? adapter(through) : fmt::format("{}@{}", adapter(through), through.partition);
}

DeviceMap::DeviceMap(const IoIndex& index) : index_{index} {
  std::vector<Owner> owners;
  const auto& servers = index.scenario().servers;
  for (std::size_t s = 0; s < servers.size(); ++s)
    for (std::size_t p = 0; p < servers[s].partitions.size(); ++p) owners.push_back({s, p});
  for (const Owner& owner : owners) add_serving(owner);
  add_outside();
  for (const Owner& owner : owners) connect_physical(owner);
  for (const Owner& owner : owners) add_using(owner);
  for (const Owner& owner : owners) add_routes(owner);
}

DeviceMap::Id DeviceMap::add(DeviceKind kind, Owner owner, const std::string& name, std::string about) {
  const auto [known, is_new] = ids_.try_emplace({kind, owner, name}, static_cast<Id>(devices_.size()));
  if (!is_new) return known->second;
  trace::DeviceFacts facts{known->second, std::nullopt, std::nullopt, kind, name, std::move(about)};
  if (owner.server != kOutside.server) facts.server = id_of<ServerId>(owner.server);
  if (owner.partition != kOutside.partition) facts.partition = id_of<PartitionId>(owner.partition);
  devices_.push_back(std::move(facts));
  return known->second;
}

void DeviceMap::connect(Id from, Id to, const std::string& about) {
  const auto [known, is_new] = connected_.try_emplace({from, to}, connections_.size());
  if (is_new)
    connections_.push_back({from, to, about});
  else if (connections_[known->second].about.empty())
    connections_[known->second].about = about;
}

DeviceMap::Id DeviceMap::adapter(Owner owner, const std::string& name) const {
  return find(kind_of(*index_.adapter(owner, name)), owner, name);
}

// Outside there is only what something is connected to, but for hosts and storage, which the scenario names.
void DeviceMap::add_outside() {
  const ScenarioConfig& scenario = index_.scenario();
  const auto any = [&](DeviceKind kind) {
    return std::ranges::find(devices_, kind, &trace::DeviceFacts::kind) != devices_.end();
  };
  if (any(DeviceKind::ethernet_adapter) || !scenario.network.hosts.empty()) {
    const SimTime delay = scenario.network.network_switch.delay;
    const Id center = add(DeviceKind::network_switch, kOutside, "network", fmt::format("delays a frame by {}", format(delay)));
    for (const HostConfig& host : scenario.network.hosts)
      connect(center, add(DeviceKind::host, kOutside, host.name, fmt::format("{}, VLAN {}", in_words(host.link), host.vlan)));
  }
  if (any(DeviceKind::fibre_channel_adapter)) add(DeviceKind::fabric, kOutside, "san", "storage network");
  for (const StorageConfig& storage : scenario.storage) add(DeviceKind::storage, kOutside, storage.name, in_words(storage));
}

void DeviceMap::add_shared_ethernet(Owner owner, const SharedEthernetConfig& config) {
  const Id bridge = add(DeviceKind::shared_ethernet_adapter, owner, config.name, in_words(config));
  for (std::size_t t = 0; t < config.trunks.size(); ++t) {
    const TrunkConfig& trunk = config.trunks[t];
    const std::string vlans = vlans_in_words(trunk.pvid, trunk.vlans);
    const Id adapter = add(DeviceKind::trunk_adapter, owner, trunk_name(config, t), fmt::format("{}; priority {}", vlans, trunk.priority));
    connect(add(DeviceKind::virtual_switch, hypervisor_of(owner.server), trunk.virtual_switch, "virtual switch of the hypervisor"), adapter,
            vlans);
    connect(adapter, bridge);
  }
  connect(bridge, adapter(owner, config.adapter));
}

void DeviceMap::add_serving(Owner owner) {
  const PartitionIoConfig& io = index_.io(owner);
  for (const AdapterConfig& adapter : io.adapters) add(kind_of(adapter), owner, adapter.name, in_words(adapter));
  for (const SharedEthernetConfig& sea : io.shared_ethernet) add_shared_ethernet(owner, sea);
  for (const DiskConfig& disk : io.disks) {
    if (const auto* volume = std::get_if<PhysicalVolume>(&disk.type))
      add(DeviceKind::disk, owner, disk.name, fmt::format("on {}; queue depth {}", volume->storage, volume->queue_depth));
  }
  for (const VolumeConfig& volume : io.logical_volumes)
    add(DeviceKind::volume, owner, volume.name, volume_in_words("logical volume", volume));
  for (const VolumeConfig& volume : io.files) add(DeviceKind::volume, owner, volume.name, volume_in_words("file", volume));
}

void DeviceMap::connect_physical(Owner owner) {
  const PartitionIoConfig& io = index_.io(owner);
  for (const AdapterConfig& port : io.adapters) {
    if (kind_of(port) == DeviceKind::ethernet_adapter)
      connect(adapter(owner, port.name), find(DeviceKind::network_switch, kOutside, "network"), in_words(port));
    else
      connect(adapter(owner, port.name), find(DeviceKind::fabric, kOutside, "san"), in_words(port));
  }
  for (const DiskConfig& disk : io.disks) {
    const auto* volume = std::get_if<PhysicalVolume>(&disk.type);
    if (volume == nullptr) continue;
    const Way way = to_storage(owner, volume->adapter, volume->storage);
    Id from = find(DeviceKind::disk, owner, disk.name);
    for (const Id to : way) {
      connect(from, to);
      from = to;
    }
  }
}

// The client's ends, and the servers that exist only where they have clients.
void DeviceMap::add_using(Owner owner) {
  const PartitionIoConfig& io = index_.io(owner);
  for (const EthernetConfig& adapter : io.ethernet) {
    if (!adapter.is_vnic()) {
      const Id own = add(DeviceKind::virtual_ethernet, owner, adapter.name,
                         fmt::format("{}; MTU {}", vlans_in_words(adapter.pvid, adapter.vlans), adapter.mtu));
      connect(own, add(DeviceKind::virtual_switch, hypervisor_of(owner.server), adapter.virtual_switch, "virtual switch of the hypervisor"),
              vlans_in_words(adapter.pvid, adapter.vlans));
      continue;
    }
    const Id own = add(DeviceKind::vnic, owner, adapter.name,
                       fmt::format("VLAN {}; {:g} % of each port guaranteed", adapter.pvid, adapter.capacity.value));
    for (std::size_t b = 0; b < adapter.backing.size(); ++b) {
      const Owner vios = *index_.partition(adapter.backing[b].partition);
      const Id server = add(DeviceKind::vnic_server, vios, adapter.backing[b].name, "serves vNICs from a shared port");
      connect(own, server, fmt::format("priority {}", adapter.priorities.empty() ? kVnicPriority : adapter.priorities[b]));
      connect(server, this->adapter(vios, adapter.backing[b].name));
    }
  }
  for (const DiskConfig& disk : io.disks) {
    const bool scsi = std::holds_alternative<VscsiDisk>(disk.type);
    const std::vector<Reference>& ways = ways_to(disk);
    for (std::size_t i = 0; i < ways.size(); ++i) {
      const Owner vios = *index_.partition(ways[i].partition);
      const Id server = scsi ? add(DeviceKind::vscsi_server, vios, "vhost", "virtual SCSI server")
                             : add(DeviceKind::vfc_server, vios, "vfchost", "virtual Fibre Channel server (NPIV)");
      connect(add(scsi ? DeviceKind::vscsi_client : DeviceKind::vfc_client, owner, path_name(disk, i),
                  fmt::format("served by {}", ways[i].partition)),
              server);
    }
  }
}

}  // namespace lparsim::scenario
