#include "sim/scenario/io_index.hpp"

#include <algorithm>

namespace lparsim::scenario {

IoIndex::IoIndex(const ScenarioConfig& scenario) : scenario_{scenario} {
  for (std::size_t i = 0; i < scenario.storage.size(); ++i) storages_.try_emplace(scenario.storage[i].name, i);
  for (std::size_t i = 0; i < scenario.network.hosts.size(); ++i) hosts_.try_emplace(scenario.network.hosts[i].name, i);
  add_units();
  for (std::size_t s = 0; s < scenario.servers.size(); ++s) {
    for (std::size_t p = 0; p < scenario.servers[s].partitions.size(); ++p) add({s, p});
  }
}

void IoIndex::add_units() {
  ByName<std::uint64_t> taken;
  for (const StoragePoolConfig& pool : scenario_.shared_storage_pools) {
    for (const std::string& name : pool.storage) pools_.try_emplace(name, &pool);
    for (const LogicalUnitConfig& unit : pool.logical_units) {
      Unit placed{&unit, &pool};
      for (const std::string& name : pool.storage) {
        const StorageConfig* on = storage(name);
        if (on == nullptr || unit.size.count > on->capacity.count - taken[name]) continue;
        placed.storage = on;
        placed.first_byte = taken[name];
        taken[name] += unit.size.count;
        units_of_storage_[name].push_back(units_.size());
        break;
      }
      units_.push_back(placed);
    }
  }
}

void IoIndex::add(Owner owner) {
  partitions_.try_emplace(config(owner).name, owner);
  Things& things = things_[owner];
  const PartitionIoConfig& io = this->io(owner);
  for (std::size_t i = 0; i < io.adapters.size(); ++i) things.adapters.try_emplace(io.adapters[i].name, i);
  for (std::size_t i = 0; i < io.shared_ethernet.size(); ++i) things.shared_ethernets.try_emplace(io.shared_ethernet[i].name, i);
  for (std::size_t i = 0; i < io.disks.size(); ++i) {
    if (const auto* volume = std::get_if<PhysicalVolume>(&io.disks[i].type))
      things.served.try_emplace(io.disks[i].name, Served{Kind::physical_volume, i, volume, io.disks[i].name});
  }
  for (const DiskConfig& disk : io.disks) {
    const auto* volume = std::get_if<PhysicalVolume>(&disk.type);
    const auto* units = volume == nullptr ? nullptr : find(units_of_storage_, volume->storage);
    if (units == nullptr) continue;
    for (const std::size_t unit : *units) {
      things.volumes.try_emplace(disk.name, units_[unit].config->name);
      things.served.try_emplace(units_[unit].config->name, Served{Kind::logical_unit, unit, volume, disk.name});
    }
  }
  const auto add_volumes = [&](const std::vector<VolumeConfig>& volumes, Kind kind) {
    for (std::size_t i = 0; i < volumes.size(); ++i) {
      things.volumes.try_emplace(volumes[i].disk, volumes[i].name);
      const Served* disk = find(things.served, volumes[i].disk);
      const bool there = disk != nullptr && disk->kind == Kind::physical_volume;
      things.served.try_emplace(volumes[i].name, Served{kind, i, there ? disk->volume : nullptr, volumes[i].disk});
    }
  };
  add_volumes(io.logical_volumes, Kind::logical_volume);
  add_volumes(io.files, Kind::file);
}

const StorageConfig* IoIndex::storage(const std::string& name) const {
  const std::size_t* index = find(storages_, name);
  return index == nullptr ? nullptr : &scenario_.storage[*index];
}

const HostConfig* IoIndex::host(const std::string& name) const {
  const std::size_t* index = find(hosts_, name);
  return index == nullptr ? nullptr : &scenario_.network.hosts[*index];
}

const AdapterConfig* IoIndex::adapter(Owner owner, const std::string& name) const {
  const std::size_t* index = find(things_.at(owner).adapters, name);
  return index == nullptr ? nullptr : &io(owner).adapters[*index];
}

const SharedEthernetConfig* IoIndex::shared_ethernet(Owner owner, const std::string& name) const {
  const std::size_t* index = find(things_.at(owner).shared_ethernets, name);
  return index == nullptr ? nullptr : &io(owner).shared_ethernet[*index];
}

const EthernetConfig* IoIndex::ethernet(Owner owner, const std::string& name) const {
  const auto found = std::ranges::find(io(owner).ethernet, name, &EthernetConfig::name);
  return found == io(owner).ethernet.end() ? nullptr : &*found;
}

}  // namespace lparsim::scenario
