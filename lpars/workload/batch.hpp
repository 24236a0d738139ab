#pragma once
#include <vector>

#include "lpars/workload/demand.hpp"
#include "lpars/workload/workload.hpp"

namespace lparsim::workload {

/// See Batch in config.hpp. A job that waits for a thread is queued; its response time begins at activation. Stream: ".demand".
class BatchWorkload final : public Workload {
 public:
  BatchWorkload(std::string name, const Batch& config, Hertz frequency, Randomness randomness);

  void attach(Host& host) override;
  void activated(SimTime now) override;
  void deactivated(SimTime now) override;
  Activity next_activity(std::uint32_t thread_tag, SimTime now) override;
  void timer_expired(std::uint32_t timer_tag, SimTime now) override;

 private:
  struct Thread {
    ThreadId id;
    std::uint32_t step = 0;
  };

  SimTime begin_job(Thread& thread, SimTime now);

  Batch config_;
  Demand demand_;
  Host* host_ = nullptr;
  SimTime begin_;  // of the whole batch
  std::uint64_t waiting_ = 0;
  std::vector<Thread> threads_;
};

}  // namespace lparsim::workload
