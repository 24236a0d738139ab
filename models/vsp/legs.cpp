#include <fmt/format.h>

#include <algorithm>

#include "models/vsp/exchange_state.hpp"

// A call at one partition: from its turn to its end there.
namespace lparsim::vsp {
namespace {

Bytes wanted(const Call& call) {
  return Bytes{call.buffers[0].length.count + call.buffers[1].length.count};
}

std::uint64_t nanoseconds(SimTime t) {
  return static_cast<std::uint64_t>(t.ps() / 1000);
}

}  // namespace

Exchange::State::Next Exchange::State::begin_leg(std::uint32_t slot, const Claim& claim, SimTime now) {
  const std::uint32_t leg = legs.take();
  Leg& l = legs[leg];
  l = Leg{};
  l.state = Leg::State::routing;
  l.number = ++numbers;
  l.vsp = claim.vsp;
  l.chain = slot;
  l.permit = claim.permit;
  l.terms = claim.terms;
  l.registration = claim.registration;
  l.begin = l.since = now;
  l.unstarved_at_begin = host.unstarved(members[claim.vsp]->config.partition, now);
  l.epoch = members[claim.vsp]->channel.epoch();
  ++members[claim.vsp]->calls;
  Chain& chain = chains[slot];
  chain.leg = leg;
  l.client_cost = std::exchange(chain.unbilled, SimTime{});
  legs_by_call.insert(l.number, 0, leg);
  return claim.present ? place(leg, now) : absent(leg, now);
}

Exchange::State::Next Exchange::State::absent(std::uint32_t leg, SimTime now) {
  const HookPermit& terms = *legs[leg].terms;
  if (terms.when_absent != FaultPolicy::freeze) return skip_or_fail(leg, terms.when_absent, LPARSIM_VSP_IO_ERROR, now);
  freeze(leg, now);
  return Next::wait;
}

Exchange::State::Next Exchange::State::place(std::uint32_t leg, SimTime now) {
  Leg& l = legs[leg];
  Member& m = *members[l.vsp];
  const Call& call = chains[l.chain].call;
  if (wanted(call) > m.config.grant_cap) {  // there will never be room
    const FaultPolicy policy = l.terms->when_slow == FaultPolicy::freeze ? l.terms->after_freeze : l.terms->when_slow;
    return skip_or_fail(leg, policy, LPARSIM_VSP_NO_MEMORY, now);
  }
  if (l.terms->payer == Payer::client && m.on_callers != nullptr && m.channel.has(LPARSIM_VSP_F_CALLERS_TIME) && call.caller_computes &&
      m.serving == kNone)
    return serve_at_once(leg, now);
  if (m.waiting.empty() && has_room(m, l)) {
    send_call(leg, now);
    return Next::wait;
  }
  if (m.waiting.empty()) event(m, VspEventKind::credits_exhausted, "calls wait for credits or for room under the cap on grants", now, &l);
  l.state = Leg::State::waiting;
  m.waiting.push_back(leg);
  watch(l.vsp, expiry(m, l, now));
  return Next::wait;
}

bool Exchange::State::has_room(const Member& m, const Leg& leg) const {
  return m.under_way.size() < m.channel.credits() &&
         m.grants.given().count + wanted(chains[leg.chain].call).count <= m.config.grant_cap.count;
}

void Exchange::State::pump(std::uint32_t vsp, SimTime now) {
  Member& m = *members[vsp];
  if (!m.channel.ready()) return;
  while (!m.waiting.empty() && has_room(m, legs[m.waiting.front()])) {
    const std::uint32_t leg = m.waiting.front();
    m.waiting.erase(m.waiting.begin());
    send_call(leg, now);
  }
}

lparsim_vsp_call Exchange::State::make_call(std::uint32_t leg, SimTime now) {
  Leg& l = legs[leg];
  Member& m = *members[l.vsp];
  const Call& call = chains[l.chain].call;
  l.epoch = m.channel.epoch();
  ++l.sent;
  l.unstarved_at_sending = host.unstarved(m.config.partition, now);
  auto message = blank<lparsim_vsp_call>(LPARSIM_VSP_CALL);
  message.header.epoch = l.epoch;
  message.call = l.number;
  message.registration = l.registration;
  message.hook = static_cast<std::uint16_t>(call.hook);
  message.role = static_cast<std::uint16_t>(l.terms->role);
  message.function = call.function;
  message.client = static_cast<std::uint32_t>(index(call.client));
  message.processor = call.processor;
  message.flags = (l.was_taken ? LPARSIM_VSP_CALL_REISSUED : 0) | (call.idempotent ? 0 : LPARSIM_VSP_CALL_NOT_IDEMPOTENT);
  message.begun = nanoseconds(l.begin);
  message.deadline = nanoseconds(l.terms->deadline);
  std::copy(call.arguments.begin(), call.arguments.end(), message.arguments);
  for (std::size_t i = 0; i < call.buffers.size(); ++i) {
    const Buffer& buffer = call.buffers[i];
    if (buffer.length.count == 0) continue;
    l.grants[i] = m.grants.give(call.owner, buffer, leg);
    message.grants[i].id = l.grants[i];
    message.grants[i].length = static_cast<std::uint32_t>(std::min<std::uint64_t>(buffer.length.count, UINT32_MAX));
    message.grants[i].access = (buffer.readable ? 1U : 0U) | (buffer.writable ? 2U : 0U);
  }
  return message;
}

void Exchange::State::send_call(std::uint32_t leg, SimTime now) {
  Leg& l = legs[leg];
  Member& m = *members[l.vsp];
  const lparsim_vsp_call message = make_call(leg, now);
  l.state = Leg::State::queued;
  m.under_way.push_back(leg);
  l.client_cost += costs.message;
  chains[l.chain].cost += costs.message;
  post(l.vsp, message, now, Outbox::Kind::call, leg);
  watch(l.vsp, expiry(m, l, now));
}

Exchange::State::Next Exchange::State::serve_at_once(std::uint32_t leg, SimTime now) {
  Leg& l = legs[leg];
  Member& m = *members[l.vsp];
  const lparsim_vsp_call message = make_call(leg, now);
  l.state = Leg::State::serving;
  l.taken = now;
  l.was_taken = true;
  ++l.messages;
  if (observer != nullptr && observer->wants_messages()) observer->message(m.config.partition, true, bytes_of(message), now);
  m.serving = leg;
  const SimTime spent = costs.switch_over + m.on_callers->serve(bytes_of(message), now);
  m.serving = kNone;
  l.client_cost += spent;
  chains[l.chain].cost += spent;
  if (l.answered) return apply(leg, lparsim_vsp_reply{l.reply}, now);
  const FaultPolicy policy = l.terms->when_slow == FaultPolicy::freeze ? l.terms->after_freeze : l.terms->when_slow;
  const std::uint32_t vsp = l.vsp;
  const std::string text = fmt::format("call {} was to be answered on its caller's time, and was not", l.number);
  const Next next = skip_or_fail(leg, policy, LPARSIM_VSP_TIMED_OUT, now, LPARSIM_VSP_TIMED_OUT);
  violation(vsp, text, now);
  return next;
}

void Exchange::State::freeze(std::uint32_t leg, SimTime now) {
  Leg& l = legs[leg];
  Member& m = *members[l.vsp];
  l.state = Leg::State::frozen;
  // Set once: however often the partition comes and goes, the call does not wait for it any longer.
  if (l.frozen_until == SimTime::never()) l.frozen_until = now + l.terms->freeze_limit;
  m.frozen.push_back(leg);
  watch(l.vsp, std::max(now, l.frozen_until));
}

Exchange::State::Next Exchange::State::skip_or_fail(std::uint32_t leg, FaultPolicy policy, std::int32_t status, SimTime now,
                                                    std::int32_t cancel) {
  const std::uint32_t chain = legs[leg].chain;
  if (policy == FaultPolicy::open) {
    finish(leg, CallEnd::open, status, now, cancel);
    return Next::on;
  }
  finish(leg, CallEnd::failed, status, now, cancel);
  decide(chain, {Decision::failed, status, chains[chain].call.arguments, {}}, now);
  return Next::over;
}

Exchange::State::Next Exchange::State::apply(std::uint32_t leg, const lparsim_vsp_reply& reply, SimTime now) {
  const Leg& l = legs[leg];
  const std::uint32_t slot = l.chain;
  Chain& chain = chains[slot];
  const Told told{l.vsp, l.epoch, l.number};
  const bool wants_outcome = members[l.vsp]->channel.has(LPARSIM_VSP_F_OUTCOME);
  std::array<std::uint64_t, 8> values;
  std::copy(std::begin(reply.values), std::end(reply.values), values.begin());
  switch (reply.verdict) {
    case LPARSIM_VSP_MODIFY:
      chain.call.arguments = values;
      [[fallthrough]];
    case LPARSIM_VSP_PASS:
      if (wants_outcome) chain.passed.push_back(told);
      finish(leg, reply.verdict == LPARSIM_VSP_PASS ? CallEnd::passed : CallEnd::modified, reply.status, now);
      return Next::on;
    case LPARSIM_VSP_NATIVE:
      if (reply.flags != 0) chain.issued = told;
      finish(leg, CallEnd::native, reply.status, now);
      return Next::on;
    case LPARSIM_VSP_DENY:
      finish(leg, CallEnd::denied, reply.status, now);
      decide(slot, {Decision::denied, reply.status, values, {}}, now);
      return Next::over;
    default:
      finish(leg, CallEnd::completed, reply.status, now);
      decide(slot, {Decision::completed, reply.status, values, {}}, now);
      return Next::over;
  }
}

void Exchange::State::undo_writes(Leg& l) {
  const Call& call = chains[l.chain].call;
  for (std::size_t i = 0; i < call.buffers.size(); ++i) {
    if (!l.before[i].empty()) host.write(call.owner, call.buffers[i].address, l.before[i]);
    l.before[i].clear();
  }
}

void Exchange::State::detach(std::uint32_t leg, std::int32_t cancel, SimTime now) {
  Leg& l = legs[leg];
  Member& m = *members[l.vsp];
  for (std::uint64_t& grant : l.grants) m.grants.revoke(std::exchange(grant, 0));
  undo_writes(l);
  const bool taken = l.state == Leg::State::taken || l.state == Leg::State::deferred;
  if (l.state == Leg::State::queued) m.outbox.take_back(l.position);
  if (l.under_way()) std::erase(m.under_way, leg);
  if (l.state == Leg::State::waiting) std::erase(m.waiting, leg);
  if (l.state == Leg::State::frozen) std::erase(m.frozen, leg);
  if (cancel != 0 && (taken || l.state == Leg::State::serving)) m.over[m.next_over++ % m.over.size()] = l.number;
  l.state = Leg::State::routing;
  if (cancel == 0 || !taken || !m.channel.answers()) return;
  auto message = blank<lparsim_vsp_outcome>(LPARSIM_VSP_CANCEL);
  message.call = l.number;
  message.status = cancel;
  post(l.vsp, message, now, Outbox::Kind::news);
}

void Exchange::State::finish(std::uint32_t leg, CallEnd end, std::int64_t status, SimTime now, std::int32_t cancel) {
  Leg& l = legs[leg];
  // What it wrote counts where its verdict says so. The memory of a call that is withdrawn may have gone with its owner.
  if (end == CallEnd::modified || end == CallEnd::completed || end == CallEnd::withdrawn)
    for (auto& before : l.before) before.clear();
  detach(leg, cancel, now);
  const Member& m = *members[l.vsp];
  const Chain& chain = chains[l.chain];
  CallRecord record;
  record.vsp = m.config.partition;
  record.number = l.number;
  record.hook = chain.call.hook;
  record.role = l.terms->role;
  record.function = chain.call.function;
  record.client = chain.call.client;
  record.end = end;
  record.status = status;
  record.epoch = l.epoch;
  record.sent = l.sent;
  record.begin = l.begin;
  record.taken = std::min(l.taken, now);
  record.end_time = now;
  record.undispatched = std::max(SimTime{}, now - l.begin - (host.unstarved(m.config.partition, now) - l.unstarved_at_begin));
  record.client_cost = l.client_cost;
  record.vsp_cost = l.vsp_cost;
  record.bytes_copied = l.bytes_copied;
  ledger.add(record, l.messages, l.doorbells);
  const std::uint32_t vsp = l.vsp;
  legs_by_call.erase(l.number, 0);
  l.state = Leg::State::free;
  legs.release(leg);
  chains[l.chain].leg = kNone;
  if (observer != nullptr) observer->call_ended(record);
  pump(vsp, now);
}

void Exchange::State::record_copy(const Member& m, const Outbox::Entry& entry, CallEnd end, SimTime vsp_cost, SimTime now) {
  const auto copy = parse<lparsim_vsp_call>(entry.message.view());
  CallRecord record;
  record.vsp = m.config.partition;
  record.number = copy.call;
  record.hook = static_cast<Hook>(copy.hook);
  record.role = Role::observer;
  record.function = copy.function;
  record.client = id_of<PartitionId>(copy.client);
  record.end = end;
  record.epoch = copy.header.epoch;
  record.sent = 1;
  record.begin = SimTime::from_ns(static_cast<std::int64_t>(copy.begun));
  record.taken = record.end_time = now;
  if (entry.charged) record.client_cost = costs.message;
  record.vsp_cost = vsp_cost;
  ledger.add(record, 1, entry.doorbell ? 1 : 0);
  if (observer != nullptr) observer->call_ended(record);
}

void Exchange::State::record_drop(const Member& m, const Call& call, SimTime now) {
  CallRecord record;
  record.vsp = m.config.partition;
  record.number = ++numbers;
  record.hook = call.hook;
  record.role = Role::observer;
  record.function = call.function;
  record.client = call.client;
  record.end = CallEnd::dropped;
  record.epoch = m.channel.epoch();
  record.sent = 0;
  record.begin = record.taken = record.end_time = now;
  ledger.add(record, 0, 0);
  if (observer != nullptr) observer->call_ended(record);
}

}  // namespace lparsim::vsp
