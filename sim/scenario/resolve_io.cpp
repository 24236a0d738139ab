#include "sim/scenario/resolve_io.hpp"

#include <algorithm>
#include <string_view>

namespace lparsim::scenario {
namespace {

// Seeks: codeproject.com, "Disk I/O and IOPS"; rates are assumed.
HddStorage resolve_disk(const HddKeys& keys) {
  struct Usual {
    std::uint32_t from_rpm;
    std::int64_t seek_ms;
    std::uint64_t megabytes;
  };
  static constexpr Usual kUsual[] = {{15'000, 4, 200}, {10'000, 6, 180}, {0, 9, 150}};
  const Usual& usual = *std::ranges::find_if(kUsual, [&](const Usual& row) { return keys.rpm >= row.from_rpm; });
  return {keys.rpm, keys.seek.value_or(SimTime::from_ms(usual.seek_ms)), keys.disk_rate.value_or(DataRate{usual.megabytes * 8'000'000})};
}

// IBM Docs, "Changing the queue depth".
std::uint32_t usual_queue_depth(PartitionType type) {
  switch (type) {
    case PartitionType::aix:
    case PartitionType::vios:
      return 3;
    case PartitionType::ibmi:
      return kIbmiQueueDepth;
    case PartitionType::linux_:
    case PartitionType::vsp:
      return 16;
  }
  return 3;
}

DiskConfig resolve(const DiskKeys& keys, PartitionType type, const TransferSizes& sizes) {
  DiskConfig disk;
  disk.name = keys.name;
  const PathPolicy policy{keys.queue_depth.value_or(usual_queue_depth(type)),
                          keys.path_timeout,
                          keys.health_check,
                          keys.recovery,
                          keys.rw_timeout,
                          keys.no_path_wait};
  if (!keys.backing.empty()) {
    VscsiDisk vscsi{keys.backing, {}, policy};
    vscsi.adapter = keys.adapter.empty() ? "vscsi0" : keys.adapter;
    disk.type = vscsi;
  } else if (!keys.paths.empty()) {
    disk.type = NpivDisk{keys.storage, keys.paths, policy};
  } else {
    PhysicalVolume volume{keys.storage, keys.adapter, keys.queue_depth.value_or(kAssumedVolumeQueueDepth), {}};
    const auto device = sizes.find(keys.storage);
    const Bytes of_device = device == sizes.end() ? StorageConfig{}.max_transfer : device->second;
    volume.max_transfer = keys.max_transfer.value_or(of_device);
    disk.type = volume;
  }
  return disk;
}

}  // namespace

StorageConfig resolve(const StorageKeys& keys) {
  StorageConfig storage{keys.name, keys.capacity, keys.max_transfer, {}};
  if (const auto* fixed = std::get_if<FixedStorage>(&keys.type)) storage.type = *fixed;
  if (const auto* hdd = std::get_if<HddKeys>(&keys.type)) storage.type = resolve_disk(*hdd);
  if (const auto* ssd = std::get_if<SsdKeys>(&keys.type)) storage.type = FlashStorage{*ssd};
  if (const auto* nvme = std::get_if<NvmeKeys>(&keys.type)) storage.type = FlashStorage{*nvme};
  if (const auto* array = std::get_if<ArrayKeys>(&keys.type))
    storage.type = ArrayStorage{array->cache_hit, array->hit_time, array->write_cache, array->rate, array->disks, resolve_disk(*array)};
  return storage;
}

PartitionIoConfig resolve(const PartitionIoKeys& keys, PartitionType type, const TransferSizes& sizes) {
  PartitionIoConfig io{keys.adapters, {}, keys.logical_volumes, keys.files, keys.shared_ethernet, {}, keys.ethernet};
  for (const DiskKeys& disk : keys.disks) io.disks.push_back(resolve(disk, type, sizes));
  if (keys.vscsi_server)
    io.vscsi_server = {.cost_distribution = keys.vscsi_server->cost_distribution, .request_limit = keys.vscsi_server->request_limit};
  const auto usual = type == PartitionType::ibmi ? VscsiProfile::ibmi : VscsiProfile::vios;
  io.vscsi_server.profile = keys.vscsi_server && keys.vscsi_server->profile ? *keys.vscsi_server->profile : usual;
  return io;
}

EventConfig resolve(const EventKeys& keys) {
  EventConfig event = keys;
  event.io = {keys.link, keys.storage, keys.shared_ethernet, keys.state != EventState::down, keys.ha_mode};
  if (!event.io && keys.state) {
    event.running = keys.state == EventState::running;
    event.failed = keys.state == EventState::failed;
  }
  return event;
}

void add_io_assumptions(std::vector<std::string>& assumptions, const ServerConfig& server) {
  bool bridged = false;
  bool ethernet = false;
  bool npiv = false;
  bool disks = false;
  for (const PartitionConfig& partition : server.partitions) {
    bridged |= !partition.io.shared_ethernet.empty();
    ethernet |= !partition.io.ethernet.empty();
    for (const DiskConfig& disk : partition.io.disks) {
      npiv |= std::holds_alternative<NpivDisk>(disk.type);
      disks |= !std::holds_alternative<PhysicalVolume>(disk.type);
    }
  }
  const auto add = [&](bool used, std::string_view sentence) {
    if (used && std::ranges::find(assumptions, sentence) == assumptions.end()) assumptions.emplace_back(sentence);
  };
  add(disks || ethernet, "Hypervisor calls for virtual I/O cost their callers what hypervisor.virtual_io says.");
  add(ethernet, "Drivers of virtual Ethernet and TCP/IP cost cycles that were chosen for four published rates (docs/models/network.md).");
  add(bridged,
      "Shared Ethernet Adapters cost cycles for each frame and byte by sizing tables that could not be read again "
      "(docs/models/shared-ethernet-adapter.md).");
  add(npiv, "A command through virtual Fibre Channel costs the VIOS 20,000 cycles (docs/models/npiv.md).");
}

}  // namespace lparsim::scenario
