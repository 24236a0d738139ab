#pragma once
#include <boost/circular_buffer.hpp>
#include <vector>

#include "lpars/workload/schedule.hpp"
#include "lpars/workload/transaction_runs.hpp"
#include "lpars/workload/workload.hpp"

namespace lparsim::workload {

/// See Open in config.hpp. A thread that completes a transaction takes the next waiting one without leaving its processor, as a server
/// process does that reads its next request from a socket. Streams: ".arrivals" and ".demand", by the number of the arrival.
class OpenWorkload final : public Workload {
 public:
  OpenWorkload(const Config& config, const Open& open, Hertz frequency, Randomness randomness, IoOperations* io);

  void attach(Host& host) override;
  void activated(SimTime now) override;
  void deactivated(SimTime now) override;
  Activity next_activity(std::uint32_t thread_tag, SimTime now) override;
  void timer_expired(std::uint32_t timer_tag, SimTime now) override;

 private:
  void arrive(SimTime now);
  void set_next_arrival(SimTime from);
  bool thread_is_free() const { return !free_.empty() || threads_.size() < most_threads_; }
  std::uint32_t take_thread();

  Distribution arrival_gap_;
  Profile profile_;
  std::uint32_t most_threads_;
  Nice nice_;
  SimTime start_;
  RandomStream arrivals_;
  RandomKey demands_;
  TransactionRuns runs_;
  Host* host_ = nullptr;
  TimerId next_arrival_{};
  std::uint64_t arrived_ = 0;           // over all activations
  std::vector<std::uint32_t> threads_;  // tags
  std::vector<std::uint32_t> free_;     // the one that served last is at the back: its caches are the warmest
  boost::circular_buffer<Work> waiting_;
};

}  // namespace lparsim::workload
