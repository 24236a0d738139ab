#pragma once
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <utility>

#include "models/vsp/hooks.hpp"

namespace lparsim::vsp {

/// A thing that will not leave any more: whoever decides on it is told.
inline void abandon(Hooks& hooks, const Caller& caller, std::uint64_t ticket, const Outcome* outcome, SimTime now) {
  if (outcome == nullptr) hooks.withdraw(caller, ticket, now);
  if (outcome != nullptr && outcome->decision == Decision::native) hooks.ended(caller, ticket, kAborted, now);
}

/// What waits at a place of a hook until there is a verdict on it. Verdicts come in any order; things leave each flow in the order in which
/// they came. A thing with its verdict that came behind one without waits, too.
template <class Flow, class Thing>
class OrderedHolds {
 public:
  bool holds(const Flow& flow) const { return flows_.contains(flow); }
  bool empty() const { return flows_.empty(); }
  std::size_t size(const Flow& flow) const {
    const auto found = flows_.find(flow);
    return found == flows_.end() ? 0 : found->second.size();
  }

  /// `ticket` is never used again. Without an outcome decide() follows; with one the flow must hold something already.
  void add(const Flow& flow, std::uint64_t ticket, Thing thing, const std::optional<Outcome>& outcome) {
    flows_[flow].push_back({ticket, std::move(thing), outcome});
    if (!outcome) flow_of_.emplace(ticket, flow);
  }

  /// The verdict on one. `release(flow, ticket, thing, outcome)` is called for all that may leave now, never from within itself: what
  /// happens meanwhile waits for its turn.
  template <class Release>
  void decide(std::uint64_t ticket, const Outcome& outcome, const Release& release) {
    const auto found = flow_of_.find(ticket);
    if (found == flow_of_.end()) return;
    due_.push_back(found->second);
    flow_of_.erase(found);
    for (Entry& entry : flows_.at(due_.back())) {
      if (entry.ticket == ticket) entry.outcome = outcome;
    }
    if (releasing_) return;
    releasing_ = true;
    while (!due_.empty()) {
      const Flow flow = due_.front();
      const auto queue = flows_.find(flow);
      if (queue == flows_.end() || queue->second.empty() || !queue->second.front().outcome) {
        if (queue != flows_.end() && queue->second.empty()) flows_.erase(queue);
        due_.pop_front();
        continue;
      }
      Entry entry = std::move(queue->second.front());
      queue->second.pop_front();  // the flow stays until this one has left
      release(flow, entry.ticket, entry.thing, *entry.outcome);
    }
    releasing_ = false;
  }

  /// All things of the flows for which `gone(flow)` holds are forgotten: `forget(ticket, thing, outcome)` for each, null
  /// without one.
  template <class Gone, class Forget>
  void remove(const Gone& gone, const Forget& forget) {
    for (auto flow = flows_.begin(); flow != flows_.end();) {
      if (!gone(flow->first)) {
        ++flow;
        continue;
      }
      for (Entry& entry : flow->second) {
        flow_of_.erase(entry.ticket);
        forget(entry.ticket, entry.thing, entry.outcome ? &*entry.outcome : nullptr);
      }
      flow = flows_.erase(flow);
    }
  }

 private:
  struct Entry {
    std::uint64_t ticket = 0;
    Thing thing;
    std::optional<Outcome> outcome;
  };
  std::map<Flow, std::deque<Entry>> flows_;
  std::map<std::uint64_t, Flow> flow_of_;  ///< of those without a verdict
  std::deque<Flow> due_;
  bool releasing_ = false;
};

}  // namespace lparsim::vsp
