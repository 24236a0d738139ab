#pragma once
#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "lpars/guest/config.hpp"
#include "lpars/guest/index_list.hpp"
#include "lpars/guest/observer.hpp"
#include "lpars/guest/processor_map.hpp"
#include "lpars/guest/processor_times.hpp"
#include "lpars/guest/run_queues.hpp"
#include "lpars/guest/scheduler.hpp"
#include "lpars/guest/thread.hpp"
#include "lpars/guest/timer_heap.hpp"
#include "lpars/guest/virtual_core.hpp"
#include "lpars/workload/host.hpp"
#include "lpars/workload/workload.hpp"
#include "models/hypervisor/protocol.hpp"
#include "sim/base/time.hpp"

namespace lparsim::guest {

/// The operating system of one partition: runs the threads of its workloads, drivers and servers on the hardware threads of its virtual
/// processors, by the rules of a Scheduler.
///
/// A thread that becomes ready takes a free hardware thread, and its virtual processor is woken if it had ceded; it waits in a run queue
/// only while none is free. A virtual processor whose hardware threads all have nothing to do polls for a while (`snooze`) and cedes. One
/// that the hypervisor preempts keeps its threads, which go on when it is dispatched again. What is due at the very instant of a preemption
/// or removal still happens; deactivation comes first. An interrupt handler takes a free hardware thread or the place of a thread, which
/// goes on there when the handler has ended. Proven in guest_test, guest_interrupts_test, guest_queueing_test and guest_random_test;
/// docs/models/guest.md.
///
/// Knows no simulation kernel: its owner calls on_timer() at next_timer(), which every call may change, and passes on the platform's
/// callbacks. Programs may also be called by others, such as devices, and call their host then: on_change() tells the owner. Costs
/// nothing while idle or while every logical processor has at most one endless thread.
class Guest final : public hypervisor::PartitionListener, private workload::Host {
 public:
  using Workloads = std::vector<std::unique_ptr<workload::Workload>>;
  /// Drivers and servers, which outlive the guest: attached and activated before the workloads, in their order.
  using Services = std::vector<system::Program*>;
  /// `observer` may be null.
  Guest(hypervisor::ProcessorControl& control, const Config& config, Workloads workloads, Observer* observer = nullptr,
        Services services = {});

  void activated(std::uint32_t online, SimTime now) override;
  void deactivated(SimTime now) override;
  void online_processors_changed(std::uint32_t online, SimTime now) override;
  void dispatched(std::uint32_t vp, CoreId core, SimTime now, SimTime useful_from, SimTime warm_from) override;
  void preempted(std::uint32_t vp, SimTime now) override;
  /// Also from within a program of its own. Nothing happens while it is not active or where nobody has connected the source.
  void virtual_interrupt(std::uint32_t source, SimTime now) override;

  /// `changed` is called where next_timer() may have become earlier in a call that is none of this class's public ones.
  void on_change(std::function<void()> changed) { changed_ = std::move(changed); }

  /// Cores run at so many millionths of their nominal frequency from now on.
  void set_frequency(std::int64_t ppm, SimTime now);
  /// `threads` hardware threads of a virtual processor (of all: also of those that come later) are used from now on; at most Config::smt.
  void set_smt(std::optional<std::uint32_t> vp, std::uint32_t threads, SimTime now);
  /// Another scheduler decides about its threads from now on; one with as many queues (one, or one each) as before.
  void set_policy(Policy policy, SimTime time_slice, SimTime now);

  /// The earliest instant at which something is due; SimTime::never() if the guest waits for the platform only.
  SimTime next_timer() const { return std::min({vp_timers_.earliest(), workload_timers_.earliest(), fold_at_, balance_at_}); }
  /// Does what is due at `now`, which is not later than next_timer(): ends of bursts and slices in the order of the virtual
  /// processors, then timers of workloads in the order of their creation, then folding and balancing.
  void on_timer(SimTime now);

  /// Since activation or the last reset. Exact at every instant.
  ProcessorTimes times(SimTime now) const;
  /// Since the partition was made.
  LogicalTimes logical_times(std::uint32_t vp, std::uint32_t thread, SimTime now) const;
  std::uint32_t online() const { return online_; }
  /// Hardware threads in use of the virtual processor.
  std::uint32_t smt(std::uint32_t vp) const { return cores_[vp].mode(); }
  /// Of all virtual processors that are online.
  std::uint32_t logical_processors() const { return logical_online_; }
  std::uint32_t most_virtual_processors() const { return static_cast<std::uint32_t>(cores_.size()); }
  /// End of the warmup, for processor times and workloads alike.
  void reset_statistics(SimTime now);
  /// The run is over: tells the observer what still goes on.
  void finish(SimTime now);
  const Workloads& workloads() const { return workloads_; }
  /// See system::Host.
  SimTime undispatched(SimTime now) const override;
  /// Ready threads without a logical processor.
  std::uint32_t queue_length() const { return queues_.total(); }
  /// Virtual processors in use.
  std::uint32_t unfolded() const { return unfolded_; }
  /// Its own books hold: each thread is in one place, each virtual processor's hardware threads are counted right, timers are set where
  /// needed, and nobody waits while a logical processor is free or for one that is not used. Fails a CHECK otherwise. For tests: it looks
  /// at everything.
  void check(SimTime now) const;
  const std::vector<std::string>& lock_names() const { return lock_names_; }

