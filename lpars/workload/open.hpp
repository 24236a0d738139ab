#pragma once
#include <boost/circular_buffer.hpp>
#include <vector>

#include "lpars/workload/demand.hpp"
#include "lpars/workload/workload.hpp"

namespace lparsim::workload {

/// See Open in config.hpp. A thread that completes a transaction takes the next waiting one without leaving its processor, as a server
/// process does that reads its next request from a socket. Streams: ".arrivals" and ".demand".
class OpenWorkload final : public Workload {
 public:
  OpenWorkload(std::string name, const Open& config, Hertz frequency, Randomness randomness);

  void attach(Host& host) override;
  void activated(SimTime now) override;
  void deactivated(SimTime now) override;
  Activity next_activity(std::uint32_t thread_tag, SimTime now) override;
  void timer_expired(std::uint32_t timer_tag, SimTime now) override;

 private:
  struct Thread {
    ThreadId id;
    SimTime arrived;  // of the transaction it serves
    std::uint32_t step = 0;
  };

  bool thread_is_free() const { return !free_.empty() || threads_.size() < most_threads_; }
  std::uint32_t take_thread();
  SimTime begin(Thread& thread, SimTime arrived);

  Distribution arrival_gap_;
  std::uint32_t most_threads_;
  RandomStream arrivals_;
  Demand demand_;
  Host* host_ = nullptr;
  TimerId next_arrival_{};
  std::vector<Thread> threads_;
  std::vector<std::uint32_t> free_;  // the one that served last is at the back: its caches are the warmest
  boost::circular_buffer<SimTime> waiting_;
};

}  // namespace lparsim::workload
