#pragma once
#include <memory>
#include <string>
#include <vector>

#include "models/hypervisor/dispatch/entitlement_dispatch.hpp"
#include "validation/oracles/random_frame.hpp"

namespace lparsim::validation {

/// Runs a drawn frame through the dispatch rules, its busy virtual processors computing for ever, and watches every switch with books of
/// its own: who is on which core, and what each partition and pool got in each window. Knows nothing of how the rules reach that.
class FrameRun final : public hypervisor::DispatchSink {
 public:
  explicit FrameRun(const oracles::Frame& frame, oracles::ShareExcessBy by = oracles::ShareExcessBy::kPartition);

  void run(SimTime duration);
  /// Consumption since the run began, in PU.
  std::vector<double> consumption() const;
  /// Whatever broke a rule, a sentence each; empty when all held.
  const std::vector<std::string>& violations() const { return violations_; }
  std::uint64_t dispatches() const { return dispatches_; }

  void switched_in(const hypervisor::SwitchIn&) override;
  void switched_out(const hypervisor::SwitchOut&) override;
  void window_began(SimTime) override {}

 private:
  struct OneVp {
    std::size_t partition = 0;
    std::int64_t core = -1;
    SimTime since;
  };
  void close_window(SimTime end);
  void charge(OneVp& vp, SimTime now);

  oracles::Frame frame_;
  std::unique_ptr<hypervisor::EntitlementDispatch> dispatch_;
  std::vector<PartitionId> partitions_;
  std::vector<OneVp> vps_;
  std::vector<std::int64_t> on_core_;
  std::vector<SimTime> in_window_;
  std::vector<SimTime> total_;
  std::vector<std::string> violations_;
  std::uint64_t dispatches_ = 0;
  SimTime now_;
};

}  // namespace lparsim::validation
