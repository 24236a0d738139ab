#pragma once
#include <string>
#include <unordered_map>
#include <vector>

#include "lpars/guest/processor_times.hpp"
#include "models/hypervisor/usage.hpp"
#include "sim/report/metric_table.hpp"
#include "sim/scenario/confidence.hpp"
#include "sim/scenario/device_recorder.hpp"
#include "sim/scenario/io_recorder.hpp"
#include "sim/scenario/platform.hpp"
#include "sim/scenario/vsp_recorder.hpp"

namespace lparsim::scenario {

/// Turns what the models count into what users read: interval samples (from one sample to the next) and metrics (from the end of the
/// warmup on). Only reads the models, but for the reset at the end of the warmup.
class Measurement {
 public:
  Measurement(const ScenarioConfig& scenario, Platform& platform, IoRecorder& io, VspRecorder& services, trace::Recorder& recorder);

  /// The warmup ends now: everything measured begins here.
  void begin(SimTime now);
  /// Records an interval sample of each partition and pool since the last call (or the beginning).
  void sample(SimTime now);
  /// All metrics over what has been measured so far; NaN where there is no sample yet.
  report::MetricTable metrics(SimTime now);
  Confidence& confidence() { return confidence_; }

 private:
  struct State {
    hypervisor::PartitionUsage usage;
    guest::ProcessorTimes times;
    std::vector<hypervisor::VpUsage> vps;
    std::vector<guest::LogicalTimes> logical;  ///< vp * smt + thread
    std::vector<VirtualIoPlatform::AdapterCounts> adapters;
    std::vector<hypervisor::HcallCount> hcalls;
  };
  struct ServerState {
    std::vector<State> partitions;
    std::vector<hypervisor::PoolUsage> pools;
    SimTime used;
  };
  /// `each`: with its virtual and logical processors.
  ServerState state_of(Server& server, SimTime now, bool each) const;
  static void add_adapters(std::unordered_map<std::string, double>& values, const PartitionConfig& partition, const State& begin,
                           const State& present, SimTime elapsed);
  void sample_processors(const Server& server, const Server::Member& member, const State& last, const State& present, SimTime now);
  void sample_hcalls(const Server& server, const Server::Member& member, const State& last, const State& present, SimTime now);
  void sample(Server& server, const ServerState& last, const ServerState& present, SimTime now);

  const ScenarioConfig& scenario_;
  Platform& platform_;
  IoRecorder& io_;
  VspRecorder& services_;
  trace::Recorder& recorder_;
  Confidence confidence_;
  DeviceRecorder devices_;
  SimTime begun_;
  SimTime sampled_;
  std::vector<ServerState> at_begin_;
  std::vector<ServerState> at_sample_;
};

}  // namespace lparsim::scenario
