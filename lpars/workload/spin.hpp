#pragma once
#include <vector>

#include "lpars/workload/starter.hpp"
#include "lpars/workload/workload.hpp"

namespace lparsim::workload {

/// See Spin in config.hpp. Has no transactions: its statistics stay at zero.
class SpinWorkload final : public Workload {
 public:
  SpinWorkload(const Config& config, const Spin& spin)
      : Workload{config.name}, count_{spin.threads}, nice_{config.nice}, starter_{config.start, spin.stagger} {}

  void attach(Host& host) override;
  void activated(SimTime now) override;
  void deactivated(SimTime now) override;
  Activity next_activity(std::uint32_t thread_tag, SimTime now) override;
  void timer_expired(std::uint32_t timer_tag, SimTime now) override;

 private:
  void start_threads(Cause cause, SimTime now);

  std::uint32_t count_;
  Nice nice_;
  Starter starter_;
  Host* host_ = nullptr;
  SimTime activated_;
  std::vector<ThreadId> threads_;
};

}  // namespace lparsim::workload
