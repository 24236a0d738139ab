// EntitlementDispatch: the mechanics of getting on and off a core and in and out of queues.
#include "models/hypervisor/dispatch/entitlement_dispatch.hpp"
#include "sim/base/check.hpp"

namespace lparsim::hypervisor {

using dispatch::Core;
using dispatch::Pool;
using dispatch::Queue;
using dispatch::Run;
using dispatch::Vp;
using dispatch::VpState;

void EntitlementDispatch::run_on(Core& core, Vp& vp, const Run& run, SimTime now) {
  LPARSIM_CHECK(core.running == nullptr && vp.core == nullptr, "dispatcher: core {} or virtual processor {} is taken at {} ps",
                index(core.id), index(vp.id), now.ps());
  stop_waiting(vp, now);
  idle_set(core).erase(number(core));
  vp.state = VpState::running;
  vp.core = &core;
  vp.settled = now;
  vp.dispatch_entitled = SimTime{};
  core.running = &vp;
  const bool moved = vp.last_core != nullptr && vp.last_core != &core;
  if (vp.partition->pool != nullptr) set_slice(core, run, now);
  sink_.switched_in({vp.id, core.id, now, vp.wake_reason, run.right <= Run::Right::entitled, vp.waiting_since, vp.ready_since,
                     vp.capacity_wait, vp.processor_wait, moved});
}

void EntitlementDispatch::go_on(Core& core, const Run& run, SimTime now) {
  clear_slice(core, now);
  set_slice(core, run, now);
}

void EntitlementDispatch::take_off(Core& core, PreemptReason reason, VpState next, SimTime now) {
  Vp& vp = *core.running;
  settle(vp, now);
  if (vp.partition->pool != nullptr) clear_slice(core, now);
  core.running = nullptr;
  vp.core = nullptr;
  vp.last_core = &core;
  vp.state = next;
  vp.waiting_since = vp.ready_since = vp.wait_settled = now;
  vp.capacity_wait = vp.processor_wait = SimTime{};
  sink_.switched_out({vp.id, core.id, now, reason, vp.dispatch_entitled});
}

void EntitlementDispatch::preempt(Core& core, SimTime now) {
  Vp& vp = *core.running;
  take_off(core, PreemptReason::end_of_slice, VpState::waiting, now);
  vp.wake_reason = DispatchReason::entitled_slice;
  wait(vp, now, vp.claim > SimTime{});
}

void EntitlementDispatch::set_slice(Core& core, const Run& run, SimTime now) {
  Vp& vp = *core.running;
  Pool& pool = *vp.partition->pool;
  vp.run = run;
  core.slice_end = now + run.slice;
  slice_ends_.set(number(core), core.slice_end);
  if (vp.on_entitlement()) {
    ++pool.running_entitled;
    if (run.right == Run::Right::promised) ++running_promised_;
    return;
  }
  if (run.right == Run::Right::planned) {
    ++pool.running_planned[run.level];
  } else {
    ++pool.running_excess[run.level];
    pool.granted[run.level] += run.slice;
  }
  least_behind_.set(number(core), -vp.excess->clock[1]);
}

// Undoes set_slice; the pool must be settled.
void EntitlementDispatch::clear_slice(Core& core, SimTime now) {
  const Run& run = core.running->run;
  Pool& pool = *core.running->partition->pool;
  slice_ends_.clear(number(core));
  if (core.running->on_entitlement()) {
    --pool.running_entitled;
    if (run.right == Run::Right::promised) --running_promised_;
    return;
  }
  if (run.right == Run::Right::planned) {
    --pool.running_planned[run.level];
  } else {
    --pool.running_excess[run.level];
    pool.granted[run.level] -= core.slice_end - now;
  }
  least_behind_.clear(number(core));
}

// Its promised slice; what came to it since is a slice of its own.
Run EntitlementDispatch::entitled_run(const Vp& vp) {
  const SimTime promised = hard_left(vp);
  if (promised > SimTime{}) return {Run::Right::promised, 1, promised};
  return {Run::Right::entitled, 1, vp.claim};
}

// The next piece of what is planned for it.
Run EntitlementDispatch::planned_run(const Vp& vp) {
  const std::uint8_t level = vp.plan[0] > SimTime{} ? 0 : 1;
  return {Run::Right::planned, level, vp.plan[level]};
}

void EntitlementDispatch::wait(Vp& vp, SimTime now, bool front) {
  vp.state = VpState::waiting;
  vp.wait_settled = now;
  waiting_.push_back(vp);
  enter_queue(vp, front);
}

void EntitlementDispatch::settle_wait(Vp& vp, SimTime now) {
  const bool entitled = vp.queue == Queue::promised || vp.queue == Queue::late;
  (entitled ? vp.processor_wait : vp.capacity_wait) += now - vp.wait_settled;
  vp.wait_settled = now;
}

void EntitlementDispatch::stop_waiting(Vp& vp, SimTime now) {
  if (!vp.wait_hook.is_linked()) return;
  settle_wait(vp, now);
  vp.wait_hook.unlink();
  leave_queue(vp);
}

Queue EntitlementDispatch::queue_of(const Vp& vp) const {
  if (hard_left(vp) > SimTime{}) return Queue::promised;
  if (vp.claim > SimTime{}) return Queue::late;
  if (!vp.partition->shares_excess()) return Queue::none;
  return soft_left(vp) > SimTime{} ? Queue::planned : Queue::excess;
}

void EntitlementDispatch::enter_queue(Vp& vp, bool front) {
  vp.queue = queue_of(vp);
  switch (vp.queue) {
    case Queue::none:
      return;
    case Queue::promised:
      promised_.push(vp, front);
      break;
    case Queue::late:
      late_.push(vp, front);
      break;
    case Queue::planned:
      planned_.push(vp, front);
      break;
    case Queue::excess:
      excess_.push(vp);
      break;
  }
  set_due(vp, latest_start(vp));
}

void EntitlementDispatch::leave_queue(Vp& vp) {
  if (vp.queue == Queue::excess) {
    excess_.remove(vp);
  } else if (vp.queue != Queue::none) {
    dispatch::AffinityQueue::remove(vp);
  }
  set_due(vp, SimTime::never());
  vp.queue = Queue::none;
}

// Its claim, its plan or its right to excess may have changed: into the queue where it belongs now.
void EntitlementDispatch::requeue(Vp& vp, SimTime now) {
  settle_wait(vp, now);
  if (vp.queue != Queue::none && vp.queue == queue_of(vp)) return set_due(vp, latest_start(vp));
  leave_queue(vp);
  enter_queue(vp, false);
}

}  // namespace lparsim::hypervisor
