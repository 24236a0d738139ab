#include <fmt/format.h>

#include <algorithm>

#include "sim/base/check.hpp"
#include "sim/scenario/device_map.hpp"
#include "sim/scenario/virtual_io_platform.hpp"

namespace lparsim::scenario {
namespace {

using io::kBlock;
// Of a physical adapter: room for the data of so many virtual SCSI commands (those beyond are copied).
constexpr std::uint64_t kCommands = 4096;

// SRP adapter information, "os_type" (Linux, include/scsi/viosrp.h).
std::uint32_t os_type(PartitionType type) {
  switch (type) {
    case PartitionType::ibmi:
      return 1;
    case PartitionType::linux_:
    case PartitionType::vsp:
      return 2;
    case PartitionType::aix:
    case PartitionType::vios:
      return 3;
  }
  return 3;
}

// 4 Gb/s, which the model's table does not have, carry 400 MB/s as the others do in proportion (FCIA speed map).
io::ByteRate fibre_channel_rate(DataRate named) {
  return {static_cast<double>(named.bits_per_second) / 10};
}

std::uint64_t blocks_of(Bytes size) {
  return (size.count + kBlock - 1) / kBlock;
}

}  // namespace

void VirtualIoPlatform::add_physical_adapters(std::size_t partition) {
  for (const AdapterConfig& adapter : config(partition).io.adapters) {
    const auto* port = std::get_if<FibreChannelPort>(&adapter.type);
    if (port == nullptr) continue;
    const std::string name = fmt::format("{}.{}", config(partition).name, adapter.name);
    partitions_[partition].fibre_channel[adapter.name] = std::make_unique<io::FibreChannelAdapter>(
        name, io::FibreChannelConfig{port->num_cmd_elems, fibre_channel_rate(port->rate)}, outside_.san(), outside_.calendar(), ledger_);
  }
}

io::BlockDevice& VirtualIoPlatform::device(std::size_t partition, const PhysicalVolume& volume) {
  io::BlockDevice& target = outside_.device(volume.storage);
  if (volume.adapter.empty()) return target;
  return partitions_[partition].fibre_channel.at(volume.adapter)->path_to(target);
}

vscsi::VscsiServer& VirtualIoPlatform::vscsi_server(std::size_t partition) {
  Partition& owner = partitions_[partition];
  if (owner.vscsi_server) return *owner.vscsi_server;
  const PartitionConfig& of = config(partition);
  vscsi::VscsiServerConfig server;
  server.partition_name = of.name;
  server.partition_number = static_cast<std::uint32_t>(partition + 1);
  server.clock = clock();
  server.costs = of.io.vscsi_server.profile == VscsiProfile::ibmi ? vscsi::ibmi_costs() : vscsi::vios_costs();
  server.exponential_costs = of.io.vscsi_server.cost_distribution == CostDistribution::exponential;
  server.request_limit = of.io.vscsi_server.request_limit;
  bool first = true;
  for (const DiskConfig& disk : of.io.disks) {
    const auto* volume = std::get_if<PhysicalVolume>(&disk.type);
    if (volume == nullptr) continue;
    // No client's command may be longer than what a device takes.
    const Bytes most = outside_.device(volume->storage).maximum_transfer();
    server.maximum_transfer = first ? most : std::min(server.maximum_transfer, most);
    first = false;
  }
  const std::uint64_t seed = index_.scenario().seed;
  owner.vscsi_server = std::make_unique<vscsi::VscsiServer>(server, *owner.calls, ledger_, RandomStream{seed, of.name + ".vscsi"});
  if (vsp::Hooks* hooks = hypervisor_.hooks()) owner.vscsi_server->set_hooks(*hooks, id_of<PartitionId>(partition));
  // Disks behind one adapter share its window; those without one have a controller each.
  const Bytes room{kCommands * server.maximum_transfer.count};
  std::map<std::string, hypervisor::Liobn> windows;
  for (const DiskConfig& disk : of.io.disks) {
    const auto* volume = std::get_if<PhysicalVolume>(&disk.type);
    if (volume == nullptr) continue;
    auto window = windows.find(volume->adapter);
    if (window == windows.end() || volume->adapter.empty())
      window = windows.insert_or_assign(volume->adapter, virtual_io().add_physical_window(id_of<PartitionId>(partition), room)).first;
    owner.served_disks[disk.name] = owner.vscsi_server->add_disk(device(partition, *volume), volume->queue_depth, window->second);
  }
  return *owner.vscsi_server;
}

npiv::VfcServer& VirtualIoPlatform::vfc_server(std::size_t partition) {
  Partition& owner = partitions_[partition];
  if (owner.vfc_server) return *owner.vfc_server;
  npiv::VfcServerConfig server;
  server.partition_name = config(partition).name;
  server.clock = clock();
  owner.vfc_server = std::make_unique<npiv::VfcServer>(server, *owner.calls, ledger_);
  const Bytes room = npiv::window_of_port(server);
  for (auto& [name, port] : owner.fibre_channel)
    owner.vfc_ports[name] = owner.vfc_server->add_port(*port, virtual_io().add_physical_window(id_of<PartitionId>(partition), room));
  return *owner.vfc_server;
}

vscsi::Backing VirtualIoPlatform::backing(std::size_t partition, const std::string& name) {
  const PartitionIoConfig& io = config(partition).io;
  const IoIndex::Served* served = index_.served({server_, partition}, name);
  LPARSIM_CHECK(served != nullptr, "{} does not serve {}", config(partition).name, name);
  vscsi::Backing backing;
  backing.disk = partitions_[partition].served_disks.at(served->disk);
  if (served->kind == IoIndex::Kind::physical_volume) return backing;
  if (served->kind == IoIndex::Kind::logical_unit) {
    const IoIndex::Unit& unit = index_.units()[served->index];
    return {vscsi::BackingKind::shared_pool_unit, backing.disk, unit.first_byte / kBlock, unit.config->size};
  }
  const bool file = served->kind == IoIndex::Kind::file;
  backing.kind = file ? vscsi::BackingKind::file : vscsi::BackingKind::logical_volume;
  // Volumes lie on their disk one behind the other, files behind them.
  const auto end_of = [&](const std::vector<VolumeConfig>& parts, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i)
      if (parts[i].disk == served->disk) backing.first_block += blocks_of(parts[i].size);
  };
  end_of(io.logical_volumes, file ? io.logical_volumes.size() : served->index);
  if (file) end_of(io.files, served->index);
  backing.size = (file ? io.files : io.logical_volumes)[served->index].size;
  return backing;
}

