#include <fmt/format.h>

#include <algorithm>

#include "models/vsp/exchange_state.hpp"

// Circles of partitions that wait for each other: one serves a call, and for that makes another one, which waits in the end for itself.
namespace lparsim::vsp {

/// It has had as long as its deadline by the clock and has not ended.
bool Exchange::State::stuck(const Leg& leg, SimTime now) const {
  return chains[leg.chain].origin != kNone && now >= leg.since + leg.terms->deadline;
}

bool Exchange::State::reaches(std::uint32_t from, std::uint32_t to, std::vector<bool>& seen, Legs& path, SimTime now) const {
  if (from == to) return true;
  if (seen[from]) return false;
  seen[from] = true;
  // Who `from` waits for: calls that it makes itself, at others.
  for (const auto& other : members)
    for (const auto* list : {&other->under_way, &other->waiting})
      for (const std::uint32_t leg : *list) {
        if (chains[legs[leg].chain].origin != from || !stuck(legs[leg], now)) continue;
        path.push_back(named(leg));
        if (reaches(legs[leg].vsp, to, seen, path, now)) return true;
        path.pop_back();
      }
  return false;
}

void Exchange::State::break_deadlock(std::uint32_t leg, SimTime now) {
  const Leg& l = legs[leg];
  if (!stuck(l, now) || l.state == Leg::State::frozen) return;
  const std::uint32_t origin = chains[l.chain].origin;
  std::vector<bool> seen(members.size());
  Legs circle{named(leg)};
  if (!reaches(l.vsp, origin, seen, circle, now)) return;
  const Named youngest = *std::max_element(circle.begin(), circle.end());
  const std::uint32_t vsp = legs[youngest.leg].vsp;
  const std::uint32_t chain = legs[youngest.leg].chain;
  if (observer != nullptr) {
    std::string text = fmt::format("calls wait for each other in a circle, and {} fails:", youngest.number);
    for (const Named& n : circle)
      text += fmt::format(" {} at {} for {}", n.number, members[legs[n.leg].vsp]->config.name,
                          observer->partition_name(chains[legs[n.leg].chain].call.client)) +
              (n == circle.back() ? "" : ",");
    event(*members[vsp], VspEventKind::deadlock, text, now, &legs[youngest.leg]);
  }
  resume_chain(chain, skip_or_fail(youngest.leg, FaultPolicy::closed, LPARSIM_VSP_ABORTED, now, LPARSIM_VSP_ABORTED), now);
}

}  // namespace lparsim::vsp
