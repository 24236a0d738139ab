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
  entity.order = static_cast<std::uint32_t>(entities_.size());
  entity.pool = &pool;
  entity.partition = &partition;
  entity.single = single;
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

void ExcessQueue::sort_in(ExcessEntity& entity) {
  const double limit = lag_limit(entity);
  entity.clock[0] = std::max(entity.clock[0], entity.pool->newest_clock - limit);
  entity.clock[1] = std::max(entity.clock[1], newest_clock_ - limit);
  entity.pool->by_pool_clock.insert(entity);
  entity.pool->by_frame_clock.insert(entity);
}

void ExcessQueue::take_out(ExcessEntity& entity) {
  if (entity.unsorted_hook.is_linked()) {
    entity.unsorted_hook.unlink();
    return;
  }
  entity.pool->by_pool_clock.erase(entity.pool->by_pool_clock.iterator_to(entity));
  entity.pool->by_frame_clock.erase(entity.pool->by_frame_clock.iterator_to(entity));
}

void ExcessQueue::push(Vp& vp) {
  if (vp.excess->waiting.empty()) {
    unsorted_.push_back(*vp.excess);
    ++waiting_;
  }
  vp.excess->waiting.push_back(vp);
}

void ExcessQueue::remove(Vp& vp) {
  vp.excess_hook.unlink();
  if (!vp.excess->waiting.empty()) return;
  take_out(*vp.excess);
  --waiting_;
}

void ExcessQueue::clear() {
  for (ExcessEntity& entity : entities_) {
    if (!entity.waiting.empty()) take_out(entity);
    entity.waiting.clear();
  }
  waiting_ = 0;
}

ExcessQueue::Choice ExcessQueue::choose(const std::vector<Pool*>& pools, SimTime begin) {
  while (!unsorted_.empty()) {
    ExcessEntity& entity = unsorted_.front();
    unsorted_.pop_front();
    sort_in(entity);
  }
  Choice best;
  if (pools.size() > 1) {  // with one pool both levels are the same
    SimTime most = kSliver;
    for (Pool* pool : pools) {
      if (pool->by_pool_clock.empty()) continue;
      const SimTime left = std::min(pool->own_left(window_), pool->headroom(begin, window_));
      if (left < most) continue;
      most = left;
      best = {&*pool->by_pool_clock.begin(), 0, std::min(slice_, left)};
    }
    if (best.entity != nullptr) {
      best.entity->pool->newest_clock = std::max(best.entity->pool->newest_clock, best.entity->clock[0]);
      return best;
    }
  }
  for (Pool* pool : pools) {
    if (pool->by_frame_clock.empty()) continue;
    const SimTime headroom = pool->headroom(begin, window_);
    if (headroom < kSliver) continue;
    ExcessEntity& candidate = *pool->by_frame_clock.begin();
    if (best.entity == nullptr || FurthestBehind<1>{}(candidate, *best.entity)) best = {&candidate, 1, std::min(slice_, headroom)};
  }
  if (best.entity != nullptr) newest_clock_ = std::max(newest_clock_, best.entity->clock[1]);
  return best;
}

void ExcessQueue::charge(Vp& vp, SimTime span) {
  ExcessEntity& entity = *vp.excess;
  const bool sorted = entity.frame_hook.is_linked();
  if (sorted) take_out(entity);
  entity.clock[vp.run.level] += per_weight(span, std::max<std::uint32_t>(1, entity.partition->weight));
  if (sorted) sort_in(entity);
}

}  // namespace lparsim::hypervisor::dispatch
