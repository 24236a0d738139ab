#pragma once
#include <algorithm>
#include <deque>
#include <memory>
#include <span>
#include <vector>

#include "models/hypervisor/dispatch/affinity_queue.hpp"
#include "models/hypervisor/dispatch/core_set.hpp"
#include "models/hypervisor/dispatch/entities.hpp"
#include "models/hypervisor/dispatch/excess_queue.hpp"
#include "models/hypervisor/dispatch/frame.hpp"
#include "models/hypervisor/dispatch/pool_account.hpp"
#include "models/hypervisor/dispatch/tournament.hpp"
#include "models/hypervisor/dispatch/window_plan.hpp"

namespace lparsim::hypervisor {

/// Which virtual processor runs on which core of one server: entitlement per dispatch window, excess by weight, pools, dedicated
/// processors that lend. Pure logic: it is told what happens and when, and tells its sink who runs; it knows no kernel and no guest.
///
/// Rules (LoPAR, "Shared Processor LPAR Option"; docs/models/dispatcher.md gives each with its source and where it is proven):
/// - A partition's entitlement is due in every window, in equal slices over its ready virtual processors; what one cedes goes to its ready
///   siblings first; nothing is carried to the next window.
/// - A virtual processor on entitlement keeps its core until its slice ends, with one exception: where the slices do not pack onto the
///   cores, or others came in mid-window, somebody's promised slice would be lost unless it starts now; then the one with the most time to
///   spare gives way. Since the promises of a window add up to at most shared cores x window, and none is longer than the window, that is
///   enough to keep every promise (entitlement_urgency.cpp).
/// - Excess goes by weight (ExcessQueue) and gives way at once to anybody on entitlement.
/// - The owner of a dedicated core gets it back at once.
///
/// Times given must not decrease, and must not lie beyond next_event(): at an instant the inputs come first, then advance().
class EntitlementDispatch {
 public:
  EntitlementDispatch(const FrameSpec& frame, DispatchSink& sink);
  EntitlementDispatch(const EntitlementDispatch&) = delete;
  EntitlementDispatch& operator=(const EntitlementDispatch&) = delete;

  // Configuration. Pool 0, the default pool, exists; dedicated partitions take the lowest cores in the order they are added.
  PoolId add_pool(const PoolSpec& pool);
  PartitionId add_shared(const SharedSpec& partition);
  PartitionId add_dedicated(const DedicatedSpec& partition);
  /// The virtual processor `number` (from 0) of a partition.
  VpId vp(PartitionId partition, std::uint32_t number) const;

  // Changes while it runs. Entitlements count from the next window on.
  void activate(PartitionId partition, SimTime now);
  void deactivate(PartitionId partition, SimTime now);
  void set_entitlement(PartitionId partition, ProcessingUnits entitlement);
  void set_weight(PartitionId partition, std::uint32_t weight, SimTime now);
  void set_capped(PartitionId partition, bool capped, SimTime now);
  void set_online(PartitionId partition, std::uint32_t online, SimTime now);

  // What virtual processors do.
  void make_ready(VpId vp, DispatchReason reason, SimTime now);
  /// Gives up its core until make_ready (reason cede or confer). `favoured` of the same partition gets the core next if it is ready.
  void cede(VpId vp, PreemptReason reason, SimTime now, const VpId* favoured = nullptr);

  /// When advance() is due next; never() when nothing is.
  SimTime next_event() const;
  void advance(SimTime now);

  // What it knows.
  bool is_ready(VpId vp) const { return vps_[index(vp)].ready(); }
  bool is_running(VpId vp) const { return vps_[index(vp)].state == dispatch::VpState::running; }
  /// Core time that the virtual processor has consumed ever (its PURR, in time).
  SimTime consumed(VpId vp, SimTime now) const;
  SimTime pool_consumed(PoolId pool, SimTime now);
  /// How long it has been waiting since it became ready, by what for; nothing while it runs or is ceded.
  struct Wait {
    SimTime capacity, processor;
  };
  Wait present_wait(VpId vp, SimTime now) const;
  /// Of its present stay on a core, the time charged to its entitlement.
  SimTime entitled_so_far(VpId vp, SimTime now) const;
  std::uint32_t shared_cores() const { return shared_cores_; }
  SimTime window() const { return frame_.window; }

