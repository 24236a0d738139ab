#include "vios/vnic/backing_device.hpp"

#include <algorithm>
#include <utility>

#include "models/io/stream_segment.hpp"

namespace lparsim::vnic {

using hypervisor::HcallStatus;
using hypervisor::VnicStatus;

BackingDevice::BackingDevice(Owner& owner, std::uint32_t number, const VnicServerConfig& config, hypervisor::VioCalls& calls,
                             hypervisor::VirtualIo& virtual_io, io::RequestLedger* ledger, const Place& place)
    : owner_{owner},
      number_{number},
      config_{config},
      calls_{calls},
      virtual_io_{virtual_io},
      ledger_{ledger},
      place_{place},
      area_{calls, place.adapter},
      queue_{calls, place.adapter, area_, 1},
      send_queue_{calls, place.adapter, area_, kQueuePages},
      buffer_queue_{calls, place.adapter, area_, kQueuePages},
      staging_{area_.reserve_pages(1)} {
  place.port->set_driver(place.logical, *this, 0);
}

void BackingDevice::open() {
  active_ = true;
  area_.map();
  queue_.open();
}

void BackingDevice::forget() {
  active_ = false;
  queue_.forget();
  send_queue_.forget();
  buffer_queue_.forget();
  // The hypervisor has invalidated what was mapped.
  maps_.clear();
  forget_client();
  pending_.clear();
  work_ = Work::none;
}

void BackingDevice::report() {
  if (active_) calls_.vioctl(place_.adapter.unit, hypervisor::kVnicServerStatus, {}, {});
}

std::optional<SimTime> BackingDevice::next(SimTime undispatched, SimTime now) {
  before_ = std::exchange(undispatched_, undispatched);
  perform(now);
  const auto demand = pick(now);
  if (demand) return *demand + calls_.take_cost();
  if (!pending_.empty()) {
    // What comes from now on raises its interrupt again, and what came before has been taken.
    for (const std::uint32_t source : std::exchange(pending_, {})) calls_.eoi(source);
    return calls_.take_cost();
  }
  const SimTime cost = calls_.take_cost();
  if (cost > SimTime{}) return cost;
  return std::nullopt;
}

std::optional<SimTime> BackingDevice::pick(SimTime now) {
  if (const auto element = queue_.take()) {
    message_ = *element;
    work_ = Work::message;
    return time(config_.costs.message);
  }
  if (link_news_) {
    link_news_ = false;
    tell_link();
    return time(config_.costs.message);
  }
  if (!logged_in_) return std::nullopt;
  std::uint64_t buffers = 0;
  while (const auto element = buffer_queue_.take()) {
    if (const auto buffer = hypervisor::decode_vnic_buffer(*element)) buffers_.push_back(*buffer);
    ++buffers;
  }
  if (buffers > 0) {
    work_ = Work::buffers;
    return time(Cycles{config_.costs.buffer.count * static_cast<double>(buffers)});
  }
  if (!arrived_.empty()) {
    work_ = Work::told_received;
    request_ = arrived_.front().request;
    enter(request_, io::Stage::vios_processing, now);
    return time(config_.costs.received);
  }
  if (const auto element = send_queue_.take()) {
    const auto descriptor = hypervisor::decode_vnic_send(*element);
    if (!descriptor) return SimTime{};
    work_ = Work::frame;
    descriptor_ = *descriptor;
    take_frame(now);
    return time(config_.costs.sent);
  }
  // Told together, once there is nothing else to do, or as many as one descriptor holds.
  if (!sent_.empty()) {
    work_ = Work::told_sent;
    return SimTime{};
  }
  return std::nullopt;
}

void BackingDevice::perform(SimTime now) {
  switch (std::exchange(work_, Work::none)) {
    case Work::none:
    case Work::buffers:
      return;
    case Work::message:
      return element_arrived(message_);
    case Work::told_sent:
      return tell_sent();
    case Work::told_received:
      return tell_received(now);
    case Work::frame:
      if (!frame_) {
        ++counts_.lost;
        sent_.push_back({descriptor_.correlator, VnicStatus::invalid_ioba});
      } else {
        ++counts_.sent;
        enter(request_, io::Stage::adapter_queue, now);
        place_.port->transmit(place_.logical, *frame_, std::uint64_t{epoch_} << 32 | descriptor_.correlator, now);
      }
      if (sent_.size() >= hypervisor::VnicSent::kMost) tell_sent();
      return;
  }
}

/// The adapter fetches it from the client's memory.
void BackingDevice::take_frame(SimTime now) {
  io::Frame frame;
  frame.length = descriptor_.length;
  frame.mss = descriptor_.mss;
  const std::size_t head = std::min<std::size_t>(io::Frame::kHead, frame.length);
  frame_.reset();
  request_ = io::RequestTag::none;
  if (!maps_.contains(descriptor_.map_id) || frame.length < 14 ||
      !virtual_io_.device_reads(place_.window, descriptor_.ioba, std::span{frame.head}.first(head)))
    return;
  frame_ = frame;
  request_ = io::request_of(frame);
  enter(request_, io::Stage::vios_processing, now);
}

void BackingDevice::enter(io::RequestTag request, io::Stage stage, SimTime now) {
  if (ledger_ != nullptr) ledger_->enter(request, stage, now, io::Stage::vios_dispatch, undispatched_ - before_);
}

void BackingDevice::tell_sent() {
  hypervisor::VnicSent told;
  while (told.count < hypervisor::VnicSent::kMost && !sent_.empty()) {
    told.statuses[told.count] = sent_.front().status;
    told.correlators[told.count++] = sent_.front().correlator;
    sent_.pop_front();
  }
  // It has room for all that a client may have under way; where it is closed, nobody is there to be told.
  if (told.count > 0) calls_.send_sub_crq(place_.adapter.unit, sent_to_, encode(told));
}

void BackingDevice::tell_received(SimTime now) {
  if (arrived_.empty()) return;
  const Arrived arrived = arrived_.front();
  arrived_.pop_front();
  enter(arrived.request, io::Stage::transport, now);
  if (calls_.send_sub_crq(place_.adapter.unit, received_to_, encode(arrived.descriptor)) == HcallStatus::success) ++counts_.received;
}

void BackingDevice::port_received(std::uint64_t, const io::Frame& frame, SimTime now) {
  if (!logged_in_ || !logical_link_) return;
  if (buffers_.empty() || frame.length > buffers_.front().length) {
    ++counts_.no_buffer;
    return;
  }
  const hypervisor::VnicBuffer buffer = buffers_.front();
  const std::size_t head = std::min<std::size_t>(io::Frame::kHead, frame.length);
  // After a failover the client's memory is out of reach: whoever has it now receives.
  if (!virtual_io_.device_writes(place_.window, buffer.ioba, std::span{frame.head}.first(head))) return;
  buffers_.pop_front();
  const io::RequestTag request = io::request_of(frame);
  if (ledger_ != nullptr) ledger_->enter(request, io::Stage::vios_queue, now);
  arrived_.push_back({{0, frame.length, buffer.correlator, VnicStatus::success}, request});
  owner_.work_for(number_, now);
}

void BackingDevice::port_sent(std::uint64_t, std::uint64_t number, bool sent, SimTime now) {
  if (!sent) ++counts_.lost;
  if (number >> 32 != epoch_ || !logged_in_) return;
  sent_.push_back({static_cast<std::uint32_t>(number), sent ? VnicStatus::success : VnicStatus::aborted});
  owner_.work_for(number_, now);
}

void BackingDevice::port_link_changed(std::uint64_t, bool, SimTime now) {
  if (!logged_in_) return;
  link_news_ = true;
  owner_.work_for(number_, now);
}

}  // namespace lparsim::vnic
