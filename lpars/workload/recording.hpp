#pragma once
#include <boost/circular_buffer.hpp>
#include <vector>

#include "lpars/workload/demand_curve.hpp"
#include "lpars/workload/workload.hpp"

namespace lparsim::workload {

/// See Recording in config.hpp. A transaction is what one quantum hands out: it arrives when the quantum begins, and is completed when
/// every thread has done its burst of it. Each thread does its bursts in order. `queued` counts quanta that no thread has begun.
///
/// What does not divide into equal whole picoseconds is handed out with the next quantum: nothing is lost. Draws nothing.
class RecordingWorkload final : public Workload {
 public:
  RecordingWorkload(const Config& config, const Recording& recording);

  void attach(Host& host) override;
  void activated(SimTime now) override;
  void deactivated(SimTime now) override;
  Activity next_activity(std::uint32_t thread_tag, SimTime now) override;
  void timer_expired(std::uint32_t timer_tag, SimTime now) override;

 private:
  struct Quantum {
    SimTime begin;
    SimTime burst;
    std::uint32_t threads_left;
  };
  struct Thread {
    ThreadId id;
    std::uint64_t done = 0;  // quanta
    bool blocked = true;
  };

  Quantum& quantum(std::uint64_t number) { return quanta_[static_cast<std::size_t>(number - first_)]; }
  std::uint64_t handed_out() const { return first_ + quanta_.size(); }
  SimTime begin_burst(Thread& thread, SimTime now);
  void hand_out(SimTime now);
  void set_next_quantum(std::uint64_t number);

  DemandCurve demand_;
  SimTime quantum_;
  SimTime start_;
  Nice nice_;
  std::uint32_t thread_count_;
  Host* host_ = nullptr;
  TimerId next_quantum_{};
  std::vector<Thread> threads_;
  boost::circular_buffer<Quantum> quanta_{16};  // handed out and not completed
  std::uint64_t first_ = 0;                     // the number of the first of them; those without demand have none
  std::uint64_t begun_ = 0;
  SimTime origin_;                 // of the recording
  std::uint64_t next_number_ = 0;  // the next quantum, with or without demand, counted from origin_
  double carried_ = 0;             // processor time below a picosecond a thread
  SimTime left_;                   // of all quanta but the last
  SimTime fresh_;                  // of the last
};

}  // namespace lparsim::workload
