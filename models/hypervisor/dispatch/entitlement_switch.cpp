// EntitlementDispatch: the mechanics of getting on and off a core and in and out of queues.
#include "models/hypervisor/dispatch/entitlement_dispatch.hpp"
#include "sim/base/check.hpp"

namespace lparsim::hypervisor {

using dispatch::Core;
using dispatch::Pool;
using dispatch::Vp;
using dispatch::VpState;

void EntitlementDispatch::run_on(Core& core, Vp& vp, bool entitled, int level, SimTime slice, SimTime now) {
  LPARSIM_CHECK(core.running == nullptr && vp.core == nullptr, "dispatcher: core {} or virtual processor {} is taken at {} ps",
                index(core.id), index(vp.id), now.ps());
  stop_waiting(vp, now);
  idle_set(core).erase(static_cast<std::uint32_t>(index(core.id)));
  vp.state = VpState::running;
  vp.core = &core;
  vp.settled = now;
  vp.dispatch_entitled = SimTime{};
  core.running = &vp;
  const bool moved = vp.last_core != nullptr && vp.last_core != &core;
  if (vp.partition->pool != nullptr) set_slice(core, entitled, level, slice, now);
  sink_.switched_in(
      {vp.id, core.id, now, vp.wake_reason, entitled, vp.waiting_since, vp.ready_since, vp.capacity_wait, vp.processor_wait, moved});
}

void EntitlementDispatch::go_on(Core& core, bool entitled, int level, SimTime slice, SimTime now) {
  clear_slice(core, now);
  set_slice(core, entitled, level, slice, now);
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

void EntitlementDispatch::set_slice(Core& core, bool entitled, int level, SimTime slice, SimTime now) {
  Vp& vp = *core.running;
  Pool& pool = *vp.partition->pool;
  vp.on_entitlement = entitled;
  vp.excess_level = static_cast<std::uint8_t>(level);
  core.slice_end = now + slice;
  slices_.insert(core);
  if (entitled) {
    ++pool.running_entitled;
  } else {
    ++pool.running_excess[level];
    pool.granted[level] += slice;
    core.excess_key = vp.excess->clock[1];
    on_excess_.insert(core);
  }
}

// Undoes set_slice; the pool must be settled.
void EntitlementDispatch::clear_slice(Core& core, SimTime now) {
  Vp& vp = *core.running;
  Pool& pool = *vp.partition->pool;
  slices_.erase(slices_.iterator_to(core));
  if (vp.on_entitlement) {
    --pool.running_entitled;
  } else {
    --pool.running_excess[vp.excess_level];
    pool.granted[vp.excess_level] -= core.slice_end - now;
    on_excess_.erase(on_excess_.iterator_to(core));
  }
}

void EntitlementDispatch::wait(Vp& vp, SimTime now, bool front) {
  vp.state = VpState::waiting;
  vp.wait_settled = now;
  waiting_.push_back(vp);
  if (vp.claim > SimTime{})
    entitled_.push(vp, latest_start(vp), front);
  else if (vp.partition->shares_excess())
    excess_.push(vp);
}

void EntitlementDispatch::settle_wait(Vp& vp, SimTime now) {
  (entitled_.contains(vp) ? vp.processor_wait : vp.capacity_wait) += now - vp.wait_settled;
  vp.wait_settled = now;
}

void EntitlementDispatch::stop_waiting(Vp& vp, SimTime now) {
  if (!vp.wait_hook.is_linked()) return;
  settle_wait(vp, now);
  vp.wait_hook.unlink();
  leave_queues(vp);
}

void EntitlementDispatch::leave_queues(Vp& vp) {
  if (entitled_.contains(vp)) entitled_.remove(vp);
  if (excess_.contains(vp)) excess_.remove(vp);
}

// Its claim or its right to excess may have changed: into the queue where it belongs now.
void EntitlementDispatch::requeue(Vp& vp, SimTime now) {
  settle_wait(vp, now);
  if (vp.claim > SimTime{} && entitled_.contains(vp)) return entitled_.rekey(vp, latest_start(vp));
  leave_queues(vp);
  if (vp.claim > SimTime{})
    entitled_.push(vp, latest_start(vp), false);
  else if (vp.partition->shares_excess())
    excess_.push(vp);
}

}  // namespace lparsim::hypervisor
