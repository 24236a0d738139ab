#include <algorithm>

#include "models/vsp/exchange_state.hpp"
#include "sim/base/check.hpp"

// A client's call on its way: past the observers, through the filters in order, to the provider or the native function.
namespace lparsim::vsp {
namespace {

std::uint64_t key(const Caller& caller) {
  return static_cast<std::uint64_t>(reinterpret_cast<std::uintptr_t>(&caller));
}

}  // namespace

std::optional<Outcome> Exchange::State::call(const Call& call, Caller& caller, std::uint64_t ticket, SimTime now) {
  Outcome outcome;
  outcome.values = call.arguments;
  const auto hook = static_cast<std::size_t>(call.hook);
  if (((*armed)[hook] >> (index(call.client) % 64) & 1) == 0) return outcome;
  outcome.cost = costs.look_up;
  if (!registrations.observers(call.hook).empty()) outcome.cost += observe(call, true, now);
  if (registrations.next_filter(call.hook, call.function, call.client, 0) == nullptr &&
      registrations.provider(call.hook, call.function, call.client) == nullptr)
    return outcome;

  const std::uint32_t slot = chains.take();
  Chain& chain = chains[slot];
  chain.begin();
  chain.call = call;
  chain.caller = &caller;
  chain.ticket = ticket;
  chain.cost = outcome.cost;
  chain.unbilled = costs.look_up;
  chain.in_call = true;
  chain.origin = issuing_for;
  if (chain.origin == kNone && index(call.client) < by_partition.size()) chain.origin = by_partition[index(call.client)];
  LPARSIM_CHECK(tickets.insert(key(caller), ticket, slot), "hook {} calls twice with ticket {}", hook, ticket);
  advance(slot, now);
  chain.in_call = false;
  if (!chain.decided) return std::nullopt;
  outcome = chain.outcome;
  if (chain.state == Chain::State::asking) release_chain(slot);
  return outcome;
}

void Exchange::State::advance(std::uint32_t slot, SimTime now) {
  for (;;) {
    Chain& chain = chains[slot];
    const Call& c = chain.call;
    const Claim* claim = nullptr;
    if (!chain.at_provider) {
      claim = registrations.next_filter(c.hook, c.function, c.client, chain.last_filter);
      if (claim != nullptr) {
        chain.last_filter = claim->key;
      } else {
        chain.at_provider = true;
        claim = registrations.provider(c.hook, c.function, c.client);
      }
    }
    if (claim == nullptr) {
      decide(slot, {Decision::native, 0, c.arguments, {}}, now);
      return;
    }
    // It may be gone by the time that something has become of the call.
    const Claim copy = *claim;
    if (begin_leg(slot, copy, now) != Next::on) return;
  }
}

void Exchange::State::resume_chain(std::uint32_t slot, Next next, SimTime now) {
  if (next == Next::on) advance(slot, now);
}

void Exchange::State::decide(std::uint32_t slot, const Outcome& outcome, SimTime now) {
  Chain& chain = chains[slot];
  chain.decided = true;
  chain.leg = kNone;
  chain.outcome = outcome;
  chain.outcome.cost = chain.cost;
  const bool somebody_waits = !chain.passed.empty() || chain.issued.vsp != kNone;
  if (outcome.decision == Decision::native && somebody_waits) {
    chain.state = Chain::State::native;
  } else if (outcome.decision != Decision::native) {
    const bool failed = outcome.decision != Decision::completed || outcome.status != 0;
    if (failed) tell_how_it_went(chain, outcome.status, true, now);
  }
  if (chain.in_call) return;
  pending.push_back({chain.caller, chain.ticket, kNone, chain.outcome});
  if (chain.state == Chain::State::asking) release_chain(slot);
}

void Exchange::State::tell_how_it_went(const Chain& chain, std::int64_t status, bool failed, SimTime now) {
  const auto tell = [&](const Told& told, std::uint16_t type) {
    const Channel& channel = members[told.vsp]->channel;
    if (channel.epoch() != told.epoch || !channel.answers()) return;
    auto message = blank<lparsim_vsp_outcome>(type);
    message.call = told.call;
    message.status = static_cast<std::int32_t>(status);
    post(told.vsp, message, now, Outbox::Kind::news);
  };
  // Only who let it pass learns of it, as who comes later has not been asked.
  if (failed)
    for (const Told& told : chain.passed) tell(told, LPARSIM_VSP_OUTCOME);
  if (chain.issued.vsp != kNone) tell(chain.issued, LPARSIM_VSP_ISSUED);
}

void Exchange::State::ended(const Caller& caller, std::uint64_t ticket, std::int64_t status, SimTime now) {
  const auto slot = tickets.find(key(caller), ticket);
  if (!slot || chains[*slot].state != Chain::State::native) return;
  tell_how_it_went(chains[*slot], status, status != 0, now);
  release_chain(*slot);
}

void Exchange::State::withdraw(const Caller& caller, std::uint64_t ticket, SimTime now) {
  for (Pending& p : pending)
    if (p.caller == &caller && p.ticket == ticket) p.caller = nullptr;
  const auto slot = tickets.find(key(caller), ticket);
  if (!slot) return;
  Chain& chain = chains[*slot];
  LPARSIM_CHECK(!chain.in_call && (chain.leg == kNone || legs[chain.leg].state != Leg::State::serving),
                "a call of hook {} is withdrawn before it is made", static_cast<int>(chain.call.hook));
  if (chain.leg != kNone) finish(chain.leg, CallEnd::withdrawn, LPARSIM_VSP_ABORTED, now, LPARSIM_VSP_ABORTED);
  tell_how_it_went(chain, LPARSIM_VSP_ABORTED, true, now);
  release_chain(*slot);
}

void Exchange::State::release_chain(std::uint32_t slot) {
  Chain& chain = chains[slot];
  tickets.erase(key(*chain.caller), chain.ticket);
  chains.release(slot);
}

SimTime Exchange::State::observe(const Call& call, bool charged, SimTime now) {
  SimTime cost;
  for (const Claim& claim : registrations.observers(call.hook)) {
    if (!claim.present || !claim.covers(call.function, call.client)) continue;
    Member& m = *members[claim.vsp];
    ++m.calls;
    if (m.outbox.copies() >= m.config.observer_queue) {
      ++m.dropped;
      ++m.lost_copies;
      record_drop(m, call, now);
      continue;
    }
    auto copy = blank<lparsim_vsp_call>(LPARSIM_VSP_CALL);
    copy.call = ++numbers;
    copy.registration = claim.registration;
    copy.hook = static_cast<std::uint16_t>(call.hook);
    copy.role = LPARSIM_VSP_OBSERVER;
    copy.function = call.function;
    copy.client = static_cast<std::uint32_t>(index(call.client));
    copy.processor = call.processor;
    copy.begun = static_cast<std::uint64_t>(now.ps() / 1000);
    std::copy(call.arguments.begin(), call.arguments.end(), copy.arguments);
    if (m.lost_copies != 0) {
      copy.flags = LPARSIM_VSP_CALL_LOST_BEFORE;
      copy.arguments[7] = std::exchange(m.lost_copies, 0);
    }
    if (charged) cost += costs.message;
    post(claim.vsp, copy, now, Outbox::Kind::copy);
    m.outbox.newest().charged = charged;
  }
  return cost;
}

}  // namespace lparsim::vsp
