#pragma once
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sim/scenario/document.hpp"

namespace lparsim::scenario {

/// Finds what the names of a scenario's virtual I/O refer to. Of several things of one name (a mistake) it knows the first.
class IoIndex {
 public:
  /// Which partition: indices into ScenarioConfig::servers and ServerConfig::partitions.
  struct Owner {
    std::size_t server = 0;
    std::size_t partition = 0;
    auto operator<=>(const Owner&) const = default;
  };
  enum class Kind : std::uint8_t { physical_volume, logical_volume, file, logical_unit };
  /// What a VIOS has for clients.
  struct Served {
    Kind kind{};
    std::size_t index = 0;                   ///< in disks, logical_volumes, files or the index's units
    const PhysicalVolume* volume = nullptr;  ///< that it is, or lies on; null when that disk is not there
    std::string disk;                        ///< the name of that disk
  };

  /// A logical unit of a shared storage pool, and where it lies.
  struct Unit {
    const LogicalUnitConfig* config = nullptr;
    const StoragePoolConfig* pool = nullptr;
    const StorageConfig* storage = nullptr;  ///< null: none of the pool's had room
    std::uint64_t first_byte = 0;
  };

  explicit IoIndex(const ScenarioConfig& scenario);

  /// In the order of the pools.
  const std::vector<Unit>& units() const { return units_; }
  /// The pool that the storage belongs to, or null.
  const StoragePoolConfig* pool_of(const std::string& storage) const {
    const auto* const* pool = find(pools_, storage);
    return pool == nullptr ? nullptr : *pool;
  }

  const ScenarioConfig& scenario() const { return scenario_; }
  const PartitionConfig& config(Owner owner) const { return scenario_.servers[owner.server].partitions[owner.partition]; }
  const PartitionIoConfig& io(Owner owner) const { return config(owner).io; }

  // Null where there is none.
  const Owner* partition(const std::string& name) const { return find(partitions_, name); }
  const StorageConfig* storage(const std::string& name) const;
  const HostConfig* host(const std::string& name) const;
  const AdapterConfig* adapter(Owner owner, const std::string& name) const;
  const SharedEthernetConfig* shared_ethernet(Owner owner, const std::string& name) const;
  const EthernetConfig* ethernet(Owner owner, const std::string& name) const;
  const Served* served(Owner owner, const std::string& name) const { return find(things_.at(owner).served, name); }
  /// The first volume or file on a disk.
  const std::string* lies_on(Owner owner, const std::string& disk) const { return find(things_.at(owner).volumes, disk); }

  // For hints.
  std::vector<std::string> partitions() const { return names(partitions_); }
  std::vector<std::string> storages() const { return names(storages_); }
  std::vector<std::string> hosts() const { return names(hosts_); }
  std::vector<std::string> adapters(Owner owner) const { return names(things_.at(owner).adapters); }
  std::vector<std::string> shared_ethernets(Owner owner) const { return names(things_.at(owner).shared_ethernets); }
  std::vector<std::string> served(Owner owner) const { return names(things_.at(owner).served); }

 private:
  template <class T>
  using ByName = std::map<std::string, T>;
  struct Things {
    ByName<Served> served;
    ByName<std::string> volumes;  // the first on each disk
    ByName<std::size_t> adapters;
    ByName<std::size_t> shared_ethernets;
  };
  template <class T>
  static const T* find(const ByName<T>& map, const std::string& name) {
    const auto found = map.find(name);
    return found == map.end() ? nullptr : &found->second;
  }
  template <class T>
  static std::vector<std::string> names(const ByName<T>& map) {
    std::vector<std::string> all;
    for (const auto& [name, value] : map) all.push_back(name);
    return all;
  }
  void add_units();
  void add(Owner owner);

  const ScenarioConfig& scenario_;
  ByName<Owner> partitions_;
  ByName<std::size_t> storages_;
  ByName<std::size_t> hosts_;
  std::map<Owner, Things> things_;
  std::vector<Unit> units_;
  ByName<const StoragePoolConfig*> pools_;  ///< by storage
  ByName<std::vector<std::size_t>> units_of_storage_;
};

}  // namespace lparsim::scenario
