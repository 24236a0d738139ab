#include <algorithm>

#include "models/io/stream.hpp"

namespace lparsim::io {

namespace {

constexpr std::uint32_t kDuplicates = 3;

/// The number near `reference` whose last 32 bits are `wire`.
std::uint64_t unwrap(std::uint32_t wire, std::uint64_t reference) {
  const auto distance = static_cast<std::int32_t>(wire - static_cast<std::uint32_t>(reference));
  return reference + static_cast<std::uint64_t>(static_cast<std::int64_t>(distance));
}

}  // namespace

void StreamEndpoint::frame_arrived(const Frame& frame, SimTime now) {
  const std::optional<StreamSegment> segment = stream_segment(frame);
  if (!segment || segment->destination != own_ || segment->vlan != config_.vlan) return;
  const Key key{segment->source.bits, segment->destination_port, segment->source_port};
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) {
    if ((segment->flags & kTcpReset) != 0) return;
    const bool wanted = std::find(services_.begin(), services_.end(), segment->destination_port) != services_.end();
    if (wanted && (segment->flags & kTcpSyn) != 0) return take_data(create(key), *segment, now);
    StreamSegment refusal = *segment;
    std::swap(refusal.source, refusal.destination);
    std::swap(refusal.source_port, refusal.destination_port);
    std::swap(refusal.sequence, refusal.acknowledged);
    refusal.flags = kTcpReset;
    refusal.payload = refusal.mss = 0;
    refusal.has_message = false;
    resets_.push_back(refusal);
    return;
  }
  const StreamId stream = found->second;
  if ((segment->flags & kTcpReset) != 0) return break_off(stream, now);
  const std::uint32_t generation = at(stream).generation;
  if ((segment->flags & kTcpAck) != 0) take_acknowledgement(stream, *segment, now);
  // Its owner may have been told something that made it forget the stream.
  if (at(stream).generation == generation && segment->payload > 0) take_data(stream, *segment, now);
}

void StreamEndpoint::take_data(StreamId stream, const StreamSegment& segment, SimTime now) {
  Connection& connection = at(stream);
  const std::uint64_t begin = unwrap(segment.sequence, connection.received);
  const std::uint64_t end = begin + segment.payload;
  const bool expected = begin <= connection.received && end > connection.received && (connection.incoming || segment.has_message);
  if (!expected) {
    if (begin <= connection.received) connection.echo = segment.stamp;  // a copy's own (RFC 7323, 4.3)
    ++connection.duplicates_owed;
    return queue(stream);
  }
  if (!connection.incoming) {
    connection.incoming = segment.message;
    connection.incoming_end = unwrap(segment.message_begin, connection.received) + segment.message.size;
  }
  connection.received = end;
  connection.echo = segment.stamp;
  connection.unacknowledged_segments += (segment.payload + segment_payload() - 1) / segment_payload();
  if ((segment.flags & kTcpPush) != 0) connection.must_acknowledge = true;
  std::optional<StreamMessage> complete;
  if (connection.received == connection.incoming_end) complete.swap(connection.incoming);
  const bool answered = complete && complete->kind == MessageKind::request;
  if (connection.unacknowledged_segments >= 2 && !answered) connection.must_acknowledge = true;
  if (!connection.must_acknowledge && connection.acknowledge_at == SimTime::never()) {
    connection.acknowledge_at = now + config_.delayed_ack;
    arm(stream);
  }
  queue(stream);
  if (complete) owner_.message_arrived(stream, *complete, now);
}