 private:
  dispatch::Vp& at(VpId vp) { return vps_[index(vp)]; }
  dispatch::Partition& at(PartitionId partition) { return *partitions_[index(partition)]; }
  dispatch::Partition& add_partition(std::uint32_t vps);
  bool window_armed() const { return !active_.empty(); }
  SimTime window_begin() const { return frame_.window * window_; }
  SimTime window_end() const { return frame_.window * (window_ + 1); }

  // entitlement_dispatch.cpp
  void begin_window(std::int64_t window);
  void yield_to_pressed(SimTime now);
  void slice_ended(dispatch::Core& core, SimTime now);
  void release(dispatch::Vp& vp, PreemptReason reason, dispatch::VpState next, SimTime now);
  void place(dispatch::Vp& vp, SimTime now);
  void reclassify(dispatch::Partition& partition, SimTime now);
  void fill(dispatch::Core& core, SimTime now);
  void fill_idle(SimTime now);
  dispatch::Core* idle_core_near(const dispatch::Vp& vp);
  dispatch::Vp* pick_entitled(const dispatch::Core& core, SimTime now);
  bool entitled_waiting() const { return !promised_.empty() || !late_.empty(); }
  // entitlement_urgency.cpp
  void make_plan(SimTime now);
  void clear_plans();
  void suspend_excess(SimTime now);
  void drop_plan(SimTime now);
  void serve_urgent(SimTime now);
  enum class Giving : std::uint8_t {
    excess,          ///< one that runs on excess with time to spare
    entitled,        ///< also one on entitlement, with time to spare for all that is due to it
    planned_excess,  ///< also one that can keep its entitlement only
  };
  dispatch::Core* core_with_most_slack(const dispatch::Vp& urgent, Giving giving, SimTime now);
  static SimTime hard_left(const dispatch::Vp& vp) { return std::max(SimTime{}, std::min(vp.claim, vp.promised - vp.used)); }
  SimTime soft_left(const dispatch::Vp& vp) const { return plan_valid_ ? vp.plan_left() : SimTime{}; }
  SimTime latest_start(const dispatch::Vp& vp) const;
  SimTime reserve() const;
  bool may_pass_promises(bool instead_of_one) const;
  SimTime reserve_ends() const;
  void keep_reserve(SimTime now);
  void set_due(const dispatch::Vp& vp, SimTime latest_start);
  dispatch::Vp* first_due();
  // entitlement_switch.cpp
  dispatch::CoreSet& idle_set(const dispatch::Core& core) { return core.owner != nullptr ? idle_lent_ : idle_shared_; }
  void set_lent(dispatch::Core& core, bool lent);
  static std::uint32_t number(const dispatch::Core& core) { return static_cast<std::uint32_t>(index(core.id)); }
  bool runs_excess(const dispatch::Core& core) const { return least_behind_.contains(number(core)); }
  void set_idle(const dispatch::Core& core) { idle_set(core).insert(number(core)); }
  void run_on(dispatch::Core& core, dispatch::Vp& vp, const dispatch::Run& run, SimTime now);
  void run_entitled(dispatch::Core& core, dispatch::Vp& vp, SimTime now) { run_on(core, vp, entitled_run(vp), now); }
  static dispatch::Run entitled_run(const dispatch::Vp& vp);
  static dispatch::Run planned_run(const dispatch::Vp& vp);
  void run_due(dispatch::Core& core, dispatch::Vp& vp, SimTime now) {
    run_on(core, vp, vp.claim > SimTime{} ? entitled_run(vp) : planned_run(vp), now);
  }
  void go_on(dispatch::Core& core, const dispatch::Run& run, SimTime now);
  void take_off(dispatch::Core& core, PreemptReason reason, dispatch::VpState next, SimTime now);
  void preempt(dispatch::Core& core, SimTime now);
  void set_slice(dispatch::Core& core, const dispatch::Run& run, SimTime now);
  void clear_slice(dispatch::Core& core, SimTime now);
  void wait(dispatch::Vp& vp, SimTime now, bool front);
  void settle_wait(dispatch::Vp& vp, SimTime now);
  void stop_waiting(dispatch::Vp& vp, SimTime now);
  dispatch::Queue queue_of(const dispatch::Vp& vp) const;
  void enter_queue(dispatch::Vp& vp, bool front);
  void leave_queue(dispatch::Vp& vp);
  void requeue(dispatch::Vp& vp, SimTime now);
  // entitlement_ledger.cpp
  void open_books(SimTime now);
  void settle_pools(SimTime now);
  void refresh(dispatch::Partition& partition);
  void refresh(dispatch::Vp& vp);
  void settle(dispatch::Vp& vp, SimTime now);
  void share_out(dispatch::Partition& partition, SimTime now, bool in_time);
  static void pass_promises(dispatch::Partition& partition, SimTime promises, SimTime left);
  void set_claim(dispatch::Vp& vp, SimTime claim);
  static void set_plan(dispatch::Vp& vp, int level, SimTime plan);
  // entitlement_changes.cpp
  bool lends(const dispatch::Partition& partition) const;
  void take_back(dispatch::Vp& owner, SimTime now);
  void lend_or_keep(dispatch::Partition& partition, SimTime now);
  void recall(std::span<dispatch::Vp* const> owners, SimTime now);
  void rights_changed(dispatch::Partition& partition, SimTime now);

