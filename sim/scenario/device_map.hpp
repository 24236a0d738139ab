#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "sim/scenario/io_index.hpp"
#include "sim/trace/facts.hpp"

namespace lparsim::scenario {

/// The devices of a scenario's virtual I/O, how they are connected, and the routes of its requests, for the run file. Targets and paths
/// have the numbers that the platform gives them.
class DeviceMap {
 public:
  using Owner = IoIndex::Owner;
  using Id = std::uint32_t;

  explicit DeviceMap(const IoIndex& index);

  const std::vector<trace::DeviceFacts>& devices() const { return devices_; }
  const std::vector<trace::ConnectionFacts>& connections() const { return connections_; }
  const std::vector<trace::RouteFacts>& routes() const { return routes_; }

  // Ids; what is asked for is there.
  Id storage(const std::string& name) const { return find(trace::DeviceKind::storage, kOutside, name); }
  /// Physical: of an adapter of a VIOS.
  Id adapter(Owner owner, const std::string& name) const;

 private:
  static constexpr Owner kOutside{~std::size_t{0}, ~std::size_t{0}};
  using Key = std::tuple<trace::DeviceKind, Owner, std::string>;
  using Way = std::vector<Id>;

  /// Of a server without a partition: the hypervisor's.
  static Owner hypervisor_of(std::size_t server) { return {server, ~std::size_t{0}}; }
  Id add(trace::DeviceKind kind, Owner owner, const std::string& name, std::string about);
  Id find(trace::DeviceKind kind, Owner owner, const std::string& name) const { return ids_.at({kind, owner, name}); }
  void connect(Id from, Id to, const std::string& about = {});
  void add_route(Id target, Id path, std::vector<Way> alternatives);

  // device_map.cpp
  void add_outside();
  void add_serving(Owner owner);
  void add_shared_ethernet(Owner owner, const SharedEthernetConfig& config);
  void add_using(Owner owner);
  void connect_physical(Owner owner);
  // device_routes.cpp
  Way to_disk(Owner vios, const std::string& served);
  Way to_storage(Owner vios, const std::string& adapter, const std::string& storage);
  /// From an adapter of a client to the switch outside, the way that is taken first before the others.
  std::vector<Way> to_network(Owner client, const EthernetConfig& adapter);
  std::vector<Way> to_peer(Owner client, const std::string& peer);
  void add_routes(Owner client);

  const IoIndex& index_;
  std::vector<trace::DeviceFacts> devices_;
  std::vector<trace::ConnectionFacts> connections_;
  std::vector<trace::RouteFacts> routes_;
  std::map<Key, Id> ids_;
  std::map<std::pair<Id, Id>, std::size_t> connected_;
  Id targets_ = 0;
};

/// What a client calls a path to a disk: its adapter, and with the VIOS where one name leads through several.
std::string path_name(const DiskConfig& disk, std::size_t path);
/// The scenario gives trunk adapters no names.
std::string trunk_name(const SharedEthernetConfig& config, std::size_t trunk);
/// The ways to a disk of a client; none of a VIOS's own.
const std::vector<Reference>& ways_to(const DiskConfig& disk);

}  // namespace lparsim::scenario