void VirtualIoPlatform::add_vscsi(std::size_t client, const PathGroup& group, Paths& paths) {
  vscsi::VscsiServer& server = vscsi_server(group.server);
  const auto [ours, theirs] = virtual_io().connect(id_of<PartitionId>(client), id_of<PartitionId>(group.server));
  const PathPolicy& policy = *group.paths[0].policy;
  drivers::VscsiClientConfig driver;
  driver.adapter = ours;
  driver.partition_name = config(client).name;
  driver.partition_number = static_cast<std::uint32_t>(client + 1);
  driver.os_type = os_type(config(client).type);
  driver.clock = clock();
  if (driver.os_type != 2) driver.maximum_requests = drivers::kVscsiElements;
  driver.luns = static_cast<std::uint32_t>(group.paths.size());
  driver.recovery = policy.recovery == ErrorRecovery::fast_fail ? drivers::ErrorRecovery::fast_fail : drivers::ErrorRecovery::delayed_fail;
  driver.path_timeout = policy.path_timeout;
  driver.rw_timeout = policy.rw_timeout;
  Partition& owner = partitions_[client];
  auto& made = owner.vscsi_clients.emplace_back(std::make_unique<drivers::VscsiClient>(driver, *owner.calls, ledger_));
  const std::uint32_t adapter = server.add_adapter(theirs, id_of<PartitionId>(client));
  for (const PathTo& path : group.paths)
    paths[path.disk][path.path] = &made->lun(server.map(adapter, backing(group.server, path.what.name)));
}

void VirtualIoPlatform::add_npiv(std::size_t client, const PathGroup& group, Paths& paths) {
  npiv::VfcServer& server = vfc_server(group.server);
  const auto [ours, theirs] = virtual_io().connect(id_of<PartitionId>(client), id_of<PartitionId>(group.server));
  const PathPolicy& policy = *group.paths[0].policy;
  drivers::VfcClientConfig driver;
  driver.adapter = ours;
  driver.partition_name = config(client).name;
  driver.partition_number = static_cast<std::uint32_t>(client + 1);
  driver.os_type = os_type(config(client).type);
  driver.clock = clock();
  if (policy.rw_timeout > SimTime{}) driver.timeout = policy.rw_timeout;
  driver.device_loss_timeout = policy.recovery == ErrorRecovery::fast_fail ? SimTime{} : SimTime::from_s(15);
  Partition& owner = partitions_[client];
  auto& made = owner.vfc_clients.emplace_back(std::make_unique<drivers::VfcClient>(driver, *owner.calls, ledger_));
  const auto names = wwpns_.take();
  LPARSIM_CHECK(names.has_value(), "more than {} virtual Fibre Channel adapters", hypervisor::WwpnPool::kPairs);
  Partition& serving = partitions_[group.server];
  const std::uint32_t adapter = server.add_adapter(theirs, serving.vfc_ports.at(group.adapter), *names);
  for (const PathTo& path : group.paths) {
    const std::string& storage = std::get<NpivDisk>(config(client).io.disks[path.disk].type).storage;
    const std::uint64_t wwpn = outside_.wwpn(storage);
    const std::uint32_t target = server.add_target(adapter, wwpn);
    server.add_lun(adapter, target, serving.fibre_channel.at(group.adapter)->path_to(outside_.device(storage)));
    paths[path.disk][path.path] = &made->path(wwpn, 0);
  }
}

