#include "lpars/drivers/network_interface.hpp"

namespace lparsim::drivers {

using system::Activity;

void NetworkInterface::attach(system::Host& host) {
  host_ = &host;
  thread_ = host.create_thread(*this, 0, 0, system::ThreadKind::interrupt);
  timer_ = host.create_timer(*this, kProtocolTimer);
  host.connect_interrupt(source_, *this);
  protocol_->attached(host);
}

void NetworkInterface::activated(SimTime now) {
  active_ = true;
  open(now);
  make_ready(calls_.take_cost(), system::Cause::boot, now);
}

void NetworkInterface::deactivated(SimTime now) {
  active_ = false;
  blocked_ = true;
  forget(now);
  transmission_ = {};
  received_.reset();
  alarm_ = SimTime::never();
  protocol_->stopped(now);
}

void NetworkInterface::make_ready(SimTime demand, system::Cause cause, SimTime now) {
  blocked_ = false;
  looked_ = host_->undispatched(now);
  host_->make_ready(thread_, demand, cause, now);
}

void NetworkInterface::interrupted(std::uint32_t source, SimTime now) {
  if (!active_) return;
  interrupt_noted(source);
  if (blocked_) make_ready(interrupt_, system::Cause::outside, now);
}

void NetworkInterface::wake(SimTime now) {
  if (active_ && blocked_) make_ready(SimTime{}, system::Cause::thread, now);
}

void NetworkInterface::set_alarm(SimTime when) {
  if (!active_ || when >= alarm_) return;
  host_->cancel_timer(timer_);
  host_->set_timer(timer_, alarm_ = when);
}

void NetworkInterface::timer_expired(std::uint32_t, SimTime now) {
  alarm_ = SimTime::never();
  protocol_->alarm(now);
}

Activity NetworkInterface::next_activity(std::uint32_t, SimTime now) {
  const Activity activity = next(now);
  looked_ = host_->undispatched(now);
  blocked_ = activity.kind == Activity::Kind::block;
  return activity;
}

std::optional<Activity> NetworkInterface::next_of_protocol(SimTime now) {
  if (const auto activity = go_on(transmission_, now)) return activity;
  if (received_) {
    protocol_->frame_received(*received_, now);
    received_.reset();
  }
  // What has arrived is acknowledged before the next one is looked at.
  const auto outgoing = protocol_->next_frame(now);
  return outgoing ? std::optional{begin(transmission_, *outgoing, now)} : std::nullopt;
}

SimTime NetworkInterface::frame_taken(const io::Frame& frame, SimTime now) {
  received_ = frame;
  return protocol_->frame_found(frame, host_->undispatched(now) - looked_, now);
}

Activity NetworkInterface::begin(Transmission& transmission, const OutgoingFrame& outgoing, SimTime now) {
  transmission.outgoing = outgoing;
  transmission.undispatched = host_->undispatched(now);
  const bool last = outgoing.request != io::RequestTag::none;
  transmission.phase = last ? Transmission::Phase::processing : Transmission::Phase::copying;
  return Activity::compute_in_kernel(last ? outgoing.cost : outgoing.cost + expected_cost(outgoing.frame));
}

std::optional<Activity> NetworkInterface::go_on(Transmission& transmission, SimTime now) {
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
  if (!transmit(outgoing.frame, outgoing.request)) ledger_.enter(outgoing.request, io::Stage::recovery, now);
  protocol_->frame_sent(outgoing.frame, now);
  // What the call cost beyond what was paid before: segments that the hypervisor had to cut.
  const SimTime cost = calls_.take_cost();
  const SimTime paid = call_cost(outgoing.frame);
  if (cost <= paid) return std::nullopt;
  return Activity::compute_in_kernel(cost - paid);
}

}  // namespace lparsim::drivers
