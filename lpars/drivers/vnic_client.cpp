#include "lpars/drivers/vnic_client.hpp"

#include <algorithm>
#include <utility>

namespace lparsim::drivers {

using hypervisor::HcallStatus;
using system::Activity;

namespace {

constexpr std::uint32_t kQueuePages = 4;  ///< 512 elements
constexpr std::size_t kBacklog = 1'000;   ///< frames: the usual length of a Linux interface's queue (txqueuelen)
constexpr std::size_t kReplenish = 64;    ///< as many empty buffers are given back together (the weight of Linux NAPI)
constexpr std::uint32_t kLargeSend = 65'536;

/// A buffer for frames of up to so many bytes: of 2 KiB, or a multiple.
std::uint32_t buffer_size(std::uint32_t frame) {
  return (frame + 2047) / 2048 * 2048;
}

}  // namespace

VnicClient::VnicClient(hypervisor::VioCalls& calls, const VnicClientConfig& config, io::RequestLedger& ledger)
    : calls_{calls},
      config_{config},
      ledger_{ledger},
      area_{calls, config.adapter},
      queue_{calls, config.adapter, area_, 1},
      sent_queue_{calls, config.adapter, area_, kQueuePages},
      received_queue_{calls, config.adapter, area_, kQueuePages},
      login_{area_.reserve_pages(1)},
      send_size_{buffer_size(config.large ? kLargeSend : config.mtu + io::kLongestHeader)},
      receive_size_{buffer_size(config.mtu + io::kLongestHeader)} {
  send_pool_ = area_.reserve(std::uint64_t{send_size_} * config.send_buffers, hypervisor::DmaArea::kPage);
  receive_pool_ = area_.reserve(std::uint64_t{receive_size_} * config.receive_buffers, hypervisor::DmaArea::kPage);
}

void VnicClient::attach(system::Host& host) {
  host_ = &host;
  thread_ = host.create_thread(*this, 0, 0, system::ThreadKind::interrupt);
  timer_ = host.create_timer(*this, kProtocolTimer);
  retry_timer_ = host.create_timer(*this, kRetryTimer);
  host.connect_interrupt(config_.adapter.interrupt, *this);
  protocol_->attached(host);
}

void VnicClient::activated(SimTime now) {
  active_ = true;
  area_.map();
  queue_.open();
  connection_lost(now);
  make_ready(calls_.take_cost(), system::Cause::boot, now);
}

void VnicClient::deactivated(SimTime now) {
  active_ = false;
  blocked_ = true;
  retry_set_ = retry_ = false;
  queue_.forget();
  sent_queue_.forget();
  received_queue_.forget();
  pending_.clear();
  connection_lost(now);
  was_up_ = false;
  backlog_.clear();
  transmission_ = {};
  received_.reset();
  alarm_ = SimTime::never();
  protocol_->stopped(now);
}

void VnicClient::make_ready(SimTime demand, system::Cause cause, SimTime now) {
  blocked_ = false;
  looked_ = host_->undispatched(now);
  host_->make_ready(thread_, demand, cause, now);
}

void VnicClient::interrupted(std::uint32_t source, SimTime now) {
  if (!active_) return;
  pending_.push_back(source);
  if (blocked_) make_ready(config_.interrupt, system::Cause::outside, now);
}

void VnicClient::wake(SimTime now) {
  if (active_ && blocked_) make_ready(SimTime{}, system::Cause::thread, now);
}

void VnicClient::set_alarm(SimTime when) {
  if (!active_ || when >= alarm_) return;
  host_->cancel_timer(timer_);
  host_->set_timer(timer_, alarm_ = when);
}

void VnicClient::timer_expired(std::uint32_t tag, SimTime now) {
  if (tag == kRetryTimer) {
    retry_set_ = false;
    retry_ = true;
    return wake(now);
  }
  alarm_ = SimTime::never();
  protocol_->alarm(now);
}

system::Activity VnicClient::next_activity(std::uint32_t, SimTime now) {
  const Activity activity = next(now);
  looked_ = host_->undispatched(now);
  blocked_ = activity.kind == Activity::Kind::block;
  return activity;
}

system::Activity VnicClient::next(SimTime now) {
  if (const auto activity = go_on(transmission_, now)) return *activity;
  if (received_) {
    const io::Frame frame = *received_;
    received_.reset();
    protocol_->frame_received(frame, now);
  }
  // What has arrived is acknowledged before the next one is looked at.
  if (const auto outgoing = protocol_->next_frame(now)) return begin(transmission_, *outgoing, now);
  if (std::exchange(retry_, false)) reenable(now);
  if (const auto element = queue_.take()) {
    element_arrived(*element, now);
    return Activity::compute_in_kernel(config_.message + calls_.take_cost());
  }
  if (const auto element = sent_queue_.take()) {
    if (const auto told = hypervisor::decode_vnic_sent(*element)) sent(*told, now);
    return Activity::compute_in_kernel(calls_.take_cost());
  }
  if (step_ == Step::up && empty_.size() >= kReplenish) {
    replenish();
    return Activity::compute_in_kernel(calls_.take_cost());
  }
  received_ = take_frame();
  if (received_) {
    ++counts_.received;
    const SimTime work = protocol_->frame_found(*received_, host_->undispatched(now) - looked_, now);
    return Activity::compute_in_kernel(work + copy_cost(received_->length));
  }
  replenish();
  // What comes from now on raises its interrupt again.
  for (const std::uint32_t source : std::exchange(pending_, {})) calls_.eoi(source);
  const SimTime cost = calls_.take_cost();
  return cost > SimTime{} ? Activity::compute_in_kernel(cost) : Activity::block();
}

system::Activity VnicClient::begin(Transmission& transmission, const OutgoingFrame& outgoing, SimTime now) {
  transmission.outgoing = outgoing;
  transmission.undispatched = host_->undispatched(now);
  const bool last = outgoing.request != io::RequestTag::none;
  transmission.phase = last ? Transmission::Phase::processing : Transmission::Phase::copying;
  return Activity::compute_in_kernel(last ? outgoing.cost : outgoing.cost + expected_cost(outgoing.frame));
}

std::optional<system::Activity> VnicClient::go_on(Transmission& transmission, SimTime now) {
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
  // Of what calls have cost, this one has been paid before.
  const SimTime cost = calls_.take_cost();
  if (cost <= config_.hypervisor.call) return std::nullopt;
  return Activity::compute_in_kernel(cost - config_.hypervisor.call);
}

bool VnicClient::transmit(const io::Frame& frame, io::RequestTag request) {
  // Before the first login it waits as well: no system starts its programs before its network.
  if ((up() ? free_.empty() : !was_up_) && backlog_.size() < kBacklog) {
    backlog_.push_back({frame, request});
    return true;
  }
  if (up() && !free_.empty() && post(frame)) return true;
  ++counts_.dropped;
  return false;
}

bool VnicClient::post(const io::Frame& frame) {
  const std::uint32_t buffer = free_.back();
  const std::uint64_t ioba = send_pool_ + std::uint64_t{buffer} * send_size_;
  const std::size_t head = std::min<std::size_t>(io::Frame::kHead, frame.length);
  area_.write(ioba, std::span{frame.head}.first(head));
  const hypervisor::VnicSend descriptor{buffer, 1, frame.length, ioba, static_cast<std::uint16_t>(frame.mss)};
  if (calls_.send_sub_crq(config_.adapter.unit, send_to_, encode(descriptor)) != HcallStatus::success) return false;
  free_.pop_back();
  ++counts_.sent;
  return true;
}

void VnicClient::sent(const hypervisor::VnicSent& told, SimTime now) {
  for (std::size_t i = 0; i < told.count; ++i) {
    if (told.correlators[i] < config_.send_buffers && step_ == Step::up) free_.push_back(told.correlators[i]);
  }
  send_waiting(now);
}

void VnicClient::send_waiting(SimTime now) {
  while (!backlog_.empty() && !free_.empty()) {
    const Waiting waiting = backlog_.front();
    backlog_.pop_front();
    if (post(waiting.frame)) continue;
    ++counts_.dropped;
    ledger_.enter(waiting.request, io::Stage::recovery, now);
  }
}

void VnicClient::replenish() {
  if (step_ != Step::up) return;
  while (!empty_.empty()) {
    const std::uint32_t buffer = empty_.back();
    const std::uint64_t ioba = receive_pool_ + std::uint64_t{buffer} * receive_size_;
    const hypervisor::VnicBuffer descriptor{buffer, static_cast<std::uint32_t>(ioba), 2, receive_size_};
    if (calls_.send_sub_crq(config_.adapter.unit, buffers_to_, encode(descriptor)) != HcallStatus::success) return;
    empty_.pop_back();
  }
}

std::optional<io::Frame> VnicClient::take_frame() {
  while (const auto element = received_queue_.take()) {
    const auto descriptor = hypervisor::decode_vnic_received(*element);
    if (!descriptor || descriptor->correlator >= config_.receive_buffers) continue;
    const auto buffer = static_cast<std::uint32_t>(descriptor->correlator);
    empty_.push_back(buffer);
    io::Frame frame;
    frame.length = descriptor->length;
    const std::size_t head = std::min<std::size_t>(io::Frame::kHead, frame.length);
    area_.read(receive_pool_ + std::uint64_t{buffer} * receive_size_ + descriptor->offset, std::span{frame.head}.first(head));
    return frame;
  }
  return std::nullopt;
}

}  // namespace lparsim::drivers
