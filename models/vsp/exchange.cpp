#include "models/vsp/exchange.hpp"

#include "models/vsp/exchange_state.hpp"
#include "sim/base/check.hpp"

namespace lparsim::vsp {
namespace {

// What an alarm is for: kind, partition, generation.
constexpr std::uint64_t kLook = 1, kQuiesced = 2, kBackOff = 3, kResumed = 4;
constexpr std::uint64_t alarm(std::uint64_t kind, std::uint32_t vsp, std::uint32_t generation) {
  return kind << 56 | std::uint64_t{vsp} << 32 | generation;
}

}  // namespace

Exchange::Exchange(const VspCosts& costs, ExchangeHost& host, kernel::Calendar& calendar, ExchangeObserver* observer)
    : state_{std::make_unique<State>(costs, host, calendar, observer)} {
  state_->armed = &armed_;
}
Exchange::~Exchange() = default;

void Exchange::add(const VspConfig& vsp) {
  State& s = *state_;
  LPARSIM_CHECK(s.find(vsp.partition) == nullptr, "vsp {} is configured twice", vsp.name);
  s.members.push_back(std::make_unique<Member>(vsp));
  const std::size_t at = index(vsp.partition);
  if (s.by_partition.size() <= at) s.by_partition.resize(at + 1, kNone);
  s.by_partition[at] = s.registrations.add(s.members.back()->config);
  s.rearm();
}

void Exchange::on_callers_time(PartitionId vsp, OnCallersTime& service) {
  state_->member(vsp).on_callers = &service;
}

void Exchange::add_native(Hook hook, NativeFunction& function) {
  state_->natives[static_cast<std::size_t>(hook)].push_back(&function);
}

std::optional<Outcome> Exchange::call(const Call& call, Caller& caller, std::uint64_t ticket, SimTime now) {
  return state_->turn(now, [&] { return state_->call(call, caller, ticket, now); });
}

void Exchange::ended(const Caller& caller, std::uint64_t ticket, std::int64_t status, SimTime now) {
  state_->turn(now, [&] { return state_->ended(caller, ticket, status, now), 0; });
}

void Exchange::withdraw(const Caller& caller, std::uint64_t ticket, SimTime now) {
  state_->turn(now, [&] { return state_->withdraw(caller, ticket, now), 0; });
}

void Exchange::tell(const Call& event, SimTime now) {
  state_->turn(now, [&] { return state_->observe(event, false, now), 0; });
}

std::int32_t Exchange::send(PartitionId vsp, std::span<const std::uint8_t> message, SimTime& cost, SimTime now) {
  cost += state_->costs.message;
  return state_->turn(now, [&] { return state_->send(state_->index_of(vsp), message, now); });
}

std::optional<Message> Exchange::receive(PartitionId vsp, SimTime& cost, SimTime now) {
  return state_->turn(now, [&] { return state_->receive(state_->index_of(vsp), cost, now); });
}

std::int32_t Exchange::read(PartitionId vsp, std::uint64_t grant, std::uint32_t offset, std::span<std::uint8_t> bytes, SimTime& cost,
                            SimTime now) {
  (void)now;
  const Grants::Reach reach = state_->reach(state_->index_of(vsp), grant, offset, bytes.size(), false, cost);
  if (reach.status != LPARSIM_VSP_OK) return reach.status;
  if (!state_->host.read(reach.owner, reach.address, bytes)) return LPARSIM_VSP_FAULT;
  state_->legs[reach.leg].bytes_copied += bytes.size();
  return LPARSIM_VSP_OK;
}

std::int32_t Exchange::write(PartitionId vsp, std::uint64_t grant, std::uint32_t offset, std::span<const std::uint8_t> bytes, SimTime& cost,
                             SimTime now) {
  (void)now;
  const Grants::Reach reach = state_->reach(state_->index_of(vsp), grant, offset, bytes.size(), true, cost);
  if (reach.status != LPARSIM_VSP_OK) return reach.status;
  Leg& leg = state_->legs[reach.leg];
  const std::size_t which = leg.grants[0] == grant ? 0 : 1;
  if (auto& before = leg.before[which]; before.empty()) {
    const Buffer& buffer = state_->chains[leg.chain].call.buffers[which];
    before.resize(buffer.length.count);
    if (!state_->host.read(reach.owner, buffer.address, before)) before.clear();
  }
  if (!state_->host.write(reach.owner, reach.address, bytes)) return LPARSIM_VSP_FAULT;
  leg.bytes_copied += bytes.size();
  return LPARSIM_VSP_OK;
}

void Exchange::started(PartitionId partition, SimTime now) {
  if (state_->find(partition) == nullptr) return;
  state_->turn(now, [&] { return state_->started(state_->index_of(partition), now), 0; });
}

void Exchange::stopped(PartitionId partition, bool failed, SimTime now) {
  if (state_->find(partition) == nullptr) return;
  state_->turn(now, [&] { return state_->stopped(state_->index_of(partition), failed, now), 0; });
}

void Exchange::suspend(PartitionId vsp, SimTime now) {
  state_->turn(now, [&] { return state_->suspend(state_->index_of(vsp), std::nullopt, now), 0; });
}

void Exchange::migrate(PartitionId vsp, SimTime blackout, SimTime now) {
  state_->turn(now, [&] { return state_->suspend(state_->index_of(vsp), blackout, now), 0; });
}

void Exchange::shut_down(PartitionId vsp, SimTime now) {
  state_->turn(now, [&] { return state_->shut_down(state_->index_of(vsp), now), 0; });
}

void Exchange::resume(PartitionId vsp, SimTime now) {
  state_->turn(now, [&] { return state_->resume(state_->index_of(vsp), now), 0; });
}

VspStatus Exchange::status(PartitionId vsp, SimTime now) const {
  (void)now;
  const Member& m = state_->member(vsp);
  VspStatus status;
  status.state = m.channel.state();
  status.epoch = m.channel.epoch();
  status.credits = m.channel.answers() ? m.channel.credits() : 0;
  status.under_way = static_cast<std::uint32_t>(m.under_way.size());
  status.waiting = static_cast<std::uint32_t>(m.waiting.size() + m.frozen.size());
  status.calls = m.calls;
  status.dropped = m.dropped;
  status.violations = m.violations;
  status.timeouts = m.timeouts;
  status.ejections = m.ejections;
  status.late = m.late;
  status.shutting_down = m.ahead == Member::Ahead::stop;
  return status;
}

const std::vector<LedgerEntry>& Exchange::ledger() const {
  return state_->ledger.entries();
}

Member* Exchange::State::find(PartitionId partition) {
  const std::size_t at = index(partition);
  if (at >= by_partition.size() || by_partition[at] == kNone) return nullptr;
  return members[by_partition[at]].get();
}

Member& Exchange::State::member(PartitionId vsp) {
  Member* found = find(vsp);
  LPARSIM_CHECK(found != nullptr, "partition {} is no virtual service partition", index(vsp));
  return *found;
}

std::uint32_t Exchange::State::index_of(PartitionId partition) const {
  const std::size_t at = index(partition);
  LPARSIM_CHECK(at < by_partition.size() && by_partition[at] != kNone, "partition {} is no virtual service partition", at);
  return by_partition[at];
}

void Exchange::State::deliver(SimTime now) {
  if (delivering) return;  // who is told something and calls again: the loop below comes to it
  delivering = true;
  std::size_t delivered = 0;
  while (delivered < pending.size()) {
    const Pending next = std::exchange(pending[delivered++], Pending{});
    if (next.caller != nullptr) {
      next.caller->decided(next.ticket, next.outcome, now);
    } else if (next.vsp != kNone && !members[next.vsp]->outbox.empty()) {
      host.ring(members[next.vsp]->config.partition, now);
    }
  }
  pending.clear();
  delivering = false;
}

void Exchange::State::rings(std::uint64_t argument, SimTime now) {
  const auto vsp = static_cast<std::uint32_t>(argument >> 32 & 0xff'ffff);
  const auto generation = static_cast<std::uint32_t>(argument);
  Member& m = *members[vsp];
  turn(now, [&] {
    switch (argument >> 56) {
      case kLook:
        if (generation == m.look_generation) {
          m.next_look = SimTime::never();
          look(vsp, now);
        }
        break;
      case kQuiesced:
        if (generation == m.away_generation && m.channel.state() == ChannelState::quiescing) leave(vsp, {}, now);
        break;
      case kResumed:
        if (generation == m.away_generation && m.suspended) resume(vsp, now);
        break;
      default:
        if (generation == m.away_generation && m.channel.state() == ChannelState::backing_off) back_off_ends(vsp, now);
        break;
    }
    return 0;
  });
}

void Exchange::State::watch(std::uint32_t vsp, SimTime when) {
  Member& m = *members[vsp];
  if (when >= m.next_look) return;
  m.next_look = when;
  calendar.call(*this, alarm(kLook, vsp, ++m.look_generation), when);
}

void Exchange::State::call_when_quiet(std::uint32_t vsp, SimTime when) {
  calendar.call(*this, alarm(kQuiesced, vsp, ++members[vsp]->away_generation), when);
}

void Exchange::State::call_when_resumed(std::uint32_t vsp, SimTime when) {
  calendar.call(*this, alarm(kResumed, vsp, ++members[vsp]->away_generation), when);
}

void Exchange::State::call_when_back(std::uint32_t vsp, SimTime when) {
  calendar.call(*this, alarm(kBackOff, vsp, ++members[vsp]->away_generation), when);
}

void Exchange::State::event(const Member& m, VspEventKind kind, std::string text, SimTime now, const Leg* leg) {
  if (observer == nullptr) return;
  VspEvent event{now, m.config.partition, kind, m.channel.state(), {}, 0, {}, std::move(text)};
  if (leg != nullptr) {
    event.hook = chains[leg->chain].call.hook;
    event.call = leg->number;
    event.client = chains[leg->chain].call.client;
  }
  observer->happened(event);
}

bool Exchange::State::post_bytes(std::uint32_t vsp, std::span<std::uint8_t> bytes, Outbox::Kind kind, std::uint32_t leg, SimTime now) {
  Member& m = *members[vsp];
  if (kind == Outbox::Kind::answer && m.outbox.answers() >= kMostAnswers) {
    m.overrun = true;
    return false;
  }
  const std::uint32_t epoch = m.channel.header_epoch();
  std::memcpy(bytes.data() + offsetof(lparsim_vsp_header, epoch), &epoch, sizeof epoch);
  const bool rings = m.outbox.empty();
  if (m.outbox.crowded()) m.outbox.close_gaps([&](std::uint32_t moved, std::uint64_t to) { legs[moved].position = to; });
  const std::uint64_t position = m.outbox.push(bytes, kind, leg);
  if (leg != kNone) {
    Leg& l = legs[leg];
    l.position = position;
    ++l.messages;
    if (rings) ++l.doorbells;
  }
  if (observer != nullptr && observer->wants_messages()) observer->message(m.config.partition, true, bytes, now);
  if (rings) pending.push_back({nullptr, 0, vsp, {}});
  return true;
}

void Exchange::State::rearm() {
  *armed = registrations.armed();
}

}  // namespace lparsim::vsp
