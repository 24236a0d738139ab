// Guest: on which virtual processors its threads run, and which virtual processors it uses.
#include <algorithm>
#include <array>
#include <utility>

#include "lpars/guest/guest.hpp"
#include "lpars/guest/placement.hpp"

namespace lparsim::guest {

using hypervisor::DispatchReason;

/// A thread that is ready comes to a free hardware thread, takes the place of another one, or waits; `at_head`: before its equals.
void Guest::dispatch_thread(std::uint32_t number, std::optional<DispatchReason> reason, SimTime now, bool at_head) {
  if (is_handler(number)) return dispatch_handler(number, reason, now);
  const std::uint32_t vp = scheduler_->place(threads_[number], map_);
  if (vp != kNone) return put(number, vp, reason, now);
  const std::uint32_t queue = scheduler_->queue_for(threads_[number], map_, online_ * config_.smt);
  join(number, queue, now);
  if (!displace(number, queue, now)) enqueue(number, queue, now, at_head);
}

/// The scheduler learns that the thread comes to the queue from elsewhere.
void Guest::join(std::uint32_t number, std::uint32_t queue, SimTime now) {
  if (one_queue_) return;
  const std::uint32_t vp = queue / config_.smt;
  const std::uint32_t i = queue % config_.smt;
  if (cores_[vp].state == State::running) advance(vp, now);
  const VirtualCore::Slot& slot = cores_[vp].slot(i);
  std::uint32_t there = slot.thread;
  SimTime ran = cores_[vp].run_clock() - slot.came;
  if (slot.handler) {
    there = threads_[there].displaced;
    if (there != kNone) ran = threads_[there].ran;
  }
  const bool alone = there != kNone && queues_.size(queue) == 0;
  scheduler_->joins(threads_[number], queue, alone ? &threads_[there] : nullptr, ran);
}

bool Guest::displace(std::uint32_t number, std::uint32_t queue, SimTime now) {
  std::uint32_t place = queue;
  if (one_queue_) {  // one queue for all: the least favoured of those that run
    if (threads_[number].nice >= least_favoured_) return false;
    place = kNone;
    for (std::uint32_t i = 0; i < online_ * config_.smt; ++i) {
      const VirtualCore& core = cores_[i / config_.smt];
      const std::uint32_t there = core.slot(i % config_.smt).thread;
      if (core.state != State::running || there == kNone || there == deciding_ || core.slot(i % config_.smt).handler) continue;
      if (place == kNone || threads_[there].nice > threads_[cores_[place / config_.smt].slot(place % config_.smt).thread].nice) place = i;
    }
    if (place == kNone) return false;
  }
  const std::uint32_t vp = place / config_.smt;
  const std::uint32_t i = place % config_.smt;
  if (vp >= online_ || cores_[vp].state != State::running || cores_[vp].slot(i).thread == kNone) return false;
  const std::uint32_t there = cores_[vp].slot(i).thread;
  if (there == deciding_ || cores_[vp].slot(i).handler) return false;
  advance(vp, now);
  if (!scheduler_->displaces(threads_[number], threads_[there], cores_[vp].run_clock() - cores_[vp].slot(i).came)) return false;
  take_off(vp, i, true, now);
  put(number, vp, std::nullopt, now);
  enqueue(there, queue, now, true);
  return true;
}

void Guest::enqueue(std::uint32_t number, std::uint32_t queue, SimTime now, bool at_head) {
  Thread& thread = threads_[number];
  if (thread.state != Thread::State::queued) thread.ready_since = now;
  thread.state = Thread::State::queued;
  queues_.push(queue, number, scheduler_->rank(thread), at_head);
  // Those that run without an end of their slice get one.
  if (!one_queue_) {
    const std::uint32_t vp = queue / config_.smt;
    if (untimed_.contains(vp)) set_next_event(vp, now);
  } else if (queues_.total() == 1) {
    std::uint32_t left = untimed_.size();
    while (left-- > 0) set_next_event(untimed_.front(), now);
  }
  if (!one_queue_) plan_balance(now);
}

/// Free hardware threads take threads that wait.
void Guest::serve_queues(SimTime now) {
  serve_handlers(now);
  while (queues_.total() > 0) {
    const std::uint32_t vp = place_least_busy(map_, kNone);
    if (vp == kNone) return;
    put(queues_.pop(queues_.first_waiting()), vp, std::nullopt, now);
  }
}

/// The virtual processor keeps the first `kept` of its hardware threads (none: it is folded or offline); what is on the others or waits for
/// them goes elsewhere.
void Guest::evict(std::uint32_t vp, std::uint32_t kept, SimTime now) {
  VirtualCore& core = cores_[vp];
  std::array<std::uint32_t, 2 * std::size_t{VirtualCore::kMostSlots}> gone{};
  std::size_t count = 0;
  for (std::uint32_t i = kept; i < core.mode(); ++i) {
    if (core.slot(i).thread == kNone) continue;
    const std::uint32_t number = core.slot(i).thread;
    if (const std::uint32_t below = std::exchange(threads_[number].displaced, kNone); below != kNone) {
      settle_counts(now);
      ++runnable_;
      scheduler_->left(threads_[below], threads_[below].ran);
      gone[count++] = below;
    }
    gone[count++] = number;
    take_off(vp, i, true, now);
  }
  if (kept > 0) core.set_mode(kept);
  mark(vp, true);
  // From the last to the first, so that the threads of the first are at the head in the end.
  while (count > 0) dispatch_thread(gone[--count], std::nullopt, now, true);
  if (one_queue_) return;
  for (std::uint32_t i = kept; i < config_.smt; ++i) {
    for (std::uint32_t left = queues_.size(logical(vp, i)); left > 0; --left)
      dispatch_thread(queues_.pop(logical(vp, i)), std::nullopt, now);
  }
}

void Guest::set_online(std::uint32_t online, SimTime now) {
  settle_counts(now);
  const std::uint32_t before = online_;
  if (online > cores_.size()) {
    cores_.resize(online);
    folded_since_.resize(online);
    vp_timers_.grow(online);
    map_.grow(online);
    untimed_.grow(online);
    scheduler_->grow(online);
    queues_.grow(one_queue_ ? 1 : online * config_.smt);
  }
  for (std::uint32_t vp = before; vp-- > online;) map_.remove(vp);
  for (std::uint32_t vp = before; vp-- > online;) {
    VirtualCore& core = cores_[vp];
    if (core.state == State::running) {
      advance(vp, now);
      end_bursts(vp, now);
    }
    if (core.folded && observer_ != nullptr && folded_since_[vp] < now) observer_->was_folded(vp, folded_since_[vp], now);
    core.folded = false;
    stop(vp, State::offline, now);
    logical_online_ -= core.mode();
  }
  online_ = online;
  for (std::uint32_t vp = before; vp < online; ++vp) {
    cores_[vp].state = State::idle;
    cores_[vp].set_mode(mode_);
    logical_online_ += mode_;
    mark(vp, true);
  }
  unfolded_ = 0;  // what is new is used; the next evaluation folds
  for (std::uint32_t vp = 0; vp < online; ++vp) unfolded_ += cores_[vp].folded ? 0 : 1;
  if (unfolded_ == 0) set_unfolded(1, now);
  for (std::uint32_t vp = before; vp-- > online;) evict(vp, 0, now);
  serve_queues(now);
  plan_balance(now);
}

void Guest::set_unfolded(std::uint32_t unfolded, SimTime now) {
  settle_counts(now);
  unfolded_ = unfolded;
  for (std::uint32_t vp = 0; vp < unfolded; ++vp) {
    if (!cores_[vp].folded) continue;
    cores_[vp].folded = false;
    if (observer_ != nullptr && folded_since_[vp] < now) observer_->was_folded(vp, folded_since_[vp], now);
    mark(vp, true);
  }
  serve_queues(now);
  for (std::uint32_t vp = unfolded; vp < online_; ++vp) {
    VirtualCore& core = cores_[vp];
    if (core.folded) continue;
    core.folded = true;
    folded_since_[vp] = now;
    if (core.state == State::running) advance(vp, now);
    evict(vp, 0, now);
    if (core.state == State::running) run(vp, now);
  }
  plan_balance(now);
}

/// As many virtual processors are used as the threads that ran or waited since the last time need.
void Guest::evaluate_folding(SimTime now) {
  settle_counts(now);
  const double runnable = (runnable_total_ - runnable_at_fold_) / (now - folded_at_).seconds();
  const std::uint32_t wanted = scheduler_->unfolded(runnable, online_);
  const bool rests = runnable_ == 0 && wanted == unfolded_;
  folded_at_ = now;
  runnable_at_fold_ = runnable_total_;
  fold_at_ = rests ? SimTime::never() : now + config_.folding.period;
  if (wanted != unfolded_) set_unfolded(wanted, now);
}

/// Some virtual processor has two busy hardware threads more than another one, or threads wait in queues that may differ by two.
bool Guest::uneven() const {
  if (!one_queue_ && queues_.total() > 1 && logical_online_ > 1) return true;
  const std::uint32_t busiest = map_.busiest(config_.threads_before_next + 1);
  if (busiest == kNone) return false;
  const std::uint32_t least = place_least_busy_here(map_);
  return least != kNone && map_.busy(least) + 2 <= map_.busy(busiest) &&
         map_.busy(least) < std::max(1U, map_.busy(busiest) - config_.threads_before_next);
}

void Guest::plan_balance(SimTime now) {
  if (balance_at_ == SimTime::never() && uneven()) balance_at_ = now + config_.balance_period;
}

/// Threads that have been long on a crowded virtual processor go to one with fewer, and those that wait from long queues to short ones.
void Guest::balance(SimTime now) {
  balance_at_ = SimTime::never();
  while (uneven()) {
    const std::uint32_t from = map_.busiest(config_.threads_before_next + 1);
    if (from == kNone || !move_one(from, now)) break;
  }
  if (!one_queue_ && queues_.total() > 1) balance_queues(now);
  plan_balance(now);
}

/// A thread that can go on and has been there for a balance period goes from the virtual processor to the one with the fewest, unless that
/// waits for a core itself.
bool Guest::move_one(std::uint32_t from, SimTime now) {
  VirtualCore& core = cores_[from];
  const std::uint32_t to = place_least_busy_here(map_);
  if (to == kNone || map_.busy(to) + 2 > map_.busy(from)) return false;
  if (core.state == State::running) advance(from, now);
  for (std::uint32_t i = core.mode(); i-- > 0;) {
    const VirtualCore::Slot& slot = core.slot(i);
    if (slot.thread == kNone || slot.spinning || slot.handler || core.run_clock() - slot.came < config_.balance_period) continue;
    if (slot.ends_at <= core.work_clock()) continue;
    const std::uint32_t number = slot.thread;
    take_off(from, i, true, now);
    put(number, to, std::nullopt, now);
    if (core.state == State::running) run(from, now);
    return true;
  }
  return false;
}

/// Moves threads from the longest queue to the shortest until they differ by one at most.
void Guest::balance_queues(SimTime now) {
  std::vector<std::uint32_t> open;
  for (std::uint32_t i = 0; i < online_ * config_.smt; ++i) {
    if (is_usable(map_, i, config_.smt)) open.push_back(i);
  }
  if (open.empty()) return;
  const auto shorter = [&](std::uint32_t a, std::uint32_t b) {
    return queues_.size(a) < queues_.size(b);
  };
  for (std::uint32_t moves = queues_.total(); moves > 0; --moves) {
    const auto [least, most] = std::minmax_element(open.begin(), open.end(), shorter);
    if (queues_.size(*least) + 2 > queues_.size(*most)) return;
    const std::uint32_t number = queues_.pop(*most);
    join(number, *least, now);
    enqueue(number, *least, now, false);
  }
}

}  // namespace lparsim::guest
