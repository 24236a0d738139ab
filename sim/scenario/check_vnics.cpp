#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>

#include "sim/base/text.hpp"
#include "sim/scenario/checks_io.hpp"

namespace lparsim::scenario {
namespace {

using Owner = IoIndex::Owner;

// IBM Docs, SR-IOV: partitions of an adapter in shared mode.
constexpr std::size_t kMostLogicalPorts = 64;
constexpr std::size_t kMostBackings = 6;

/// What the vNICs of a server want of one physical port.
struct Port {
  double capacity = 0;
  std::size_t logical_ports = 0;
};

/// False after an error.
bool check_backing(const IoChecking& io, Owner client, const Reference& backing, const std::string& key) {
  const Owner* owner = io.index.partition(backing.partition);
  if (owner == nullptr) {
    io.error(key, fmt::format("there is no partition {}; {}", shown(backing.partition),
                              io.checking.hint(backing.partition, io.index.partitions())));
    return false;
  }
  if (owner->server != client.server || io.index.config(*owner).type != PartitionType::vios) {
    io.error(key, fmt::format("`{}` is no VIOS of the same server; allowed: ports of one", backing.partition));
    return false;
  }
  const AdapterConfig* adapter = io.index.adapter(*owner, backing.name);
  if (adapter == nullptr) {
    if (io.read(io.place(*owner) + ".adapters"))
      io.error(key, fmt::format("`{}` has no adapter {}; {}", backing.partition, shown(backing.name),
                                io.checking.hint(backing.name, io.index.adapters(*owner))));
    return false;
  }
  if (!std::holds_alternative<EthernetPort>(adapter->type)) {
    io.error(key, fmt::format("`{}` is a Fibre Channel adapter; allowed: one of type ethernet", backing.text()));
    return false;
  }
  const auto& bridges = io.index.io(*owner).shared_ethernet;
  const auto bridge = std::ranges::find(bridges, backing.name, &SharedEthernetConfig::adapter);
  if (bridge != bridges.end()) {
    io.error(key, fmt::format("`{}` belongs to Shared Ethernet Adapter `{}`; allowed: a port in SR-IOV shared mode, which no other has",
                              backing.text(), bridge->name));
    return false;
  }
  return true;
}

}  // namespace

void check_vnics(const IoChecking& io, std::size_t server) {
  const auto& partitions = io.scenario().servers[server].partitions;
  std::map<std::string, Port> ports;
  for (std::size_t p = 0; p < partitions.size(); ++p) {
    for (std::size_t i = 0; i < partitions[p].io.ethernet.size(); ++i) {
      const EthernetConfig& adapter = partitions[p].io.ethernet[i];
      const std::string place = io.place({server, p}, "ethernet", i);
      if (!adapter.is_vnic() || !io.read(place)) continue;
      if (adapter.backing.size() > kMostBackings) {
        io.error(place + ".backing", fmt::format("{} backing devices; allowed: at most {}", adapter.backing.size(), kMostBackings));
        continue;
      }
      if (adapter.backing.size() == 1) io.warning(place + ".backing", "one backing device: there is none to take over");
      for (std::size_t b = 0; b < adapter.backing.size(); ++b) {
        const Reference& backing = adapter.backing[b];
        const std::string key = place + ".backing";
        if (!check_backing(io, {server, p}, backing, key)) continue;
        if (std::find(adapter.backing.begin(), adapter.backing.begin() + static_cast<std::ptrdiff_t>(b), backing) !=
            adapter.backing.begin() + static_cast<std::ptrdiff_t>(b)) {
          io.error(key, fmt::format("`{}` stands there twice; allowed: different physical ports", backing.text()));
          continue;
        }
        Port& port = ports[backing.text()];
        port.capacity += adapter.capacity.fraction();
        if (port.capacity > 1 + 1e-9)
          io.error(place + ".capacity", fmt::format("more than 100 % of `{}` with those before; allowed: 100 % in all", backing.text()));
        if (++port.logical_ports == kMostLogicalPorts + 1)
          io.error(key, fmt::format("`{}` has more than {} logical ports; allowed: at most so many", backing.text(), kMostLogicalPorts));
      }
    }
  }
}

}  // namespace lparsim::scenario
