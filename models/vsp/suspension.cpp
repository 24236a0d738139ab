#include "models/vsp/exchange_state.hpp"

// Partitions that an operator suspends, moves or shuts down: notice, a bounded wait, and what was announced.
namespace lparsim::vsp {

void Exchange::State::suspend(std::uint32_t vsp, std::optional<SimTime> returns_after, SimTime now) {
  Member& m = *members[vsp];
  if (!m.running || m.ahead == Member::Ahead::stop) return;
  m.returns_after = returns_after;  // what was asked for last holds
  if (m.ahead == Member::Ahead::suspension) return;
  if (!m.suspended) return begin_leaving(vsp, Member::Ahead::suspension, now);
  ++m.away_generation;
  if (returns_after) call_when_resumed(vsp, now + *returns_after);
}

void Exchange::State::shut_down(std::uint32_t vsp, SimTime now) {
  Member& m = *members[vsp];
  if (!m.running || m.ahead == Member::Ahead::stop) return;
  if (m.ahead == Member::Ahead::nothing) return begin_leaving(vsp, Member::Ahead::stop, now);
  // It has been told of a suspension, and quiesces already.
  m.ahead = Member::Ahead::stop;
  tell_ahead(vsp, now);
}

void Exchange::State::begin_leaving(std::uint32_t vsp, Member::Ahead ahead, SimTime now) {
  Member& m = *members[vsp];
  m.ahead = ahead;
  if (!m.channel.ready() || !m.channel.has(LPARSIM_VSP_F_NOTICE)) return leave(vsp, {}, now);
  m.channel.quiesce();
  registrations.set_present(vsp, false);
  rearm();
  state_event(m, now, ahead == Member::Ahead::stop ? "it is to be stopped" : "it is to be suspended");
  m.quiet_by = now + m.config.notice;
  tell_ahead(vsp, now);
  call_when_quiet(vsp, m.quiet_by);
}

void Exchange::State::tell_ahead(std::uint32_t vsp, SimTime now) {
  const Member& m = *members[vsp];
  auto notice = blank<lparsim_vsp_notice>(LPARSIM_VSP_NOTICE);
  notice.reason = m.ahead == Member::Ahead::stop ? LPARSIM_VSP_SHUTDOWN : LPARSIM_VSP_SUSPEND;
  notice.time = static_cast<std::uint64_t>((m.quiet_by - now).ps() / 1000);
  post(vsp, notice, now, Outbox::Kind::news);
}

void Exchange::State::leave(std::uint32_t vsp, std::string_view why, SimTime now, std::uint64_t expired) {
  Member& m = *members[vsp];
  const bool stops = m.ahead == Member::Ahead::stop;
  m.ahead = Member::Ahead::nothing;
  m.suspended = true;
  m.stands_since = now;
  if (stops) {
    lost(vsp, ChannelState::off, why.empty() ? "it is shut down" : why, now, expired);
    host.stop(m.config.partition, now);
    return;
  }
  lost(vsp, ChannelState::suspended, why.empty() ? "it is suspended" : why, now, expired);
  host.suspend(m.config.partition, now);
  if (const auto after = std::exchange(m.returns_after, std::nullopt)) call_when_resumed(vsp, now + *after);
}

void Exchange::State::resume(std::uint32_t vsp, SimTime now) {
  Member& m = *members[vsp];
  if (m.ahead == Member::Ahead::suspension) {
    m.returns_after = SimTime{};
    return;
  }
  if (!m.suspended || m.channel.state() == ChannelState::off) return;
  m.suspended = false;
  ++m.away_generation;
  host.resume(m.config.partition, now);
  if (m.channel.has(LPARSIM_VSP_F_NOTICE)) {
    auto notice = blank<lparsim_vsp_notice>(LPARSIM_VSP_NOTICE);
    notice.reason = LPARSIM_VSP_RESUME;
    notice.time = static_cast<std::uint64_t>((now - m.stands_since).ps() / 1000);
    post(vsp, notice, now, Outbox::Kind::news);
  }
  if (now >= m.failures.until()) return open(vsp, now);
  m.channel.leave(ChannelState::backing_off);
  call_when_back(vsp, m.failures.until());
}

}  // namespace lparsim::vsp
