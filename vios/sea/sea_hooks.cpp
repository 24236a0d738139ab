#include <algorithm>
#include <utility>

#include "vios/sea/shared_ethernet_adapter.hpp"

namespace lparsim::sea {

namespace {

constexpr std::size_t kWay = 6;  // of the arguments of sea.forward (docs/vsp/interface.md)
constexpr std::uint64_t kToWire = 1;
constexpr std::uint64_t kFromWire = 2;

}  // namespace

void SharedEthernetAdapter::set_hooks(vsp::Hooks& hooks, PartitionId vios) {
  hooks_ = &hooks;
  partition_ = vios;
  heads_.emplace(calls_.memory(), [this] { return calls_.allocate(1); });
}

// Returns how long the thread that has the frame computes before it goes on, if it has to.
std::optional<SimTime> SharedEthernetAdapter::forward(Item& item, Verdicts& verdicts, SimTime now) {
  const bool others_wait = !holds_.empty() || !verdicts.returned.empty();
  if (hooks_ != nullptr && (others_wait || hooks_->armed(vsp::Hook::sea_forward, partition_))) return ask(item, verdicts, now);
  bridge(item, now);
  return std::nullopt;
}

std::optional<SimTime> SharedEthernetAdapter::ask(Item& item, Verdicts& verdicts, SimTime now) {
  const bool own = item.source == kWire && item.frame.destination() == config_.mac;
  const std::uint64_t flow = flow_of(item.frame);
  const bool behind_held = holds_.holds(flow);
  const bool behind_returned = std::ranges::any_of(verdicts.returned, [&](const Verdict& v) { return flow_of(v.item.frame) == flow; });
  const bool hooked = !own && hooks_->armed(vsp::Hook::sea_forward, partition_);
  if (!hooked && !behind_held && !behind_returned) {
    bridge(item, now);
    return std::nullopt;
  }
  if (held_ >= config_.queue_size) {
    drop(item, counters_.queue_full, now);
    return std::nullopt;
  }
  stage(item, io::Stage::service, now);
  Verdict verdict{std::move(item), tickets_++};
  std::optional<vsp::Outcome> outcome = vsp::Outcome{};
  if (hooked) {
    const io::Frame& frame = verdict.item.frame;
    vsp::Call call;
    call.hook = vsp::Hook::sea_forward;
    call.client = call.owner = partition_;
    const std::size_t trunk = verdict.item.source == kWire ? config_.default_trunk : verdict.item.source - 1;
    hypervisor::describe(frame, frame.vlan() != 0 ? frame.vlan() : config_.trunks[trunk].pvid, call);
    call.arguments[kWay] = verdict.item.source == kWire ? kFromWire : kToWire;
    call.buffers[0] = heads_->keep(frame);
    call.idempotent = false;
    call.caller_computes = true;
    verdict.head = call.buffers[0].address;
    outcome = hooks_->call(call, *this, verdict.ticket, now);
  }
  const SimTime deciding = outcome ? std::exchange(outcome->cost, SimTime{}) : SimTime{};
  if (!outcome || behind_held) {
    ++held_;
    const std::uint64_t ticket = verdict.ticket;
    holds_.add(flow, ticket, std::move(verdict), outcome);
    return deciding > SimTime{} ? std::optional{deciding} : std::nullopt;
  }
  verdict.outcome = *outcome;
  if (behind_returned) {
    verdicts.returned.push_back(std::move(verdict));
  } else if (deciding == SimTime{}) {
    settle(verdict, now);
  } else {
    verdicts.in_hand = std::move(verdict);
  }
  return deciding > SimTime{} ? std::optional{deciding} : std::nullopt;
}

void SharedEthernetAdapter::decided(std::uint64_t ticket, const vsp::Outcome& outcome, SimTime now) {
  holds_.decide(ticket, outcome, [&](std::uint64_t, std::uint64_t, Verdict& verdict, const vsp::Outcome& its_outcome) {
    --held_;
    verdict.outcome = its_outcome;
    go_back(std::move(verdict), now);
  });
}

// To the thread that had the frame: what happens to it takes processor time of the VIOS.
void SharedEthernetAdapter::go_back(Verdict verdict, SimTime now) {
  Item& item = verdict.item;
  if (ledger_ != nullptr) ledger_->enter(item.tag, io::Stage::vios_queue, now);
  item.clock = host_->undispatched(now);
  if (config_.threaded) {
    Worker& worker = workers_[flow_of(item.frame) % workers_.size()];
    worker.verdicts.returned.push_back(std::move(verdict));
    wake(worker, system::Cause::outside, now);
  } else {
    Source& source = sources_[item.source];
    source.verdicts.returned.push_back(std::move(verdict));
    wake(source, now);
  }
}

// Going on with a frame costs what handing it to a thread costs, beside what deciding cost its caller.
system::Activity SharedEthernetAdapter::take_returned(Verdicts& verdicts, SimTime now) {
  verdicts.in_hand = std::move(verdicts.returned.front());
  verdicts.returned.pop_front();
  stage(verdicts.in_hand->item, io::Stage::vios_processing, now);
  return system::Activity::compute(config_.costs.handoff.at(config_.clock) + verdicts.in_hand->outcome.cost);
}

void SharedEthernetAdapter::settle(Verdict& verdict, SimTime now) {
  Item& item = verdict.item;
  if (verdict.outcome.decision != vsp::Decision::native) {
    if (verdict.head) heads_->forget(*verdict.head);
    return drop(item, verdict.outcome.decision == vsp::Decision::completed ? counters_.provided : counters_.denied, now);
  }
  if (!verdict.head) return bridge(item, now);
  const std::uint64_t before = counters_.to_wire + counters_.to_virtual;
  const bool changed = heads_->take_back(*verdict.head, item.frame);
  if (changed && item.frame.vlan() != 0 && !trunk_of(item.frame.vlan())) {
    drop(item, counters_.no_vlan, now);
  } else {
    bridge(item, now);
  }
  const bool forwarded = counters_.to_wire + counters_.to_virtual > before;
  hooks_->ended(*this, verdict.ticket, forwarded ? 0 : vsp::kIoError, now);
}

void SharedEthernetAdapter::settle_in_hand(Verdicts& verdicts, SimTime now) {
  Verdict verdict = std::move(*verdicts.in_hand);
  verdicts.in_hand.reset();
  settle(verdict, now);
}

void SharedEthernetAdapter::abandon(Verdicts& verdicts, SimTime now) {
  if (verdicts.in_hand) verdicts.returned.push_front(std::move(*verdicts.in_hand));
  verdicts.in_hand.reset();
  for (const Verdict& verdict : verdicts.returned) {
    if (!verdict.head) continue;
    heads_->forget(*verdict.head);
    vsp::abandon(*hooks_, *this, verdict.ticket, &verdict.outcome, now);
  }
  verdicts.returned.clear();
}

void SharedEthernetAdapter::abandon_all(SimTime now) {
  for (Source& source : sources_) abandon(source.verdicts, now);
  for (Worker& worker : workers_) abandon(worker.verdicts, now);
  holds_.remove([](std::uint64_t) { return true; },
                [&](std::uint64_t ticket, const Verdict& verdict, const vsp::Outcome* outcome) {
                  if (!verdict.head) return;
                  heads_->forget(*verdict.head);
                  vsp::abandon(*hooks_, *this, ticket, outcome, now);
                });
  held_ = 0;
}

}  // namespace lparsim::sea
