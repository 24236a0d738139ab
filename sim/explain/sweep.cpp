#include "sim/explain/sweep.hpp"

#include <algorithm>
#include <utility>

#include "sim/explain/vain_wait.hpp"
#include "sim/explain/wait_account.hpp"
#include "sim/trace/span_names.hpp"

namespace lparsim::explain {

Sweep::Sweep(const Frame& frame)
    : frame_{frame},
      clocks_{frame.partitions().size(), frame.shared_cores()},
      pool_used_(frame.pools().size()),
      pool_running_(frame.pools().size()) {
  for (std::size_t i = 0; i < frame.partitions().size(); ++i) {
    const auto id = id_of<PartitionId>(i);
    partitions_.emplace_back(id, frame.pool_of(id).limited, !frame.rights(id, SimTime{}).shares_excess());
  }
  if (frame.any_pool_limited()) window_end_ = frame.window();
  find_next_change();
}

void Sweep::became_ready(const trace::DispatchSpan& d) {
  advance(d.ready);
  Partition& partition = of(d.partition);
  if (d.begin > d.ready) {
    ++partition.summary.waits;
    partition.summary.waited += d.begin - d.ready;
  }
  Going going;
  going.dispatch = d;
  going.phase = Phase::withheld;
  going.until = d.enqueue;
  begin_phase(going, d.ready);
}

void Sweep::began(const trace::TrackEvent& span) {
  if (is_vain_wait(span)) return became_ready(vain_wait(span));
  advance(span.begin);
  Going going;
  going.until = span.end;
  going.dispatch.partition = span.partition;
  Partition& partition = of(span.partition);
  if (span.vp && span.name == trace::kFolded) {
    going.phase = Phase::folded;
    going.dispatch.vp = *span.vp;
    partition.threads.fold(*span.vp, true, now_);
  } else if (span.vp && span.name.starts_with(trace::kSpin)) {
    going.phase = Phase::spin;
    going.spin = {span.name.substr(trace::kSpin.size()), *span.vp, static_cast<std::int64_t>(span.value)};
    partition.summary.threads_spun += span.end - span.begin;
    partition.threads.spins(going.spin, 1, now_);
  } else if (!span.vp && span.name == trace::kThreadWaits) {
    going.phase = Phase::thread_wait;
    going.spin.vp = span.value < 0 ? 0 : static_cast<std::uint32_t>(span.value);
    ++partition.summary.thread_waits;
    partition.summary.threads_waited += span.end - span.begin;
    partition.threads.thread_waits(going.spin.vp, 1, now_);
  } else {
    return;
  }
  push(std::move(going));
}

void Sweep::push(Going going) {
  going.number = numbers_++;
  going_.push(std::move(going));
}

// A phase of no length is passed over.
void Sweep::begin_phase(Going going, SimTime now) {
  const trace::DispatchSpan& d = going.dispatch;
  Partition& partition = of(d.partition);
  if (going.phase == Phase::withheld) {
    if (going.until > now) {
      partition.waits.withheld(clocks_, 1);
      partition.threads.set_state(d.vp, VpState::waiting, now);
      return push(std::move(going));
    }
    going.phase = Phase::queued;
    going.until = d.begin;
  }
  if (going.phase == Phase::queued && going.until > now) {
    partition.waits.queued(clocks_, 1);
    partition.threads.set_state(d.vp, VpState::waiting, now);
    return push(std::move(going));
  }
  if (d.end > now) {
    partition.threads.set_state(d.vp, VpState::running, now);
    return next_portion(std::move(going), now);
  }
  partition.threads.set_state(d.vp, VpState::asleep, now);
}

void Sweep::next_portion(Going going, SimTime now) {
  const trace::DispatchSpan& d = going.dispatch;
  const Frame::Partition& facts = frame_.partition(d.partition);
  if (facts.dedicated) {
    going.phase = Phase::own;
    going.until = d.end;
    clocks_.add(d.partition, Right::own, frame_.is_shared(d.core));
    return push(std::move(going));
  }
  const Portion portion = portion_of(d, frame_.window(), now);
  const bool entitled = now < portion.changes_at;
  going.phase = entitled ? Phase::entitled : Phase::excess;
  going.until = entitled ? portion.changes_at : portion.end;
  clocks_.add(d.partition, entitled ? Right::entitled : Right::excess, frame_.is_shared(d.core));
  ++pool_running_[facts.pool];
  push(std::move(going));
}

void Sweep::end_phase(const Going& going) {
  const trace::DispatchSpan& d = going.dispatch;
  Partition& partition = of(d.partition);
  switch (going.phase) {
    case Phase::withheld: {
      partition.waits.withheld(clocks_, -1);
      Going next = going;
      next.phase = Phase::queued;
      next.until = d.begin;
      return begin_phase(std::move(next), now_);
    }
    case Phase::queued:
      partition.waits.queued(clocks_, -1);
      return begin_phase(going, now_);
    case Phase::entitled:
    case Phase::excess:
      clocks_.remove(d.partition, going.phase == Phase::entitled ? Right::entitled : Right::excess, frame_.is_shared(d.core));
      --pool_running_[frame_.partition(d.partition).pool];
      if (now_ < d.end) return next_portion(going, now_);
      return partition.threads.set_state(d.vp, after(d), now_);
    case Phase::own:
      clocks_.remove(d.partition, Right::own, frame_.is_shared(d.core));
      return partition.threads.set_state(d.vp, after(d), now_);
    case Phase::folded:
      return partition.threads.fold(d.vp, false, now_);
    case Phase::thread_wait:
      return partition.threads.thread_waits(going.spin.vp, -1, now_);
    case Phase::spin:
      return partition.threads.spins(going.spin, -1, now_);
  }
}

void Sweep::pass(SimTime to) {
  const SimTime length = to - now_;
  now_ = to;
  if (length == SimTime{}) return;
  clocks_.pass(length);
  for (std::size_t i = 0; i < pool_used_.size(); ++i) pool_used_[i] += length * pool_running_[i];
}

void Sweep::advance(SimTime to) {
  while (true) {
    const SimTime ends = going_.empty() ? SimTime::never() : going_.top().until;
    const SimTime next = std::min({ends, next_change_, window_end_});
    if (next > to) break;
    pass(next);
    if (next == window_end_) {
      end_window();
    } else if (next == next_change_) {
      change_rights(next);
    } else {
      const Going going = going_.top();
      going_.pop();
      end_phase(going);
    }
  }
  pass(to);
}

void Sweep::close(std::size_t i, bool pool_full) {
  Partition& p = partitions_[i];
  p.waits.close(clocks_, p.capped    ? WaitBook::Verdict::out_of_entitlement
                         : pool_full ? WaitBook::Verdict::pool_maximum
                                     : WaitBook::Verdict::as_seen);
}

// Whether a pool reached its maximum is known now.
void Sweep::end_window() {
  for (std::size_t i = 0; i < partitions_.size(); ++i) {
    const std::size_t pool = frame_.partitions()[i].pool;
    if (frame_.pools()[pool].limited) close(i, reached_maximum(frame_.pools()[pool], pool_used_[pool], frame_.window()));
  }
  std::ranges::fill(pool_used_, SimTime{});
  window_end_ += frame_.window();
}

void Sweep::find_next_change() {
  next_change_ = SimTime::never();
  for (std::size_t i = 0; i < partitions_.size(); ++i) {
    const auto& changes = frame_.partitions()[i].changes;
    if (partitions_[i].next_change < changes.size()) next_change_ = std::min(next_change_, changes[partitions_[i].next_change].at);
  }
}

void Sweep::change_rights(SimTime at) {
  for (std::size_t i = 0; i < partitions_.size(); ++i) {
    const auto& changes = frame_.partitions()[i].changes;
    Partition& p = partitions_[i];
    for (; p.next_change < changes.size() && changes[p.next_change].at <= at; ++p.next_change) {
      close(i, false);
      p.capped = !changes[p.next_change].rights.shares_excess();
    }
  }
  find_next_change();
}

std::vector<PartitionSummary> Sweep::finish() {
  while (!going_.empty()) advance(going_.top().until);
  std::vector<PartitionSummary> found;
  for (std::size_t i = 0; i < partitions_.size(); ++i) {
    const std::size_t pool = frame_.partitions()[i].pool;
    // The last window may have been cut short.
    close(i, frame_.pools()[pool].limited && reached_maximum(frame_.pools()[pool], pool_used_[pool], frame_.window()));
    Partition& p = partitions_[i];
    p.threads.settle(now_);
    p.summary.reasons = p.waits.reasons();
    p.summary.threads = p.threads.waits();
    p.summary.spins = p.threads.spins_by_lock();
    found.push_back(std::move(p.summary));
  }
  return found;
}

}  // namespace lparsim::explain
