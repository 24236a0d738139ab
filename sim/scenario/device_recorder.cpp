#include "sim/scenario/device_recorder.hpp"

#include <algorithm>

#include "sim/scenario/device_map.hpp"

namespace lparsim::scenario {

DeviceRecorder::DeviceRecorder(const ScenarioConfig& scenario, Platform& platform, trace::Recorder& recorder) : recorder_{recorder} {
  if (recorder.level() == trace::Level::off) return;
  const IoIndex index{scenario};
  const DeviceMap map{index};
  for (const trace::DeviceFacts& facts : map.devices()) {
    if (facts.kind == trace::DeviceKind::storage) {
      devices_.push_back(
          {facts.id, [&outside = platform.outside(), name = facts.name](SimTime now) { return outside.counts(name, now); }, {}});
    } else if (facts.kind == trace::DeviceKind::ethernet_adapter || facts.kind == trace::DeviceKind::fibre_channel_adapter) {
      devices_.push_back(
          {facts.id,
           [&server = platform.servers()[lparsim::index(*facts.server)]->virtual_io(), partition = lparsim::index(*facts.partition),
            name = facts.name](SimTime now) { return server.device_counts(partition, name, now); },
           {}});
    }
  }
}

void DeviceRecorder::sample(SimTime begin, SimTime now) {
  for (Device& device : devices_) {
    const DeviceCounts present = device.counts(now);
    trace::DeviceIntervalSample sample{device.id, begin, now, present.transfers - device.last.transfers, present.bytes - device.last.bytes,
                                       {}};
    for (std::size_t i = 0; i < present.busy.size(); ++i) sample.busy = std::max(sample.busy, present.busy[i] - device.last.busy[i]);
    if (sample.transfers > 0 || sample.busy > SimTime{}) recorder_.device_interval(sample);
    device.last = present;
  }
}

}  // namespace lparsim::scenario