 private:
  using State = VirtualCore::State;
  static constexpr std::uint32_t kNone = UINT32_MAX;
  struct Timer {
    system::Program* owner;
    std::uint32_t tag;
  };
  /// While one exists the owner asks for next_timer() by itself, afterwards.
  class Inside {
   public:
    explicit Inside(Guest& guest) : guest_{guest}, before_{std::exchange(guest.inside_, true)} {}
    Inside(const Inside&) = delete;
    Inside& operator=(const Inside&) = delete;
    ~Inside() { guest_.inside_ = before_; }

   private:
    Guest& guest_;
    bool before_;
  };
  struct Lock {
    std::uint32_t holder = kNone;     ///< thread
    std::uint32_t holder_vp = kNone;  ///< where it got the lock
    std::vector<std::uint32_t> waiters;
  };

  workload::ThreadId create_thread(system::Program& owner, std::uint32_t tag, workload::Nice nice, system::ThreadKind kind) override;
  workload::TimerId create_timer(system::Program& owner, std::uint32_t tag) override;
  workload::LockId lock(std::string_view name) override;
  void connect_interrupt(std::uint32_t source, system::Program& owner) override;
  void make_ready(workload::ThreadId thread, SimTime demand, workload::Cause cause, SimTime now) override;
  void set_timer(workload::TimerId timer, SimTime when) override;
  void cancel_timer(workload::TimerId timer) override;

  void check_timer(std::uint32_t vp, SimTime now) const;

  template <class Call>
  void for_all_programs(Call call);
  void changed_from_outside() const {
    if (!inside_ && changed_) changed_();
  }

  // guest_accounts.cpp
  void settle_counts(SimTime now) {
    if (now != counted_to_) count(now);
  }
  void count(SimTime now);
  void advance_all(SimTime now);
  void begin_io(std::uint32_t thread, SimTime now);
  void end_io(std::uint32_t thread, SimTime now);
  void end_io_wait();
  void mark(std::uint32_t vp, bool at_back = false);

  // guest_scheduling.cpp: the threads on one virtual processor
  std::uint32_t logical(std::uint32_t vp, std::uint32_t slot) const { return vp * config_.smt + slot; }
  void advance(std::uint32_t vp, SimTime now) { cores_[vp].advance(now, speed_, times_, io_waiting_ > 0); }
  std::uint32_t queue_of(std::uint32_t vp, std::uint32_t slot) const { return one_queue_ ? 0 : logical(vp, slot); }
  void put(std::uint32_t thread, std::uint32_t vp, std::optional<hypervisor::DispatchReason> reason, SimTime now);
  void come(std::uint32_t thread, std::uint32_t vp, std::uint32_t slot, SimTime now);
  void go_on_or_wake(std::uint32_t vp, std::optional<hypervisor::DispatchReason> reason, SimTime now);
  void take_off(std::uint32_t vp, std::uint32_t slot, bool involuntary, SimTime now);
  void end_bursts(std::uint32_t vp, SimTime now);
  void go_on(std::uint32_t vp, std::uint32_t slot, SimTime now);
  void end_slices(std::uint32_t vp, SimTime now);
  void end_slice(std::uint32_t vp, std::uint32_t slot, SimTime now);
  void renew_slice(VirtualCore& core, std::uint32_t slot) const;
  void refill(std::uint32_t vp, SimTime now);
  void run(std::uint32_t vp, SimTime now);
  bool cede(std::uint32_t vp, SimTime now);
  void set_next_event(std::uint32_t vp, SimTime now, bool may_confer = true);
  void forget_untimed(std::uint32_t vp) {
    if (untimed_.contains(vp)) untimed_.remove(vp);
  }
  void forget_next_event(std::uint32_t vp) {
    vp_timers_.cancel(vp);
    forget_untimed(vp);
  }
  void stop(std::uint32_t vp, State state, SimTime now);
  void keep_core(std::uint32_t vp);

  // guest_policy.cpp
  void begin_slice(std::uint32_t vp, std::uint32_t i, SimTime now);

