#pragma once
// For tests: facts and flows of machines of any size.
#include <string>

#include "gui/data/flows.hpp"
#include "gui/data/run_facts.hpp"

namespace lparsim::gui::testing {

/// `web`, `db` on one VIOS and storage outside; `web` also talks to a host. 2 cores.
inline RunFacts smallMachine() {
  using trace::DeviceKind;
  RunFacts facts;
  facts.host.trace_level = "full";
  facts.info.duration = SimTime::from_s(10);
  trace::ServerFacts server;
  server.name = "frame1";
  server.generation = "POWER9";
  server.cores = 2;
  server.cores_per_chip = 12;
  server.frequency = Hertz{3.4e9};
  server.memory = Bytes{std::uint64_t{128} << 30};
  server.dispatch_window = SimTime::from_ms(10);
  facts.info.servers = {server};
  facts.info.pools = {{ServerId{0}, PoolId{0}, "default", ProcessingUnits::cores(2), {}}};
  const auto partition = [&](const char* name, const char* type, int hundredths, std::uint32_t vps) {
    trace::PartitionFacts p;
    p.partition = static_cast<PartitionId>(facts.info.partitions.size());
    p.name = name;
    p.type = type;
    p.entitlement = ProcessingUnits::from_hundredths(hundredths);
    p.virtual_processors = vps;
    p.weight = 128;
    p.pool = "default";
    facts.info.partitions.push_back(p);
  };
  partition("vios1", "vios", 20, 2);
  partition("web", "linux", 50, 2);
  partition("db", "aix", 50, 1);
  const auto device = [&](std::optional<std::uint32_t> owner, bool inside, DeviceKind kind, const char* name, const char* about) {
    trace::DeviceFacts d;
    d.id = static_cast<std::uint32_t>(facts.info.devices.size());
    if (inside) d.server = ServerId{0};
    if (owner) d.partition = static_cast<PartitionId>(*owner);
    d.kind = kind;
    d.name = name;
    d.about = about;
    facts.info.devices.push_back(d);
  };
  device(0, true, DeviceKind::ethernet_adapter, "ent0", "10 Gb/s");                  // 0
  device(0, true, DeviceKind::fibre_channel_adapter, "fcs0", "16 Gb/s");             // 1
  device(0, true, DeviceKind::shared_ethernet_adapter, "sea0", "7 threads");         // 2
  device({}, true, DeviceKind::virtual_switch, "ETHERNET0", "");                     // 3
  device(0, true, DeviceKind::trunk_adapter, "sea0 trunk 1", "VLAN 1; priority 1");  // 4
  device(0, true, DeviceKind::disk, "hdisk0", "on lun0");                            // 5
  device({}, false, DeviceKind::network_switch, "network", "");                      // 6
  device({}, false, DeviceKind::host, "internet", "1 Gb/s");                         // 7
  device({}, false, DeviceKind::fabric, "san", "");                                  // 8
  device({}, false, DeviceKind::storage, "lun0", "array");                           // 9
  device(1, true, DeviceKind::virtual_ethernet, "eth0", "VLAN 1");                   // 10
  device(1, true, DeviceKind::vscsi_client, "vscsi0", "served by vios1");            // 11
  device(0, true, DeviceKind::vscsi_server, "vhost", "");                            // 12
  device(2, true, DeviceKind::vscsi_client, "vscsi0", "served by vios1");            // 13
  facts.info.connections = {{3, 4, "VLAN 1"}, {4, 2, ""},  {2, 0, ""}, {0, 6, "10 Gb/s"}, {6, 7, ""}, {10, 3, "VLAN 1"},
                            {11, 12, ""},     {12, 5, ""}, {5, 1, ""}, {1, 8, ""},        {8, 9, ""}, {13, 12, ""}};
  facts.info.routes = {{0, 0, 0, {10, 3, 4, 2, 0, 6, 7}}, {1, 0, 0, {11, 12, 5, 1, 8, 9}}, {2, 0, 0, {13, 12, 5, 1, 8, 9}}};
  facts.targets = {{0, ServerId{0}, PartitionId{1}, "internet", trace::IoTargetKind::peer},
                   {1, ServerId{0}, PartitionId{1}, "sda", trace::IoTargetKind::disk},
                   {2, ServerId{0}, PartitionId{2}, "data", trace::IoTargetKind::disk}};
  return facts;
}

/// The small machine with a Virtual Service Partition that filters `hook` for `clients`.
inline RunFacts hookedMachine(std::uint16_t hook, const char* clients) {
  RunFacts facts = smallMachine();
  trace::PartitionFacts vsp = facts.info.partitions[0];
  vsp.partition = PartitionId{3};
  vsp.name = "filter";
  vsp.type = "vsp";
  facts.info.partitions.push_back(vsp);
  trace::VspHookFacts facts_of_hook;
  facts_of_hook.vsp = PartitionId{3};
  facts_of_hook.hook = hook;
  facts_of_hook.role = 2;
  facts_of_hook.clients = clients;
  facts.info.vsp_hooks = {facts_of_hook};
  return facts;
}

/// `partitions` clients in three pools and with dedicated cores, two VIOSes, 240 cores.
inline RunFacts largeMachine(std::uint32_t partitions) {
  using trace::DeviceKind;
  RunFacts facts = smallMachine();
  facts.info.servers[0].cores = 240;
  facts.info.servers[0].cores_per_chip = 15;
  facts.info.pools.push_back({ServerId{0}, PoolId{1}, "databases", ProcessingUnits::cores(20), {}});
  facts.info.pools.push_back({ServerId{0}, PoolId{2}, "test", ProcessingUnits::cores(10), {}});
  facts.info.partitions.resize(1);
  facts.info.devices.clear();
  facts.info.connections.clear();
  facts.info.routes.clear();
  facts.targets.clear();
  trace::PartitionFacts vios = facts.info.partitions[0];
  vios.partition = PartitionId{1};
  vios.name = "vios2";
  facts.info.partitions.push_back(vios);
  const auto device = [&](std::optional<std::uint32_t> owner, DeviceKind kind, std::string name) {
    trace::DeviceFacts d;
    d.id = static_cast<std::uint32_t>(facts.info.devices.size());
    if (kind != DeviceKind::storage) d.server = ServerId{0};
    if (owner) d.partition = static_cast<PartitionId>(*owner);
    d.kind = kind;
    d.name = std::move(name);
    facts.info.devices.push_back(d);
    return d.id;
  };
  const std::uint32_t servers[] = {device(0, DeviceKind::vscsi_server, "vhost"), device(1, DeviceKind::vscsi_server, "vhost")};
  for (std::uint32_t i = 0; i < partitions; ++i) {
    trace::PartitionFacts p;
    p.partition = static_cast<PartitionId>(2 + i);
    p.name = "lpar" + std::to_string(i);
    p.type = "aix";
    p.entitlement = ProcessingUnits::from_hundredths(10);
    p.virtual_processors = 1 + i % 4;
    p.pool = i % 3 == 0 ? "default" : i % 3 == 1 ? "databases" : "test";
    if (i % 50 == 49) {
      p.mode = "dedicated";
      p.cores = p.virtual_processors = 2;
      p.entitlement = ProcessingUnits::cores(2);
      p.pool.clear();
    }
    facts.info.partitions.push_back(p);
    const std::uint32_t client = device(2 + i, DeviceKind::vscsi_client, "vscsi0");
    const std::uint32_t disk = device(i % 2, DeviceKind::disk, "hdisk" + std::to_string(i));
    const std::uint32_t lun = device({}, DeviceKind::storage, "lun" + std::to_string(i));
    facts.info.connections.push_back({client, servers[i % 2], ""});
    facts.info.connections.push_back({servers[i % 2], disk, ""});
    facts.info.connections.push_back({disk, lun, ""});
    facts.info.routes.push_back({i, 0, 0, {client, servers[i % 2], disk, lun}});
    facts.targets.push_back({i, ServerId{0}, p.partition, "hdisk0", trace::IoTargetKind::disk});
  }
  return facts;
}

inline Figure figure(double value, const char* unit, std::string sentence = {}) {
  return {value, unit, std::move(sentence)};
}

/// Everybody uses some, every third core is busy, every target has requests.
inline Flows someFlows(const RunFacts& facts) {
  Flows flows;
  flows.at = SimTime::from_s(5);
  flows.begin = SimTime::from_ms(4'500);
  flows.end = SimTime::from_ms(5'500);
  for (const trace::PartitionFacts& p : facts.info.partitions) {
    PartitionFlow flow;
    flow.partition = p.partition;
    flow.entitlement = p.entitlement;
    const double physc = p.entitlement.value() * (0.2 + 0.3 * static_cast<double>(index(p.partition) % 5));
    flow.physc = figure(physc, "PU", "physc: processors' worth of time really used");
    flow.entc = figure(100 * physc / p.entitlement.value(), "%", "entc: of its entitlement");
    flow.hcalls = figure(1000, "/s", "calls to the hypervisor");
    flows.partitions.push_back(flow);
  }
  for (std::uint32_t c = 0; c < facts.info.servers[0].cores; ++c) {
    CoreFlow flow;
    flow.core = CoreId{c};
    flow.known = true;
    flow.busy = c % 3 == 0;
    flow.partition = facts.info.partitions[c % facts.info.partitions.size()].partition;
    flow.state = c % 2 == 0 ? State::entitled : State::excess;
    flow.load = figure(flow.busy ? 80 : 10, "%", "load: time with a virtual processor on it");
    flows.cores.push_back(flow);
  }
  for (const trace::IoTarget& target : facts.targets) {
    TargetFlow flow;
    flow.target = target.id;
    flow.requests = figure(300, "/s");
    flow.bytes = figure(4e6, "B/s");
    flows.targets.push_back(flow);
  }
  for (const trace::DeviceFacts& d : facts.info.devices) {
    if (d.kind != trace::DeviceKind::storage && d.kind != trace::DeviceKind::ethernet_adapter) continue;
    flows.devices.push_back({d.id, figure(40, "%", "busy: time with at least one command"), figure(300, "/s"), figure(4e6, "B/s")});
  }
  for (const trace::PoolFacts& p : facts.info.pools)
    flows.pools.push_back({p.server, p.pool, figure(0.8, "PU", "used"), figure(40, "%", "load")});
  return flows;
}

}  // namespace lparsim::gui::testing
