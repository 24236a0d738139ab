#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "lpars/drivers/vscsi_client.hpp"
#include "sim/base/quantity.hpp"
#include "sim/base/text.hpp"
#include "sim/scenario/checks_io.hpp"
#include "sim/scenario/io_routes.hpp"

namespace lparsim::scenario {
namespace {

using Owner = IoIndex::Owner;

// One port serves so many virtual Fibre Channel adapters (IBM Docs, POWER9, "Virtual Fibre Channel").
constexpr std::size_t kMostPerPort = 64;

class ClientDisks {
 public:
  explicit ClientDisks(const IoChecking& io) : io_{io} {}

  void check() {
    const auto& servers = io_.scenario().servers;
    for (std::size_t s = 0; s < servers.size(); ++s) {
      for (std::size_t p = 0; p < servers[s].partitions.size(); ++p) {
        const auto& disks = servers[s].partitions[p].io.disks;
        for (std::size_t i = 0; i < disks.size(); ++i) {
          place_ = io_.place({s, p}, "disks", i);
          if (!io_.read(place_)) continue;
          const auto& workloads = servers[s].partitions[p].workloads;
          if (std::ranges::find(workloads, disks[i].name, &workload::Config::name) != workloads.end())
            io_.error(place_ + ".name",
                      fmt::format("`{}` is the name of a workload, whose metrics begin with it; allowed: another name", disks[i].name));
          const auto peers = peers_of(servers[s].partitions[p]);
          if (std::ranges::find(peers, disks[i].name) != peers.end())
            io_.error(
                place_ + ".name",
                fmt::format("`{}` is the name of a host that it sends to or calls, whose metrics begin with it; allowed: another name",
                            disks[i].name));
          name_ = fmt::format("{}.{}", servers[s].partitions[p].name, disks[i].name);
          if (const auto* vscsi = std::get_if<VscsiDisk>(&disks[i].type)) check(*vscsi, {s, p});
          if (const auto* npiv = std::get_if<NpivDisk>(&disks[i].type)) check(*npiv, {s, p});
        }
      }
    }
  }

 private:
  /// The partition that a path leads to; null after an error.
  const Owner* server_of(const Reference& path, Owner client, const std::string& key) {
    const Owner* owner = io_.index.partition(path.partition);
    const std::string& of = io_.index.config(client).name;
    if (owner == nullptr) {
      io_.error(key, fmt::format("there is no partition {}; {}", shown(path.partition),
                                 io_.checking.hint(path.partition, io_.index.partitions())));
    } else if (owner->server != client.server) {
      io_.error(key, fmt::format("`{}` is on server `{}`, `{}` is not; allowed: a VIOS of the same server", path.partition,
                                 io_.scenario().servers[owner->server].name, of));
    } else if (!io_.serves(*owner) || *owner == client) {
      io_.error(key, fmt::format("`{}` serves nothing{}; allowed: another partition of type vios or ibmi", path.partition,
                                 *owner == client ? " to itself" : ""));
    } else {
      return owner;
    }
    return nullptr;
  }

  /// Nobody else uses it.
  void take(const std::string& what, const std::string& key, std::string_view in_words) {
    const auto [user, is_new] = users_.try_emplace(what, name_);
    if (!is_new)
      io_.error(key, fmt::format("{} is already the disk `{}`; allowed: {} of its own", in_words, user->second,
                                 what.find('.') == std::string::npos ? "storage" : "something"));
  }

  /// A volume lies on storage that nobody else has, neither whole nor through another VIOS.
  void take_part(const std::string& storage, const Reference& volume) {
    if (const auto whole = users_.find(storage); whole != users_.end())
      io_.error(place_ + ".backing", fmt::format("`{}` lies on `{}`, which is already the disk `{}`; allowed: storage of its own",
                                                 volume.text(), storage, whole->second));
    const auto [other, is_new] = parts_.try_emplace(storage, volume);
    if (!is_new && other->second.partition != volume.partition)
      io_.error(place_ + ".backing", fmt::format("`{}` lies on `{}`, and so does `{}` of another VIOS; allowed: storage of its own",
                                                 volume.text(), storage, other->second.text()));
  }
  void refuse_parts(const std::string& storage, const std::string& key) {
    if (const auto part = parts_.find(storage); part != parts_.end())
      io_.error(key, fmt::format("`{}` holds `{}`, which a client uses; allowed: storage of its own", storage, part->second.text()));
  }

