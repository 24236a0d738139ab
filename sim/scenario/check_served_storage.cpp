#include <fmt/format.h>

#include <map>

#include "sim/base/quantity.hpp"
#include "sim/base/text.hpp"
#include "sim/scenario/checks_io.hpp"

namespace lparsim::scenario {
namespace {

using Owner = IoIndex::Owner;

/// Of one partition that serves.
class ServedStorage {
 public:
  ServedStorage(const IoChecking& io, Owner owner) : io_{io}, owner_{owner}, config_{io.index.config(owner)} {}

  void check() {
    refuse_where_nothing_is_served();
    std::map<std::string, std::string> storages;  // and the disk that it is
    for (std::size_t i = 0; i < config_.io.disks.size(); ++i) {
      const auto* volume = std::get_if<PhysicalVolume>(&config_.io.disks[i].type);
      const std::string place = io_.place(owner_, "disks", i);
      if (volume == nullptr || !io_.read(place)) continue;
      check_volume(*volume, place);
      const auto [other, is_new] = storages.try_emplace(volume->storage, config_.io.disks[i].name);
      if (!is_new)
        io_.error(place + ".storage",
                  fmt::format("`{}` is already the disk `{}`; allowed: storage of its own", volume->storage, other->second));
    }
    check_parts("logical_volumes", config_.io.logical_volumes);
    check_parts("files", config_.io.files);
  }

 private:
  void refuse_where_nothing_is_served() {
    const auto refuse = [&](bool given, std::string_view list, std::string_view what, std::string_view allowed) {
      if (given)
        io_.error(fmt::format("{}.{}", io_.place(owner_), list), fmt::format("{} in a partition that is no VIOS; {}", what, allowed));
    };
    const bool serves = io_.serves(owner_);
    if (config_.type != PartitionType::vios) {
      refuse(!config_.io.shared_ethernet.empty(), "shared_ethernet", "Shared Ethernet Adapters", "allowed: with `type: vios`");
      refuse(!config_.io.logical_volumes.empty(), "logical_volumes", "logical volumes", "allowed: with `type: vios`");
      refuse(!config_.io.files.empty(), "files", "files", "allowed: with `type: vios`");
    }
    if (serves) return;
    refuse(!config_.io.adapters.empty(), "adapters", "physical adapters", "allowed: with `type: vios` or `type: ibmi`");
    refuse(io_.checking.places.given(owner_.server, owner_.partition, "vscsi_server"), "vscsi_server", "a virtual SCSI server",
           "allowed: with `type: vios` or `type: ibmi`");
    for (std::size_t i = 0; i < config_.io.disks.size(); ++i) {
      if (std::holds_alternative<PhysicalVolume>(config_.io.disks[i].type) && io_.read(io_.place(owner_, "disks", i)))
        io_.error(io_.place(owner_, "disks", i) + ".storage",
                  "storage in a partition that is no VIOS; allowed: `backing`, such as `vios1.hdisk0`, or `paths` beside it");
    }
  }

  void check_volume(const PhysicalVolume& volume, const std::string& place) {
    const StorageConfig* storage = io_.index.storage(volume.storage);
    if (storage == nullptr) {
      if (io_.read("storage"))
        io_.error(place + ".storage", fmt::format("there is no storage {}; {}", shown(volume.storage),
                                                  io_.checking.hint(volume.storage, io_.index.storages())));
    } else if (volume.max_transfer < storage->max_transfer) {
      io_.error(place + ".max_transfer",
                fmt::format("{} are less than the {} of `{}`, whose data clients could not read; allowed: at least as much",
                            format(volume.max_transfer), format(storage->max_transfer), storage->name));
    }
    if (volume.adapter.empty()) return;
    const AdapterConfig* adapter = io_.index.adapter(owner_, volume.adapter);
    if (adapter == nullptr) {
      if (io_.read(io_.place(owner_) + ".adapters"))
        io_.error(place + ".adapter", fmt::format("`{}` has no adapter {}; {}", config_.name, shown(volume.adapter),
                                                  io_.checking.hint(volume.adapter, io_.index.adapters(owner_))));
    } else if (!std::holds_alternative<FibreChannelPort>(adapter->type)) {
      io_.error(place + ".adapter", fmt::format("`{}` is an Ethernet adapter; allowed: one of type fibre_channel", volume.adapter));
    }
  }

  void check_parts(std::string_view list, const std::vector<VolumeConfig>& parts) {
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const std::string place = io_.place(owner_, list, i);
      if (!io_.read(place)) continue;
      const VolumeConfig& part = parts[i];
      if (const auto* other = io_.index.served(owner_, part.name); other != nullptr && is_other(*other, list, i)) {
        io_.error(place + ".name",
                  fmt::format("`{}` is already a disk or volume of `{}`; allowed: a name of its own", part.name, config_.name));
        continue;
      }
      const auto* disk = io_.index.served(owner_, part.disk);
      if (disk == nullptr || disk->kind != IoIndex::Kind::physical_volume) {
        std::vector<std::string> disks;
        for (const DiskConfig& candidate : config_.io.disks) disks.push_back(candidate.name);
        if (io_.read(io_.place(owner_) + ".disks"))
          io_.error(place + ".disk",
                    fmt::format("`{}` has no disk {}; {}", config_.name, shown(part.disk), io_.checking.hint(part.disk, disks)));
        continue;
      }
      const StorageConfig* storage = io_.index.storage(disk->volume->storage);
      if (storage == nullptr) continue;
      std::uint64_t& taken = taken_[part.disk];
      if (part.size.count > storage->capacity.count - taken) {
        io_.error(place + ".size", fmt::format("{} do not fit on `{}`, where {} of {} are taken; allowed: at most what is left",
                                               format(part.size), part.disk, format(Bytes{taken}), format(storage->capacity)));
      } else {
        taken += part.size.count;
      }
    }
  }

  static bool is_other(const IoIndex::Served& other, std::string_view list, std::size_t i) {
    const auto kind = list == "files" ? IoIndex::Kind::file : IoIndex::Kind::logical_volume;
    return other.kind != kind || other.index != i;
  }

  const IoChecking& io_;
  Owner owner_;
  const PartitionConfig& config_;
  std::map<std::string, std::uint64_t> taken_;  // of each disk, by volumes
};

}  // namespace

void check_served_storage(const IoChecking& io, Owner owner) {
  ServedStorage(io, owner).check();
}

}  // namespace lparsim::scenario
