#include <algorithm>
#include <utility>

#include "sim/base/check.hpp"
#include "sim/scenario/io_addresses.hpp"
#include "sim/scenario/io_routes.hpp"
#include "sim/scenario/virtual_io_platform.hpp"

namespace lparsim::scenario {
namespace {

sea::HaMode mode_of(HaMode mode) {
  switch (mode) {
    case HaMode::disabled:
      return sea::HaMode::disabled;
    case HaMode::automatic:
      return sea::HaMode::automatic;
    case HaMode::standby:
      return sea::HaMode::standby;
    case HaMode::sharing:
      return sea::HaMode::sharing;
  }
  return sea::HaMode::disabled;
}

}  // namespace

std::uint32_t VirtualIoPlatform::virtual_switch(const std::string& name) const {
  const auto& names = index_.scenario().servers[server_].virtual_switches;
  return static_cast<std::uint32_t>(std::ranges::find(names, name) - names.begin());
}

void VirtualIoPlatform::add_shared_ethernet(std::size_t partition) {
  Partition& owner = partitions_[partition];
  const PartitionIoConfig& io = config(partition).io;
  const auto id = id_of<PartitionId>(partition);
  std::size_t trunks = 0;  // of all of them
  for (std::size_t s = 0; s < io.shared_ethernet.size(); ++s) {
    const SharedEthernetConfig& from = io.shared_ethernet[s];
    const AdapterConfig& adapter = *index_.adapter({server_, partition}, from.adapter);
    sea::SeaConfig to;
    to.mac = mac_of(server_, partition, AddressKind::port, s);
    to.clock = clock();
    to.threaded = from.mode == SeaMode::threaded;
    to.threads = from.threads;
    to.queue_size = from.queue_size;
    to.large_send = from.large_send;
    to.jumbo_frames = from.jumbo_frames;
    for (const TrunkConfig& trunk : from.trunks) {
      sea::TrunkConfig made;
      made.mac = mac_of(server_, partition, AddressKind::trunk, trunks++);
      made.pvid = trunk.pvid;
      made.vlans = trunk.vlans;
      made.adapter =
          virtual_io().add_ethernet(id, {made.mac, trunk.pvid, trunk.vlans, virtual_switch(trunk.virtual_switch), trunk.priority});
      to.trunks.push_back(made);
    }
    to.failover.mode = mode_of(from.ha_mode);
    to.failover.priority = from.trunks[0].priority;
    to.failover.keep_alive = from.heartbeat;
    to.failover.settle += index_.scenario().network.network_switch.delay;
    to.failover.missed = from.missed_heartbeats;
    to.failover.ping_interval = from.ping_interval;
    to.failover.ping_retries = from.ping_retries;
    if (from.ha_mode != HaMode::disabled) {
      to.failover.control_mac = mac_of(server_, partition, AddressKind::control, s);
      to.failover.control =
          virtual_io().add_ethernet(id, {to.failover.control_mac, from.control_vlan, {}, virtual_switch(from.trunks[0].virtual_switch), 0});
    }
    if (const HostConfig* host = from.ping.empty() ? nullptr : index_.host(from.ping)) {
      to.failover.ping = mac_of_host(static_cast<std::size_t>(host - index_.scenario().network.hosts.data()));
      to.failover.ping_vlan = tag_outside(index_.scenario(), host->vlan);
    }
    io::EthernetPortConfig port;
    port.rate = std::get<EthernetPort>(adapter.type).rate;
    port.mtu = from.mtu();
    port.ledger = &ledger_;
    auto& wire = owner.ethernet_ports[from.adapter] = std::make_unique<io::EthernetPort>(port, outside_.calendar());
    outside_.plug_in(*wire);
    owner.shared_ethernet.push_back(std::make_unique<sea::SharedEthernetAdapter>(to, *owner.calls, *wire, &ledger_));
    if (vsp::Hooks* hooks = hypervisor_.hooks()) owner.shared_ethernet.back()->set_hooks(*hooks, id);
  }
}

drivers::FrameDriver& VirtualIoPlatform::add_virtual_ethernet(std::size_t client, const EthernetConfig& from, io::MacAddress mac) {
  drivers::EthernetClientConfig driver;
  driver.adapter.mac = mac;
  driver.adapter.adapter =
      virtual_io().add_ethernet(id_of<PartitionId>(client), {mac, from.pvid, from.vlans, virtual_switch(from.virtual_switch), 0});
  driver.adapter.large = from.large_send;
  driver.hypervisor = index_.scenario().servers[server_].hypervisor.virtual_io;
  Partition& owner = partitions_[client];
  return *owner.ethernet.emplace_back(std::make_unique<drivers::EthernetClient>(*owner.calls, driver, ledger_));
}

drivers::NetworkOperations* VirtualIoPlatform::add_ethernet(std::size_t partition) {
  Partition& owner = partitions_[partition];
  const PartitionConfig& of = config(partition);
  for (std::size_t i = 0; i < of.io.ethernet.size(); ++i) {
    const EthernetConfig& from = of.io.ethernet[i];
    const io::MacAddress mac = mac_of(server_, partition, AddressKind::client, i);
    drivers::FrameDriver& driver = from.is_vnic() ? add_vnic(partition, from, mac) : add_virtual_ethernet(partition, from, mac);
    io::StreamConfig streams;
    streams.mtu = from.mtu;
    streams.large_send = from.large_send;
    owner.stacks.push_back(std::make_unique<drivers::NetworkStack>(driver, mac, streams, drivers::NetworkCosts{}, clock(), ledger_));
  }
  if (owner.stacks.empty()) return nullptr;
  if (owner.stacks.size() > 1) {
    std::vector<drivers::NetworkOperations*> all;
    for (const auto& stack : owner.stacks) all.push_back(stack.get());
    owner.network = std::make_unique<drivers::NetworkChoice>(std::move(all));
  }
  for (std::size_t w = 0; w < of.workloads.size(); ++w) {
    if (!std::holds_alternative<workload::Service>(of.workloads[w].type)) continue;
    for (const auto& stack : owner.stacks) stack->add_service(of.workloads[w].name, service_number(w));
  }
  for (const std::string& peer : peers_of(of)) {
    const auto route = route_to(index_, {server_, partition}, peer);
    LPARSIM_CHECK(route.has_value(), "{} does not reach {}", of.name, peer);
    const std::uint32_t target = recorder_.add_target(of.name, peer, trace::IoTargetKind::peer);
    recorder_.add_path(target, of.io.ethernet[route->adapter].name, "");
    owner.stacks[route->adapter]->add_peer(peer, route->mac, route->service, target);
    if (owner.network) owner.network->add_peer(peer, route->adapter);
  }
  if (owner.network) return owner.network.get();
  return owner.stacks[0].get();
}

std::vector<VirtualIoPlatform::AdapterCounts> VirtualIoPlatform::adapter_counts(std::size_t partition) const {
  const Partition& owner = partitions_[partition];
  std::vector<AdapterCounts> counts;
  auto ethernet = owner.ethernet.begin();
  auto vnic = owner.vnics.begin();
  for (const EthernetConfig& adapter : config(partition).io.ethernet) {
    if (adapter.is_vnic()) {
      const drivers::VnicClientCounts& of = (*vnic++)->counts();
      counts.push_back({of.sent, of.received, of.dropped, of.failovers});
    } else {
      const drivers::EthernetClient& driver = **ethernet++;
      counts.push_back({driver.sent(), driver.received(), driver.dropped(), 0});
    }
  }
  return counts;
}

void VirtualIoPlatform::set_ha_mode(std::size_t partition, const std::string& shared_ethernet, HaMode mode, SimTime now) {
  const auto& all = config(partition).io.shared_ethernet;
  const auto found = std::ranges::find(all, shared_ethernet, &SharedEthernetConfig::name);
  LPARSIM_CHECK(found != all.end(), "{} has no {}", config(partition).name, shared_ethernet);
  partitions_[partition].shared_ethernet[static_cast<std::size_t>(found - all.begin())]->set_ha_mode(mode_of(mode), now);
}

}  // namespace lparsim::scenario
