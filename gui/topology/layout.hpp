#pragma once
#include <QRectF>
#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "gui/data/run_facts.hpp"

namespace lparsim::gui {

/// What is drawn of a machine. Containers come before what lies in them.
enum class PartKind : std::uint8_t {
  frame,             ///< a server
  chip,              ///< first: its number
  core,              ///< first: its number
  pool,              ///< first: PoolId
  group,             ///< the client partitions of a pool (first: PoolId), or those with dedicated cores (kDedicatedGroup)
  hypervisor,        ///< of a server
  partition,         ///< first: PartitionId
  virtualProcessor,  ///< first: PartitionId, second: its number
  device,            ///< first: trace::DeviceFacts::id; server: 0, ids count over all
  outside            ///< network and storage
};
inline constexpr std::uint32_t kDedicatedGroup = ~0U;

struct PartId {
  PartKind kind{};
  ServerId server{};
  std::uint32_t first = 0;
  std::uint32_t second = 0;
  auto operator<=>(const PartId&) const = default;

  static PartId ofDevice(std::uint32_t device) { return {PartKind::device, ServerId{0}, device, 0}; }
  static PartId ofPartition(ServerId server, PartitionId partition) {
    return {PartKind::partition, server, static_cast<std::uint32_t>(partition), 0};
  }
};

struct Part {
  PartId id;
  QRectF area;
  int parent = -1;     ///< the container's place in MachineLayout::parts
  bool holds = false;  ///< is a container: lines run over it, while they run behind other parts
};

enum class WireKind : std::uint8_t { network, storage, hook, hypervisorCalls };

/// A line between two parts.
struct Wire {
  WireKind kind{};
  int from = 0, to = 0;     ///< places in MachineLayout::parts; `from` is nearer to the client, or the hooked one
  std::uint32_t index = 0;  ///< in RunInfo::connections; of a hook in RunInfo::vsp_hooks
};

/// Where everything is: depends on the facts alone, so that nothing moves while time does. Lengths are logical pixels at scale 1.
struct MachineLayout {
  std::vector<Part> parts;  ///< what lies in something comes after it
  std::vector<Wire> wires;
  QRectF bounds;
  double titleHeight = 20;  ///< of a server's and a pool's title: the higher, the larger the machine is

  /// Its place in `parts`, or -1.
  int find(const PartId& id) const;
  /// The innermost part there, or -1.
  int partAt(const QPointF& point) const;
  /// The wire between two devices in either direction, or -1.
  int wireBetween(std::uint32_t device, std::uint32_t other) const;

  std::map<PartId, int> places;
  std::map<std::pair<std::uint32_t, std::uint32_t>, int> connections;  ///< wire by both devices, the smaller first
};

MachineLayout layOut(const RunFacts& facts);

}  // namespace lparsim::gui
