#include "models/hypervisor/dispatch/entitlement_dispatch.hpp"

#include <algorithm>
#include <limits>

#include "sim/base/check.hpp"

namespace lparsim::hypervisor {

using dispatch::Core;
using dispatch::Partition;
using dispatch::Pool;
using Right = dispatch::Run::Right;
using dispatch::Vp;
using dispatch::VpState;

namespace {

/// A pool held at its maximum is looked at again once fading reservations free this much.
constexpr SimTime kPoolQuantum = SimTime::from_us(100);

/// Higher than any clock, reversed in sign.
constexpr double kNotOnExcess = std::numeric_limits<double>::infinity();

std::uint32_t chips(const FrameSpec& frame) {
  return (frame.cores + frame.cores_per_chip - 1) / frame.cores_per_chip;
}

}  // namespace

EntitlementDispatch::EntitlementDispatch(const FrameSpec& frame, DispatchSink& sink)
    : frame_{frame},
      sink_{sink},
      shared_cores_{frame.cores},
      cores_(frame.cores),
      promised_{frame.cores, chips(frame)},
      late_{frame.cores, chips(frame)},
      planned_{frame.cores, chips(frame)},
      excess_{frame.window, frame.excess_slice},
      idle_shared_{frame.cores},
      idle_lent_{frame.cores},
      slice_ends_{SimTime::never(), frame.cores},
      least_behind_{kNotOnExcess, frame.cores} {
  for (std::uint32_t i = 0; i < frame.cores; ++i) {
    cores_[i].id = id_of<CoreId>(i);
    cores_[i].chip = i / frame.cores_per_chip;
    idle_shared_.insert(i);
  }
  add_pool({});
}

SimTime EntitlementDispatch::next_event() const {
  if (plan_pending_) return window_begin();
  SimTime next = pool_wakeup_;
  if (window_armed()) next = std::min(next, window_end());
  next = std::min({next, slice_ends_.first_key(), due_promised_.first_key(), due_planned_.first_key(), reserve_ends()});
  return next;
}

void EntitlementDispatch::advance(SimTime now) {
  settle_pools(now);
  if (window_armed() && now >= window_end()) {
    begin_window(window_ + 1);
  } else {
    if (plan_pending_) make_plan(now);
    while (slice_ends_.first_key() <= now) slice_ended(cores_[slice_ends_.first()], now);
  }
  fill_idle(now);
  keep_reserve(now);
  serve_urgent(now);
}

void EntitlementDispatch::make_ready(VpId id, DispatchReason reason, SimTime now) {
  open_books(now);
  Vp& vp = at(id);
  Partition& partition = *vp.partition;
  LPARSIM_CHECK(vp.state == VpState::ceded, "dispatcher: virtual processor {} made ready while it is not ceded, at {} ps", index(id),
                now.ps());
  vp.wake_reason = reason;
  vp.ready_since = vp.wait_settled = now;
  vp.capacity_wait = vp.processor_wait = SimTime{};
  if (partition.pool == nullptr) return take_back(vp, now);
  const bool in_time = now == window_begin();
  if (in_time) {
    if (!plan_pending_) suspend_excess(now);
    plan_pending_ = plan_changed_ = true;
  } else {
    drop_plan(now);
  }
  refresh(partition);
  refresh(vp);
  if (partition.ready.empty()) {
    active_.push_back(partition);
    if (partition.excess != nullptr) excess_.join(*partition.excess);
  }
  if (partition.excess == nullptr) excess_.join(*vp.excess);
  partition.ready.push_back(&vp);
  share_out(partition, now, in_time);
  wait(vp, now, false);
  reclassify(partition, now);
  place(vp, now);
}

void EntitlementDispatch::cede(VpId id, PreemptReason reason, SimTime now, const VpId* favoured) {
  open_books(now);
  Vp& vp = at(id);
  Partition& partition = *vp.partition;
  LPARSIM_CHECK(vp.ready(), "dispatcher: virtual processor {} cedes while it is not ready, at {} ps", index(id), now.ps());
  Core* const core = vp.core;
  const bool on_excess = core != nullptr && partition.pool != nullptr && !vp.on_entitlement();
  const SimTime excess_left = on_excess ? core->slice_end - now : SimTime{};
  release(vp, reason, VpState::ceded, now);
  if (!partition.ready.empty()) share_out(partition, now, false);
  if (core != nullptr && favoured != nullptr && at(*favoured).state == VpState::waiting) {
    Vp& next = at(*favoured);
    next.wake_reason = DispatchReason::conferred;
    if (next.claim > SimTime{})
      run_entitled(*core, next, now);
    else if (excess_left > SimTime{})
      run_on(*core, next, {Right::excess, vp.run.level, excess_left}, now);
  }
  if (!partition.ready.empty()) reclassify(partition, now);
  if (core != nullptr && core->running == nullptr && core->available) fill(*core, now);
  fill_idle(now);
}

// It is no longer ready: its core is free, its entitlement goes back to the partition, its promise is over.
void EntitlementDispatch::release(Vp& vp, PreemptReason reason, VpState next, SimTime now) {
  Partition& partition = *vp.partition;
  if (vp.state == VpState::running) {
    Core& core = *vp.core;
    take_off(core, reason, next, now);
    if (partition.pool == nullptr) set_lent(core, lends(partition));
    if (core.available) set_idle(core);
  } else {
    stop_waiting(vp, now);
    vp.state = next;
    vp.waiting_since = now;
  }
  plan_changed_ = true;
  if (partition.pool == nullptr) return;
  partition.handed_on += hard_left(vp);
  set_claim(vp, SimTime{});
  vp.promised = SimTime{};
  for (int level : {0, 1}) set_plan(vp, level, SimTime{});
  std::erase(partition.ready, &vp);
  if (partition.ready.empty()) {
    partition.active_hook.unlink();
    promises_left_ -= partition.handed_on;
    partition.handed_on = SimTime{};
  }
}

// The wheel turns: unused entitlement lapses, everyone has a fresh one.
void EntitlementDispatch::begin_window(std::int64_t window) {
  const SimTime now = frame_.window * window;
  interrupted_.clear();
  for (Core& core : cores_) {
    if (slice_ends_.contains(number(core))) interrupted_.push_back(&core);
  }
  for (Core* core : interrupted_) {
    Vp& vp = *core->running;
    settle(vp, now);
    // One whose slice ended with the window queues behind those that waited through it; if nobody did, there is nothing to switch to.
    if (vp.on_entitlement() && vp.claim == SimTime{} && !waiting_.empty()) {
      preempt(*core, now);
      set_idle(*core);
    } else {
      clear_slice(*core, now);
    }
  }
  window_ = window;
  for (Pool* pool : pools_) {
    const SimTime before = pool->last_entitled;
    pool->begin_window(now, true);
    if (pool->limited && pool->last_entitled != before) plan_changed_ = true;
  }
  promises_left_ = SimTime{};
  sink_.window_began(now);
  for (Partition& partition : active_) {
    const SimTime before = partition.due;
    refresh(partition);
    if (partition.due != before) plan_changed_ = true;
    share_out(partition, now, true);
  }
  for (Core* core : interrupted_) {
    if (core->running != nullptr) set_slice(*core, entitled_run(*core->running), now);
  }
  make_plan(now);
  fill_idle(now);
  yield_to_pressed(now);
}

// Those that run on from the window before have not begun their new slices; where one of them would hold a core for longer than somebody
// waiting can spare, it lets that one go first.
void EntitlementDispatch::yield_to_pressed(SimTime now) {
  while (Vp* const most_urgent = first_due()) {
    Vp& pressed = *most_urgent;
    if (pressed.queue != dispatch::Queue::promised && !may_pass_promises(true)) return;
    Core* longest = nullptr;
    for (Core& core : cores_) {
      if (!slice_ends_.contains(number(core)) || core.slice_end <= latest_start(pressed) ||
          latest_start(*core.running) <= latest_start(pressed))
        continue;
      if (longest == nullptr || latest_start(*core.running) > latest_start(*longest->running)) longest = &core;
    }
    if (longest == nullptr) return;
    preempt(*longest, now);
    run_due(*longest, pressed, now);
  }
}

void EntitlementDispatch::slice_ended(Core& core, SimTime now) {
  Vp& vp = *core.running;
  settle(vp, now);
  // What came to it during the window waits for others' promises.
  if (vp.claim > SimTime{} && (hard_left(vp) > SimTime{} || promised_.empty())) return go_on(core, entitled_run(vp), now);
  if (vp.claim == SimTime{} && vp.partition->shares_excess()) {
    const Vp* next = pick_entitled(core, now);
    if (soft_left(vp) > SimTime{} &&
        (next == nullptr || (latest_start(vp) <= now + next->claim && may_pass_promises(vp.run.right == Right::promised)))) {
      return go_on(core, planned_run(vp), now);
    }
    if (next == nullptr && planned_.empty()) {
      clear_slice(core, now);
      excess_.push(vp);
      const auto choice = excess_.choose(pools_, window_begin());
      const bool same = choice.entity != nullptr && &choice.entity->waiting.front() == &vp;
      excess_.remove(vp);
      if (same) return set_slice(core, {Right::excess, choice.level, choice.slice}, now);
      set_slice(core, {vp.run.right, vp.run.level, SimTime{}}, now);
    }
  }
  preempt(core, now);
  fill(core, now);
}

// Who has the best right to this core: one that must start now; one that must start before the slice of the one in turn would be over;
// the one in turn.
Vp* EntitlementDispatch::pick_entitled(const Core& core, SimTime now) {
  Vp* next = !promised_.empty() ? promised_.pick(core) : late_.pick(core);
  const auto pressing = [&](SimTime start) {
    return start <= now || (next != nullptr && start < now + next->claim);
  };
  const SimTime promised = due_promised_.first_key(), planned = due_planned_.first_key();
  if (planned < promised && pressing(planned) && (promised_.empty() || may_pass_promises(false))) return &vps_[due_planned_.first()];
  if (pressing(promised)) return &vps_[due_promised_.first()];
  return next;
}

// Finds a core for one that has just become ready (or got entitlement while it waited).
void EntitlementDispatch::place(Vp& vp, SimTime now) {
  if (vp.state != VpState::waiting) return;
  const bool entitled = vp.claim > SimTime{};
  if (!entitled && !vp.partition->shares_excess()) return;
  Core* core = idle_core_near(vp);
  if (core == nullptr && entitled && !least_behind_.empty()) {
    core = vp.last_core != nullptr && runs_excess(*vp.last_core) ? vp.last_core : &cores_[least_behind_.first()];
    preempt(*core, now);
    set_idle(*core);
  }
  if (core == nullptr) return;
  if (entitled) return run_entitled(*core, vp, now);
  // Another may be further behind its share; then there may be one more idle core.
  while (core != nullptr && vp.state == VpState::waiting) {
    fill(*core, now);
    if (core->running == nullptr) return;
    core = idle_core_near(vp);
  }
}

Core* EntitlementDispatch::idle_core_near(const Vp& vp) {
  const auto cores = static_cast<std::uint32_t>(cores_.size());
  for (const dispatch::CoreSet* idle : {&idle_shared_, &idle_lent_}) {
    if (idle->empty()) continue;
    if (vp.last_core != nullptr) {
      const auto last = static_cast<std::uint32_t>(index(vp.last_core->id));
      if (idle->contains(last)) return &cores_[last];
      const std::uint32_t chip = vp.last_core->chip * frame_.cores_per_chip;
      if (const auto near = idle->first(chip, std::min(cores, chip + frame_.cores_per_chip))) return &cores_[*near];
    }
    return &cores_[*idle->first(0, cores)];
  }
  return nullptr;
}

void EntitlementDispatch::fill(Core& core, SimTime now) {
  set_idle(core);
  if (Vp* vp = pick_entitled(core, now); vp != nullptr) return run_due(core, *vp, now);
  if (plan_pending_) return;
  if (Vp* vp = planned_.pick(core); vp != nullptr) return run_on(core, *vp, planned_run(*vp), now);
  const auto choice = excess_.choose(pools_, window_begin());
  if (choice.entity != nullptr) run_on(core, choice.entity->waiting.front(), {Right::excess, choice.level, choice.slice}, now);
}

// Cores that are free although somebody waits: after a pool's maximum gave way, or at the window's start. First those return that ran
// there.
void EntitlementDispatch::fill_idle(SimTime now) {
  pool_wakeup_ = SimTime::never();
  const auto each_idle = [this](auto&& action) {
    for (const dispatch::CoreSet* idle : {&idle_shared_, &idle_lent_}) {
      for (auto free = idle->first(0, frame_.cores); free; free = idle->first(*free + 1, frame_.cores)) action(cores_[*free]);
    }
  };
  if (!entitled_waiting() && planned_.empty() && excess_.empty()) return;
  each_idle([&](Core& core) {
    auto& queue = !promised_.empty() ? promised_ : !late_.empty() ? late_ : planned_;
    if (Vp* vp = queue.pick_returning(core); vp != nullptr) run_due(core, *vp, now);
  });
  each_idle([&](Core& core) { fill(core, now); });
  if (idle_shared_.empty() && idle_lent_.empty()) return;
  for (const Pool* pool : pools_) {  // held at the maximum: when to look again
    if (pool->limited && !pool->furthest_behind[1].empty())
      pool_wakeup_ = std::min(pool_wakeup_, pool->when_headroom_reaches(kPoolQuantum, window_begin(), frame_.window));
  }
}

// After share_out: running ones get new ends of slice, waiting ones change queues and may find a core.
void EntitlementDispatch::reclassify(Partition& partition, SimTime now) {
  gained_.clear();
  for (Vp* vp : partition.ready) {
    if (vp->state == VpState::running) {
      if (vp->on_entitlement() || vp->claim > SimTime{}) go_on(*vp->core, entitled_run(*vp), now);
    } else {
      const bool had_claim = vp->queue == dispatch::Queue::promised || vp->queue == dispatch::Queue::late;
      requeue(*vp, now);
      if (!had_claim && vp->claim > SimTime{}) gained_.push_back(vp);
    }
  }
  for (std::size_t i = 0; i < gained_.size(); ++i) place(*gained_[i], now);
}

}  // namespace lparsim::hypervisor
