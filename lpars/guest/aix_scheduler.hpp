#pragma once
#include "lpars/guest/scheduler.hpp"

namespace lparsim::guest {

/// AIX: a run queue for each logical processor; threads go to the primary hardware threads of all unfolded virtual processors first, then
/// to the secondary ones, and so on ("raw throughput"), or fill some hardware threads of one virtual processor before the next ("scaled",
/// vpm_throughput_mode 2 and 4). Threads leave at clock ticks, 100 a second and phased over the logical processors; a more favoured thread
/// displaces another one at once. Virtual processors that are not needed are folded.
class AixScheduler final : public Scheduler {
 public:
  explicit AixScheduler(const Config& config) : config_{config} {}

  std::uint32_t place(const Thread& thread, const ProcessorMap& processors) const override;
  std::uint32_t queue_for(const Thread& thread, const ProcessorMap& processors, std::uint32_t logical_processors) override;
  std::int64_t rank(const Thread& thread) const override { return thread.nice; }
  bool displaces(const Thread& waking, const Thread& running, SimTime ran) const override;
  SimTime first_slice(std::uint32_t logical, SimTime now) const override;
  bool slices_by_clock() const override { return true; }
  std::uint32_t unfolded(double runnable, std::uint32_t online) const override;

 private:
  Config config_;
  std::uint32_t next_queue_ = 0;
};

}  // namespace lparsim::guest
