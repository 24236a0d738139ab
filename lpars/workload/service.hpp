#pragma once
#include <boost/circular_buffer.hpp>
#include <vector>

#include "lpars/workload/transaction_runs.hpp"
#include "lpars/workload/workload.hpp"

namespace lparsim::workload {

/// See Service in config.hpp. A thread that has answered takes the next request that waits without leaving its processor. Requests that
/// come before the workload's `start` wait for it. Stream: ".demand", by the number of the request.
class ServiceWorkload final : public Workload, private IoOperations::Acceptor {
 public:
  ServiceWorkload(const Config& config, const Service& service, Hertz frequency, Randomness randomness, IoOperations& io);

  void attach(Host& host) override;
  void activated(SimTime now) override;
  void deactivated(SimTime now) override;
  Activity next_activity(std::uint32_t thread_tag, SimTime now) override;
  void timer_expired(std::uint32_t timer_tag, SimTime now) override;

 private:
  struct Request {
    std::uint64_t number = 0;  // the drivers'
    Work work;
  };
  struct Thread {
    std::uint64_t request = 0;
    bool answering = false;
    std::uint32_t io = 0;  // handle of the answer
  };

  void accept(std::uint64_t request, SimTime now) override;
  void begin(SimTime now);
  /// What the thread does next to answer; nothing when it has.
  std::optional<Activity> answer(std::uint32_t tag, SimTime now);

  std::uint32_t thread_count_;
  Nice nice_;
  SimTime start_;
  IoOperations& io_;
  RandomKey demands_;
  TransactionRuns runs_;
  Host* host_ = nullptr;
  TimerId begins_{};
  bool begun_ = false;
  std::uint64_t accepted_ = 0;       // over all activations
  std::vector<Thread> threads_;      // by tag
  std::vector<std::uint32_t> free_;  // the one that served last is at the back: its caches are the warmest
  boost::circular_buffer<Request> waiting_;
};

}  // namespace lparsim::workload
