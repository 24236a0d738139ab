#include "sim/scenario/outside_world.hpp"

#include <algorithm>

#include "sim/base/random.hpp"
#include "sim/scenario/io_addresses.hpp"

namespace lparsim::scenario {
namespace {

io::ByteRate bytes_of(DataRate rate) {
  return {static_cast<double>(rate.bits_per_second) / 8};
}

io::HardDiskService service_of(const HddStorage& disk) {
  return {disk.seek, disk.rpm, bytes_of(disk.rate)};
}

/// Of a storage that is one disk.
io::DiskService service_of(const StorageConfig& config) {
  if (const auto* hdd = std::get_if<HddStorage>(&config.type)) return service_of(*hdd);
  if (const auto* flash = std::get_if<FlashStorage>(&config.type))
    return io::FlashService{flash->channels, flash->read_latency, flash->write_latency, bytes_of(flash->read_rate),
                            bytes_of(flash->write_rate)};
  const auto& fixed = std::get<FixedStorage>(config.type);
  return io::FixedService{fixed.service, fixed.rate ? bytes_of(*fixed.rate) : io::ByteRate{}, fixed.channels};
}

// Commands that a disk takes before it works on them all.
constexpr std::uint32_t kTags = 32;

/// The members of an array hold its LUN between them, in whole stripes.
Bytes member_capacity(const StorageConfig& config, const ArrayStorage& array, Bytes stripe) {
  const std::uint64_t each = (config.capacity.count + array.disks - 1) / array.disks;
  return Bytes{(each / stripe.count + 1) * stripe.count};
}

}  // namespace

std::uint16_t tag_outside(const ScenarioConfig& scenario, std::uint16_t vlan) {
  for (const ServerConfig& server : scenario.servers)
    for (const PartitionConfig& partition : server.partitions)
      for (const SharedEthernetConfig& sea : partition.io.shared_ethernet)
        if (sea.trunks[0].pvid == vlan) return 0;
  return vlan;
}

OutsideWorld::OutsideWorld(const ScenarioConfig& scenario, io::RequestLedger& ledger)
    : ledger_{ledger},
      san_{"san"},
      switch_{{scenario.network.network_switch.delay, scenario.network.network_switch.spanning_tree}, calendar_} {
  for (const StorageConfig& storage : scenario.storage) add_storage(storage, scenario.seed);
  for (std::size_t i = 0; i < scenario.network.hosts.size(); ++i) add_host(scenario, i);
}

void OutsideWorld::add_storage(const StorageConfig& config, std::uint64_t seed) {
  Device& device = devices_[config.name];
  device.wwpn = 0x5005'0768'0000'0000 + devices_.size();
  const std::string name = "storage." + config.name;
  if (const auto* array = std::get_if<ArrayStorage>(&config.type)) {
    io::DiskArrayConfig parts;
    parts.hit = array->hit_time;
    parts.read_hit_ratio = array->cache_hit.fraction();
    parts.write_cache = array->write_cache;
    parts.rate = bytes_of(array->rate);
    parts.members = array->disks;
    parts.member.service = service_of(array->disk);
    parts.member.capacity = member_capacity(config, *array, parts.stripe);
    device.array = std::make_unique<io::DiskArray>(name, parts, seed, calendar_, ledger_);
    device.device = &device.array->add_lun({config.capacity, config.max_transfer, kTags});
    return;
  }
  io::DiskConfig disk{service_of(config), config.capacity, config.max_transfer};
  if (const auto* fixed = std::get_if<FixedStorage>(&config.type)) disk.queue_depth = std::max(kTags, fixed->channels);
  if (const auto* flash = std::get_if<FlashStorage>(&config.type)) disk.queue_depth = std::max(kTags, flash->channels);
  device.disk = std::make_unique<io::Disk>(name, disk, seed, calendar_, ledger_);
  device.device = device.disk.get();
}

void OutsideWorld::add_host(const ScenarioConfig& scenario, std::size_t index) {
  const HostConfig& host = scenario.network.hosts[index];
  io::ExternalHostConfig config;
  config.mac = mac_of_host(index);
  config.port.rate = host.link;
  config.port.mtu = host.mtu;
  config.port.cable = host.delay;
  config.port.ledger = &ledger_;
  config.stream.mtu = host.mtu;
  config.stream.vlan = tag_outside(scenario, host.vlan);
  config.service = host.service;
  config.random = RandomKey{scenario.seed, "host." + host.name};
  config.ledger = &ledger_;
  auto& made = hosts_.emplace_back(std::make_unique<io::ExternalHost>(config, calendar_));
  plug_in(made->port());
}

DeviceCounts OutsideWorld::counts(const std::string& storage, SimTime now) const {
  const Device& device = devices_.at(storage);
  return counts_of(device.disk ? device.disk->statistics(now) : device.array->statistics(0, now));
}

void OutsideWorld::set_storage(const std::string& storage, bool up, SimTime now) {
  Device& device = devices_.at(storage);
  if (device.disk) device.disk->set_state(up, now);
  if (device.array) device.array->set_state(up, now);
}

void OutsideWorld::plug_in(io::EthernetPort& port) {
  io::EthernetPortConfig other = port.config();
  // Interrupts are the adapter's; the switch takes whatever the network may carry.
  other.mtu = 65'535;
  other.coalescing = SimTime{};
  io::EthernetPort::connect(port, switch_.add_port(other));
}

}  // namespace lparsim::scenario