void StreamEndpoint::take_acknowledgement(StreamId stream, const StreamSegment& segment, SimTime now) {
  Connection& connection = at(stream);
  const std::uint64_t acknowledged = unwrap(segment.acknowledged, connection.unacknowledged);
  connection.opening = false;
  if (acknowledged > connection.highest || acknowledged < connection.unacknowledged) return;
  if (acknowledged == connection.unacknowledged) {
    if (segment.payload > 0 || connection.next == connection.unacknowledged) return;
    if (++connection.duplicates != kDuplicates || acknowledged < connection.recovery) return;
    connection.threshold = std::max<std::uint64_t>((connection.next - acknowledged) / 2, 2 * segment_payload());
    if (config_.congestion_control) connection.congestion_window = connection.threshold;
    return go_back(stream, now);
  }
  if (connection.timed != 0 && acknowledged >= connection.timed) {
    measure(connection, now - connection.timed_from);
    connection.timed = 0;
  } else if (connection.timed == 0 && config_.timestamps) {
    // Sent twice: the echo says which one it acknowledges (RFC 7323, section 4; Linux does so where it has no time of its own).
    measure(connection, SimTime::from_us(microseconds(now) - segment.echo));
  }
  if (config_.congestion_control && connection.congestion_window < config_.window.count) {
    const std::uint64_t newly = acknowledged - connection.unacknowledged;
    connection.congestion_window += connection.congestion_window < connection.threshold
                                        ? newly
                                        : std::max<std::uint64_t>(1, newly * segment_payload() / connection.congestion_window);
  }
  connection.unacknowledged = acknowledged;
  connection.next = std::max(connection.next, acknowledged);
  connection.duplicates = 0;
  connection.attempts = 0;
  connection.retransmit_at = acknowledged < connection.highest ? now + connection.timeout : SimTime::never();
  arm(stream);
  std::deque<Outgoing>& messages = connection.messages;
  std::vector<StreamMessage> done;
  while (!messages.empty() && messages.front().end <= acknowledged) {
    done.push_back(messages.front().message);
    messages.pop_front();
    if (connection.current > 0) --connection.current;
  }
  queue(stream);
  for (const StreamMessage& message : done) owner_.message_acknowledged(stream, message, now);
}

/// RFC 6298, section 2.
void StreamEndpoint::measure(Connection& connection, SimTime round_trip) const {
  if (connection.smoothed == SimTime{}) {
    connection.smoothed = round_trip;
    connection.variation = round_trip / 2;
  } else {
    const SimTime off = connection.smoothed > round_trip ? connection.smoothed - round_trip : round_trip - connection.smoothed;
    connection.variation = (connection.variation * 3 + off) / 4;
    connection.smoothed = (connection.smoothed * 7 + round_trip) / 8;
  }
  connection.timeout = std::clamp(connection.smoothed + connection.variation * 4, config_.least_timeout, config_.longest_timeout);
}

/// Everything that was not acknowledged is given out again.
void StreamEndpoint::go_back(StreamId stream, SimTime now) {
  Connection& connection = at(stream);
  ++counters_.repeated;
  connection.recovery = connection.highest;
  connection.next = connection.unacknowledged;
  connection.current = 0;
  connection.duplicates = 0;
  connection.timed = 0;  // Karn: what is sent twice tells nothing, but for its time stamp
  connection.retransmit_at = now + connection.timeout;
  arm(stream);
  queue(stream);
  std::vector<StreamMessage> repeated;
  for (const Outgoing& outgoing : connection.messages)
    if (outgoing.sent) repeated.push_back(outgoing.message);
  for (const StreamMessage& message : repeated) owner_.message_repeated(stream, message, now);
}

void StreamEndpoint::retransmit(StreamId stream, SimTime now) {
  Connection& connection = at(stream);
  if (++connection.attempts > config_.attempts) return break_off(stream, now);
  ++counters_.timeouts;
  connection.timeout = std::min(connection.timeout * 2, config_.longest_timeout);
  connection.threshold = std::max<std::uint64_t>((connection.next - connection.unacknowledged) / 2, 2 * segment_payload());
  if (config_.congestion_control) connection.congestion_window = segment_payload();
  go_back(stream, now);
}

void StreamEndpoint::arm(StreamId stream) {
  Connection& connection = at(stream);
  const SimTime when = std::min(connection.retransmit_at, connection.acknowledge_at);
  if (when >= connection.timer) return;
  connection.timer = when;
  timers_.push({when, std::uint64_t{connection.generation} << 32 | static_cast<std::uint32_t>(stream)});
}

void StreamEndpoint::timer_expired(SimTime now) {
  while (!timers_.empty() && timers_.top().first <= now) {
    const auto [when, what] = timers_.top();
    timers_.pop();
    const StreamId stream{static_cast<std::uint32_t>(what)};
    Connection& connection = at(stream);
    if (!connection.used || connection.generation != what >> 32 || connection.timer != when) continue;
    connection.timer = SimTime::never();
    if (connection.acknowledge_at <= now) {
      connection.acknowledge_at = SimTime::never();
      connection.must_acknowledge = true;
      queue(stream);
    }
    if (connection.retransmit_at <= now) {
      retransmit(stream, now);
    } else {
      arm(stream);
    }
  }
}

}  // namespace lparsim::io
