#pragma once
#include "models/hypervisor/protocol.hpp"

namespace lparsim::scenario {

/// Passes what the platform tells a partition on to its operating system, which is made later: drivers come in between, and they need
/// adapters of a partition that the hypervisor knows already.
class PartitionRelay final : public hypervisor::PartitionListener {
 public:
  void set(hypervisor::PartitionListener& partition) { partition_ = &partition; }

  void activated(std::uint32_t online, SimTime now) override { partition_->activated(online, now); }
  void deactivated(SimTime now) override { partition_->deactivated(now); }
  void online_processors_changed(std::uint32_t online, SimTime now) override { partition_->online_processors_changed(online, now); }
  void dispatched(std::uint32_t vp, CoreId core, SimTime now, SimTime useful_from, SimTime warm_from) override {
    partition_->dispatched(vp, core, now, useful_from, warm_from);
  }
  void preempted(std::uint32_t vp, SimTime now) override { partition_->preempted(vp, now); }
  void virtual_interrupt(std::uint32_t source, SimTime now) override { partition_->virtual_interrupt(source, now); }

 private:
  hypervisor::PartitionListener* partition_ = nullptr;
};

}  // namespace lparsim::scenario
