#include "gui/topology/flow_lines.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace lparsim::gui {

namespace {

using trace::DeviceKind;
using trace::RouteFacts;

/// Adds up what passes each wire, by wire and direction.
class Sums {
 public:
  void add(int wire, bool backwards, double perSecond, double bytes, double failed) {
    if (wire < 0 || !(perSecond > 0)) return;
    FlowLine& line = lines_[{wire, backwards}];
    line.wire = wire;
    line.backwards = backwards;
    line.perSecond += perSecond;
    line.bytesPerSecond += bytes;
    line.failedPerSecond += failed;
  }
  std::vector<FlowLine> take() const {
    std::vector<FlowLine> all;
    for (const auto& [key, line] : lines_) all.push_back(line);
    return all;
  }

 private:
  std::map<std::pair<int, bool>, FlowLine> lines_;
};

/// How much the first physical adapter of a way did; nothing where it has none.
double activityOf(const RunFacts& facts, const Flows& flows, const RouteFacts& route) {
  for (const std::uint32_t id : route.devices) {
    if (id >= facts.info.devices.size()) continue;
    const DeviceKind kind = facts.info.devices[id].kind;
    if (kind != DeviceKind::ethernet_adapter && kind != DeviceKind::fibre_channel_adapter) continue;
    const auto found = std::ranges::find(flows.devices, id, &DeviceFlow::device);
    return found == flows.devices.end() ? 0 : found->requests.value;
  }
  return 0;
}

void addRoute(Sums& sums, const RunFacts& facts, const MachineLayout& layout, const RouteFacts& route, const TargetFlow& flow,
              double share) {
  for (std::size_t i = 1; i < route.devices.size(); ++i) {
    const int wire = layout.wireBetween(route.devices[i - 1], route.devices[i]);
    if (wire < 0) continue;
    const bool backwards = facts.info.connections[layout.wires[static_cast<std::size_t>(wire)].index].from != route.devices[i - 1];
    sums.add(wire, backwards, flow.requests.value * share, flow.bytes.value * share, flow.failed.value * share);
  }
}

/// A backup that sends a keep-alive now and then is not in use.
constexpr double kLeastShare = 0.02;

}  // namespace

std::vector<FlowLine> flowLines(const RunFacts& facts, const MachineLayout& layout, const Flows& flows) {
  std::map<std::uint32_t, std::vector<const RouteFacts*>> routes;
  for (const RouteFacts& route : facts.info.routes) routes[route.target].push_back(&route);
  Sums sums;
  for (const TargetFlow& flow : flows.targets) {
    const auto found = routes.find(flow.target);
    if (found == routes.end()) continue;
    std::vector<double> activities;
    double all = 0;
    for (const RouteFacts* route : found->second) all += activities.emplace_back(activityOf(facts, flows, *route));
    for (std::size_t i = 0; i < activities.size(); ++i) {
      const double share = all > 0 ? activities[i] / all : i == 0 ? 1 : 0;
      if (share >= kLeastShare) addRoute(sums, facts, layout, *found->second[i], flow, share);
    }
  }
  for (std::size_t l = 0; l < layout.wires.size(); ++l) {
    const Wire& wire = layout.wires[l];
    if (wire.kind == WireKind::hook) {
      const trace::VspHookFacts& hook = facts.info.vsp_hooks[wire.index];
      const PartId& hooked = layout.parts[static_cast<std::size_t>(wire.from)].id;
      for (const HookFlow& flow : flows.hooks) {
        if (flow.server != hook.server || flow.vsp != hook.vsp || flow.hook != hook.hook) continue;
        // A hook of partitions has a line for each.
        if (hooked.kind == PartKind::partition && hooked.first != static_cast<std::uint32_t>(flow.client)) continue;
        sums.add(static_cast<int>(l), false, flow.calls.value, 0, flow.failed.value);
      }
    } else if (wire.kind == WireKind::hypervisorCalls) {
      const PartId& caller = layout.parts[static_cast<std::size_t>(wire.from)].id;
      for (const PartitionFlow& flow : flows.partitions)
        if (flow.server == caller.server && static_cast<std::uint32_t>(flow.partition) == caller.first && flow.hcalls)
          sums.add(static_cast<int>(l), false, flow.hcalls->value, 0, 0);
    }
  }
  return sums.take();
}

double widthOf(const FlowLine& line, WireKind kind) {
  const bool carriesBytes = kind == WireKind::network || kind == WireKind::storage;
  // 10 kB/s and 10 calls a second are thin; a thousand times as much is 4.5 pixels wider.
  const double units = carriesBytes && line.bytesPerSecond > 0 ? line.bytesPerSecond / 1e4 : line.perSecond / 10;
  return std::clamp(1.5 + 1.5 * std::log10(std::max(units, 1.0)), 1.5, 9.0);
}

}  // namespace lparsim::gui