  // guest_placement.cpp: which virtual processor and queue
  void dispatch_thread(std::uint32_t thread, std::optional<hypervisor::DispatchReason> reason, SimTime now, bool at_head = false);
  void join(std::uint32_t thread, std::uint32_t queue, SimTime now);
  bool displace(std::uint32_t thread, std::uint32_t queue, SimTime now);
  void enqueue(std::uint32_t thread, std::uint32_t queue, SimTime now, bool at_head);
  void serve_queues(SimTime now);
  void evict(std::uint32_t vp, std::uint32_t kept, SimTime now);
  void set_online(std::uint32_t online, SimTime now);
  void set_unfolded(std::uint32_t unfolded, SimTime now);
  void evaluate_folding(SimTime now);
  void balance(SimTime now);
  bool move_one(std::uint32_t from, SimTime now);
  void balance_queues(SimTime now);
  bool uneven() const;
  void plan_balance(SimTime now);

  // guest_interrupts.cpp
  bool is_handler(std::uint32_t thread) const { return threads_[thread].kind == system::ThreadKind::interrupt; }
  void dispatch_handler(std::uint32_t thread, std::optional<hypervisor::DispatchReason> reason, SimTime now);
  bool place_handler(std::uint32_t thread, std::optional<hypervisor::DispatchReason> reason, SimTime now);
  bool interrupt_one(std::uint32_t thread, bool on_core, std::optional<hypervisor::DispatchReason> reason, SimTime now);
  void interrupt(std::uint32_t thread, std::uint32_t vp, std::uint32_t slot, SimTime now);
  void enter_handler(std::uint32_t thread, std::uint32_t vp, std::uint32_t slot, SimTime now);
  void end_handler(std::uint32_t vp, std::uint32_t slot, SimTime now);
  void resume(std::uint32_t thread, std::uint32_t vp, std::uint32_t slot, SimTime now);
  void serve_handlers(SimTime now);

  // guest_locks.cpp
  bool try_lock(std::uint32_t thread, workload::LockId lock, SimTime now);
  void release(std::uint32_t thread, workload::LockId lock, SimTime now);
  void grant(std::uint32_t thread, SimTime now);
  void take_free_locks(std::uint32_t vp, SimTime now);
  bool would_confer(std::uint32_t vp) const { return cores_[vp].spinning() > 0 && waits_for_coreless(vp); }
  bool waits_for_coreless(std::uint32_t vp) const;
  bool confer(std::uint32_t vp, SimTime now);
  void holder_lost_core(std::uint32_t vp, SimTime now);

  hypervisor::ProcessorControl& control_;
  Config config_;
  Speed speed_;
  std::unique_ptr<Scheduler> scheduler_;
  bool one_queue_;
  Workloads workloads_;
  Services services_;
  Observer* observer_;
  std::function<void()> changed_;
  bool active_ = false;
  bool inside_ = false;
  std::vector<VirtualCore> cores_;
  std::vector<Thread> threads_;
  std::vector<Timer> timers_;
  std::vector<Lock> locks_;
  std::vector<std::string> lock_names_;
  std::vector<SimTime> folded_since_;
  TimerHeap vp_timers_;  ///< the next end of a burst, slice or snooze, by virtual processor
  TimerHeap workload_timers_;
  ProcessorMap map_;
  RunQueues queues_;
  IndexList handlers_waiting_;  ///< interrupt handlers without a place, before all threads in queues_
  IndexList untimed_;           ///< virtual processors whose threads run past the ends of their slices, since nobody waits for them
  SimTime fold_at_ = SimTime::never();
  SimTime balance_at_ = SimTime::never();
  std::uint32_t mode_;  ///< of virtual processors that come online
  std::uint32_t online_ = 0;
  std::uint32_t logical_online_ = 0;
  std::uint32_t unfolded_ = 0;
  std::uint32_t runnable_ = 0;    ///< threads neither blocked nor interrupted
  std::uint32_t on_core_ = 0;     ///< virtual processors
  std::uint32_t io_waiting_ = 0;  ///< threads blocked in I/O operations
  std::uint32_t next_interrupted_ = 0;
  std::uint32_t serving_ = kNone;   ///< the virtual processor whose timer is being served: run() sets it again in the end
  std::uint32_t deciding_ = kNone;  ///< the thread whose workload is being asked what it does next: it stays where it is
  workload::Nice least_favoured_ = workload::kMostFavoured;
  SimTime counted_to_;         ///< the sums of counts over time in times_ are right up to here
  double runnable_total_ = 0;  ///< as ProcessorTimes::runnable, never reset
  double runnable_at_fold_ = 0;
  SimTime folded_at_;
  SimTime undispatched_;  ///< up to off_core_since_, while on_core_ is 0
  SimTime off_core_since_;
  SimTime logical_online_before_;  ///< of times_, when io_waiting_ was 0 last
  SimTime logical_busy_before_;
  std::unordered_map<std::uint32_t, system::Program*> sources_;  ///< of virtual interrupts
  ProcessorTimes times_;
};

}  // namespace lparsim::guest
