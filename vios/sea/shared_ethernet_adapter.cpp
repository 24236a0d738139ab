#include "vios/sea/shared_ethernet_adapter.hpp"

#include <algorithm>
#include <utility>

#include "models/io/stream_segment.hpp"
#include "models/io/tcp_segment.hpp"
#include "sim/base/check.hpp"

namespace lparsim::sea {

namespace {

constexpr std::size_t kMostTrunks = 16;
constexpr std::size_t kVlans = 4096;
// Frames that a handler hands to threads at a time.
constexpr std::size_t kBatch = 64;

}  // namespace

SharedEthernetAdapter::SharedEthernetAdapter(const SeaConfig& config, hypervisor::VioCalls& calls, io::EthernetPort& port,
                                             io::RequestLedger* ledger)
    : config_{config},
      calls_{calls},
      port_{port},
      ledger_{ledger},
      trunk_of_vlan_(kVlans),
      sources_(config.trunks.size() + 1),
      workers_(config.threaded ? config.threads : 0),
      bridge_{config.aging},
      failover_{config.failover, config.trunks.size()},
      to_clients_from_(config.trunks.size()),
      to_wire_from_(config.trunks.size()) {
  LPARSIM_CHECK(!config.trunks.empty() && config.trunks.size() <= kMostTrunks, "an SEA with {} trunk adapters", config.trunks.size());
  for (std::size_t i = 0; i < config.trunks.size(); ++i) {
    const TrunkConfig& trunk = config.trunks[i];
    trunks_.emplace_back(calls, trunk.adapter, trunk.mac, config.large_send);
    trunk_of_vlan_[trunk.pvid] = i;
    for (const std::uint16_t vlan : trunk.vlans) trunk_of_vlan_[vlan] = i;
  }
  if (has_failover()) control_channel_.emplace(calls, config.failover.control, config.failover.control_mac, false);
  port.set_receiver(*this);
}

void SharedEthernetAdapter::attach(system::Host& host) {
  host_ = &host;
  control_thread_ = host.create_thread(*this, kControlThread, system::kMostFavoured, system::ThreadKind::kernel);
  std::uint32_t tag = kFirstHandler;
  for (Source& source : sources_) source.handler = host.create_thread(*this, tag++, 0, system::ThreadKind::interrupt);
  for (Worker& worker : workers_) worker.thread = host.create_thread(*this, tag++, 0, system::ThreadKind::kernel);
  for (std::uint32_t timer = 0; timer < kTimers; ++timer) timers_[timer] = host.create_timer(*this, timer);
  for (const TrunkAdapter& trunk : trunks_) host.connect_interrupt(trunk.interrupt(), *this);
  if (control_channel_) host.connect_interrupt(control_channel_->interrupt(), *this);
}

void SharedEthernetAdapter::activated(SimTime now) {
  running_ = true;
  for (TrunkAdapter& trunk : trunks_) trunk.open(has_failover());
  // What came before is nobody's; and where it is active without having taken over, no other one has bridged since it stopped.
  std::fill(to_clients_from_.begin(), to_clients_from_.end(), now);
  std::fill(to_wire_from_.begin(), to_wire_from_.end(), now);
  calls_.take_cost();  // of starting up, which nobody waits for
  if (!has_failover()) return;
  control_channel_->open(false);
  calls_.take_cost();
  failover_.started(now);
  failover_.set_healthy(port_.link_up());
  pings_unanswered_ = 0;
  unannounced_ = 0;
  must_say_ = true;
  host_->set_timer(timers_[kKeepAlive], now + config_.failover.keep_alive);
  if (config_.failover.ping) host_->set_timer(timers_[kPing], now + config_.failover.ping_interval);
  wake_control(now);
}

void SharedEthernetAdapter::deactivated(SimTime now) {
  running_ = false;
  abandon_all(now);
  for (Source& source : sources_) {
    source.waiting.clear();
    source.in_hand = 0;
    source.busy = source.again = false;
  }
  for (Worker& worker : workers_) {
    worker.queue.clear();
    worker.in_hand = worker.busy = false;
  }
  bridge_.forget_all();
  control_busy_ = control_again_ = false;
}

system::Activity SharedEthernetAdapter::next_activity(std::uint32_t thread_tag, SimTime now) {
  if (thread_tag == kControlThread) return control(now);
  const std::uint32_t number = thread_tag - kFirstHandler;
  if (number < sources_.size()) return handle(number, now);
  return work(workers_[number - sources_.size()], now);
}

void SharedEthernetAdapter::interrupted(std::uint32_t interrupt, SimTime now) {
  if (control_channel_ && interrupt == control_channel_->interrupt()) return wake_control(now);
  for (std::size_t i = 0; i < trunks_.size(); ++i)
    if (trunks_[i].interrupt() == interrupt) wake(sources_[i + 1], now);
}

void SharedEthernetAdapter::frame_arrived(const io::Frame& frame, SimTime now) {
  if (!running_) return;
  ++counters_.from_wire;
  Source& source = sources_[kWire];
  Item item{frame, kWire, now, io::request_of(frame), host_->undispatched(now)};
  if (source.waiting.size() >= config_.receive_ring) return drop(item, counters_.ring_full, now);
  if (ledger_ != nullptr) ledger_->enter(item.tag, io::Stage::vios_queue, now);
  source.waiting.push(std::move(item));
  wake(source, now);
}

void SharedEthernetAdapter::wake(Source& source, SimTime now) {
  if (source.busy) {
    source.again = true;
    return;
  }
  source.busy = true;
  source.clock = host_->undispatched(now);
  host_->make_ready(source.handler, SimTime{}, system::Cause::outside, now);
}

// Takes over what has arrived in the trunk adapter's queue.
void SharedEthernetAdapter::look(std::uint32_t number, SimTime now) {
  if (number == kWire) return;
  Source& source = sources_[number];
  while (const auto frame = trunks_[number - 1].take()) {
    ++counters_.from_virtual;
    Item item{*frame, number, now, io::request_of(*frame), source.clock};
    stage(item, io::Stage::vios_queue, now);
    source.waiting.push(std::move(item));
  }
  source.clock = host_->undispatched(now);
}

system::Activity SharedEthernetAdapter::handle(std::uint32_t number, SimTime now) {
  Source& source = sources_[number];
  if (source.verdicts.in_hand) settle_in_hand(source.verdicts, now);
  // Only now: an adapter whose frames nobody takes runs out of buffers.
  if (number != kWire && source.in_hand > 0) trunks_[number - 1].give_back(source.in_hand);
  while (source.in_hand > 0) {
    --source.in_hand;
    Item item = source.waiting.pop();
    if (config_.threaded) {
      hand_to_worker(std::move(item), now);
    } else if (const auto deciding = forward(item, source.verdicts, now)) {
      return system::Activity::compute(*deciding);
    }
  }
  if (const auto more = beyond(std::exchange(source.computed, SimTime{}))) return system::Activity::compute(*more);

  look(number, now);
  if (!source.verdicts.returned.empty()) return take_returned(source.verdicts, now);
  while (source.waiting.empty()) {
    source.again = false;
    if (number != kWire) trunks_[number - 1].end_of_interrupt();
    calls_.take_cost();  // of that: part of the frames'
    if (!source.again) {
      source.busy = false;
      return system::Activity::block();
    }
    look(number, now);
  }
  if (config_.threaded) {
    source.in_hand = std::min(source.waiting.size(), kBatch);
    return system::Activity::compute(config_.costs.handoff.at(config_.clock) * static_cast<std::int64_t>(source.in_hand));
  }
  source.in_hand = 1;
  stage(source.waiting.front(), io::Stage::vios_processing, now);
  return compute_for(source.waiting.front(), source.computed);
}

// Of the addresses and, for TCP over IPv4, the ports: frames of one flow stay in order (FNV-1a).
std::uint64_t SharedEthernetAdapter::flow_of(const io::Frame& frame) {
  std::uint64_t hash = 0xcbf29ce484222325;
  const auto mix = [&](std::uint32_t from, std::uint32_t to) {
    for (std::uint32_t i = from; i < to; ++i) hash = (hash ^ frame.head[i]) * 0x100000001b3;
  };
  mix(0, 12);
  const std::uint32_t ip = frame.header_length();
  if (frame.ether_type() == static_cast<std::uint16_t>(io::EtherType::ipv4)) mix(ip + 12, ip + 24);
  return hash ^ hash >> 32;
}

void SharedEthernetAdapter::hand_to_worker(Item&& item, SimTime now) {
  Worker& worker = workers_[flow_of(item.frame) % workers_.size()];
  if (worker.queue.size() >= config_.queue_size) return drop(item, counters_.queue_full, now);
  worker.queue.push(std::move(item));
  wake(worker, system::Cause::thread, now);
}

void SharedEthernetAdapter::wake(Worker& worker, system::Cause cause, SimTime now) {
  if (worker.busy) return;
  worker.busy = true;
  host_->make_ready(worker.thread, SimTime{}, cause, now);
}

system::Activity SharedEthernetAdapter::work(Worker& worker, SimTime now) {
  if (worker.verdicts.in_hand) settle_in_hand(worker.verdicts, now);
  if (std::exchange(worker.in_hand, false)) {
    Item item = worker.queue.pop();
    if (const auto deciding = forward(item, worker.verdicts, now)) return system::Activity::compute(*deciding);
  }
  if (const auto more = beyond(std::exchange(worker.computed, SimTime{}))) return system::Activity::compute(*more);
  if (!worker.verdicts.returned.empty()) return take_returned(worker.verdicts, now);
  if (worker.queue.empty()) {
    worker.busy = false;
    return system::Activity::block();
  }
  worker.in_hand = true;
  stage(worker.queue.front(), io::Stage::vios_processing, now);
  return compute_for(worker.queue.front(), worker.computed);
}

// The whole of it in interrupt mode; in threaded mode what a thread does.
SimTime SharedEthernetAdapter::cost_of(const io::Frame& frame) const {
  const SeaCosts& costs = config_.costs;
  const auto tcp = io::tcp_layout(frame);
  const SimTime all = tcp && tcp->payload_length == 0
                          ? costs.acknowledgement.at(config_.clock)
                          : (config_.threaded ? costs.threaded : costs.interrupt).of(frame.length, config_.clock);
  return config_.threaded ? all - costs.handoff.at(config_.clock) : all;
}

// `computed` is what calls for this frame may take: nothing is said of them where there is one receiver.
system::Activity SharedEthernetAdapter::compute_for(const Item& item, SimTime& computed) const {
  const SimTime cost = cost_of(item.frame);
  computed = item.frame.destination().is_multicast() ? cost : SimTime{};
  return system::Activity::compute(cost);
}

// What the calls that were made took beyond what was computed for them. The cost of a frame to one receiver contains its calls; for many
// receivers the hypervisor copies as often.
std::optional<SimTime> SharedEthernetAdapter::beyond(SimTime computed) {
  const SimTime taken = calls_.take_cost();
  if (computed == SimTime{} || taken <= computed) return std::nullopt;
  return taken - computed;
}

void SharedEthernetAdapter::stage(Item& item, io::Stage next, SimTime now) {
  if (ledger_ == nullptr || item.tag == io::RequestTag::none) return;
  const SimTime clock = host_->undispatched(now);
  ledger_->enter(item.tag, next, now, io::Stage::vios_dispatch, clock - item.clock);
  item.clock = clock;
}

}  // namespace lparsim::sea
