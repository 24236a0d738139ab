#pragma once
#include "lpars/workload/starter.hpp"
#include "lpars/workload/transaction_runs.hpp"
#include "lpars/workload/workload.hpp"

namespace lparsim::workload {

/// See Batch in config.hpp. A job that waits for a thread is queued; its response time begins when the workload does. Stream: ".demand",
/// by the number of the job.
class BatchWorkload final : public Workload {
 public:
  BatchWorkload(const Config& config, const Batch& batch, Hertz frequency, Randomness randomness, IoOperations* io);

  void attach(Host& host) override;
  void activated(SimTime now) override;
  void deactivated(SimTime now) override;
  Activity next_activity(std::uint32_t thread_tag, SimTime now) override;
  void timer_expired(std::uint32_t timer_tag, SimTime now) override;

 private:
  void start_threads(Cause cause, SimTime now);
  Work next_job(SimTime now);

  std::uint64_t jobs_;
  std::uint32_t threads_;
  Nice nice_;
  SimTime start_;
  Starter starter_;
  RandomKey demands_;
  TransactionRuns runs_;
  SimTime activated_;
  std::uint64_t waiting_ = 0;
  std::uint64_t begun_ = 0;  // jobs, over all activations
};

}  // namespace lparsim::workload
