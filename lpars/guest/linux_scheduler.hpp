#pragma once
#include <vector>

#include "lpars/guest/scheduler.hpp"

namespace lparsim::guest {

/// Linux: a run queue for each logical processor, in order of virtual run time: time on processors over the weight of the nice value, which
/// is 1.25 times as much for each step down. A thread wakes where it ran last if that is free, else on a whole free core, else on any free
/// hardware thread; virtual processors that lost their core come last (vcpu_is_preempted). It displaces the running one where that is
/// further ahead than a slice; who slept long comes two slices behind. No folding; a virtual processor without work polls ("snooze") before
/// it cedes.
class LinuxScheduler final : public Scheduler {
 public:
  explicit LinuxScheduler(const Config& config) : config_{config} {}

  void grow(std::uint32_t virtual_processors) override;
  std::uint32_t place(const Thread& thread, const ProcessorMap& processors) const override;
  std::uint32_t queue_for(const Thread& thread, const ProcessorMap& processors, std::uint32_t logical_processors) override;
  std::int64_t rank(const Thread& thread) const override { return thread.virtual_runtime; }
  void came(Thread& thread, std::uint32_t logical) override;
  void left(Thread& thread, SimTime ran) override;
  void joins(Thread& thread, std::uint32_t logical, const Thread* running, SimTime ran) override;
  bool displaces(const Thread& waking, const Thread& running, SimTime ran) const override;
  SimTime first_slice(std::uint32_t logical, SimTime now) const override;

 private:
  void settle(Thread& thread, std::uint32_t logical) const;

  Config config_;
  std::vector<std::int64_t> floor_;  ///< by logical processor: virtual run time that nobody there is behind, never falls
  std::uint32_t next_queue_ = 0;
};

}  // namespace lparsim::guest
