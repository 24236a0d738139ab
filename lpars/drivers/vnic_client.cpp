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
    : NetworkInterface{calls, ledger, config.adapter.interrupt, config.interrupt},
      config_{config},
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
  NetworkInterface::attach(host);
  retry_timer_ = host.create_timer(*this, kRetryTimer);
}

void VnicClient::open(SimTime now) {
  area_.map();
  queue_.open();
  connection_lost(now);
}

void VnicClient::forget(SimTime now) {
  retry_set_ = retry_ = false;
  queue_.forget();
  sent_queue_.forget();
  received_queue_.forget();
  pending_.clear();
  connection_lost(now);
  was_up_ = false;
  backlog_.clear();
}

void VnicClient::timer_expired(std::uint32_t tag, SimTime now) {
  if (tag == kProtocolTimer) return NetworkInterface::timer_expired(tag, now);
  retry_set_ = false;
  retry_ = true;
  wake(now);
}

Activity VnicClient::next(SimTime now) {
  if (const auto activity = next_of_protocol(now)) return *activity;
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
  if (const auto frame = take_frame()) {
    ++counts_.received;
    return Activity::compute_in_kernel(frame_taken(*frame, now) + copy_cost(*frame));
  }
  replenish();
  // What comes from now on raises its interrupt again.
  for (const std::uint32_t source : std::exchange(pending_, {})) calls_.eoi(source);
  const SimTime cost = calls_.take_cost();
  return cost > SimTime{} ? Activity::compute_in_kernel(cost) : Activity::block();
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
