// EntitlementDispatch: what is promised or planned for a window is kept by starting it in time.
#include <algorithm>

#include "models/hypervisor/dispatch/entitlement_dispatch.hpp"
#include "sim/base/check.hpp"

namespace lparsim::hypervisor {

using dispatch::Core;
using dispatch::Partition;
using dispatch::Pool;
using dispatch::Queue;
using dispatch::Vp;
using dispatch::VpState;

namespace {

/// For each shared core: covers what rounding to picoseconds takes.
constexpr SimTime kLeastReserve = SimTime::from_ps(1);

}  // namespace

// Divides what the window will have left among those who are ready at its start. Entitlement comes first in a window, so one that can take
// only few cores at a time would miss part of its share if it always waited for all others' entitlement; the plan tells when it must start.
void EntitlementDispatch::make_plan(SimTime now) {
  plan_pending_ = false;
  plan_valid_ = true;
  if (plan_changed_) {
    plan_changed_ = false;
    const double window = static_cast<double>(frame_.window.ps());
    double excess = static_cast<double>(shared_cores_ + lent_) * window;
    pool_rooms_.clear();
    for (const Pool* pool : pools_) {
      excess -= static_cast<double>(pool->claims.ps());
      const SimTime most =
          pool->limited ? pool->headroom(window_begin(), frame_.window) : frame_.window * static_cast<std::int64_t>(cores_.size());
      pool_rooms_.push_back({static_cast<double>(pool->own_left(frame_.window).ps()), static_cast<double>(most.ps())});
    }
    contenders_.clear();
    const bool each = frame_.share_excess_by == ShareExcessBy::virtual_processor;
    for (const Partition& partition : active_) {
      if (!partition.shares_excess()) continue;
      for (const Vp* vp : partition.ready) {
        if (each || vp == partition.ready.front())
          contenders_.push_back({index(partition.pool->id), static_cast<double>(partition.weight)});
        contenders_.back().room += window - static_cast<double>(vp->claim.ps());
      }
    }
    plan_excess(std::max(0.0, excess), pool_rooms_, contenders_);
    auto contender = contenders_.begin();
    for (Partition& partition : active_) {
      if (!partition.shares_excess()) continue;
      const double parts = each ? 1.0 : static_cast<double>(partition.ready.size());
      for (Vp* vp : partition.ready) {
        for (int level : {0, 1}) vp->full_plan[level] = SimTime::from_ps(static_cast<std::int64_t>(contender->share[level] / parts));
        if (each) ++contender;
      }
      if (!each) ++contender;
    }
  }
  for (Partition& partition : active_) {
    for (Vp* vp : partition.ready) {
      const bool shares = partition.shares_excess();
      for (int level : {0, 1}) set_plan(*vp, level, shares ? vp->full_plan[level] : SimTime{});
    }
  }
  for (Vp& vp : waiting_) requeue(vp, now);
}

void EntitlementDispatch::clear_plans() {
  for (Partition& partition : active_) {
    for (Vp* vp : partition.ready) {
      for (int level : {0, 1}) set_plan(*vp, level, SimTime{});
    }
  }
}

// Somebody comes at the very start of a window that is planned already: nothing of its excess has been run, so it is planned anew; until
// then it binds no capacity that the newcomer may be entitled to.
void EntitlementDispatch::suspend_excess(SimTime now) {
  plan_valid_ = false;
  for (Core& core : cores_) {
    if (!runs_excess(core)) continue;
    settle(*core.running, now);
    go_on(core, entitled_run(*core.running), now);
  }
  clear_plans();
  for (Vp& vp : waiting_) requeue(vp, now);
}

// Somebody came who was not in it: from here on excess is shared as it falls, and entitlement goes first.
void EntitlementDispatch::drop_plan(SimTime now) {
  plan_changed_ = true;
  if (!plan_valid_) return;
  plan_valid_ = false;
  for (Core& core : cores_) {
    if (!runs_excess(core)) continue;
    settle(*core.running, now);
    const dispatch::Run& run = core.running->run;
    go_on(core, {dispatch::Run::Right::excess, run.level, std::min(core.slice_end - now, frame_.excess_slice)}, now);
  }
  clear_plans();
  for (Vp& vp : waiting_) requeue(vp, now);
  fill_idle(now);
  while (entitled_waiting() && !least_behind_.empty()) {
    Core& core = cores_[least_behind_.first()];
    preempt(core, now);
    fill(core, now);
  }
}

// The promises of all fit the shared cores as long as their sum does and none is longer than the rest of the window. While fewer cores than
// are shared run on promises, and others wait for theirs, the reserve shrinks. Lent cores do not count: they may be recalled at any moment.
SimTime EntitlementDispatch::reserve() const {
  return (window_end() - settled_) * shared_cores_ - promises_left_;
}

// May what is not promised go before those who wait for what was promised to them?
bool EntitlementDispatch::may_pass_promises(bool instead_of_one) const {
  const std::int64_t lacking = shared_cores_ - running_promised_ + (instead_of_one ? 1 : 0);
  return lacking <= 0 || reserve() > kLeastReserve * shared_cores_;
}

// When the reserve will have gone.
SimTime EntitlementDispatch::reserve_ends() const {
  const std::int64_t lacking = shared_cores_ - running_promised_;
  if (promised_.empty() || lacking <= 0) return SimTime::never();
  const std::int64_t spare = std::max<std::int64_t>(0, (reserve() - kLeastReserve * shared_cores_).ps());
  return settled_ + SimTime::from_ps((spare + lacking - 1) / lacking);
}

void EntitlementDispatch::keep_reserve(SimTime now) {
  while (reserve_ends() <= now) {
    Core* most = nullptr;
    for (Core& core : cores_) {
      if (!slice_ends_.contains(number(core)) || core.running->run.right == dispatch::Run::Right::promised) continue;
      settle(*core.running, now);
      if (most == nullptr || latest_start(*core.running) > latest_start(*most->running)) most = &core;
    }
    LPARSIM_CHECK(most != nullptr, "dispatcher: no core for what was promised, at {} ps", now.ps());
    preempt(*most, now);
    run_entitled(*most, *promised_.pick(*most), now);
  }
}

SimTime EntitlementDispatch::latest_start(const Vp& vp) const {
  const SimTime due = hard_left(vp) + soft_left(vp);
  return due > SimTime{} ? window_end() - due : SimTime::never();
}

// `vp` waits, in a queue for those with entitlement or for the planned ones.
void EntitlementDispatch::set_due(const Vp& vp, SimTime latest_start) {
  (vp.queue == Queue::promised ? due_promised_ : due_planned_).set(static_cast<std::uint32_t>(index(vp.id)), latest_start);
}

Vp* EntitlementDispatch::first_due() {
  const auto& first = due_planned_.first_key() < due_promised_.first_key() ? due_planned_ : due_promised_;
  return first.empty() ? nullptr : &vps_[first.first()];
}

// Whoever would lose a promised slice unless it starts now takes the core of the one with the most slack; for a part of the excess only
// those who run on excess themselves give way.
void EntitlementDispatch::serve_urgent(SimTime now) {
  while (std::min(due_promised_.first_key(), due_planned_.first_key()) <= now) {
    Vp& urgent = *first_due();
    const SimTime hard = hard_left(urgent);
    const bool must = hard > SimTime{} && window_end() - hard <= now;
    Core* core = core_with_most_slack(urgent, Giving::excess, now);
    if (core == nullptr && (must || may_pass_promises(true))) core = core_with_most_slack(urgent, Giving::entitled, now);
    // With nobody who has slack, somebody's part of the excess must go.
    if (core == nullptr && must) core = core_with_most_slack(urgent, Giving::planned_excess, now);
    LPARSIM_CHECK(core != nullptr || !must, "dispatcher: no core for virtual processor {}'s promised slice at {} ps", index(urgent.id),
                  now.ps());
    if (core == nullptr) {  // that part of the excess is lost to it
      set_due(urgent, hard > SimTime{} ? window_end() - hard : SimTime::never());
      continue;
    }
    preempt(*core, now);
    run_due(*core, urgent, now);
  }
}

Core* EntitlementDispatch::core_with_most_slack(const Vp& urgent, Giving giving, SimTime now) {
  Core* best = nullptr;
  SimTime most;
  for (Core& core : cores_) {
    if (core.running == nullptr || core.running->partition->pool == nullptr) continue;
    Vp& vp = *core.running;
    if (giving == Giving::excess && vp.on_entitlement()) continue;
    settle(vp, now);
    const SimTime due = hard_left(vp) + (giving == Giving::planned_excess ? SimTime{} : soft_left(vp));
    const SimTime slack = due > SimTime{} ? window_end() - due - now : SimTime::never();
    if (slack > most || (slack == most && best != nullptr && urgent.last_core == &core)) {
      most = slack;
      best = &core;
    }
  }
  return best;
}

}  // namespace lparsim::hypervisor
