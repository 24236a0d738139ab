#include "models/io/ethernet_port.hpp"

#include <algorithm>

#include "models/io/stream_segment.hpp"
#include "models/io/tcp_segment.hpp"
#include "sim/base/check.hpp"

namespace lparsim::io {

namespace {

/// What an alarm is for: in the last two bits of its argument, with the epoch or round before them.
enum class Call : std::uint8_t { arrival, place, coalesced };
constexpr std::uint64_t argument_of(Call call, std::uint64_t count) {
  return count << 2 | static_cast<std::uint64_t>(call);
}

bool fits(const Frame& frame, std::uint32_t mtu) {
  // A large send has been cut when it is asked.
  return frame.length <= frame.header_length() + mtu;
}

}  // namespace

EthernetPort::EthernetPort(const EthernetPortConfig& config, kernel::Calendar& calendar) : config_{config}, calendar_{calendar} {
  LPARSIM_CHECK(config.rate.bits_per_second > 0 && config.queue >= 64, "an Ethernet port of {} bit/s and {} places",
                config.rate.bits_per_second, config.queue);
}

void EthernetPort::connect(EthernetPort& one, EthernetPort& other) {
  LPARSIM_CHECK(one.peer_ == nullptr && other.peer_ == nullptr && &one != &other, "a port has two cables");
  LPARSIM_CHECK(one.config_.rate == other.config_.rate, "a cable between {} and {} bit/s", one.config_.rate.bits_per_second,
                other.config_.rate.bits_per_second);
  one.config_.cable = other.config_.cable = std::max(one.config_.cable, other.config_.cable);
  one.peer_ = &other;
  other.peer_ = &one;
}

bool EthernetPort::link_up() const {
  return peer_ != nullptr && plugged_ && peer_->plugged_;
}

SimTime EthernetPort::wire_time(std::uint32_t length) const {
  const std::uint64_t bits = (std::max(length, kLeastFrame) + std::uint64_t{kWireOverhead}) * 8;
  const std::uint64_t rate = config_.rate.bits_per_second;
  return SimTime::from_ps(static_cast<std::int64_t>((bits * 1'000'000'000'000 + rate / 2) / rate));
}

bool EthernetPort::has_place(SimTime now, std::uint32_t frames) {
  while (!leaving_.empty() && leaving_.front() <= now) leaving_.pop();
  if (leaving_.size() + frames <= config_.queue) return true;
  if (sender_ != nullptr && !sender_waits_ && frames <= config_.queue) {
    sender_waits_ = true;
    calendar_.call(*this, argument_of(Call::place, epoch_), leaving_[leaving_.size() + frames - config_.queue - 1]);
  }
  return false;
}

bool EthernetPort::transmit(const Frame& frame, SimTime now) {
  const std::uint32_t segments = segments_of(frame);
  const bool fit = segments > 1 ? fits(segment_of(frame, 0), config_.mtu) : fits(frame, config_.mtu);
  if (!link_up() || !fit || !has_place(now, segments)) {
    ++counters_.refused;
    return false;
  }
  if (segments == 1) {
    put_on_wire(frame, now);
  } else {
    for (std::uint32_t i = 0; i < segments; ++i) put_on_wire(segment_of(frame, i), now);
  }
  return true;
}

void EthernetPort::put_on_wire(const Frame& frame, SimTime now) {
  const SimTime start = std::max(now, wire_free_);
  const SimTime on_wire = wire_time(frame.length);
  wire_free_ = start + on_wire;
  counters_.sending += on_wire;
  peer_->counters_.receiving += on_wire;
  leaving_.push(wire_free_);
  Flight flight{frame, RequestTag::none, start - now};
  flight.frame.mss = 0;
  if (config_.ledger != nullptr) {
    flight.tag = request_of(frame);
    config_.ledger->enter(flight.tag, Stage::network, now);
  }
  ++counters_.sent;
  counters_.sent_bytes += frame.length;
  flights_.push(flight);
  calendar_.call(*this, argument_of(Call::arrival, epoch_), wire_free_ + config_.cable);
}

void EthernetPort::rings(std::uint64_t argument, SimTime now) {
  const std::uint64_t count = argument >> 2;
  switch (static_cast<Call>(argument & 3)) {
    case Call::arrival:
      if (count == epoch_) peer_->arrive(flights_.pop(), now);
      return;
    case Call::place:
      if (count != epoch_) return;
      sender_waits_ = false;
      sender_->place_free(now);
      return;
    case Call::coalesced:
      if (count == round_) hand_over(now);
  }
}

void EthernetPort::arrive(const Flight& flight, SimTime now) {
  if (peer_->config_.ledger != nullptr) peer_->config_.ledger->enter(flight.tag, Stage::network, now, Stage::adapter_queue, flight.waited);
  if (!fits(flight.frame, config_.mtu)) {
    ++counters_.lost;
    return;
  }
  ++counters_.received;
  counters_.received_bytes += flight.frame.length;
  if (receiver_ == nullptr) return;
  if (config_.coalescing == SimTime{}) return receiver_->frame_arrived(flight.frame, now);
  received_.push_back(flight.frame);
  if (received_.size() >= config_.coalesced) return hand_over(now);
  if (received_.size() == 1) calendar_.call(*this, argument_of(Call::coalesced, round_), now + config_.coalescing);
}

void EthernetPort::hand_over(SimTime now) {
  ++round_;
  handed_over_.swap(received_);
  for (const Frame& frame : handed_over_) receiver_->frame_arrived(frame, now);
  handed_over_.clear();
}

void EthernetPort::set_link(bool up, SimTime now) {
  if (plugged_ == up) return;
  const bool before = link_up();
  plugged_ = up;
  if (peer_ == nullptr || link_up() == before) return;
  lose_all(now);
  peer_->lose_all(now);
  if (receiver_ != nullptr) receiver_->link_changed(up, now);
  if (peer_->receiver_ != nullptr) peer_->receiver_->link_changed(up, now);
}

void EthernetPort::lose_all(SimTime now) {
  ++epoch_;
  counters_.lost += flights_.size();
  flights_.clear();
  leaving_.clear();
  wire_free_ = now;
  sender_waits_ = false;
}

}  // namespace lparsim::io
