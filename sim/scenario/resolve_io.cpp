#include "sim/scenario/resolve_io.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "sim/base/quantity.hpp"

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
  if (keys.service) event.vsp.partition = *keys.service;
  event.vsp.suspend = keys.suspend;
  if (keys.migrate) event.vsp.migrates = keys.blackout.value_or(kVspBlackout);
  if (keys.fault) {
    event.vsp.fault = keys;
    event.vsp.fault->kind = *keys.fault;
    event.vsp.fault->from = keys.at;
  }
  if (keys.table) event.kernel_policy.changes = resolve(*keys.table);
  if (keys.node) {
    event.kernel_policy.node = *keys.node;
    event.kernel_policy.up = keys.state != EventState::down;
    return event;
  }
  event.io = {.link = keys.link,
              .storage = keys.storage,
              .shared_ethernet = keys.shared_ethernet,
              .vnic = keys.vnic,
              .up = keys.state != EventState::down,
              .ha_mode = keys.ha_mode,
              .backing = keys.backing,
              .auto_priority_failover = keys.auto_priority_failover};
  if (!event.io && keys.state) {
    event.running = keys.state == EventState::running;
    event.failed = keys.state == EventState::failed;
  }
  return event;
}

std::vector<std::string> io_assumptions(const ServerConfig& server, bool costs_given) {
  bool bridges = false;
  bool npiv = false;
  bool network = false;
  bool disks = false;
  bool vnics = false;
  for (const PartitionConfig& partition : server.partitions) {
    bridges = bridges || !partition.io.shared_ethernet.empty();
    network = network || !partition.io.ethernet.empty();
    vnics = vnics || std::ranges::any_of(partition.io.ethernet, &EthernetConfig::is_vnic);
    for (const DiskConfig& disk : partition.io.disks) {
      npiv = npiv || std::holds_alternative<NpivDisk>(disk.type);
      disks = disks || !std::holds_alternative<PhysicalVolume>(disk.type);
    }
  }
  std::vector<std::string> sentences;
  const hypervisor::VioCosts& costs = server.hypervisor.virtual_io;
  if ((disks || network) && !costs_given)
    sentences.push_back(
        fmt::format("A hypervisor call for virtual I/O takes {} of its caller, and {} for each KiB that it copies "
                    "(hypervisor.virtual_io).",
                    format(costs.call), format(costs.copy_per_kib)));
  if (bridges)
    sentences.emplace_back(
        "What a Shared Ethernet Adapter takes for a frame is calibrated to sizing tables that are not public any more "
        "(docs/models/shared-ethernet-adapter.md).");
  if (npiv) sentences.emplace_back("NPIV takes about half the processor time of virtual SCSI in a VIOS (docs/models/npiv.md).");
  if (vnics)
    sentences.emplace_back("What a VIOS takes for a frame of a vNIC, and after how many heartbeats it is given up (docs/models/vnic.md).");
  if (network)
    sentences.emplace_back("What TCP/IP takes in a client is calibrated to published rates of virtual Ethernet (docs/models/network.md).");
  return sentences;
}

}  // namespace lparsim::scenario
