#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <vector>

#include "sim/scenario/platform.hpp"
#include "sim/trace/recorder.hpp"

namespace lparsim::scenario {

/// Records what physical adapters and storage did, from one sample to the next.
class DeviceRecorder {
 public:
  /// All outlive it.
  DeviceRecorder(const ScenarioConfig& scenario, Platform& platform, trace::Recorder& recorder);
  void sample(SimTime begin, SimTime now);

 private:
  struct Device {
    std::uint32_t id = 0;
    std::function<DeviceCounts(SimTime now)> counts;
    DeviceCounts last;
  };
  trace::Recorder& recorder_;
  std::vector<Device> devices_;
};

}  // namespace lparsim::scenario
