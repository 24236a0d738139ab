#include "models/hypervisor/dispatch/excess_queue.hpp"

#include <algorithm>

namespace lparsim::hypervisor::dispatch {
namespace {

/// Less than this is not worth a dispatch.
constexpr SimTime kSliver = SimTime::from_us(1);

double per_weight(SimTime span, std::uint32_t weight) {
  return static_cast<double>(span.ps()) / static_cast<double>(weight);
}

}  // namespace

ExcessEntity& ExcessQueue::add_competitor(Pool& pool, Partition& partition, bool single) {
  ExcessEntity& entity = entities_.emplace_back();
  entity.pool = &pool;
  entity.partition = &partition;
  entity.single = single;
  entity.seat = static_cast<std::uint32_t>(pool.seats.size());
  pool.seats.push_back(&entity);
  for (auto& tournament : pool.furthest_behind) tournament.resize(entity.seat + 1);
  return entity;
}

void ExcessQueue::join(ExcessEntity& entity) {
  entity.clock[0] = std::max(entity.clock[0], entity.pool->newest_clock);
  entity.clock[1] = std::max(entity.clock[1], newest_clock_);
}

// One that could not take its share (all its virtual processors ran already) falls behind; it may catch up at most a window's worth, so
// that history counts for no longer than the window in which it was made.
double ExcessQueue::lag_limit(const ExcessEntity& entity) const {
  const auto weight = std::max<std::uint32_t>(1, entity.partition->weight);
  return per_weight(window_ * (entity.single ? 1 : entity.partition->online), weight);
}

void ExcessQueue::push(Vp& vp) {
  changed(*vp.excess);
  if (vp.excess->waiting.empty()) ++waiting_;
  vp.excess->waiting.push_back(vp);
}

void ExcessQueue::remove(Vp& vp) {
  vp.excess_hook.unlink();
  if (!vp.excess->waiting.empty()) return;
  changed(*vp.excess);
  --waiting_;
}

void ExcessQueue::changed(ExcessEntity& entity) {
  if (entity.changed) return;
  entity.changed = true;
  changed_.push_back(&entity);
}

void ExcessQueue::sort() {
  for (ExcessEntity* entity : changed_) {
    entity->changed = false;
    const double limit = lag_limit(*entity);
    entity->clock[0] = std::max(entity->clock[0], entity->pool->newest_clock - limit);
    entity->clock[1] = std::max(entity->clock[1], newest_clock_ - limit);
    for (int level : {0, 1}) {
      Tournament<double>& tournament = entity->pool->furthest_behind[level];
      if (entity->waiting.empty()) {
        tournament.clear(entity->seat);
      } else {
        tournament.set(entity->seat, entity->clock[level]);
      }
    }
  }
  changed_.clear();
}

ExcessQueue::Choice ExcessQueue::choose(const std::vector<Pool*>& pools, SimTime begin) {
  sort();
  Choice best;
  if (pools.size() > 1) {  // with one pool both levels are the same
    SimTime most = kSliver;
    for (Pool* pool : pools) {
      if (pool->furthest_behind[0].empty()) continue;
      const SimTime left = std::min(pool->own_left(window_), pool->headroom(begin, window_));
      if (left < most) continue;
      most = left;
      best = {pool->seats[pool->furthest_behind[0].first()], 0, std::min(slice_, left)};
    }
    if (best.entity != nullptr) {
      best.entity->pool->newest_clock = std::max(best.entity->pool->newest_clock, best.entity->clock[0]);
      return best;
    }
  }
  for (Pool* pool : pools) {
    if (pool->furthest_behind[1].empty()) continue;
    const SimTime headroom = pool->headroom(begin, window_);
    if (headroom < kSliver) continue;
    ExcessEntity& candidate = *pool->seats[pool->furthest_behind[1].first()];
    if (best.entity == nullptr || candidate.clock[1] < best.entity->clock[1]) best = {&candidate, 1, std::min(slice_, headroom)};
  }
  if (best.entity != nullptr) newest_clock_ = std::max(newest_clock_, best.entity->clock[1]);
  return best;
}

void ExcessQueue::charge(Vp& vp, SimTime span) {
  ExcessEntity& entity = *vp.excess;
  entity.clock[vp.run.level] += per_weight(span, std::max<std::uint32_t>(1, entity.partition->weight));
  if (!entity.waiting.empty()) changed(entity);
}

}  // namespace lparsim::hypervisor::dispatch
