#pragma once
#include <string>
#include <vector>

#include "validation/dispatch_watch/watched_dispatch.hpp"
#include "validation/oracles/random_frame.hpp"

namespace lparsim::validation {

/// Runs a drawn frame through the dispatch rules, its busy virtual processors computing for ever.
class FrameRun {
 public:
  explicit FrameRun(const oracles::Frame& frame, oracles::ShareExcessBy by = oracles::ShareExcessBy::kPartition);

  void run(SimTime duration);
  /// Of each partition since the run began, in PU.
  std::vector<double> consumption() const;
  const WatchedDispatch& watched() const { return watched_; }

 private:
  WatchedDispatch watched_;
  std::vector<PartitionId> partitions_;
};

}  // namespace lparsim::validation
