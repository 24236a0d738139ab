#include "gui/topology/layout_builder.hpp"

#include <algorithm>
#include <cmath>

namespace lparsim::gui {

namespace {

using trace::DeviceFacts;
using trace::DeviceKind;

/// The trace::kVspHooks that happen in the hypervisor, in devices, in partitions.
bool isHookOfDevice(std::string_view hook, DeviceKind kind) {
  if (hook == "switch.frame") return kind == DeviceKind::virtual_switch;
  if (hook == "sea.forward") return kind == DeviceKind::shared_ethernet_adapter;
  if (hook == "vscsi.command") return kind == DeviceKind::vscsi_server;
  return false;
}

bool isHookOfPartitions(std::string_view hook) {
  return hook == "os.service" || hook == "application.event";
}

/// `clients`: names with commas; empty: all.
bool names(const std::string& clients, const std::string& name) {
  if (clients.empty()) return true;
  const std::string all = ", " + clients + ",";
  return all.find(", " + name + ",") != std::string::npos;
}

bool isOfStorage(DeviceKind kind) {
  switch (kind) {
    case DeviceKind::vscsi_client:
    case DeviceKind::vscsi_server:
    case DeviceKind::vfc_client:
    case DeviceKind::vfc_server:
    case DeviceKind::volume:
    case DeviceKind::disk:
    case DeviceKind::fibre_channel_adapter:
    case DeviceKind::fabric:
    case DeviceKind::storage:
      return true;
    default:
      return false;
  }
}

}  // namespace

bool isServing(DeviceKind kind) {
  switch (kind) {
    case DeviceKind::virtual_ethernet:
    case DeviceKind::vnic:
    case DeviceKind::vscsi_client:
    case DeviceKind::vfc_client:
    case DeviceKind::virtual_switch:
      return false;
    default:
      return true;
  }
}

std::size_t inARowOf(std::size_t boxes) {
  return std::max<std::size_t>(8, static_cast<std::size_t>(std::ceil(std::sqrt(3.0 * static_cast<double>(boxes)))));
}

QSizeF sizeOfRows(std::size_t boxes, std::size_t inARow) {
  if (boxes == 0) return {0, 0};
  const auto columns = static_cast<double>(std::min(boxes, inARow));
  const auto rows = static_cast<double>((boxes + inARow - 1) / inARow);
  return {columns * (kDeviceBox.width() + kDeviceGap) - kDeviceGap, rows * (kDeviceBox.height() + kDeviceGap) - kDeviceGap};
}

int LayoutBuilder::add(const PartId& id, const QRectF& area, int parent, bool holds) {
  const int place = static_cast<int>(layout_.parts.size());
  layout_.parts.push_back({id, area, parent, holds});
  layout_.places.emplace(id, place);
  return place;
}

QRectF LayoutBuilder::addDevices(const std::vector<const DeviceFacts*>& devices, const QPointF& at, double width, int parent) {
  const auto fit = static_cast<std::size_t>((width + kDeviceGap) / (kDeviceBox.width() + kDeviceGap));
  const std::size_t columns = std::max<std::size_t>(1, std::min(devices.size(), fit));
  const QSizeF size = sizeOfRows(devices.size(), columns);
  for (std::size_t i = 0; i < devices.size(); ++i) {
    const std::size_t row = i / columns;
    const std::size_t inRow = std::min(columns, devices.size() - row * columns);
    const double left = at.x() + (width - sizeOfRows(inRow, inRow).width()) / 2;
    const QPointF corner{left + static_cast<double>(i % columns) * (kDeviceBox.width() + kDeviceGap),
                         at.y() + static_cast<double>(row) * (kDeviceBox.height() + kDeviceGap)};
    add(PartId::ofDevice(devices[i]->id), {corner, kDeviceBox}, parent);
  }
  return {at, QSizeF{width, size.height()}};
}

void LayoutBuilder::addOutside(const QPointF& at, double width) {
  const auto ofKinds = [&](std::initializer_list<DeviceKind> kinds) {
    std::vector<const DeviceFacts*> found;
    for (const DeviceFacts& d : info_.devices)
      if (!d.server && std::ranges::find(kinds, d.kind) != kinds.end()) found.push_back(&d);
    return found;
  };
  const auto switches = ofKinds({DeviceKind::network_switch});
  const auto hosts = ofKinds({DeviceKind::host, DeviceKind::other});
  const auto fabrics = ofKinds({DeviceKind::fabric});
  const auto storage = ofKinds({DeviceKind::storage});
  if (switches.empty() && hosts.empty() && fabrics.empty() && storage.empty()) return;
  const double least = sizeOfRows(2, 2).width();
  const bool both = !(switches.empty() && hosts.empty()) && !(fabrics.empty() && storage.empty());
  const double inside = std::max(width - 2 * kPadding, both ? 2 * least + 4 * kDeviceGap : least);
  // Each side gets room by what it has, but two boxes at least.
  const auto weight = [](std::size_t boxes) {
    return static_cast<double>(std::clamp<std::size_t>(boxes, 2, 24));
  };
  const double room = both ? inside - 4 * kDeviceGap : inside;
  const double share = both                                ? weight(hosts.size()) / (weight(hosts.size()) + weight(storage.size()))
                       : switches.empty() && hosts.empty() ? 0
                                                           : 1;
  const double left = both ? std::clamp(room * share, least, room - least) : room * share;
  const int container = add({PartKind::outside, ServerId{0}, 0, 0}, {}, -1, true);
  const double top = at.y() + kPadding;
  double bottom = top;
  const auto addSide = [&](const auto& above, const auto& below, double x, double wide) {
    double y = top;
    if (!above.empty()) y = addDevices(above, {x, y}, wide, container).bottom() + kRankGap + kDeviceGap;
    if (!below.empty()) y = addDevices(below, {x, y}, wide, container).bottom();
    bottom = std::max(bottom, y);
  };
  if (left > 0) addSide(switches, hosts, at.x() + kPadding, left);
  if (left < room) addSide(fabrics, storage, at.x() + kPadding + (both ? left + 4 * kDeviceGap : 0), room - left);
  part(container).area = {at, QSizeF{inside + 2 * kPadding, bottom - at.y() + titleHeight() + kPadding}};
}

void LayoutBuilder::addConnections() {
  for (std::size_t i = 0; i < info_.connections.size(); ++i) {
    const trace::ConnectionFacts& c = info_.connections[i];
    const int from = layout_.find(PartId::ofDevice(c.from));
    const int to = layout_.find(PartId::ofDevice(c.to));
    if (from < 0 || to < 0) continue;
    const bool storage = isOfStorage(info_.devices[c.from].kind) || isOfStorage(info_.devices[c.to].kind);
    const int place = static_cast<int>(layout_.wires.size());
    if (layout_.connections.emplace(std::minmax(c.from, c.to), place).second)
      layout_.wires.push_back({storage ? WireKind::storage : WireKind::network, from, to, static_cast<std::uint32_t>(i)});
  }
}

std::vector<int> LayoutBuilder::hooked(const trace::VspHookFacts& hook) const {
  const std::string_view name = trace::name_in(trace::kVspHooks, hook.hook);
  std::vector<int> places;
  const auto take = [&](const PartId& id) {
    if (const int place = layout_.find(id); place >= 0) places.push_back(place);
  };
  for (const DeviceFacts& d : info_.devices)
    if (d.server == hook.server && isHookOfDevice(name, d.kind)) take(PartId::ofDevice(d.id));
  if (isHookOfPartitions(name)) {
    for (const trace::PartitionFacts& p : info_.partitions)
      if (p.server == hook.server && p.partition != hook.vsp && names(hook.clients, p.name))
        take(PartId::ofPartition(p.server, p.partition));
  }
  if (places.empty()) take({PartKind::hypervisor, hook.server, 0, 0});
  return places;
}

void LayoutBuilder::addHooks() {
  for (std::size_t i = 0; i < info_.vsp_hooks.size(); ++i) {
    const trace::VspHookFacts& hook = info_.vsp_hooks[i];
    const int to = layout_.find(PartId::ofPartition(hook.server, hook.vsp));
    if (to < 0) continue;
    for (const int from : hooked(hook)) layout_.wires.push_back({WireKind::hook, from, to, static_cast<std::uint32_t>(i)});
  }
}

void LayoutBuilder::addLinks() {
  addConnections();
  addHooks();
  for (const trace::PartitionFacts& p : info_.partitions) {
    const int from = layout_.find(PartId::ofPartition(p.server, p.partition));
    const int to = layout_.find({PartKind::hypervisor, p.server, 0, 0});
    if (from >= 0 && to >= 0) layout_.wires.push_back({WireKind::hypervisorCalls, from, to, 0});
  }
}

MachineLayout LayoutBuilder::take() {
  for (const Part& part : layout_.parts) layout_.bounds = layout_.bounds.united(part.area);
  const double margin = 2 * kPadding;
  layout_.bounds.adjust(-margin, -margin, margin, margin);
  return std::move(layout_);
}

}  // namespace lparsim::gui
