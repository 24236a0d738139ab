#include <fmt/format.h>

#include <algorithm>

#include "models/vsp/catalogue.hpp"
#include "models/vsp/exchange_state.hpp"
#include "models/vsp/wording.hpp"
#include "sim/base/quantity.hpp"

// Partitions that start, stop, crash, or are ejected, and what becomes of the calls that they had.
namespace lparsim::vsp {
namespace {

constexpr std::size_t kDumped = 32;  ///< calls in a dump

std::string_view to_string(Leg::State state) {
  switch (state) {
    case Leg::State::frozen:
      return "frozen";
    case Leg::State::waiting:
      return "waiting";
    case Leg::State::queued:
      return "not received";
    case Leg::State::taken:
      return "received";
    case Leg::State::deferred:
      return "deferred";
    default:
      return "being routed";
  }
}

}  // namespace

void Exchange::State::started(std::uint32_t vsp, SimTime now) {
  Member& m = *members[vsp];
  if (m.running) stopped(vsp, true, now);
  m.running = true;
  m.suspended = false;
  if (now < m.failures.until()) {
    m.channel.leave(ChannelState::backing_off);
    state_event(m, now, "it started before it may come back");
    call_when_back(vsp, m.failures.until());
    return;
  }
  // It says INIT itself as soon as it is there.
  m.channel.open(false);
  state_event(m, now);
}

void Exchange::State::open(std::uint32_t vsp, SimTime now) {
  Member& m = *members[vsp];
  m.channel.open(true);
  state_event(m, now);
  post(vsp, blank<lparsim_vsp_init>(LPARSIM_VSP_INIT), now);
}

void Exchange::State::stopped(std::uint32_t vsp, bool failed, SimTime now) {
  Member& m = *members[vsp];
  if (!m.running) return;
  m.running = false;
  m.suspended = false;
  m.ahead = Member::Ahead::nothing;
  // Shut down after notice it is off already.
  if (m.channel.state() != ChannelState::off) lost(vsp, ChannelState::off, failed ? "it crashed" : "it stopped", now);
  if (failed)
    m.failures.crashed(now);
  else
    m.channel.forget();
}

void Exchange::State::back_off_ends(std::uint32_t vsp, SimTime now) {
  open(vsp, now);
}

void Exchange::State::lost(std::uint32_t vsp, ChannelState state, std::string_view why, SimTime now, std::uint64_t expired) {
  Member& m = *members[vsp];
  Legs had;
  for (const auto* list : {&m.under_way, &m.waiting})
    for (const std::uint32_t leg : *list) had.push_back(named(leg));
  std::sort(had.begin(), had.end());
  // Of an ejection the dump has been told.
  const bool silent = had.empty() || observer == nullptr || state == ChannelState::backing_off;
  const std::string log = silent ? std::string{} : dump(m, std::string{why}, nullptr, now);
  m.outbox.clear([&](const Outbox::Entry& entry) { record_copy(m, entry, CallEnd::dropped, SimTime{}, now); });
  m.grants.revoke_all();
  for (const Member::Issue& issue : m.issues) issuers.erase(issue.ticket, 0);
  m.issues.clear();
  m.lost_copies = 0;
  m.timeouts_in_a_row = 0;
  m.overrun = false;
  ++m.away_generation;
  // From here on it is absent, whoever asks.
  registrations.clear(vsp);
  rearm();
  m.channel.leave(state);
  state_event(m, now, log.empty() ? why : std::string_view{log});
  m.under_way.clear();
  m.waiting.clear();
  std::vector<bool> taken;
  for (const Named& n : had) {
    Leg& l = legs[n.leg];
    taken.push_back(l.state == Leg::State::taken || l.state == Leg::State::deferred);
    l.grants[0] = l.grants[1] = 0;
    undo_writes(l);
    l.slow = false;
    l.state = Leg::State::routing;
  }
  for (std::size_t i = 0; i < had.size(); ++i) {
    if (!holds(had[i], Leg::State::routing)) continue;
    const std::uint32_t chain = legs[had[i].leg].chain;
    // The others fail with the partition; one that was past its limits before is merely late.
    const Next next = had[i].number == expired ? skip_or_fail(had[i].leg, legs[had[i].leg].terms->when_slow, LPARSIM_VSP_TIMED_OUT, now)
                                               : after_loss(had[i].leg, taken[i], now);
    resume_chain(chain, next, now);
  }
}

Exchange::State::Next Exchange::State::after_loss(std::uint32_t leg, bool taken, SimTime now) {
  const Leg& l = legs[leg];
  const bool sent = l.sent != 0;
  switch (l.terms->in_flight) {
    case InFlightPolicy::fail:
      if (!sent) return absent(leg, now);
      return skip_or_fail(leg, FaultPolicy::closed, LPARSIM_VSP_ABORTED, now);
    case InFlightPolicy::reissue:
      if (!sent) return absent(leg, now);
      // Twice is not once: unless it says that it can tell, it may have done this one already.
      if (l.was_taken && !chains[l.chain].call.idempotent && !members[l.vsp]->channel.has(LPARSIM_VSP_F_REISSUE))
        return skip_or_fail(leg, FaultPolicy::closed, LPARSIM_VSP_ABORTED, now);
      freeze(leg, now);
      return Next::wait;
    case InFlightPolicy::abort:
      break;
  }
  if (taken) return skip_or_fail(leg, FaultPolicy::closed, LPARSIM_VSP_ABORTED, now);
  return absent(leg, now);
}

void Exchange::State::eject(std::uint32_t vsp, const std::string& why, const Leg* culprit, SimTime now) {
  Member& m = *members[vsp];
  ++m.ejections;
  const Failures::Verdict verdict = m.failures.ejected(now);
  if (observer != nullptr) event(m, VspEventKind::ejected, dump(m, why, culprit, now), now, culprit);
  if (verdict.quarantined) event(m, VspEventKind::quarantined, fmt::format("it may come back in {}", format(verdict.until - now)), now);
  const bool late = culprit != nullptr && culprit->terms->when_slow != FaultPolicy::freeze;
  const std::uint64_t expired = late ? culprit->number : 0;
  // It is held back when it resumes.
  if (m.channel.state() == ChannelState::quiescing) return leave(vsp, why, now, expired);
  lost(vsp, ChannelState::backing_off, why, now, expired);
  auto notice = blank<lparsim_vsp_notice>(LPARSIM_VSP_NOTICE);
  notice.reason = LPARSIM_VSP_EJECTED;
  notice.time = static_cast<std::uint64_t>((verdict.until - now).ps() / 1000);
  post(vsp, notice, now, Outbox::Kind::news);
  call_when_back(vsp, verdict.until);
}

std::string Exchange::State::dump(const Member& m, const std::string& why, const Leg* culprit, SimTime now) const {
  const auto describe = [&](const Leg& l) {
    const Call& call = chains[l.chain].call;
    const SimTime processor = host.unstarved(m.config.partition, now) - l.unstarved_at_begin;
    return fmt::format("call {} ({} {} of {}, {}, begun {} ago, {} of that with a processor)", l.number, vsp::to_string(call.hook),
                       function_text(call.hook, call.function), observer->partition_name(call.client), to_string(l.state),
                       brief(now - l.begin), brief(processor));
  };
  std::string text = fmt::format("{}, epoch {}", why, m.channel.epoch());
  if (culprit != nullptr) text += "; " + describe(*culprit);
  Legs others;
  for (const auto* list : {&m.under_way, &m.waiting, &m.frozen})
    for (const std::uint32_t leg : *list)
      if (&legs[leg] != culprit) others.push_back(named(leg));
  std::sort(others.begin(), others.end());
  text += fmt::format("; {}{}", others.empty() ? "nothing " : "", culprit != nullptr ? (others.empty() ? "else " : "also ") : "");
  text += others.empty() ? "under way" : "under way: ";
  for (std::size_t i = 0; i < std::min(others.size(), kDumped); ++i) text += (i == 0 ? "" : ", ") + describe(legs[others[i].leg]);
  if (others.size() > kDumped) text += fmt::format(" and {} more", others.size() - kDumped);
  return text;
}

}  // namespace lparsim::vsp
