#include <fmt/format.h>

#include <algorithm>

#include "models/vsp/exchange_state.hpp"
#include "models/vsp/layout.hpp"
#include "models/vsp/wording.hpp"

// What partitions send, receive and copy.
namespace lparsim::vsp {

std::int32_t Exchange::State::send(std::uint32_t vsp, std::span<const std::uint8_t> message, SimTime now) {
  Member& m = *members[vsp];
  if (message.size() < sizeof(lparsim_vsp_header) || message.size() > LPARSIM_VSP_MESSAGE_MAX) return LPARSIM_VSP_INVALID;
  if (!m.running || m.suspended) return LPARSIM_VSP_PROTOCOL;
  if (observer != nullptr && observer->wants_messages()) observer->message(m.config.partition, false, message, now);
  // An answer to each would be the storm that the back-off is to end.
  if (m.channel.state() == ChannelState::backing_off) return LPARSIM_VSP_OK;
  const auto header = parse<lparsim_vsp_header>(message);
  auto refusal = check_message(message, m.channel.message_max());
  if (!refusal) refusal = m.channel.admit(header);
  if (refusal) {
    refuse(vsp, *refusal, message, now);
  } else {
    switch (header.type) {
      case LPARSIM_VSP_REGISTER:
      case LPARSIM_VSP_UNREGISTER:
        enter(vsp, message, now);
        break;
      case LPARSIM_VSP_REPLY:
        replied(vsp, message, now);
        break;
      case LPARSIM_VSP_ISSUE:
        issue(vsp, parse<lparsim_vsp_issue>(message), now);
        break;
      case LPARSIM_VSP_QUIESCED:
        leave(vsp, {}, now);
        break;
      default:
        step(vsp, message, now);
        break;
    }
  }
  if (std::exchange(m.overrun, false)) eject(vsp, "it sends and does not receive", nullptr, now);
  return LPARSIM_VSP_OK;
}

void Exchange::State::step(std::uint32_t vsp, std::span<const std::uint8_t> message, SimTime now) {
  Member& m = *members[vsp];
  const std::uint16_t type = parse<lparsim_vsp_header>(message).type;
  // Nothing is under way any more then, which is what was waited for.
  if (type == LPARSIM_VSP_RESET && m.channel.state() == ChannelState::quiescing) return leave(vsp, {}, now);
  if (type == LPARSIM_VSP_RESET) lost(vsp, ChannelState::initialized, "it asked for a reset", now);
  Channel::Step step = m.channel.take(message);
  if (step.answer) post_bytes(vsp, std::span{step.answer->bytes}.first(step.answer->length), Outbox::Kind::answer, kNone, now);
  if (step.refusal) violation(vsp, message_name(type) + " asks for what was not offered", now);
  if (!step.changed || type == LPARSIM_VSP_RESET) return;
  if (type == LPARSIM_VSP_HELLO && m.channel.state() == ChannelState::closed) {
    event(m, VspEventKind::refused, "its version or its features do not fit: the channel is closed", now);
    // Trying again does not help: who does so without end is held back like others.
    violation(vsp, "a HELLO was refused", now);
  } else {
    state_event(m, now);
  }
  if (m.channel.ready()) became_ready(vsp, now);
}

void Exchange::State::refuse(std::uint32_t vsp, const Refusal& refusal, std::span<const std::uint8_t> message, SimTime now) {
  Member& m = *members[vsp];
  const auto header = parse<lparsim_vsp_header>(message);
  if (refusal.closes && m.channel.state() == ChannelState::quiescing) {
    violation(vsp, fmt::format("a message of type {} came on an open channel", header.type), now);
    if (m.channel.state() == ChannelState::quiescing) leave(vsp, {}, now);  // it comes up anew when it resumes
    return;
  }
  if (refusal.closes) lost(vsp, ChannelState::closed, "it violated the protocol", now);
  auto error = blank<lparsim_vsp_error>(LPARSIM_VSP_ERROR);
  error.status = refusal.status;
  error.type = header.type;
  error.field = refusal.field;
  error.id = subject(message);
  error.closed = refusal.closes ? 1 : 0;
  post(vsp, error, now);
  if (refusal.closes) open(vsp, now);
  // What was on its way when the platform ended the epoch is nobody's fault.
  const bool ends_work = header.type == LPARSIM_VSP_REPLY || header.type == LPARSIM_VSP_ISSUE || header.type == LPARSIM_VSP_QUIESCED;
  if (ends_work && header.epoch != 0 && header.epoch == m.channel.epoch() && m.channel.header_epoch() == 0) {
    if (header.type == LPARSIM_VSP_REPLY) ++m.late;
    return;
  }
  violation(
      vsp,
      fmt::format("{} was refused: {}{}", message_name(header.type), status_name(refusal.status), field_text(header.type, refusal.field)),
      now);
}

void Exchange::State::violation(std::uint32_t vsp, std::string text, SimTime now) {
  Member& m = *members[vsp];
  ++m.violations;
  event(m, VspEventKind::violation, std::move(text), now);
  // Who served on its caller's time may have stopped meanwhile.
  if (m.failures.violation(now) && m.running && !m.suspended && m.channel.state() != ChannelState::backing_off)
    eject(vsp, "it violated the protocol too often", nullptr, now);
}

void Exchange::State::enter(std::uint32_t vsp, std::span<const std::uint8_t> message, SimTime now) {
  Member& m = *members[vsp];
  const auto request = parse<lparsim_vsp_register>(message);
  auto answer = blank<lparsim_vsp_registered>(LPARSIM_VSP_REGISTERED);
  answer.registration = request.registration;
  if (request.header.type == LPARSIM_VSP_UNREGISTER) {
    answer.status = registrations.remove(vsp, request.registration) ? LPARSIM_VSP_OK : LPARSIM_VSP_INVALID;
    rearm();
    post(vsp, answer, now);
    // What it has not been given is no longer its own; what it has, it answers.
    Legs abandoned;
    for (const auto* list : {&m.under_way, &m.waiting})
      for (const std::uint32_t leg : *list)
        if (legs[leg].registration == request.registration && legs[leg].state <= Leg::State::queued) abandoned.push_back(named(leg));
    std::sort(abandoned.begin(), abandoned.end());
    for (const Named& n : abandoned) {
      if (!holds(n, Leg::State::waiting) && !holds(n, Leg::State::queued)) continue;
      detach(n.leg, 0, now);
      const std::uint32_t chain = legs[n.leg].chain;
      resume_chain(chain, absent(n.leg, now), now);
    }
    pump(vsp, now);  // what they held is free, also where they wait now
    return;
  }
  std::uint16_t field = 0;
  const Registrations::Entered entered = registrations.enter(vsp, request, field);
  if (field != 0) return refuse(vsp, {entered.status, field}, message, now);
  answer.status = entered.status;
  if (entered.terms != nullptr && entered.terms->role != Role::observer) {
    answer.deadline = static_cast<std::uint64_t>(entered.terms->deadline.ps() / 1000);
    answer.wall_limit = static_cast<std::uint64_t>(entered.terms->wall_limit.ps() / 1000);
    const bool lent = entered.terms->payer == Payer::client && m.on_callers != nullptr && m.channel.has(LPARSIM_VSP_F_CALLERS_TIME);
    answer.on_callers_time = lent ? 1 : 0;
  }
  post(vsp, answer, now);
  const auto kind = entered.status == LPARSIM_VSP_OK ? VspEventKind::registered : VspEventKind::refused;
  event(m, kind,
        registration_text(request.hook, request.role, request.function_first, request.function_last) +
            (entered.status == LPARSIM_VSP_OK ? "" : ": " + status_name(entered.status)),
        now);
  rearm();
  if (m.channel.ready()) thaw(vsp, now);
}

void Exchange::State::replied(std::uint32_t vsp, std::span<const std::uint8_t> message, SimTime now) {
  Member& m = *members[vsp];
  const auto reply = parse<lparsim_vsp_reply>(message);
  const auto found = legs_by_call.find(reply.call, 0);
  const bool its_own = found && legs[*found].vsp == vsp &&
                       (legs[*found].state == Leg::State::taken || legs[*found].state == Leg::State::deferred ||
                        (legs[*found].state == Leg::State::serving && !legs[*found].answered));
  if (!its_own) {
    const auto over = std::find(m.over.begin(), m.over.end(), reply.call);
    if (reply.call != 0 && over != m.over.end()) {
      *over = 0;
      ++m.late;
      m.timeouts_in_a_row = 0;  // it is slow and does not hang
      return;
    }
    return refuse(vsp, {LPARSIM_VSP_STALE, offsetof(lparsim_vsp_reply, call)}, message, now);
  }
  const std::uint32_t leg = *found;
  Leg& l = legs[leg];
  const bool filter = l.terms->role == Role::filter;
  const bool deferrable = m.channel.has(LPARSIM_VSP_F_DEFER) && l.state == Leg::State::taken;
  const bool known = reply.verdict >= LPARSIM_VSP_PASS && reply.verdict <= LPARSIM_VSP_DEFER;
  const bool filters_only = reply.verdict == LPARSIM_VSP_PASS || reply.verdict == LPARSIM_VSP_MODIFY;
  if (!known || (filters_only && !filter) || (reply.verdict == LPARSIM_VSP_NATIVE && filter) ||
      (reply.verdict == LPARSIM_VSP_DEFER && !deferrable))
    return refuse(vsp, {LPARSIM_VSP_INVALID, offsetof(lparsim_vsp_reply, verdict)}, message, now);
  const bool wants_issued = reply.flags == 1 && reply.verdict == LPARSIM_VSP_NATIVE && m.channel.has(LPARSIM_VSP_F_ISSUE);
  if (reply.flags != 0 && !wants_issued) return refuse(vsp, {LPARSIM_VSP_INVALID, offsetof(lparsim_vsp_reply, flags)}, message, now);
  if (reply.verdict != LPARSIM_VSP_DEFER) m.timeouts_in_a_row = 0;
  if (l.state == Leg::State::serving) {
    l.answered = true;
    l.reply = reply;
    return;
  }
  l.vsp_cost += costs.message;
  ++l.messages;
  if (reply.verdict == LPARSIM_VSP_DEFER) {
    l.state = Leg::State::deferred;
    return;
  }
  const std::uint32_t chain = l.chain;
  resume_chain(chain, apply(leg, reply, now), now);
}

std::optional<Message> Exchange::State::receive(std::uint32_t vsp, SimTime& cost, SimTime now) {
  Member& m = *members[vsp];
  if (!m.running || m.suspended) return std::nullopt;
  const Outbox::Entry* entry = m.outbox.pop();
  if (entry == nullptr) return std::nullopt;
  cost += costs.message;
  if (entry->kind == Outbox::Kind::copy) record_copy(m, *entry, CallEnd::observed, costs.message, now);
  if (entry->kind == Outbox::Kind::call) {
    Leg& l = legs[entry->leg];
    l.state = Leg::State::taken;
    l.taken = now;
    l.was_taken = true;
    l.vsp_cost += costs.message;
  }
  return entry->message;
}

Grants::Reach Exchange::State::reach(std::uint32_t vsp, std::uint64_t grant, std::uint32_t offset, std::size_t length, bool write,
                                     SimTime& cost) {
  const Member& m = *members[vsp];
  const SimTime price = costs.copy + costs.copy_page * static_cast<std::int64_t>((length + 4095) / 4096);
  cost += price;
  const Grants::Reach reach = m.grants.reach(grant, offset, length, write);
  if (reach.status != LPARSIM_VSP_OK) return reach;
  // On its caller's time it is part of what that pays.
  if (Leg& l = legs[reach.leg]; l.state != Leg::State::serving) l.vsp_cost += price;
  return reach;
}

void Exchange::State::became_ready(std::uint32_t vsp, SimTime now) {
  Member& m = *members[vsp];
  registrations.set_present(vsp, true);
  rearm();
  m.timeouts_in_a_row = 0;
  if (m.channel.epoch() > 1) event(m, VspEventKind::returned, "it is ready again", now);
  thaw(vsp, now);
}

void Exchange::State::thaw(std::uint32_t vsp, SimTime now) {
  Legs back;
  for (const std::uint32_t leg : members[vsp]->frozen) back.push_back(named(leg));
  std::sort(back.begin(), back.end());
  for (const Named& n : back) {
    if (!holds(n, Leg::State::frozen)) continue;
    Leg& l = legs[n.leg];
    const Call& call = chains[l.chain].call;
    const Claim* claim = registrations.present(vsp, l.permit, call.function, call.client);
    if (claim == nullptr) continue;
    l.registration = claim->registration;
    detach(n.leg, 0, now);
    l.since = now;
    const std::uint32_t chain = l.chain;
    // It may have come back without F_REISSUE: after RESET, or a stop in good order.
    const bool twice = l.was_taken && !call.idempotent && !members[vsp]->channel.has(LPARSIM_VSP_F_REISSUE);
    resume_chain(chain, twice ? skip_or_fail(n.leg, FaultPolicy::closed, LPARSIM_VSP_ABORTED, now) : place(n.leg, now), now);
  }
}

void Exchange::State::state_event(const Member& m, SimTime now, std::string_view why) {
  if (observer == nullptr) return;
  event(m, VspEventKind::state, fmt::format("{}{}{}", to_string(m.channel.state()), why.empty() ? "" : ": ", why), now);
}

}  // namespace lparsim::vsp
