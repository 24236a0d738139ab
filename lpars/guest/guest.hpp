#pragma once
#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "lpars/guest/index_list.hpp"
#include "lpars/guest/processor_times.hpp"
#include "lpars/guest/timer_heap.hpp"
#include "lpars/workload/host.hpp"
#include "lpars/workload/workload.hpp"
#include "models/hypervisor/protocol.hpp"
#include "sim/base/time.hpp"

namespace lparsim::guest {

struct Config {
  /// A thread that has run so long goes behind the others that wait. AIX looks at every clock tick, 100 times a second ("timeslice" of
  /// schedo: one 10 ms tick by default); so does this guest: a thread that ran alone leaves at its next full slice.
  SimTime time_slice = SimTime::from_ms(10);
};

/// The operating system of one partition: runs its workloads' threads on its virtual processors, one thread on each.
///
/// Ready threads wait in one first come first served queue. One that becomes ready while a virtual processor is idle wakes the one it
/// ran on last, else the one that became idle last, and is bound to it from then on. A virtual processor with nothing to do cedes at
/// once; one that the hypervisor preempts keeps its thread, which goes on when it is dispatched again (from `useful_from`). What is due
/// at the very instant of a preemption or removal still happens; deactivation comes first. Proven in guest_test and
/// guest_queueing_test against queueing formulas.
///
/// Knows no simulation kernel: its owner calls on_timer() at next_timer(), which every call may change, and passes on the platform's
/// callbacks. Costs nothing while idle or while every virtual processor has at most one endless thread.
class Guest final : public hypervisor::PartitionListener, private workload::Host {
 public:
  using Workloads = std::vector<std::unique_ptr<workload::Workload>>;
  Guest(hypervisor::ProcessorControl& control, Config config, Workloads workloads);

  void activated(std::uint32_t online, SimTime now) override;
  void deactivated(SimTime now) override;
  void online_processors_changed(std::uint32_t online, SimTime now) override;
  void dispatched(std::uint32_t vp, CoreId core, SimTime now, SimTime useful_from, SimTime warm_from) override;
  void preempted(std::uint32_t vp, SimTime now) override;

  /// The cores run at so many millionths of their nominal frequency from now on.
  void set_frequency(std::int64_t /*ppm*/, SimTime /*now*/) {}
  /// Hardware threads per core from now on: of that virtual processor, or of all.
  void set_smt(std::optional<std::uint32_t> /*vp*/, std::uint32_t /*threads*/, SimTime /*now*/) {}

  /// The earliest instant at which something is due; SimTime::never() if the guest waits for the platform only.
  SimTime next_timer() const { return std::min(vp_timers_.earliest(), workload_timers_.earliest()); }
  /// Does what is due at `now`, which is not later than next_timer(): ends of bursts and slices in the order of the virtual
  /// processors, then timers of workloads in the order of their creation.
  void on_timer(SimTime now);

  /// Since activation or the last reset. Exact at every instant.
  ProcessorTimes times(SimTime now) const;
  /// End of the warmup, for processor times and workloads alike.
  void reset_statistics(SimTime now);
  const Workloads& workloads() const { return workloads_; }
  /// Ready threads without a virtual processor.
  std::uint32_t queue_length() const { return queue_length_; }

 private:
  static constexpr std::uint32_t kNone = IndexList::kNone;
  enum class VpState : std::uint8_t { offline, idle, woken, running, preempted };
  enum class ThreadState : std::uint8_t { blocked, queued, on_processor };
  struct VirtualProcessor {
    VpState state = VpState::offline;
    std::uint32_t thread = kNone;  // none only while offline, idle, or preempted at the end of its work
    SimTime dispatched_at;
    SimTime useful_from;
    SimTime charged_to;  // times_ and the thread's progress are right up to here
  };
  struct Thread {
    workload::Workload* owner;
    std::uint32_t tag;
    ThreadState state = ThreadState::blocked;
    std::uint32_t last_vp = kNone;
    SimTime remaining;   // never() for ever
    SimTime slice_used;  // beyond a whole slice only while nobody waits
  };
  struct Timer {
    workload::Workload* owner;
    std::uint32_t tag;
  };

  workload::ThreadId create_thread(workload::Workload& owner, std::uint32_t tag, workload::Nice nice) override;
  workload::LockId lock(std::string_view name) override;
  void cancel_timer(workload::TimerId timer) override;
  workload::TimerId create_timer(workload::Workload& owner, std::uint32_t tag) override;
  void make_ready(workload::ThreadId thread, SimTime demand, workload::Cause cause, SimTime now) override;
  void set_timer(workload::TimerId timer, SimTime when) override;

  // On a virtual processor that is running.
  static void charge(const VirtualProcessor& vp, SimTime now, ProcessorTimes& times);
  void advance(VirtualProcessor& vp, SimTime now);
  void stop(std::uint32_t vp, SimTime now);
  void end_burst_if_due(VirtualProcessor& vp, SimTime now);
  void end_slice_if_due(VirtualProcessor& vp);
  void find_work(std::uint32_t vp, SimTime now);
  bool cede(std::uint32_t vp, SimTime now);
  void set_next_event(std::uint32_t vp);
  void forget_next_event(std::uint32_t vp);

  void bind(std::uint32_t thread, std::uint32_t vp);
  std::uint32_t take_idle_processor(std::uint32_t thread);
  void enqueue(std::uint32_t thread, bool at_head);
  std::uint32_t dequeue();
  void time_slices(SimTime now);
  void serve_queue();
  void set_online(std::uint32_t online, SimTime now);

  hypervisor::ProcessorControl& control_;
  Config config_;
  Workloads workloads_;
  bool active_ = false;
  std::vector<VirtualProcessor> vps_;
  std::vector<Thread> threads_;
  std::vector<Timer> timers_;
  TimerHeap vp_timers_;        // end of burst or slice, by virtual processor
  TimerHeap workload_timers_;  // by TimerId
  IndexList idle_;             // the one that became idle last at the front
  IndexList queue_;            // threads
  IndexList untimed_;          // running past their slice's end, for which no timer is set since nobody waits
  std::uint32_t queue_length_ = 0;
  std::uint32_t online_ = 0;
  SimTime online_since_;
  ProcessorTimes times_;
};

}  // namespace lparsim::guest
