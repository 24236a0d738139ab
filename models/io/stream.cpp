#include "models/io/stream.hpp"

#include <algorithm>

#include "sim/base/check.hpp"

namespace lparsim::io {

namespace {

/// As Linux does (RFC 6928): the first flight of a connection.
constexpr std::uint64_t kInitialSegments = 10;
constexpr std::uint16_t kFirstPort = 16'384;
/// What virtual Ethernet and the offloading of adapters take in one frame, Ethernet header apart.
constexpr std::uint32_t kLargeSend = 65'394 - 14;

}  // namespace

StreamEndpoint::StreamEndpoint(MacAddress own, const StreamConfig& config, StreamOwner& owner) : own_{own}, config_{config}, owner_{owner} {
  LPARSIM_CHECK(config.mtu >= 576 && config.mtu <= 65'394, "a stream over an MTU of {}", config.mtu);
}

StreamId StreamEndpoint::create(const Key& key) {
  if (free_.empty()) {
    free_.push_back(static_cast<std::uint32_t>(connections_.size()));
    connections_.emplace_back();
  }
  const StreamId stream{free_.back()};
  free_.pop_back();
  Connection& connection = at(stream);
  const std::uint32_t generation = connection.generation;
  connection = {};
  connection.generation = generation + 1;
  connection.used = true;
  connection.key = key;
  connection.timeout = config_.first_timeout;
  connection.congestion_window = config_.congestion_control ? kInitialSegments * segment_payload() : UINT64_MAX;
  by_key_[key] = stream;
  return stream;
}

StreamId StreamEndpoint::open(MacAddress peer, std::uint16_t service) {
  Key key{peer.bits, next_port_, service};
  do {
    std::get<1>(key) = next_port_;
    next_port_ = next_port_ == UINT16_MAX ? kFirstPort : static_cast<std::uint16_t>(next_port_ + 1);
  } while (by_key_.contains(key));
  const StreamId stream = create(key);
  at(stream).opening = true;
  return stream;
}

void StreamEndpoint::close(StreamId stream) {
  Connection& connection = at(stream);
  by_key_.erase(connection.key);
  connection.used = false;
  connection.messages.clear();
  ++connection.generation;
  if (connection.waits) std::erase(waiting_, stream);
  connection.waits = false;
  free_.push_back(static_cast<std::uint32_t>(stream));
}

void StreamEndpoint::break_off(StreamId stream, SimTime now) {
  close(stream);
  owner_.stream_broken(stream, now);
}

void StreamEndpoint::reset() {
  connections_.clear();
  free_.clear();
  by_key_.clear();
  waiting_.clear();
  resets_.clear();
  timers_ = {};
}

std::uint16_t StreamEndpoint::service(StreamId stream) const {
  const Key& key = at(stream).key;
  return std::min(std::get<1>(key), std::get<2>(key));
}

MacAddress StreamEndpoint::peer(StreamId stream) const {
  return {std::get<0>(at(stream).key)};
}

void StreamEndpoint::send(StreamId stream, const StreamMessage& message, SimTime) {
  Connection& connection = at(stream);
  LPARSIM_CHECK(connection.used, "a message on stream {}, which is closed", static_cast<std::uint32_t>(stream));
  StreamMessage sent = message;
  sent.size = std::max<std::uint64_t>(message.size, kMessageHeader);
  connection.messages.push_back({sent, connection.end, connection.end + sent.size});
  connection.end += sent.size;
  queue(stream);
}

std::uint64_t StreamEndpoint::window(const Connection& connection) const {
  return std::min(config_.window.count, connection.congestion_window);
}

bool StreamEndpoint::held_by_window(StreamId stream) const {
  return at(stream).next < at(stream).end && !can_send(at(stream));
}

/// Of the segment (or large send) that is given out next: 0 if there is nothing, or the window has no room. Never leaves less than a
/// message header for the last segment.
std::uint64_t StreamEndpoint::next_length(const Connection& connection) const {
  if (connection.next == connection.end) return 0;
  const std::uint64_t segment = segment_payload();
  const std::uint64_t remaining = connection.messages[connection.current].end - connection.next;
  const std::uint64_t flight = connection.next - connection.unacknowledged;
  const std::uint64_t room = window(connection) - std::min(window(connection), flight);
  std::uint64_t limit = segment;
  if (config_.large_send) {
    // Half of the window at most, so that there is always something under way; it is waited for rather than sent in pieces.
    const std::uint64_t largest = (kLargeSend - stream_headers(config_.timestamps)) / segment;
    limit = std::clamp<std::uint64_t>(window(connection) / 2 / segment, 1, largest) * segment;
  }
  std::uint64_t length = std::min(remaining, limit);
  if (const std::uint64_t tail = remaining - length; tail > 0 && tail < kMessageHeader) length -= kMessageHeader;
  if (const std::uint64_t tail = length % segment; length > segment && tail > 0 && tail < kMessageHeader) length -= tail + kMessageHeader;
  return length <= room || flight == 0 ? length : 0;
}

bool StreamEndpoint::can_send(const Connection& connection) const {
  return next_length(connection) > 0;
}

void StreamEndpoint::queue(StreamId stream) {
  Connection& connection = at(stream);
  if (!connection.used || connection.waits || connection.held || !wants_frame(connection)) return;
  connection.waits = true;
  waiting_.push_back(stream);
}

void StreamEndpoint::hold(StreamId stream, bool held) {
  Connection& connection = at(stream);
  connection.held = held;
  if (!held) return queue(stream);
  if (connection.waits) std::erase(waiting_, stream);
  connection.waits = false;
}

StreamSegment StreamEndpoint::headers(const Connection& connection, SimTime now) const {
  StreamSegment segment;
  segment.source = own_;
  segment.destination = {std::get<0>(connection.key)};
  segment.vlan = config_.vlan;
  segment.source_port = std::get<1>(connection.key);
  segment.destination_port = std::get<2>(connection.key);
  segment.sequence = static_cast<std::uint32_t>(connection.next);
  segment.acknowledged = static_cast<std::uint32_t>(connection.received);
  segment.flags = connection.opening ? kTcpSyn : kTcpAck;
  segment.timestamps = config_.timestamps;
  segment.stamp = microseconds(now);
  segment.echo = connection.echo;
  return segment;
}

bool StreamEndpoint::next_frame(StreamId stream, Frame& frame, SimTime now) {
  Connection& connection = at(stream);
  const std::uint64_t length = connection.duplicates_owed > 0 ? 0 : next_length(connection);
  if (length == 0 && !connection.must_acknowledge && connection.duplicates_owed == 0) return false;
  StreamSegment segment = headers(connection, now);
  connection.must_acknowledge = false;
  connection.unacknowledged_segments = 0;
  connection.acknowledge_at = SimTime::never();
  if (length > 0) {
    fill(stream, length, segment, now);
  } else {
    if (connection.duplicates_owed > 0) --connection.duplicates_owed;
    ++counters_.acks;
  }
  frame = to_frame(segment);
  return true;
}

void StreamEndpoint::fill(StreamId stream, std::uint64_t length, StreamSegment& segment, SimTime now) {
  Connection& connection = at(stream);
  Outgoing& outgoing = connection.messages[connection.current];
  segment.payload = static_cast<std::uint32_t>(length);
  segment.mss = length > segment_payload() ? segment_payload() : 0;
  segment.has_message = true;
  segment.message_begin = static_cast<std::uint32_t>(outgoing.begin);
  segment.message = outgoing.message;
  if (connection.timed == 0 && connection.next == connection.highest) {
    connection.timed = connection.next + length;
    connection.timed_from = now;
  }
  connection.next += length;
  connection.highest = std::max(connection.highest, connection.next);
  const bool ends = connection.next == outgoing.end;
  if (ends) ++connection.current;
  // Where the other side should not wait for more. The last of a request is acknowledged by its response.
  if ((ends && outgoing.message.kind != MessageKind::request) || (connection.next < connection.end && !can_send(connection)))
    segment.flags |= kTcpPush;
  if (connection.retransmit_at == SimTime::never()) {
    connection.retransmit_at = now + connection.timeout;
    arm(stream);
  }
  ++counters_.data_frames;
  if (!ends || outgoing.sent) return;
  outgoing.sent = true;
  owner_.message_sent(stream, segment.message, now);
}

bool StreamEndpoint::next_frame(Frame& frame, SimTime now) {
  if (!resets_.empty()) {
    frame = to_frame(resets_.front());
    resets_.pop_front();
    return true;
  }
  while (!waiting_.empty()) {
    const StreamId stream = waiting_.front();
    waiting_.pop_front();
    at(stream).waits = false;
    const bool found = next_frame(stream, frame, now);
    queue(stream);
    if (found) return true;
  }
  return false;
}

}  // namespace lparsim::io
