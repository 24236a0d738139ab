#include "gui/data/device_flows.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "gui/data/flow_words.hpp"

namespace lparsim::gui {

namespace {

using trace::DeviceFacts;
using trace::DeviceKind;

bool isCounted(DeviceKind kind) {
  return kind == DeviceKind::ethernet_adapter || kind == DeviceKind::fibre_channel_adapter || kind == DeviceKind::storage;
}

DeviceFlow flowOf(const DeviceFacts& device, const trace::DeviceIntervalSample* sample) {
  if (sample != nullptr && sample->begin >= sample->end) sample = nullptr;
  const double seconds = sample == nullptr ? 1 : (sample->end - sample->begin).seconds();
  const double busy = sample == nullptr ? 0 : 100 * sample->busy.seconds() / seconds;
  const double transfers = sample == nullptr ? 0 : static_cast<double>(sample->transfers) / seconds;
  const double bytes = sample == nullptr ? 0 : static_cast<double>(sample->bytes) / seconds;
  const bool wire = device.kind == DeviceKind::ethernet_adapter;
  DeviceFlow flow;
  flow.device = device.id;
  flow.busy = {
      busy, "%",
      fmt::format("busy: {} {:.3g} % of the time", wire ? "frames were on its wire for" : "it had at least one command for", busy)};
  flow.requests = {transfers, "/s", fmt::format("{}: {} a second", wire ? "frames sent and received" : "commands", rateText(transfers))};
  flow.bytes = {bytes, "B/s", fmt::format("moved: {}, both directions together", byteRateText(bytes))};
  return flow;
}

}  // namespace

Result<std::vector<DeviceFlow>> deviceFlowsAt(Sources& sources, SimTime at) {
  const auto samples = sources.reader.device_intervals(at);
  if (!samples) return unexpected(samples.error());
  std::vector<DeviceFlow> flows;
  if (samples->empty()) return flows;
  for (const DeviceFacts& device : sources.facts->info.devices) {
    if (!isCounted(device.kind)) continue;
    const auto found = std::ranges::find(*samples, device.id, &trace::DeviceIntervalSample::device);
    flows.push_back(flowOf(device, found == samples->end() ? nullptr : &*found));
  }
  return flows;
}

}  // namespace lparsim::gui
