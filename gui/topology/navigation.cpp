#include "gui/topology/navigation.hpp"

#include <cmath>

namespace lparsim::gui {

namespace {

bool canBeCurrent(PartKind kind) {
  switch (kind) {
    case PartKind::core:
    case PartKind::pool:
    case PartKind::hypervisor:
    case PartKind::partition:
    case PartKind::device:
      return true;
    default:
      return false;
  }
}

constexpr double kOutOfTheBox = 150;

int size(const MachineLayout& layout) {
  return static_cast<int>(layout.parts.size());
}

}  // namespace

int nextPart(const MachineLayout& layout, int from, int direction) {
  int place = from < 0 && direction < 0 ? size(layout) : from;
  do place += direction;
  while (place >= 0 && place < size(layout) && !canBeCurrent(layout.parts[static_cast<std::size_t>(place)].id.kind));
  return place >= 0 && place < size(layout) ? place : -1;
}

int neighbour(const MachineLayout& layout, int from, Qt::Key arrow) {
  const QPointF here = layout.parts[static_cast<std::size_t>(from)].area.center();
  const bool across = arrow == Qt::Key_Left || arrow == Qt::Key_Right;
  const double sign = arrow == Qt::Key_Left || arrow == Qt::Key_Up ? -1 : 1;
  int nearest = -1;
  double best = 0;
  for (int i = 0; i < size(layout); ++i) {
    const Part& part = layout.parts[static_cast<std::size_t>(i)];
    if (i == from || !canBeCurrent(part.id.kind)) continue;
    const QPointF away = part.area.center() - here;
    const double ahead = sign * (across ? away.x() : away.y());
    const double aside = std::abs(across ? away.y() : away.x());
    if (ahead < 1) continue;
    // Rather straight on than near.
    double distance = ahead + 2.5 * aside;
    // And to its like before what lies in another box.
    if (part.parent != layout.parts[static_cast<std::size_t>(from)].parent) distance += kOutOfTheBox;
    if (part.parent == from || layout.parts[static_cast<std::size_t>(from)].parent == i) distance += kOutOfTheBox;
    if (nearest >= 0 && distance >= best) continue;
    nearest = i;
    best = distance;
  }
  return nearest;
}

Selection selectionOf(const PartId& id) {
  switch (id.kind) {
    case PartKind::partition:
    case PartKind::virtualProcessor:
      return SelectedPartition{id.server, static_cast<PartitionId>(id.first)};
    case PartKind::core:
      return SelectedCore{id.server, static_cast<CoreId>(id.first)};
    case PartKind::device:
      return SelectedDevice{id.first};
    default:
      return {};
  }
}

int placeOf(const RunFacts& facts, const MachineLayout& layout, const Selection& selection) {
  if (const auto* partition = std::get_if<SelectedPartition>(&selection))
    return layout.find(PartId::ofPartition(partition->server, partition->partition));
  if (const auto* core = std::get_if<SelectedCore>(&selection))
    return layout.find({PartKind::core, core->server, static_cast<std::uint32_t>(core->core), 0});
  if (const auto* device = std::get_if<SelectedDevice>(&selection)) return layout.find(PartId::ofDevice(device->device));
  const auto* slice = std::get_if<SelectedSlice>(&selection);
  if (slice == nullptr) return -1;
  const LaneKey& lane = slice->lane;
  switch (lane.kind) {
    case LaneKey::Kind::core:
      return layout.find({PartKind::core, lane.server, lane.first, 0});
    case LaneKey::Kind::virtual_processor:
      return layout.find({PartKind::virtualProcessor, lane.server, lane.first, lane.second});
    case LaneKey::Kind::partition:
    case LaneKey::Kind::vsp:
      return layout.find({PartKind::partition, lane.server, lane.first, 0});
    case LaneKey::Kind::io_target:
      // The client's end of the first way to it.
      for (const trace::RouteFacts& route : facts.info.routes)
        if (route.target == lane.first && !route.devices.empty()) return layout.find(PartId::ofDevice(route.devices.front()));
  }
  return -1;
}

}  // namespace lparsim::gui
