#include <fmt/format.h>

#include <map>
#include <set>

#include "sim/base/quantity.hpp"
#include "sim/base/text.hpp"
#include "sim/scenario/checks_io.hpp"

namespace lparsim::scenario {
namespace {

using Owner = IoIndex::Owner;

// IBM Docs, "Configuring the system to create shared storage pools": a VIOS has a processor and an entitlement of 1 at least, 4 GB, and a
// Fibre Channel adapter; Shared Ethernet Adapters are in threaded mode.
constexpr ProcessingUnits kLeastEntitlement = ProcessingUnits::cores(1);
constexpr Bytes kLeastMemory{std::uint64_t{4} << 30};

void check_pools(const IoChecking& io) {
  const auto& pools = io.scenario().shared_storage_pools;
  std::map<std::string, std::string> owners;  // of storage
  std::set<std::string> units;
  std::size_t number = 0;  // of the unit, over all pools
  for (std::size_t p = 0; p < pools.size(); ++p) {
    const std::string place = io.checking.places.storage_pool(p);
    for (std::size_t i = 0; i < pools[p].storage.size(); ++i) {
      const std::string& storage = pools[p].storage[i];
      if (io.index.storage(storage) == nullptr && io.read("storage"))
        io.error(place + ".storage",
                 fmt::format("there is no storage {}; {}", shown(storage), io.checking.hint(storage, io.index.storages())));
      const auto [owner, is_new] = owners.try_emplace(storage, pools[p].name);
      if (!is_new) io.error(place + ".storage", fmt::format("`{}` belongs to `{}`; allowed: storage of its own", storage, owner->second));
    }
    if (pools[p].storage.empty()) io.error(place + ".storage", "the list is empty; allowed: at least one storage");
    for (std::size_t u = 0; u < pools[p].logical_units.size(); ++u, ++number) {
      const LogicalUnitConfig& unit = pools[p].logical_units[u];
      const std::string here = io.checking.places.logical_unit(p, u);
      if (!units.insert(unit.name).second)
        io.error(here + ".name",
                 fmt::format("the name `{}` is already taken by another logical unit; allowed: a name of its own", unit.name));
      if (io.index.units()[number].storage == nullptr && io.read(place) && io.read("storage"))
        io.error(here + ".size", fmt::format("{} do not fit on what is left of any storage of `{}`; allowed: less, or more storage",
                                             format(unit.size), pools[p].name));
    }
  }
}

/// Whether this VIOS may share pools, of which it has a disk.
void check_member(const IoChecking& io, Owner owner) {
  const PartitionConfig& vios = io.index.config(owner);
  const PhysicalVolume* in_pool = nullptr;
  std::string disk;
  for (const DiskConfig& candidate : vios.io.disks) {
    const auto* volume = std::get_if<PhysicalVolume>(&candidate.type);
    if (volume == nullptr || io.index.pool_of(volume->storage) == nullptr) continue;
    if (volume->adapter.empty())
      io.error(io.place(owner) + ".disks", fmt::format("`{}` is on storage of the pool `{}`; allowed: with a Fibre Channel `adapter`",
                                                       candidate.name, io.index.pool_of(volume->storage)->name));
    in_pool = volume;
  }
  if (in_pool == nullptr) return;
  const std::string pool = io.index.pool_of(in_pool->storage)->name;
  if (vios.type != PartitionType::vios)
    return io.error(io.place(owner) + ".type", fmt::format("a member of the shared storage pool `{}`; allowed: vios", pool));
  const PartitionProcessors& processors = vios.processors;
  if (processors.mode == ProcessorMode::shared && io.checking.partition_read(owner.server, owner.partition) &&
      processors.entitlement < kLeastEntitlement)
    io.error(io.place(owner) + ".processors.entitlement",
             fmt::format("{} in a member of the shared storage pool `{}`; allowed: at least {}", format(processors.entitlement), pool,
                         format(kLeastEntitlement)));
  if (vios.memory < kLeastMemory)
    io.error(io.place(owner) + ".memory", fmt::format("{} in a member of the shared storage pool `{}`; allowed: at least {}",
                                                      format(vios.memory), pool, format(kLeastMemory)));
  for (std::size_t i = 0; i < vios.io.shared_ethernet.size(); ++i) {
    if (vios.io.shared_ethernet[i].mode == SeaMode::interrupt)
      io.error(io.place(owner, "shared_ethernet", i) + ".mode",
               fmt::format("interrupt in a member of the shared storage pool `{}`; allowed: threaded", pool));
  }
}

}  // namespace

void check_storage_pools(const IoChecking& io) {
  if (io.scenario().shared_storage_pools.empty() || !io.read("shared_storage_pools")) return;
  check_pools(io);
  for (std::size_t s = 0; s < io.scenario().servers.size(); ++s) {
    for (std::size_t p = 0; p < io.scenario().servers[s].partitions.size(); ++p) check_member(io, {s, p});
  }
}

}  // namespace lparsim::scenario
