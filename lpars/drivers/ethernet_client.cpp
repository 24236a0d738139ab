#include "lpars/drivers/ethernet_client.hpp"

#include <algorithm>

namespace lparsim::drivers {

namespace {

using system::Activity;

/// Buffers that are empty are given back together, at the latest when there are so many (the weight of Linux NAPI).
constexpr std::size_t kReplenish = 64;

}  // namespace

EthernetClient::EthernetClient(hypervisor::VioCalls& calls, const EthernetClientConfig& config, io::RequestLedger& ledger)
    : calls_{calls}, config_{config}, ledger_{ledger}, adapter_{calls, config.adapter} {}

void EthernetClient::attach(system::Host& host) {
  host_ = &host;
  thread_ = host.create_thread(*this, 0, 0, system::ThreadKind::interrupt);
  timer_ = host.create_timer(*this, 0);
  host.connect_interrupt(config_.adapter.adapter.interrupt, *this);
  protocol_->attached(host);
}

void EthernetClient::activated(SimTime now) {
  active_ = true;
  interrupts_on_ = true;
  interrupt_pending_ = false;
  adapter_.open();
  blocked_ = false;
  looked_ = host_->undispatched(now);
  host_->make_ready(thread_, calls_.take_cost(), system::Cause::boot, now);
}

void EthernetClient::deactivated(SimTime now) {
  active_ = false;
  blocked_ = true;
  transmission_ = {};
  received_.reset();
  alarm_ = SimTime::never();
  protocol_->stopped(now);
}

void EthernetClient::interrupted(std::uint32_t, SimTime now) {
  if (!active_) return;
  interrupt_pending_ = true;
  if (!blocked_) return;
  blocked_ = false;
  looked_ = host_->undispatched(now);
  host_->make_ready(thread_, config_.interrupt, system::Cause::outside, now);
}

void EthernetClient::wake(SimTime now) {
  if (!active_ || !blocked_) return;
  blocked_ = false;
  looked_ = host_->undispatched(now);
  host_->make_ready(thread_, SimTime{}, system::Cause::thread, now);
}

void EthernetClient::set_alarm(SimTime when) {
  if (!active_ || when >= alarm_) return;
  host_->cancel_timer(timer_);
  host_->set_timer(timer_, alarm_ = when);
}

void EthernetClient::timer_expired(std::uint32_t, SimTime now) {
  alarm_ = SimTime::never();
  protocol_->alarm(now);
}

system::Activity EthernetClient::next_activity(std::uint32_t, SimTime now) {
  const Activity activity = next(now);
  looked_ = host_->undispatched(now);
  blocked_ = activity.kind == Activity::Kind::block;
  return activity;
}

system::Activity EthernetClient::next(SimTime now) {
  if (interrupt_pending_) {
    interrupt_pending_ = false;
    interrupts_on_ = false;
    adapter_.enable_interrupt(false);
    adapter_.end_of_interrupt();
    // Whatever this thread was at goes on afterwards.
    return Activity::compute_in_kernel(calls_.take_cost());
  }
  if (const auto activity = go_on(transmission_, now)) return *activity;
  if (received_) {
    const io::Frame frame = *received_;
    received_.reset();
    protocol_->frame_received(frame, now);
  }
  // What has arrived is acknowledged before the next one is looked at.
  if (const auto outgoing = protocol_->next_frame(now)) return begin(transmission_, *outgoing, now);
  if (adapter_.empty_buffers() >= kReplenish || (adapter_.empty_buffers() > 0 && !adapter_.has_frame())) {
    adapter_.replenish();
    return Activity::compute_in_kernel(calls_.take_cost());
  }
  received_ = adapter_.take();
  if (received_) {
    ++received_count_;
    return Activity::compute_in_kernel(protocol_->frame_found(*received_, host_->undispatched(now) - looked_, now));
  }
  if (interrupts_on_) return Activity::block();
  // What came since it looked raised no interrupt: it looks once more.
  interrupts_on_ = true;
  adapter_.enable_interrupt(true);
  return Activity::compute_in_kernel(calls_.take_cost());
}

SimTime EthernetClient::expected_cost(const io::Frame& frame) const {
  return config_.hypervisor.call + config_.hypervisor.lan_send + config_.hypervisor.copy_per_kib * frame.length / 1024;
}

system::Activity EthernetClient::begin(Transmission& transmission, const OutgoingFrame& outgoing, SimTime now) {
  transmission.outgoing = outgoing;
  transmission.undispatched = host_->undispatched(now);
  const bool last = outgoing.request != io::RequestTag::none;
  transmission.phase = last ? Transmission::Phase::processing : Transmission::Phase::copying;
  return Activity::compute_in_kernel(last ? outgoing.cost : outgoing.cost + expected_cost(outgoing.frame));
}

std::optional<system::Activity> EthernetClient::go_on(Transmission& transmission, SimTime now) {
  if (transmission.phase == Transmission::Phase::none) return std::nullopt;
  const OutgoingFrame& outgoing = transmission.outgoing;
  const io::Stage waiting = outgoing.serving ? io::Stage::remote : io::Stage::client_dispatch;
  const SimTime undispatched = host_->undispatched(now);
  const SimTime lost = undispatched - transmission.undispatched;
  transmission.undispatched = undispatched;
  if (transmission.phase == Transmission::Phase::processing) {
    ledger_.enter(outgoing.request, io::Stage::copy, now, waiting, lost);
    transmission.phase = Transmission::Phase::copying;
    return Activity::compute_in_kernel(expected_cost(outgoing.frame));
  }
  transmission.phase = Transmission::Phase::none;
  ledger_.enter(outgoing.request, io::Stage::transport, now, waiting, lost);
  if (!outgoing.serving) ledger_.sent(outgoing.request, 0);
  ++sent_;
  if (adapter_.send(outgoing.frame) != hypervisor::HcallStatus::success) {
    ++dropped_;
    ledger_.enter(outgoing.request, io::Stage::recovery, now);
  }
  protocol_->frame_sent(outgoing.frame, now);
  // What the call cost beyond what was paid before: segments that the hypervisor had to cut.
  const SimTime cost = calls_.take_cost();
  const SimTime expected = expected_cost(outgoing.frame);
  if (cost <= expected) return std::nullopt;
  return Activity::compute_in_kernel(cost - expected);
}

}  // namespace lparsim::drivers
