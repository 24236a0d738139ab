#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "sim/base/quantity.hpp"
#include "sim/base/text.hpp"
#include "sim/scenario/checks_io.hpp"

namespace lparsim::scenario {
namespace {

using Owner = IoIndex::Owner;

void check_vnic_event(const IoChecking& io, Owner owner, const IoEvent& event, const std::string& place) {
  const EthernetConfig* adapter = io.index.ethernet(owner, event.vnic->name);
  if (adapter == nullptr || !adapter->is_vnic())
    return io.error(place + ".vnic", fmt::format("`{}` has no vNIC {}; allowed: an `ethernet` adapter with `type: vnic`",
                                                 event.vnic->partition, shown(event.vnic->name)));
  if (event.backing && std::ranges::find(adapter->backing, *event.backing) == adapter->backing.end()) {
    std::vector<std::string> names;
    for (const Reference& backing : adapter->backing) names.push_back(backing.text());
    io.error(place + ".backing", fmt::format("`{}` is no backing device of `{}`; allowed: {}", event.backing->text(), event.vnic->text(),
                                             fmt::join(names, ", ")));
  }
}

void check_event(const IoChecking& io, std::size_t number) {
  const EventConfig& event = io.scenario().events[number];
  const std::string place = Places::event(io.checking.event_places[number]);
  if (!event.io || !io.read(place)) return;
  if (event.io.storage && io.index.storage(*event.io.storage) == nullptr)
    return io.error(place + ".storage", fmt::format("there is no storage {}; {}", shown(*event.io.storage),
                                                    io.checking.hint(*event.io.storage, io.index.storages())));
  if (!event.io.part()) return;
  const std::string key = place + (event.io.link ? ".link" : event.io.vnic ? ".vnic" : ".shared_ethernet");
  const Reference& what = *event.io.part();
  const Owner* owner = io.index.partition(what.partition);
  if (owner == nullptr)
    return io.error(
        key, fmt::format("there is no partition {}; {}", shown(what.partition), io.checking.hint(what.partition, io.index.partitions())));
  if (event.io.link) {
    if (io.index.adapter(*owner, what.name) == nullptr)
      io.error(key, fmt::format("`{}` has no physical adapter {}; {}", what.partition, shown(what.name),
                                io.checking.hint(what.name, io.index.adapters(*owner))));
    return;
  }
  if (event.io.vnic) return check_vnic_event(io, *owner, event.io, place);
  const SharedEthernetConfig* sea = io.index.shared_ethernet(*owner, what.name);
  if (sea == nullptr)
    return io.error(key, fmt::format("`{}` has no Shared Ethernet Adapter {}; {}", what.partition, shown(what.name),
                                     io.checking.hint(what.name, io.index.shared_ethernets(*owner))));
  if (sea->ha_mode == HaMode::disabled)
    return io.error(place + ".ha_mode", fmt::format("`{}` has no failover; allowed: where `ha_mode` is not disabled", what.text()));
  if (event.io.ha_mode == HaMode::sharing && sea->ha_mode != HaMode::sharing)
    io.error(place + ".ha_mode", fmt::format("`{}` does not share; allowed: auto or standby", what.text()));
}

/// A disk in a server is in one VIOS's hands only.
void check_local_storage(const IoChecking& io) {
  std::map<std::string, std::string> owners;
  for (std::size_t s = 0; s < io.scenario().servers.size(); ++s) {
    for (std::size_t p = 0; p < io.scenario().servers[s].partitions.size(); ++p) {
      const PartitionConfig& partition = io.scenario().servers[s].partitions[p];
      for (std::size_t i = 0; i < partition.io.disks.size(); ++i) {
        const auto* volume = std::get_if<PhysicalVolume>(&partition.io.disks[i].type);
        if (volume == nullptr || !volume->adapter.empty()) continue;
        const auto [first, is_new] = owners.try_emplace(volume->storage, partition.name);
        const std::string place = io.place({s, p}, "disks", i);
        if (!is_new && first->second != partition.name && io.read(place))
          io.error(place + ".storage", fmt::format("`{}` is in the hands of `{}`; allowed: an `adapter` for storage that several reach",
                                                   volume->storage, first->second));
      }
    }
  }
}

}  // namespace

void check_io_events(const IoChecking& io) {
  for (std::size_t i = 0; i < io.scenario().events.size(); ++i) check_event(io, i);
}

void check_io(Checking& checking) {
  const IoIndex index(checking.scenario);
  const IoChecking io{checking, index};
  for (std::size_t s = 0; s < checking.scenario.servers.size(); ++s) {
    for (std::size_t p = 0; p < checking.scenario.servers[s].partitions.size(); ++p) check_served_storage(io, {s, p});
  }
  check_local_storage(io);
  check_storage_pools(io);
  check_client_disks(io);
  for (std::size_t s = 0; s < checking.scenario.servers.size(); ++s) {
    check_shared_ethernet(io, s);
    check_virtual_ethernet(io, s);
    check_vnics(io, s);
  }
  for (std::size_t s = 0; s < checking.scenario.servers.size(); ++s) {
    for (std::size_t p = 0; p < checking.scenario.servers[s].partitions.size(); ++p) check_io_steps(io, {s, p});
  }
  check_io_events(io);
}

}  // namespace lparsim::scenario
