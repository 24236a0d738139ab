#include "models/hypervisor/crq_transport_hooks.hpp"

#include <utility>

namespace lparsim::hypervisor {

namespace {

constexpr std::uint64_t kHeader = 0xFF00'0000'0000'0000;

std::uint64_t word(std::span<const std::uint8_t> bytes) {
  std::uint64_t value = 0;
  for (const std::uint8_t byte : bytes) value = value << 8 | byte;
  return value;
}

}  // namespace

CrqTransport::Hooked::Hooked(CrqTransport& transport, vsp::Hooks& hooks, std::function<SimTime()> clock)
    : transport_{transport}, hooks_{hooks}, clock_{std::move(clock)} {}

HcallStatus CrqTransport::Hooked::send(std::uint32_t number, const CrqElement& element, SimTime& cost) {
  const Adapter& adapter = transport_.adapters_[number];
  // Those that wait for a verdict have their places.
  const Adapter& receiver = transport_.adapters_[adapter.partner];
  const std::uint64_t wanted = held(number) + 1;
  if (wanted * element.size() > receiver.queue.length || transport_.room(receiver, receiver.queue, element.size(), wanted) < wanted)
    return HcallStatus::dropped;
  Thing thing{element};
  const std::uint64_t ticket = tickets_++;
  std::optional<vsp::Outcome> outcome = vsp::Outcome{};
  if (hooks_.armed(vsp::Hook::crq_send, adapter.partition)) {
    vsp::Call call;
    call.hook = vsp::Hook::crq_send;
    call.function = element[0];
    call.client = call.owner = adapter.partition;
    const std::span bytes{element};
    call.arguments = {static_cast<std::uint64_t>(adapter.as_configured.unit), word(bytes.first(8)), word(bytes.subspan(8)),
                      index(transport_.adapters_[adapter.partner].partition)};
    call.idempotent = false;
    thing.asked = true;
    outcome = hooks_.call(call, *this, ticket, clock_());
  }
  if (outcome) cost += outcome->cost;
  if (outcome && !holds_.holds(number)) {
    settle(number, ticket, thing, *outcome);
  } else {
    holds_.add(number, ticket, thing, outcome);
  }
  return HcallStatus::success;
}

void CrqTransport::Hooked::decided(std::uint64_t ticket, const vsp::Outcome& outcome, SimTime) {
  holds_.decide(ticket, outcome, [this](std::uint32_t adapter, std::uint64_t number, Thing& thing, const vsp::Outcome& verdict) {
    settle(adapter, number, thing, verdict);
  });
}

void CrqTransport::Hooked::settle(std::uint32_t number, std::uint64_t ticket, Thing& thing, const vsp::Outcome& outcome) {
  if (outcome.decision != vsp::Decision::native) {
    if (denied_.size() <= number) denied_.resize(number + 1);
    if (outcome.decision != vsp::Decision::completed) ++denied_[number];
    return;
  }
  Adapter& receiver = transport_.adapters_[transport_.adapters_[number].partner];
  if (thing.asked) {
    // What kind of element it is stays.
    const std::span bytes{thing.element};
    put_big_endian(bytes.first(8), (word(bytes.first(8)) & kHeader) | (outcome.values[1] & ~kHeader));
    put_big_endian(bytes.subspan(8), outcome.values[2]);
  }
  // Its place may have gone to a transport event.
  const bool room = transport_.room(receiver, receiver.queue, thing.element.size(), 1) > 0;
  if (room) transport_.put_element(receiver, thing.element);
  if (thing.asked) hooks_.ended(*this, ticket, static_cast<std::int64_t>(room ? HcallStatus::success : HcallStatus::dropped), clock_());
}

void CrqTransport::Hooked::cut(const Adapter& adapter) {
  if (holds_.empty()) return;
  const auto number = static_cast<std::uint32_t>(&adapter - transport_.adapters_.data());
  const auto gone = [&](std::uint32_t sender) {
    return sender == number || transport_.adapters_[sender].partner == number;
  };
  holds_.remove(gone, [this](std::uint64_t ticket, const Thing& thing, const vsp::Outcome* outcome) {
    if (thing.asked) abandon(hooks_, *this, ticket, outcome, clock_());
  });
}

}  // namespace lparsim::hypervisor
