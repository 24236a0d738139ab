#include <algorithm>

#include "sim/base/check.hpp"
#include "vios/sea/shared_ethernet_adapter.hpp"

namespace lparsim::sea {

namespace {

// RARP as a takeover sends it: whoever hears it learns where the client is now (RFC 903; contents as those of a request for itself).
io::Frame announcement_of(io::MacAddress client) {
  constexpr std::uint64_t kRequestReverse = 3;
  io::Frame frame;
  frame.set_addresses(io::MacAddress::broadcast(), client);
  frame.set_ether_type(static_cast<std::uint16_t>(io::EtherType::rarp));
  const auto put = [&](std::uint32_t at, std::uint32_t bytes, std::uint64_t value) {
    for (std::uint32_t i = bytes; i-- > 0; value >>= 8) frame.head[at + i] = static_cast<std::uint8_t>(value);
  };
  put(14, 2, 1);       // Ethernet
  put(16, 2, 0x0800);  // IPv4
  put(18, 2, 0x0604);  // lengths of their addresses
  put(20, 2, kRequestReverse);
  put(22, 6, client.bits);
  put(32, 6, client.bits);
  frame.length = io::kLeastFrame;
  return frame;
}

}  // namespace

TrunkSet SharedEthernetAdapter::active() const {
  TrunkSet set = 0;
  for (std::size_t i = 0; i < trunks_.size(); ++i)
    if (trunks_[i].is_active()) set |= TrunkSet{1} << i;
  return set;
}

void SharedEthernetAdapter::set_ha_mode(HaMode mode, SimTime now) {
  LPARSIM_CHECK(has_failover() && mode != HaMode::disabled, "ha_mode of an SEA without a control channel, or to disabled");
  failover_.set_mode(mode);
  must_say_ = true;
  if (running_) wake_control(now);
}

void SharedEthernetAdapter::link_changed(bool, SimTime now) {
  if (running_ && has_failover()) wake_control(now);
}

void SharedEthernetAdapter::timer_expired(std::uint32_t timer, SimTime now) {
  if (timer == kKeepAlive) {
    must_say_ = true;
    host_->set_timer(timers_[kKeepAlive], now + config_.failover.keep_alive);
  } else if (timer == kPing) {
    ping(now);
    host_->set_timer(timers_[kPing], now + config_.failover.ping_interval);
  }
  wake_control(now);
}

void SharedEthernetAdapter::wake_control(SimTime now) {
  if (!has_failover()) return;
  if (control_busy_) {
    control_again_ = true;
    return;
  }
  control_busy_ = true;
  host_->make_ready(control_thread_, config_.costs.control.at(config_.clock), system::Cause::outside, now);
}

system::Activity SharedEthernetAdapter::control(SimTime now) {
  hear(now);
  control_again_ = false;
  const bool answered = !config_.failover.ping || pings_unanswered_ <= config_.failover.ping_retries;
  const bool healthy = port_.link_up() && answered;
  if (healthy != failover_.healthy()) must_say_ = true;
  failover_.set_healthy(healthy);
  if (must_say_) say(now);
  const TrunkSet claimed = failover_.claims(active(), now);
  for (std::size_t i = 0; i < trunks_.size(); ++i)
    if ((claimed >> i & 1) != 0) take_over(i, now);
  const SimTime announcing = announce(now);
  calls_.take_cost();  // part of the thread's
  if (announcing > SimTime{}) return system::Activity::compute(announcing);
  if (control_again_) return system::Activity::compute(config_.costs.control.at(config_.clock));
  control_busy_ = false;
  return system::Activity::block();
}

// What has come on the control channel, until its queue is empty and its interrupt is free again.
void SharedEthernetAdapter::hear(SimTime now) {
  bool again = true;
  while (again) {
    again = false;
    while (const auto frame = control_channel_->take()) {
      again = true;
      control_channel_->give_back(1);
      const auto message = keep_alive(*frame);
      if (!message) continue;
      failover_.heard(*message, now);
      for (const auto& [vlan, client] : message->clients) bridge_.learn(client, vlan, Side::clients, now);
    }
    control_channel_->end_of_interrupt();
  }
}

void SharedEthernetAdapter::say(SimTime now) {
  must_say_ = false;
  KeepAlive message{config_.failover.priority, failover_.mode(), failover_.healthy()};
  // Only what it has seen itself; what it has been told ages at the other one.
  const auto clients = active() == 0 ? decltype(message.clients){} : bridge_.all_on(Side::clients, now);
  for (std::size_t i = 0; i < std::min(clients.size(), KeepAlive::kClients); ++i)
    message.clients.push_back(clients[next_client_++ % clients.size()]);
  control_channel_->send(to_frame(message, config_.failover.control_mac));
}

void SharedEthernetAdapter::ping(SimTime now) {
  if (pings_unanswered_ <= config_.failover.ping_retries) ++pings_unanswered_;
  // Asked for its address: what every host answers, as ping does before its first packet.
  io::Frame request;
  request.length = io::kLeastFrame;
  request.set_addresses(*config_.failover.ping, config_.mac);
  request.set_ether_type(static_cast<std::uint16_t>(io::EtherType::arp));
  if (config_.failover.ping_vlan != 0) request.tag(config_.failover.ping_vlan);
  port_.transmit(request, now);
}

void SharedEthernetAdapter::take_over(std::size_t trunk, SimTime now) {
  trunks_[trunk].become_active();
  ++counters_.takeovers;
  to_wire_from_[trunk] = now + config_.failover.stp_delay;
  to_clients_from_[trunk] = now + std::max(config_.failover.stp_delay, config_.failover.settle + port_.full_queue() * 2);
  unannounced_ |= TrunkSet{1} << trunk;
}

// Tells the network where the clients are, once frames of this port are forwarded. Returns what that takes.
SimTime SharedEthernetAdapter::announce(SimTime now) {
  SimTime cost;
  TrunkSet later = 0;
  SimTime when = SimTime::never();
  for (std::size_t i = 0; i < trunks_.size(); ++i) {
    if ((unannounced_ >> i & 1) == 0 || !trunks_[i].is_active()) continue;
    if (now < to_wire_from_[i]) {
      later |= TrunkSet{1} << i;
      when = std::min(when, to_wire_from_[i]);
      continue;
    }
    for (const auto& [vlan, client] : bridge_.all_on(Side::clients, now)) {
      if (trunk_of(vlan) != i) continue;
      io::Frame frame = announcement_of(client);
      if (i != config_.default_trunk || vlan != config_.trunks[i].pvid) frame.tag(vlan);
      if (!port_.transmit(frame, now)) continue;
      ++counters_.announcements;
      cost += config_.costs.interrupt.of(frame.length, config_.clock);
    }
  }
  unannounced_ = later;
  host_->cancel_timer(timers_[kAnnounce]);
  if (later != 0) host_->set_timer(timers_[kAnnounce], when);
  return cost;
}

}  // namespace lparsim::sea
