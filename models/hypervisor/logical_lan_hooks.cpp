#include "models/hypervisor/logical_lan_hooks.hpp"

#include "models/hypervisor/io_page.hpp"

namespace lparsim::hypervisor {

namespace {

constexpr Bytes kHeads{std::uint64_t{1} << 40};  // pages are there once used

}  // namespace

LogicalLan::Hooked::Hooked(LogicalLan& lan, vsp::Hooks& hooks, std::function<SimTime()> clock)
    : lan_{lan}, hooks_{hooks}, clock_{std::move(clock)}, memory_{kHeads}, heads_{memory_, [this] {
                                                                                    return next_page_++ * kIoPage;
                                                                                  }} {}

HcallStatus LogicalLan::Hooked::send(std::uint32_t port, Sending sending, SimTime& cost) {
  LogicalLanPort& sender = lan_.ports_[port];
  if (counts_.size() < lan_.ports_.size()) counts_.resize(lan_.ports_.size());
  if (counts_[port].held >= kMostHeld) {
    sender.count_dropped();
    return HcallStatus::dropped;
  }
  const std::uint64_t ticket = tickets_++;
  const Flow its_flow = flow(port, sending);
  Thing thing{std::move(sending)};
  std::optional<vsp::Outcome> outcome = vsp::Outcome{};
  if (hooks_.armed(vsp::Hook::switch_frame, sender.partition())) {
    vsp::Call call;
    call.hook = vsp::Hook::switch_frame;
    call.client = sender.partition();
    describe(thing.sending.frame, thing.sending.vlan, call);
    call.arguments[6] = static_cast<std::uint64_t>(sender.unit());
    call.arguments[7] = thing.sending.mss;
    call.owner = kHypervisorMemory;
    call.buffers[0] = heads_.keep(thing.sending.frame);
    call.idempotent = false;
    thing.head = call.buffers[0].address;
    outcome = hooks_.call(call, *this, ticket, clock_());
  }
  if (outcome) cost += outcome->cost;
  if (outcome && !holds_.holds(its_flow)) return settle(port, ticket, thing, *outcome, cost);
  // It is copied now, at its sender's cost; what its delivery takes then is nobody's.
  cost += lan_.costs_.lan_send + lan_.costs_.copy_per_kib * thing.sending.frame.length / 1024;
  ++counts_[port].held;
  holds_.add(its_flow, ticket, std::move(thing), outcome);
  return HcallStatus::success;
}

void LogicalLan::Hooked::decided(std::uint64_t ticket, const vsp::Outcome& outcome, SimTime) {
  holds_.decide(ticket, outcome, [this](const Flow& its_flow, std::uint64_t number, Thing& thing, const vsp::Outcome& verdict) {
    --counts_[its_flow.first].held;
    SimTime nobodys;
    settle(its_flow.first, number, thing, verdict, nobodys);
  });
}

HcallStatus LogicalLan::Hooked::settle(std::uint32_t port, std::uint64_t ticket, Thing& thing, const vsp::Outcome& outcome, SimTime& cost) {
  LogicalLanPort& sender = lan_.ports_[port];
  if (outcome.decision != vsp::Decision::native) {
    if (thing.head != kNoHead) heads_.forget(thing.head);
    if (outcome.decision != vsp::Decision::completed) ++counts_[port].denied;
    return HcallStatus::success;
  }
  if (thing.head == kNoHead) return lan_.forward(sender, thing.sending, cost);
  HcallStatus status = HcallStatus::dropped;
  if (take_changes(sender, thing)) {
    status = lan_.forward(sender, thing.sending, cost);
  } else {
    sender.count_dropped();
  }
  hooks_.ended(*this, ticket, static_cast<std::int64_t>(status), clock_());
  return status;
}

/// False: changed to what its sender could not have sent.
bool LogicalLan::Hooked::take_changes(const LogicalLanPort& sender, Thing& thing) {
  Sending& sending = thing.sending;
  if (!heads_.take_back(thing.head, sending.frame)) return true;
  sending.vlan = sending.frame.vlan() == 0 ? sender.spec().pvid : sending.frame.vlan();
  const bool needs_layout = sending.layout.has_value();
  if (needs_layout) sending.layout = tcp_layout(sending.frame);
  return sender.member_of(sending.vlan) && (!needs_layout || sending.layout.has_value());
}

void LogicalLan::Hooked::partition_stopped(PartitionId partition) {
  const auto gone = [&](const Flow& its_flow) {
    return lan_.ports_[its_flow.first].partition() == partition;
  };
  for (std::uint32_t port = 0; port < counts_.size(); ++port) {
    if (lan_.ports_[port].partition() == partition) counts_[port].held = 0;
  }
  holds_.remove(gone, [&](std::uint64_t ticket, const Thing& thing, const vsp::Outcome* outcome) {
    if (thing.head == kNoHead) return;
    heads_.forget(thing.head);
    abandon(hooks_, *this, ticket, outcome, clock_());
  });
}

}  // namespace lparsim::hypervisor
