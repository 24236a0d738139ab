#pragma once
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "sim/base/time.hpp"
#include "sim/scenario/document.hpp"
#include "sim/trace/recorder.hpp"

namespace lparsim::scenario {

/// The lines of the timeline in the run file: server > chip > core, server > pool, server > partition > virtual_processor and workload.
/// Cores and virtual processors are called by their numbers, as `dispatch` has them; the others by their names. What the operator does
/// is an instant on the partition's line.
class Tracks {
 public:
  Tracks(const ScenarioConfig& scenario, trace::Recorder& recorder);

  /// The operator did `what` to the partition.
  void event(std::string_view partition, SimTime now, std::string_view what);
  /// The figures that the operator changed, as counters on the partition's line.
  void change(const EventConfig& event, SimTime now);
  /// Those of a partition, by their numbers.
  const std::vector<trace::TrackId>& virtual_processors(std::string_view partition) const;

 private:
  void add_cores(const ProcessorConfig& processor, trace::TrackId server);
  void add_partition(const PartitionConfig& partition, const ScenarioConfig& scenario, trace::TrackId server);

  trace::Recorder& recorder_;
  trace::NameId operator_, entitlement_, weight_, capped_, online_;
  std::unordered_map<std::string, trace::TrackId> partitions_;
  std::unordered_map<std::string, std::vector<trace::TrackId>> virtual_processors_;
};

}  // namespace lparsim::scenario
