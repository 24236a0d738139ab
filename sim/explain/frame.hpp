#pragma once
#include <optional>
#include <string>
#include <vector>

#include "sim/trace/facts.hpp"
#include "sim/trace/history.hpp"

namespace lparsim::explain {

/// What an operator may change of a partition.
struct Rights {
  ProcessingUnits entitlement;
  std::uint32_t weight = 0;
  bool capped = true;
  /// Weight 0 acts as capped.
  bool shares_excess() const { return !capped && weight > 0; }
};

/// What explanations need to know of a server besides its dispatches.
class Frame {
 public:
  struct Change {
    SimTime at;
    Rights rights;
  };
  struct Partition {
    std::string name;
    bool dedicated = false;
    std::uint32_t virtual_processors = 0;  ///< the most there ever are
    std::size_t pool = 0;
    std::vector<Change> changes;  ///< the first at time 0
  };
  struct Pool {
    std::string name;
    ProcessingUnits maximum;
    bool limited = false;  ///< below the shared cores
  };

  /// `counters` as Reader::counters gives them, of all servers.
  Frame(const trace::RunInfo& run, ServerId server, const std::vector<trace::TrackEvent>& counters);

  ServerId server() const { return server_; }
  SimTime window() const { return window_; }
  std::uint32_t shared_cores() const { return cores_ - dedicated_cores_; }
  /// Dedicated partitions own the lowest cores.
  bool is_shared(CoreId core) const { return index(core) >= dedicated_cores_; }
  const std::vector<Partition>& partitions() const { return partitions_; }
  const Partition& partition(PartitionId id) const { return partitions_[index(id)]; }
  const std::vector<Pool>& pools() const { return pools_; }
  const Pool& pool_of(PartitionId id) const { return pools_[partition(id).pool]; }
  const Rights& rights(PartitionId id, SimTime at) const;
  bool any_pool_limited() const;

 private:
  ServerId server_;
  SimTime window_;
  std::uint32_t cores_ = 0, dedicated_cores_ = 0;
  std::vector<Partition> partitions_;
  std::vector<Pool> pools_;
};

}  // namespace lparsim::explain
