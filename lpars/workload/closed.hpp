#pragma once
#include <vector>

#include "lpars/workload/demand.hpp"
#include "lpars/workload/workload.hpp"

namespace lparsim::workload {

/// See Closed in config.hpp. Streams: ".think" and ".demand".
class ClosedWorkload final : public Workload {
 public:
  ClosedWorkload(std::string name, const Closed& config, Hertz frequency, Randomness randomness);

  void attach(Host& host) override;
  void activated(SimTime now) override;
  void deactivated(SimTime now) override;
  Activity next_activity(std::uint32_t thread_tag, SimTime now) override;
  void timer_expired(std::uint32_t timer_tag, SimTime now) override;

 private:
  struct User {
    ThreadId thread;
    TimerId timer;
    SimTime submitted;
    std::uint32_t step = 0;
  };

  SimTime submit(User& user, SimTime now);

  std::uint32_t user_count_;
  Distribution think_;
  RandomStream thoughts_;
  Demand demand_;
  Host* host_ = nullptr;
  std::vector<User> users_;
};

}  // namespace lparsim::workload
