#include "vios/vnic/vnic_server.hpp"

namespace lparsim::vnic {

using system::Activity;

VnicServer::VnicServer(const VnicServerConfig& config, hypervisor::VioCalls& calls, hypervisor::VirtualIo& virtual_io,
                       io::RequestLedger* ledger)
    : config_{config}, calls_{calls}, virtual_io_{virtual_io}, ledger_{ledger} {}

std::uint32_t VnicServer::add_backing(const BackingDevice::Place& place) {
  const auto number = static_cast<std::uint32_t>(backings_.size());
  backings_.emplace_back(*this, number, place);
  by_source_[place.adapter.interrupt] = number;
  return number;
}

void VnicServer::attach(system::Host& host) {
  host_ = &host;
  for (std::uint32_t i = 0; i < backings_.size(); ++i) backings_[i].thread = host.create_thread(*this, i, 0, system::ThreadKind::interrupt);
  heart_ = host.create_thread(*this, kHeart, 0, system::ThreadKind::kernel);
  timer_ = host.create_timer(*this, 0);
  for (const auto& [source, backing] : by_source_) host.connect_interrupt(source, *this);
}

void VnicServer::activated(SimTime now) {
  active_ = true;
  for (std::uint32_t i = 0; i < backings_.size(); ++i) {
    backings_[i].device.open();
    wake(i, SimTime{}, now);
  }
  beat(now);
}

void VnicServer::deactivated(SimTime) {
  active_ = false;
  for (Served& served : backings_) {
    served.device.forget();
    served.blocked = true;
  }
  heart_blocked_ = true;
}

void VnicServer::source_opened(std::uint32_t backing, std::uint32_t source) {
  by_source_[source] = backing;
  host_->connect_interrupt(source, *this);
}

void VnicServer::interrupted(std::uint32_t source, SimTime now) {
  const auto found = by_source_.find(source);
  if (!active_ || found == by_source_.end()) return;
  backings_[found->second].device.interrupted(source);
  wake(found->second, config_.costs.interrupt, now);
}

void VnicServer::wake(std::uint32_t backing, SimTime demand, SimTime now) {
  Served& served = backings_[backing];
  if (!active_ || !served.blocked) return;
  served.blocked = false;
  served.device.woken(host_->undispatched(now));
  host_->make_ready(served.thread, demand, system::Cause::outside, now);
}

void VnicServer::beat(SimTime now) {
  host_->set_timer(timer_, now + config_.heartbeat);
  if (!heart_blocked_) return;
  heart_blocked_ = false;
  host_->make_ready(heart_, config_.costs.heartbeat.at(config_.clock), system::Cause::timer, now);
}

void VnicServer::timer_expired(std::uint32_t, SimTime now) {
  beat(now);
}

system::Activity VnicServer::next_activity(std::uint32_t tag, SimTime now) {
  if (tag == kHeart) {
    for (Served& served : backings_) served.device.report();
    heart_blocked_ = true;
    // The handlers compute for the calls.
    return Activity::block();
  }
  Served& served = backings_[tag];
  const auto demand = served.device.next(host_->undispatched(now), now);
  served.blocked = !demand;
  return demand ? Activity::compute_in_kernel(*demand) : Activity::block();
}

}  // namespace lparsim::vnic
