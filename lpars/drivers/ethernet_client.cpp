#include "lpars/drivers/ethernet_client.hpp"

namespace lparsim::drivers {

namespace {

using system::Activity;

/// Buffers that are empty are given back together, at the latest when there are so many (the weight of Linux NAPI).
constexpr std::size_t kReplenish = 64;

}  // namespace

EthernetClient::EthernetClient(hypervisor::VioCalls& calls, const EthernetClientConfig& config, io::RequestLedger& ledger)
    : NetworkInterface{calls, ledger, config.adapter.adapter.interrupt, config.interrupt},
      config_{config},
      adapter_{calls, config.adapter} {}

void EthernetClient::open(SimTime) {
  interrupts_on_ = true;
  interrupt_pending_ = false;
  adapter_.open();
}

void EthernetClient::interrupt_noted(std::uint32_t) {
  interrupt_pending_ = true;
}

Activity EthernetClient::next(SimTime now) {
  if (interrupt_pending_) {
    interrupt_pending_ = false;
    interrupts_on_ = false;
    adapter_.enable_interrupt(false);
    adapter_.end_of_interrupt();
    // Whatever this thread was at goes on afterwards.
    return Activity::compute_in_kernel(calls_.take_cost());
  }
  if (const auto activity = next_of_protocol(now)) return *activity;
  if (adapter_.empty_buffers() >= kReplenish || (adapter_.empty_buffers() > 0 && !adapter_.has_frame())) {
    adapter_.replenish();
    return Activity::compute_in_kernel(calls_.take_cost());
  }
  if (const auto frame = adapter_.take()) {
    ++received_;
    return Activity::compute_in_kernel(frame_taken(*frame, now));
  }
  if (interrupts_on_) return Activity::block();
  // What came since it looked raised no interrupt: it looks once more.
  interrupts_on_ = true;
  adapter_.enable_interrupt(true);
  return Activity::compute_in_kernel(calls_.take_cost());
}

SimTime EthernetClient::copy_cost(const io::Frame&) const {
  return SimTime{};  // the hypervisor copies
}

SimTime EthernetClient::call_cost(const io::Frame& frame) const {
  return config_.hypervisor.call + config_.hypervisor.lan_send + config_.hypervisor.copy_per_kib * frame.length / 1024;
}

bool EthernetClient::transmit(const io::Frame& frame, io::RequestTag) {
  ++sent_;
  if (adapter_.send(frame) == hypervisor::HcallStatus::success) return true;
  ++dropped_;
  return false;
}

}  // namespace lparsim::drivers
