// EntitlementDispatch: who may still run how long on entitlement within the current window.
#include <algorithm>

#include "models/hypervisor/dispatch/entitlement_dispatch.hpp"
#include "sim/base/check.hpp"

namespace lparsim::hypervisor {

using dispatch::Partition;
using dispatch::Pool;
using dispatch::Vp;
using dispatch::VpState;

// Every input begins here. A frame in which no shared virtual processor is ready lets its windows pass unseen; the first input after that
// catches up.
void EntitlementDispatch::open_books(SimTime now) {
  LPARSIM_CHECK(now <= next_event(), "dispatcher: input at {} ps comes after an event due at {} ps", now.ps(), next_event().ps());
  if (!window_armed() && now / frame_.window != window_) {
    window_ = now / frame_.window;
    for (Pool* pool : pools_) {
      pool->begin_window(now, false);
    }
    plan_valid_ = false;
    sink_.window_began(window_begin());
  }
  settle_pools(now);
}

void EntitlementDispatch::settle_pools(SimTime now) {
  for (Pool* pool : pools_) pool->settle(now);
  promises_left_ -= (now - settled_) * running_promised_;
  settled_ = now;
}

void EntitlementDispatch::refresh(Partition& partition) {
  if (partition.window == window_) return;
  partition.window = window_;
  partition.remaining = partition.due = partition.active ? partition.entitlement.time_in(frame_.window) : SimTime{};
  partition.handed_on = SimTime{};
}

void EntitlementDispatch::refresh(Vp& vp) {
  if (vp.window == window_) return;
  vp.window = window_;
  vp.claim = vp.used = vp.promised = vp.plan[0] = vp.plan[1] = SimTime{};
}

void EntitlementDispatch::settle(Vp& vp, SimTime now) {
  const SimTime span = now - vp.settled;
  vp.settled = now;
  if (span == SimTime{}) return;
  vp.total_run += span;
  if (vp.partition->pool == nullptr) return;
  if (!vp.on_entitlement()) {
    if (vp.run.right == dispatch::Run::Right::planned) vp.plan[vp.run.level] -= span;
    return excess_.charge(vp, span);
  }
  vp.claim -= span;
  vp.used += span;
  vp.partition->remaining -= span;
  vp.dispatch_entitled += span;
}

void EntitlementDispatch::set_plan(Vp& vp, int level, SimTime plan) {
  vp.partition->pool->planned[level] += plan - vp.plan[level];
  vp.plan[level] = plan;
}

// What is left of the partition's entitlement goes to its ready virtual processors so that at the window's end all will have had the same
// ("substantially equal", LoPAR R1-3), as far as the time left allows. Called whenever the set of the ready ones changes, which is how a
// ceded slice passes to the siblings, and comes back to its owner when it wakes.
void EntitlementDispatch::share_out(Partition& partition, SimTime now, bool in_time) {
  const SimTime left = window_end() - now;
  SimTime own_claims;
  SimTime promises = partition.handed_on;
  for (Vp* vp : partition.ready) {
    refresh(*vp);
    if (vp->state == VpState::running) settle(*vp, now);
    own_claims += vp->claim;
    promises += hard_left(*vp);
  }
  SimTime amount = partition.remaining;
  if (partition.pool->limited) {
    const SimTime room = partition.pool->headroom_for_claims(frame_.window) + own_claims;
    amount = std::max(SimTime{}, std::min(amount, room));
  }
  sharers_.assign(partition.ready.begin(), partition.ready.end());
  std::sort(sharers_.begin(), sharers_.end(),
            [](const Vp* a, const Vp* b) { return a->used != b->used ? a->used < b->used : a->id < b->id; });
  // From the one that has had least: raise all to a common level; one that the time left stops short passes its part on.
  auto first = sharers_.begin();
  while (first != sharers_.end()) {
    const std::int64_t count = sharers_.end() - first;
    // The level reaches the first n; the others have had more already.
    std::int64_t n = count;
    SimTime total;  // used by the first n
    for (auto it = first; it != sharers_.end(); ++it) total += (*it)->used;
    while (n > 1 && (amount + total).ps() / n < (*(first + n - 1))->used.ps()) total -= (*(first + --n))->used;
    const std::int64_t level = (amount + total).ps() / n;
    std::int64_t odd = (amount + total).ps() % n;
    const SimTime lowest = SimTime::from_ps(level) - (*first)->used;
    if (lowest >= left) {  // the rest of the window is not enough for it
      set_claim(**first, std::min(left, amount));
      amount -= std::min(left, amount);
      ++first;
      continue;
    }
    for (std::int64_t i = 0; i < count; ++i) {
      Vp& vp = **(first + i);
      set_claim(vp, i < n ? SimTime::from_ps(level + (odd-- > 0 ? 1 : 0)) - vp.used : SimTime{});
    }
    break;
  }
  partition.handed_on = SimTime{};
  promises_left_ -= promises;
  if (in_time) {
    for (Vp* vp : partition.ready) vp->promised = vp->used + vp->claim;
  } else {
    pass_promises(partition, promises, left);
  }
  for (const Vp* vp : partition.ready) promises_left_ += hard_left(*vp);
}

// What was promised at the window's start stays promised to the partition while it has a virtual processor to run it. Whoever takes on a
// promise of a sibling may have no time `left` for its own part of the excess.
void EntitlementDispatch::pass_promises(Partition& partition, SimTime promises, SimTime left) {
  for (Vp* vp : partition.ready) {
    const SimTime kept = std::min(promises, hard_left(*vp));
    vp->promised = vp->used + kept;
    promises -= kept;
  }
  for (Vp* vp : partition.ready) {
    const SimTime more = std::min(promises, vp->claim - hard_left(*vp));
    vp->promised += more;
    promises -= more;
    for (int level : {1, 0}) {
      const SimTime over = hard_left(*vp) + vp->plan_left() - left;
      if (over > SimTime{}) set_plan(*vp, level, std::max(SimTime{}, vp->plan[level] - over));
    }
  }
}

void EntitlementDispatch::set_claim(Vp& vp, SimTime claim) {
  vp.partition->pool->claims += claim - vp.claim;
  vp.claim = claim;
}

}  // namespace lparsim::hypervisor
