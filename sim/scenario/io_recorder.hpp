#pragma once
#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "models/io/request_ledger.hpp"
#include "sim/base/sampled_times.hpp"
#include "sim/base/time_average.hpp"
#include "sim/scenario/document.hpp"
#include "sim/trace/recorder.hpp"

namespace lparsim::scenario {

/// Follows the requests of all partitions: one row each at level full, sums for each interval, and the metrics of each target since the
/// end of the warmup. Targets and paths are added before the simulation starts. One ledger a run, so that numbers of requests are unique.
class IoRecorder final : public io::RequestObserver {
 public:
  /// By metric.
  using Values = std::unordered_map<std::string, double>;

  IoRecorder(const ScenarioConfig& scenario, trace::Recorder& recorder);

  /// What RequestLedger::begin takes. The same target twice is one. Partition and name as in the scenario.
  std::uint32_t add_target(const std::string& partition, const std::string& name, trace::IoTargetKind kind);
  /// What RequestLedger::sent takes: paths of a target count from 0 in this order. `adapter`: what the client calls it; `vios`: the
  /// partition that serves it, or empty.
  std::uint32_t add_path(std::uint32_t target, const std::string& adapter, const std::string& vios);

  bool wants_steps() const override { return recorder_.full(); }
  void request_began(std::uint32_t target, io::RequestKind kind, SimTime now) override;
  void request_ended(const io::RequestRecord& record) override;

  /// The warmup ends now.
  void begin(SimTime now);
  /// Records the interval since the last call (or the beginning).
  void sample(SimTime now);
  /// Those of metric_names.hpp, io_metrics(); latencies and stages only where there were requests.
  void add_metrics(Values& values, SimTime now) const;
  /// A metric that is scale x part / whole, places in what append_sums() appends; no whole: the time that has passed.
  struct Figure {
    std::string metric;
    std::size_t part = 0;
    std::optional<std::size_t> whole;
    double scale = 1;
  };
  /// Rates, bandwidths, requests under way and stages.
  std::vector<Figure> figures() const;
  /// Sums since begin(), times in picoseconds.
  void append_sums(std::vector<double>& to, SimTime now) const;
  /// Requests of `ledger` that have hung for a second and more, which no figure of those that ended shows: a sentence for each target.
  std::vector<std::string> remarks(const io::RequestLedger& ledger, SimTime now) const;
  /// Half the confidence intervals of latencies, in ms.
  void add_half_widths(Values& widths) const;

 private:
  __extension__ using Wide = __int128;  // latencies of a long run do not fit in 106 days

  /// Requests of one kind to one target.
  struct Flow {
    // Measured, since begin().
    SampledTimes latency;
    std::uint64_t requests = 0;
    std::uint64_t bytes = 0;
    // Since the last sample.
    trace::IoIntervalSample sums;
    std::uint32_t under_way = 0;
    SimTime changed;  ///< when under_way did
  };
  struct Target {
    std::string metrics;  ///< PARTITION.NAME
    PartitionId partition{};
    ServerId server{};
    trace::IoTargetKind kind{};
    std::uint32_t paths = 0;
    std::array<Flow, 2> flows;  ///< reads and writes, or sends and calls
    TimeAverage in_flight;
    std::uint64_t errors = 0;
    std::array<Wide, io::kStages> stages_ps{};
  };
  struct Place {
    ServerId server{};
    PartitionId partition{};
  };

  Flow& flow(std::uint32_t target, io::RequestKind kind);
  static void settle(Flow& flow, SimTime now);

  trace::Recorder& recorder_;
  std::unordered_map<std::string, Place> places_;  ///< by partition
  std::deque<Target> targets_;
  std::unordered_map<std::string, std::uint32_t> ids_;  ///< by kind and metrics prefix
  std::vector<trace::IoStep> steps_;
  SimTime begun_;
  SimTime sampled_;
};

}  // namespace lparsim::scenario
