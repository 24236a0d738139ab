#pragma once
#include <vector>

#include "lpars/workload/schedule.hpp"
#include "lpars/workload/transaction_runs.hpp"
#include "lpars/workload/workload.hpp"

namespace lparsim::workload {

/// See Closed in config.hpp. Streams: ".think" and ".demand", both by user and number of the user's transaction.
class ClosedWorkload final : public Workload {
 public:
  ClosedWorkload(const Config& config, const Closed& closed, Hertz frequency, Randomness randomness, IoOperations* io);

  void attach(Host& host) override;
  void activated(SimTime now) override;
  void deactivated(SimTime now) override;
  Activity next_activity(std::uint32_t thread_tag, SimTime now) override;
  void timer_expired(std::uint32_t timer_tag, SimTime now) override;

 private:
  enum class State : std::uint8_t { home, thinking, working };
  /// The user's thread has the user's number for a tag, and so has the timer.
  struct User {
    TimerId timer;
    State state = State::home;
    RandomKey thoughts;
    RandomKey demands;
    std::uint64_t transactions = 0;  // over all activations
  };

  SimTime begin_to_think(std::uint32_t user);
  Work submit(std::uint32_t user, SimTime now);
  void set_present(std::uint32_t present, SimTime now);
  void set_next_change(SimTime from);

  std::uint32_t users_at_factor_1_;
  Distribution think_;
  Profile profile_;
  SimTime start_;
  SimTime stagger_;
  Nice nice_;
  TransactionRuns runs_;
  Host* host_ = nullptr;
  std::vector<User> users_;    // as many as there ever are
  std::uint32_t present_ = 0;  // users from this on are at home, or will go there
  TimerId change_{};
  Profile::Change next_change_;
};

}  // namespace lparsim::workload
