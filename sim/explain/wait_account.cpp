#include "sim/explain/wait_account.hpp"

#include <algorithm>

#include "sim/explain/occupancy.hpp"

namespace lparsim::explain {
namespace {

/// Excess below 1 us is not worth a dispatch (docs/models/dispatcher.md), for each core.
constexpr SimTime kNotWorthIt = SimTime::from_us(1);

struct Step {
  SimTime at;
  PartitionId partition{};
  Right right{};
  bool shared_core = false;
  bool comes = false;
};

/// One wait in the making.
class Accountant {
 public:
  Accountant(const Frame& frame, const trace::DispatchSpan& wait)
      : frame_{frame}, wait_{wait}, occupancy_{frame.partitions().size(), frame.shared_cores()} {
    const SimTime window = frame.window();
    const PartitionId partition = wait.partition;
    for (SimTime w = window * (wait.ready / window); w < wait.begin; w += window)
      account_.windows.push_back({w, w + window, frame.rights(partition, w).entitlement.time_in(window), {}, {}, {}});
    account_.wait = wait;
  }

  void add(const trace::DispatchSpan& stay) {
    const bool shared = frame_.is_shared(stay.core), dedicated = frame_.partition(stay.partition).dedicated;
    for (SimTime at = std::max(stay.begin, account_.windows.front().begin); at < std::min(stay.end, account_.windows.back().end);) {
      const Portion p = portion_of(stay, frame_.window(), at);
      if (dedicated) {
        step(stay, Right::own, shared, p.begin, p.end);
      } else {
        step(stay, Right::entitled, shared, p.begin, p.changes_at);
        step(stay, Right::excess, shared, p.changes_at, p.end);
        for (WindowUse& use : account_.windows) count_use(stay, p, use);
      }
      at = p.end;
    }
  }

  WaitAccount finish() {
    std::ranges::stable_sort(steps_, {}, &Step::at);
    std::vector<SimTime> cuts = {wait_.enqueue, wait_.begin};
    for (const WindowUse& use : account_.windows) cuts.push_back(use.end);
    for (const Frame::Change& change : frame_.partition(wait_.partition).changes) cuts.push_back(change.at);
    for (const Step& s : steps_) cuts.push_back(s.at);
    std::ranges::sort(cuts);
    SimTime at = wait_.ready;
    auto next = steps_.begin();
    for (const SimTime cut : cuts) {
      if (cut <= at) continue;
      if (cut > wait_.begin) break;
      for (; next != steps_.end() && next->at <= at; ++next) {
        if (next->comes)
          occupancy_.add(next->partition, next->right, next->shared_core);
        else
          occupancy_.remove(next->partition, next->right, next->shared_core);
      }
      piece(at, cut - at);
      at = cut;
    }
    return std::move(account_);
  }

 private:
  void step(const trace::DispatchSpan& stay, Right right, bool shared, SimTime begin, SimTime end) {
    if (begin == end) return;
    steps_.push_back({begin, stay.partition, right, shared, true});
    steps_.push_back({end, stay.partition, right, shared, false});
  }

  void count_use(const trace::DispatchSpan& stay, const Portion& p, WindowUse& use) const {
    const auto within = [&](SimTime begin, SimTime end) {
      return std::max(SimTime{}, std::min(end, use.end) - std::max(begin, use.begin));
    };
    if (&frame_.pool_of(stay.partition) == &frame_.pool_of(wait_.partition)) use.pool_used += within(p.begin, p.end);
    if (stay.partition != wait_.partition) return;
    use.used += within(p.begin, p.changes_at);
    if (stay.vp == wait_.vp) use.used_here += within(p.begin, p.changes_at);
  }

  void piece(SimTime at, SimTime length) {
    if (at >= wait_.enqueue) return queued(length);
    if (!frame_.rights(wait_.partition, at).shares_excess()) return void(put(Cause::out_of_entitlement, {}, length));
    const Frame::Pool& pool = frame_.pool_of(wait_.partition);
    const auto use = std::ranges::find_if(account_.windows, [&](const WindowUse& w) { return at < w.end; });
    if (pool.limited && reached_maximum(pool, use->pool_used, frame_.window())) return void(put(Cause::pool_maximum, {}, length));
    const Cause cause = occupancy_.of_withheld();
    switch (cause) {
      case Cause::lost_excess:
        return divide(length, {{cause, Right::excess}});
      case Cause::no_excess_left:
        return divide(length, {{cause, Right::entitled}});
      case Cause::dedicated_taken:
        return divide(length, {{cause, Right::own}});
      case Cause::pool_maximum:
        return void(put(pool.limited ? cause : Cause::unknown, {}, length));
      default:
        return void(put(Cause::unknown, {}, length));
    }
  }

  void queued(SimTime length) {
    switch (occupancy_.of_queued()) {
      case Cause::core_on_entitlement:
        return divide(length, {{Cause::core_on_entitlement, Right::entitled}, {Cause::core_on_excess, Right::excess}});
      case Cause::core_taken_back:
        return divide(length, {{Cause::core_taken_back, Right::own}});
      default:
        return void(put(Cause::unknown, {}, length));
    }
  }

  struct Kind {
    Cause cause;
    Right right;
  };
  void divide(SimTime length, std::initializer_list<Kind> kinds) {
    std::int64_t total = 0;
    for (const Kind& kind : kinds) total += occupancy_.total(kind.right);
    SimTime remainder = length;
    std::optional<std::size_t> first;
    for (const Kind& kind : kinds) {
      for (std::size_t i = 0; i < occupancy_.partitions(); ++i) {
        const auto other = id_of<PartitionId>(i);
        const std::int64_t cores = occupancy_.cores(other, kind.right);
        if (cores == 0) continue;
        // length x cores / total, which need not fit as a product.
        const SimTime part = SimTime::from_ps(length.ps() / total * cores + length.ps() % total * cores / total);
        const std::size_t place = put(kind.cause, other, part);
        if (!first) first = place;
        remainder -= part;
      }
    }
    account_.reasons[*first].time += remainder;
  }

  /// Returns its place among the reasons.
  std::size_t put(Cause cause, std::optional<PartitionId> other, SimTime time) {
    std::vector<Reason>& reasons = account_.reasons;
    auto same = std::ranges::find_if(reasons, [&](const Reason& r) { return r.cause == cause && r.other == other; });
    if (same == reasons.end()) same = reasons.insert(same, Reason{cause, other, {}});
    same->time += time;
    return static_cast<std::size_t>(same - reasons.begin());
  }

  const Frame& frame_;
  const trace::DispatchSpan& wait_;
  Occupancy occupancy_;
  std::vector<Step> steps_;
  WaitAccount account_;
};

}  // namespace

bool reached_maximum(const Frame::Pool& pool, SimTime used, SimTime window) {
  const std::int64_t cores = (pool.maximum.hundredths() + 99) / 100;
  return used + kNotWorthIt * cores >= pool.maximum.time_in(window);
}

WaitAccount account_for(const Frame& frame, const trace::DispatchSpan& wait, std::span<const trace::DispatchSpan> rows) {
  Accountant accountant{frame, wait};
  if (wait.begin > wait.ready) {
    for (const trace::DispatchSpan& row : rows) accountant.add(row);
  }
  return accountant.finish();
}

}  // namespace lparsim::explain
