#pragma once
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "sim/base/time.hpp"
#include "sim/scenario/document.hpp"
#include "sim/trace/recorder.hpp"

namespace lparsim::scenario {

struct PartitionTracks {
  trace::TrackId partition{};
  std::vector<trace::TrackId> virtual_processors;  ///< all that it ever has
};

/// The lines of the timeline in the run file: server > chip > core, server > pool, server > partition > virtual_processor and workload.
/// Cores and virtual processors are called by their numbers, as `dispatch` has them; the others by their names. What the operator does
/// is an instant on the line of the partition, of the server, or of the storage.
class Tracks {
 public:
  Tracks(const ScenarioConfig& scenario, trace::Recorder& recorder);

  /// The operator did `what`, as the event says to whom.
  void event(const EventConfig& event, SimTime now, std::string_view what);
  /// The figures of a partition that the operator changed, as counters on its line.
  void change(const EventConfig& event, SimTime now);
  /// By its name.
  const PartitionTracks& of(const std::string& partition) const { return partitions_.at(partition); }

 private:
  void add_cores(const ProcessorConfig& processor, trace::TrackId server);
  void add_partition(const PartitionConfig& partition, const ScenarioConfig& scenario, trace::TrackId server);

  trace::Recorder& recorder_;
  trace::NameId operator_, entitlement_, weight_, capped_, online_;
  std::unordered_map<std::string, PartitionTracks> partitions_;
  std::unordered_map<std::string, trace::TrackId> servers_;
  std::unordered_map<std::string, trace::TrackId> storages_;
};

}  // namespace lparsim::scenario
