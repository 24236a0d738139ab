#pragma once
#include "lpars/guest/scheduler.hpp"

namespace lparsim::guest {

/// Threads take turns on each logical processor, a slice each, in the order in which they came, whatever their nice value; nobody displaces
/// anybody. Nothing is folded. A service of a kernel policy (docs/models/kernel-policy.md), not an operating system's own.
class RoundRobinScheduler final : public Scheduler {
 public:
  explicit RoundRobinScheduler(const Config& config) : config_{config} {}

  std::uint32_t place(const Thread& thread, const ProcessorMap& processors) const override;
  std::uint32_t queue_for(const Thread& thread, const ProcessorMap& processors, std::uint32_t logical_processors) override;
  std::int64_t rank(const Thread&) const override { return 0; }
  bool displaces(const Thread&, const Thread&, SimTime) const override { return false; }
  SimTime first_slice(std::uint32_t, SimTime) const override { return config_.time_slice; }

 private:
  Config config_;
  std::uint32_t next_queue_ = 0;
};

}  // namespace lparsim::guest
