#pragma once
#include <cstddef>
#include <string>
#include <unordered_map>
#include <vector>

#include "sim/scenario/io_recorder.hpp"
#include "sim/scenario/platform.hpp"
#include "sim/scenario/vsp_recorder.hpp"

namespace lparsim::scenario {

/// The confidence intervals of a run's metrics, and whether its measured part still warms up.
///
/// Metrics that are ratios of two sums (physc, throughput, ...) get theirs from batches of time: the sums are noted at 256 to 512 points
/// of the measured part, whole dispatch windows apart, half of which are forgotten whenever a run that goes on has too many. Response
/// times and dispatch delays keep batches of their own (SampledTimes). docs/decisions/0006-confidence-intervals.md.
class Confidence {
 public:
  Confidence(const ScenarioConfig& scenario, Platform& platform, const IoRecorder& io, const VspRecorder& services);

  /// The measured part begins.
  void begin(SimTime now);
  /// When the sums are to be noted next.
  SimTime next() const { return next_; }
  void note(SimTime now);

  /// Half widths by metric, in the metric's unit; without those that have none.
  std::unordered_map<std::string, double> half_widths() const;
  /// A sentence for each workload whose response times still show a trend from the beginning of the measured part. None when operators
  /// act in the measured part, and none of a server with a load that follows a schedule or a recording, its neighbours included: then a
  /// change is what was asked for.
  std::vector<std::string> warmup_remarks() const;

 private:
  /// A metric that is scale x part / the greater whole, all of them places in a note.
  struct Ratio {
    std::string metric;
    std::size_t part;
    std::size_t whole;
    std::size_t or_whole;
    double scale;
  };
  using Sums = std::vector<double>;

  void name_ratios();
  Sums sums(SimTime now) const;

  const ScenarioConfig& scenario_;
  Platform& platform_;
  const IoRecorder& io_;
  const VspRecorder& services_;
  std::vector<Ratio> ratios_;
  std::vector<Sums> notes_;
  SimTime begun_;
  SimTime period_;
  SimTime next_;
};

}  // namespace lparsim::scenario
