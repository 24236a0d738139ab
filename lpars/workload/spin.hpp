#pragma once
#include <vector>

#include "lpars/workload/workload.hpp"

namespace lparsim::workload {

/// See Spin in config.hpp. Has no transactions: its statistics stay at zero.
class SpinWorkload final : public Workload {
 public:
  SpinWorkload(std::string name, const Spin& config) : Workload{std::move(name)}, config_{config} {}

  void attach(Host& host) override;
  void activated(SimTime now) override;
  void deactivated(SimTime) override {}
  Activity next_activity(std::uint32_t thread_tag, SimTime now) override;
  void timer_expired(std::uint32_t timer_tag, SimTime now) override;

 private:
  Spin config_;
  Host* host_ = nullptr;
  std::vector<ThreadId> threads_;
};

}  // namespace lparsim::workload