  void check_depth(const PathPolicy& policy, Owner client) {
    if (io_.index.config(client).type == PartitionType::ibmi && policy.queue_depth != kIbmiQueueDepth)
      io_.error(place_ + ".queue_depth",
                fmt::format("{} on IBM i, whose queue depth is fixed; allowed: {}", policy.queue_depth, kIbmiQueueDepth));
  }

  void check(const VscsiDisk& disk, Owner client) {
    if (io_.index.config(client).type == PartitionType::vios)
      return io_.error(place_ + ".backing", "a VIOS is no client of virtual SCSI; allowed: `storage`");
    check_depth(disk.policy, client);
    std::set<std::string> viosses;
    std::string storage;  // of the paths so far
    for (std::size_t i = 0; i < disk.backing.size(); ++i) {
      const Reference& path = disk.backing[i];
      const std::string key = disk.backing.size() > 1 ? fmt::format("{}.backing.{}", place_, i) : place_ + ".backing";
      const Owner* owner = server_of(path, client, key);
      if (owner == nullptr) return;
      if (!viosses.insert(path.partition).second)
        return io_.error(key, fmt::format("`{}` is named twice; allowed: one path through each VIOS", path.partition));
      if (!io_.read(io_.place(*owner) + ".disks") || !io_.read(io_.place(*owner) + ".logical_volumes") ||
          !io_.read(io_.place(*owner) + ".files"))
        return;
      const IoIndex::Served* served = io_.index.served(*owner, path.name);
      if (served == nullptr)
        return io_.error(key, fmt::format("`{}` does not serve {}; {}", path.partition, shown(path.name),
                                          io_.checking.hint(path.name, io_.index.served(*owner))));
      const bool shared = served->kind == IoIndex::Kind::physical_volume || served->kind == IoIndex::Kind::logical_unit;
      if (disk.backing.size() > 1 && !shared)
        return io_.error(key, fmt::format("`{}` is a {}, which has a single path always; allowed: a whole disk (physical volume) or a "
                                          "logical unit of a shared storage pool where there are several VIOSes",
                                          path.text(), served->kind == IoIndex::Kind::file ? "file" : "logical volume"));
      if (served->volume == nullptr) return;
      const std::string leads_to = served->kind == IoIndex::Kind::logical_unit ? path.name : served->volume->storage;
      if (i > 0 && leads_to != storage)
        return io_.error(key, fmt::format("`{}` is the storage `{}`, the first path leads to `{}`; allowed: paths to the same storage",
                                          path.text(), leads_to, storage));
      storage = leads_to;
      check_whole(*served, *owner, key, path);
      if (io_.index.config(client).type != PartitionType::ibmi) warn_of_depths(disk, *served, path);
      check_adapter(disk, *owner, client);
    }
    const auto kind = io_.index.served(*io_.index.partition(disk.backing[0].partition), disk.backing[0].name)->kind;
    const bool own = kind == IoIndex::Kind::logical_volume || kind == IoIndex::Kind::file;
    const std::string of_pool = kind == IoIndex::Kind::logical_unit ? "unit " : "";
    if (own) take_part(storage, disk.backing[0]);
    if (!own && of_pool.empty()) refuse_parts(storage, place_ + ".backing");
    take(own ? disk.backing[0].text() : of_pool + storage, place_ + ".backing", fmt::format("`{}`", disk.backing[0].text()));
  }

  /// A disk that holds volumes is not served as a whole.
  void check_whole(const IoIndex::Served& served, Owner owner, const std::string& key, const Reference& path) {
    if (served.kind != IoIndex::Kind::physical_volume) return;
    if (const std::string* volume = io_.index.lies_on(owner, path.name))
      io_.error(key, fmt::format("`{}` holds `{}`; allowed: what lies on it, or a disk without volumes", path.text(), *volume));
  }

  void warn_of_depths(const VscsiDisk& disk, const IoIndex::Served& served, const Reference& path) {
    if (served.kind == IoIndex::Kind::physical_volume && disk.policy.queue_depth > served.volume->queue_depth)
      io_.warning(place_ + ".queue_depth", fmt::format("{} are more than the {} of `{}`, where the others wait", disk.policy.queue_depth,
                                                       served.volume->queue_depth, path.text()));
  }