Bytes VirtualIoPlatform::capacity_of(std::size_t client, const DiskConfig& disk) {
  if (const auto* npiv = std::get_if<NpivDisk>(&disk.type)) return outside_.device(npiv->storage).capacity();
  const Reference& first = std::get<VscsiDisk>(disk.type).backing[0];
  const IoIndex::Owner owner{server_, index_.partition(first.partition)->partition};
  LPARSIM_CHECK(owner.partition != client, "{} serves itself", first.partition);
  const IoIndex::Served& served = *index_.served(owner, first.name);
  switch (served.kind) {
    case IoIndex::Kind::physical_volume:
      break;
    case IoIndex::Kind::logical_unit:
      return index_.units()[served.index].config->size;
    case IoIndex::Kind::logical_volume:
      return index_.io(owner).logical_volumes[served.index].size;
    case IoIndex::Kind::file:
      return index_.io(owner).files[served.index].size;
  }
  return outside_.device(served.volume->storage).capacity();
}

void VirtualIoPlatform::add_disks(std::size_t partition) {
  const auto& disks = config(partition).io.disks;
  std::vector<PathGroup> vscsi;
  std::vector<PathGroup> npiv;
  Paths paths(disks.size());
  const auto add = [&](std::vector<PathGroup>& groups, const std::string& adapter, const PathTo& path) {
    const std::size_t serves = index_.partition(path.what.partition)->partition;
    auto group = std::ranges::find_if(groups, [&](const PathGroup& g) { return g.server == serves && g.adapter == adapter; });
    if (group == groups.end()) group = groups.insert(groups.end(), PathGroup{serves, adapter, {}});
    group->paths.push_back(path);
  };
  for (std::size_t d = 0; d < disks.size(); ++d) {
    if (const auto* disk = std::get_if<VscsiDisk>(&disks[d].type)) {
      paths[d].resize(disk->backing.size());
      for (std::size_t i = 0; i < disk->backing.size(); ++i) add(vscsi, disk->adapter, {d, i, disk->backing[i], &disk->policy});
    } else if (const auto* behind = std::get_if<NpivDisk>(&disks[d].type)) {
      paths[d].resize(behind->paths.size());
      for (std::size_t i = 0; i < behind->paths.size(); ++i) add(npiv, behind->paths[i].name, {d, i, behind->paths[i], &behind->policy});
    }
  }
  for (const PathGroup& group : vscsi) add_vscsi(partition, group, paths);
  for (const PathGroup& group : npiv) add_npiv(partition, group, paths);
  Partition& owner = partitions_[partition];
  for (std::size_t d = 0; d < disks.size(); ++d) {
    if (paths[d].empty()) continue;
    const auto* scsi = std::get_if<VscsiDisk>(&disks[d].type);
    const auto* behind = std::get_if<NpivDisk>(&disks[d].type);
    const PathPolicy& policy = scsi != nullptr ? scsi->policy : behind->policy;
    drivers::DiskConfig disk{disks[d].name, policy.queue_depth, capacity_of(partition, disks[d]), {}};
    disk.multipath.health_check = policy.health_check;
    disk.multipath.no_path_wait = policy.no_path_wait;
    auto& made = owner.disks.emplace_back(std::make_unique<drivers::Disk>(disk, ledger_));
    const std::uint32_t target = recorder_.add_target(config(partition).name, disks[d].name, trace::IoTargetKind::disk);
    for (std::size_t i = 0; i < paths[d].size(); ++i) {
      made->add_path(*paths[d][i]);
      recorder_.add_path(target, path_name(disks[d], i), ways_to(disks[d])[i].partition);
    }
    owner.operations->add_disk(*made, target);
  }
}

}  // namespace lparsim::scenario