  FrameSpec frame_;
  DispatchSink& sink_;
  std::uint32_t shared_cores_;
  std::uint32_t next_dedicated_ = 0;
  SimTime settled_;                    ///< `promises_left_` is as of then
  SimTime promises_left_;              ///< of what was promised at the window's start, not yet run
  std::int64_t running_promised_ = 0;  ///< cores that run it
  std::uint32_t lent_ = 0;             ///< dedicated cores that borrowers may use at present
  std::int64_t window_ = 0;
  std::vector<dispatch::Core> cores_;
  std::deque<dispatch::Vp> vps_;
  std::vector<std::unique_ptr<dispatch::Partition>> partitions_;
  std::vector<std::unique_ptr<dispatch::Pool>> pool_store_;
  std::vector<dispatch::Pool*> pools_;
  dispatch::AffinityQueue promised_;
  dispatch::AffinityQueue late_;
  dispatch::AffinityQueue planned_;
  dispatch::ExcessQueue excess_;
  dispatch::CoreSet idle_shared_;
  dispatch::CoreSet idle_lent_;
  dispatch::WaitList waiting_;                 ///< all that wait, in the order they began to
  dispatch::ActiveList active_;                ///< shared partitions with a ready virtual processor
  dispatch::Tournament<SimTime> slice_ends_;   ///< of the cores whose running virtual processor has an end of slice
  dispatch::Tournament<double> least_behind_;  ///< cores that run excess; first the one whose competitor is furthest ahead of its share
  /// When waiting ones must start for what is due to them in this window: those with entitlement, those with a part of the excess only.
  dispatch::Tournament<SimTime> due_promised_{SimTime::never()}, due_planned_{SimTime::never()};
  SimTime pool_wakeup_ = SimTime::never();  ///< a pool held at its maximum may go on
  bool plan_valid_ = false;                 ///< nobody has come since the window's excess was planned
  bool plan_pending_ = false;               ///< to be made at this instant, once all who are ready have said so
  bool plan_changed_ = true;                ///< the last one does not fit any more
  // Room to work in, kept to spare allocations.
  std::vector<dispatch::Vp*> sharers_;
  std::vector<dispatch::Vp*> gained_;
  std::vector<dispatch::Core*> interrupted_;
  std::vector<dispatch::PoolRoom> pool_rooms_;
  std::vector<dispatch::Contender> contenders_;
};

}  // namespace lparsim::hypervisor
