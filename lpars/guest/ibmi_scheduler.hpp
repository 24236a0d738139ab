#pragma once
#include "lpars/guest/scheduler.hpp"

namespace lparsim::guest {

/// IBM i: one task dispatching queue for all processors, by priority and then first come first served; the most favoured tasks run, and a
/// task that becomes ready displaces a less favoured one at once. A task prefers the processor where it ran last.
class IbmiScheduler final : public Scheduler {
 public:
  explicit IbmiScheduler(const Config& config) : config_{config} {}

  std::uint32_t place(const Thread& thread, const ProcessorMap& processors) const override;
  std::uint32_t queues(std::uint32_t) const override { return 1; }
  std::uint32_t queue_of(std::uint32_t) const override { return 0; }
  bool one_queue_for_all() const override { return true; }
  std::uint32_t queue_for(const Thread&, const ProcessorMap&, std::uint32_t) override { return 0; }
  std::int64_t rank(const Thread& thread) const override { return thread.nice; }
  bool displaces(const Thread& waking, const Thread& running, SimTime) const override { return waking.nice < running.nice; }
  SimTime first_slice(std::uint32_t, SimTime) const override { return config_.time_slice; }

 private:
  Config config_;
};

}  // namespace lparsim::guest
