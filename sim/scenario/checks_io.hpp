#pragma once
#include <string>
#include <string_view>

#include "sim/scenario/checks.hpp"
#include "sim/scenario/io_index.hpp"

namespace lparsim::scenario {

/// What the checks of virtual I/O share: where things stand, and how one says that something is wrong with them.
struct IoChecking {
  Checking& checking;
  const IoIndex& index;

  const ScenarioConfig& scenario() const { return checking.scenario; }
  std::string place(IoIndex::Owner owner) const { return checking.places.partition(owner.server, owner.partition); }
  std::string place(IoIndex::Owner owner, std::string_view list, std::size_t element) const {
    return checking.places.part(owner.server, owner.partition, list, element);
  }
  void error(const std::string& place, std::string message) const { checking.diagnostics.error_at(place, std::move(message)); }
  void warning(const std::string& place, std::string message) const { checking.diagnostics.warning_at(place, std::move(message)); }
  /// Whether nothing under this path was wrong so far: only then is it judged.
  bool read(const std::string& place) const { return !checking.diagnostics.has_errors_under(place); }
  bool serves(IoIndex::Owner owner) const {
    const PartitionType type = index.config(owner).type;
    return type == PartitionType::vios || type == PartitionType::ibmi;
  }
};

// All of virtual I/O; check_io() does these in order.

/// What only a VIOS has; disks that it serves and what lies on them.
void check_served_storage(const IoChecking& io, IoIndex::Owner owner);
/// Shared storage pools: what they are made of, what lies in them, and which VIOSes may share them.
void check_storage_pools(const IoChecking& io);
/// The disks of clients: where they lead, queue depths, which adapters.
void check_client_disks(const IoChecking& io);
/// Virtual and Shared Ethernet Adapters of a server.
void check_shared_ethernet(const IoChecking& io, std::size_t server);
void check_virtual_ethernet(const IoChecking& io, std::size_t server);
/// The vNICs of a server's partitions: their backing devices, and the ports that they share.
void check_vnics(const IoChecking& io, std::size_t server);
/// What transactions read, write, send to and call.
void check_io_steps(const IoChecking& io, IoIndex::Owner owner);
void check_io_events(const IoChecking& io);

}  // namespace lparsim::scenario
