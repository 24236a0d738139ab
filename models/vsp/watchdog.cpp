#include <fmt/format.h>

#include <algorithm>

#include "models/vsp/exchange_state.hpp"
#include "models/vsp/wording.hpp"

// Deadlines, wall limits and freeze limits.
namespace lparsim::vsp {

/// The earliest time at which the call may be over its limits: a deadline does not count while the partition has no processor, so that it
/// may turn out to be later when looked at.
SimTime Exchange::State::expiry(const Member& m, const Leg& leg, SimTime now) const {
  if (leg.state == Leg::State::frozen || leg.slow) return leg.frozen_until;
  SimTime earliest = leg.since + leg.terms->wall_limit;
  if (leg.state == Leg::State::queued || leg.state == Leg::State::taken) {
    const SimTime used = host.unstarved(m.config.partition, now) - leg.unstarved_at_sending;
    // A starved partition may be a picosecond short of it for long: then a sixteenth is soon enough.
    const SimTime rest = leg.terms->deadline - used;
    earliest = std::min(earliest, rest <= SimTime{} ? now : now + std::max(rest, leg.terms->deadline / 16));
  }
  // A circle of calls is looked for once it has had time to dissolve.
  if (chains[leg.chain].origin != kNone && now < leg.since + leg.terms->deadline)
    earliest = std::min(earliest, leg.since + leg.terms->deadline);
  return std::max(earliest, now);
}

bool Exchange::State::has_used_deadline(const Member& m, const Leg& leg, SimTime now) const {
  return host.unstarved(m.config.partition, now) - leg.unstarved_at_sending >= leg.terms->deadline;
}

void Exchange::State::look(std::uint32_t vsp, SimTime now) {
  Member& m = *members[vsp];
  Legs due;
  for (const auto* list : {&m.under_way, &m.waiting, &m.frozen})
    for (const std::uint32_t leg : *list) {
      const Leg& l = legs[leg];
      const bool may_be_stuck = chains[l.chain].origin != kNone && now >= l.since + l.terms->deadline;
      if (may_be_stuck || expiry(m, l, now) <= now) due.push_back(named(leg));
    }
  std::sort(due.begin(), due.end());
  for (const Named& n : due) {
    // One that expired before it may have ended this one, or the whole partition.
    const auto still_there = [&] {
      return legs_by_call.find(n.number, 0).has_value() && legs[n.leg].state != Leg::State::routing;
    };
    if (!still_there()) continue;
    break_deadlock(n.leg, now);
    if (still_there() && expiry(m, legs[n.leg], now) <= now) expire(n.leg, now);
  }
  SimTime next = SimTime::never();
  for (const auto* list : {&m.under_way, &m.waiting, &m.frozen})
    for (const std::uint32_t leg : *list) next = std::min(next, expiry(m, legs[leg], now));
  if (next != SimTime::never()) watch(vsp, next);
}

void Exchange::State::expire(std::uint32_t leg, SimTime now) {
  Leg& l = legs[leg];
  Member& m = *members[l.vsp];
  const std::uint32_t vsp = l.vsp;
  const std::uint32_t chain = l.chain;
  if (l.state == Leg::State::frozen || l.slow) {
    resume_chain(chain, skip_or_fail(leg, l.terms->after_freeze, LPARSIM_VSP_TIMED_OUT, now, LPARSIM_VSP_TIMED_OUT), now);
    return;
  }
  ++m.timeouts;
  // Who was not given a processor, or had no credit for the call, does not hang.
  const bool had_time = l.under_way() && has_used_deadline(m, l, now);
  event(m, VspEventKind::timed_out,
        fmt::format("call {} was not answered in {}: {}", l.number, brief(now - l.begin),
                    !l.under_way() ? "there was no credit for it"
                    : had_time     ? l.state == Leg::State::deferred ? "it was deferred, the wall limit is over" : "its deadline is over"
                                   : "the partition had too little processor time, the wall limit is over"),
        now, &l);
  const bool hangs = had_time && ++m.timeouts_in_a_row >= kHangsInARow;
  if (hangs) {
    eject(vsp, fmt::format("{} calls in a row were not answered", kHangsInARow), &l, now);
    return;
  }
  if (l.terms->when_slow == FaultPolicy::freeze) {
    l.slow = true;
    if (l.frozen_until == SimTime::never()) l.frozen_until = now + l.terms->freeze_limit;
    return;
  }
  resume_chain(chain, skip_or_fail(leg, l.terms->when_slow, LPARSIM_VSP_TIMED_OUT, now, LPARSIM_VSP_TIMED_OUT), now);
}

}  // namespace lparsim::vsp