  /// The queue of the client adapter has room for its disks.
  void check_adapter(const VscsiDisk& disk, Owner owner, Owner client) {
    const auto [adapter, is_new] = adapters_.try_emplace({client, owner, disk.adapter}, Adapter{0, disk.policy, name_});
    const auto settings = [](const PathPolicy& policy) {
      return std::tuple{policy.path_timeout, policy.recovery, policy.rw_timeout};
    };
    if (settings(adapter->second.policy) != settings(disk.policy))
      return io_.error(place_,
                       fmt::format("path_timeout, recovery and rw_timeout are the adapter's, `{}`, and `{}` has others; allowed: the "
                                   "same ones, or another `adapter`",
                                   disk.adapter, adapter->second.first_disk));
    std::uint64_t& taken = adapter->second.elements;
    const std::uint64_t before = taken;
    taken += disk.policy.queue_depth + drivers::kVscsiPerDisk;
    constexpr std::uint32_t kRoom = drivers::kVscsiElements;
    if (taken > kRoom && before <= kRoom)
      io_.error(
          place_ + ".queue_depth",
          fmt::format("the disks of adapter `{}` to `{}` need {} of the {} elements of its queue; allowed: {} disks of queue depth {}, "
                      "or another `adapter`",
                      disk.adapter, io_.index.config(owner).name, taken, kRoom, kRoom / (disk.policy.queue_depth + drivers::kVscsiPerDisk),
                      disk.policy.queue_depth));
  }

  void check(const NpivDisk& disk, Owner client) {
    check_depth(disk.policy, client);
    if (io_.index.storage(disk.storage) == nullptr) {
      if (io_.read("storage"))
        io_.error(place_ + ".storage",
                  fmt::format("there is no storage {}; {}", shown(disk.storage), io_.checking.hint(disk.storage, io_.index.storages())));
      return;
    }
    for (std::size_t i = 0; i < disk.paths.size(); ++i) {
      const Reference& path = disk.paths[i];
      const std::string key = disk.paths.size() > 1 ? fmt::format("{}.paths.{}", place_, i) : place_ + ".paths";
      const Owner* owner = server_of(path, client, key);
      if (owner == nullptr) return;
      if (std::find(disk.paths.begin(), disk.paths.begin() + static_cast<std::ptrdiff_t>(i), path) !=
          disk.paths.begin() + static_cast<std::ptrdiff_t>(i))
        return io_.error(key, fmt::format("`{}` is named twice; allowed: one path through each adapter", path.text()));
      if (!io_.read(io_.place(*owner) + ".adapters")) return;
      const AdapterConfig* adapter = io_.index.adapter(*owner, path.name);
      if (adapter == nullptr)
        return io_.error(key, fmt::format("`{}` has no adapter {}; {}", path.partition, shown(path.name),
                                          io_.checking.hint(path.name, io_.index.adapters(*owner))));
      if (!std::holds_alternative<FibreChannelPort>(adapter->type))
        return io_.error(key, fmt::format("`{}` is an Ethernet adapter; allowed: one of type fibre_channel", path.text()));
      auto& clients = clients_[path.text()];
      if (clients.insert(client).second && clients.size() == kMostPerPort + 1)
        io_.error(key, fmt::format("`{}` has {} virtual Fibre Channel adapters; allowed: at most {} on a port", path.text(), clients.size(),
                                   kMostPerPort));
    }
    refuse_parts(disk.storage, place_ + ".storage");
    take(disk.storage, place_ + ".storage", fmt::format("`{}`", disk.storage));
  }

  const IoChecking& io_;
  std::string place_;  // of the disk in hand, and its name
  std::string name_;
  std::map<std::string, std::string> users_;  // of storage, or of `vios1.lv_web`
  std::map<std::string, Reference> parts_;    // of storage: a volume on it that somebody uses
  struct Adapter {
    std::uint64_t elements = 0;
    PathPolicy policy;
    std::string first_disk;
  };
  std::map<std::tuple<Owner, Owner, std::string>, Adapter> adapters_;
  std::map<std::string, std::set<Owner>> clients_;  // of a port
};

}  // namespace

void check_client_disks(const IoChecking& io) {
  ClientDisks(io).check();
}

}  // namespace lparsim::scenario
