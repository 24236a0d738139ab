#pragma once
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <queue>
#include <tuple>
#include <vector>

#include "models/io/stream_segment.hpp"
#include "sim/base/time.hpp"
#include "sim/base/units.hpp"

namespace lparsim::io {

struct StreamConfig {
  std::uint32_t mtu = 1500;
  bool timestamps = true;                          ///< 12 bytes in each segment (RFC 7323)
  Bytes window{256 * 1024};                        ///< bytes on their way without acknowledgement: the receiver's buffer
  bool large_send = false;                         ///< frames of up to 65,394 bytes, cut into segments by whoever puts them on a wire
  bool congestion_control = true;                  ///< slow start and congestion avoidance (RFC 5681)
  std::uint16_t vlan = 0;                          ///< tag of its frames; 0: none
  SimTime least_timeout = SimTime::from_ms(200);   ///< of retransmission (Linux TCP_RTO_MIN)
  SimTime longest_timeout = SimTime::from_s(120);  ///< (Linux TCP_RTO_MAX)
  SimTime first_timeout = SimTime::from_s(1);      ///< before a round trip was measured (RFC 6298)
  SimTime delayed_ack = SimTime::from_ms(40);      ///< (Linux TCP_DELACK_MIN)
  std::uint32_t attempts = 15;                     ///< retransmissions in a row until the connection is broken (Linux tcp_retries2)
};

/// A connection of one endpoint, counted from 0; used again once it is closed.
enum class StreamId : std::uint32_t {};

/// What an endpoint tells its owner, who may call it back.
class StreamOwner {
 public:
  virtual ~StreamOwner() = default;
  /// All of it is there, in order and once.
  virtual void message_arrived(StreamId stream, const StreamMessage& message, SimTime now) = 0;
  /// All of it has been given out as frames, for the first time. From within next_frame(), before the last frame is returned.
  virtual void message_sent(StreamId stream, const StreamMessage& message, SimTime now) = 0;
  /// The other side has all of it.
  virtual void message_acknowledged(StreamId stream, const StreamMessage& message, SimTime now) = 0;
  /// The message is sent again from its first byte that was lost.
  virtual void message_repeated(StreamId stream, const StreamMessage& message, SimTime now) = 0;
  /// Refused or given up; each message that was not acknowledged has been lost or arrived, nobody knows. The id is free again.
  virtual void stream_broken(StreamId stream, SimTime now) = 0;
};

struct StreamCounters {
  std::uint64_t data_frames = 0;  ///< given out, with what is sent again
  std::uint64_t acks = 0;         ///< frames without data, given out
  std::uint64_t repeated = 0;     ///< times that it went back
  std::uint64_t timeouts = 0;     ///< of these for want of acknowledgements
};

/// All streams of one network address: reliable transport of messages as TCP does it (RFC 9293, 5681, 6298), with cumulative
/// acknowledgements of every second segment and of the last one of a message (one for all that arrive before it is asked), fast
/// retransmission after three duplicates, go-back-N. Simplified: connections are there with their first segment, sequence numbers begin
/// with 0, the window does not change, and a segment never holds data of two messages. Given frames and asked for frames; its owner is told
/// what happened and keeps its timer.
class StreamEndpoint {
 public:
  StreamEndpoint(MacAddress own, const StreamConfig& config, StreamOwner& owner);

  /// Streams to this service are taken.
  void listen(std::uint16_t service) { services_.push_back(service); }
  StreamId open(MacAddress peer, std::uint16_t service);
  void send(StreamId stream, const StreamMessage& message, SimTime now);
  /// All streams are gone without a word, as when the machine stops.
  void reset();

  void frame_arrived(const Frame& frame, SimTime now);
  /// The next frame of this stream, or of the one whose turn it is. False: there is none at present.
  bool next_frame(StreamId stream, Frame& frame, SimTime now);
  bool next_frame(Frame& frame, SimTime now);
  /// A thread holds the stream while it sends: only it is given frames of it, as a socket's lock has it, so that none overtakes another.
  void hold(StreamId stream, bool held);
  /// There may be one.
  bool has_frame() const { return !waiting_.empty() || !resets_.empty(); }
  /// There are messages that are not given out, and the window keeps them.
  bool held_by_window(StreamId stream) const;

  /// When timer_expired is to be called; never() if there is nothing to wait for. Changes with every call above.
  SimTime deadline() const { return timers_.empty() ? SimTime::never() : timers_.top().first; }
  void timer_expired(SimTime now);

  std::uint16_t service(StreamId stream) const;
  MacAddress peer(StreamId stream) const;
  const StreamCounters& counters() const { return counters_; }
  const StreamConfig& config() const { return config_; }
  std::uint32_t segment_payload() const { return config_.mtu - stream_headers(config_.timestamps); }

 private:
  /// (peer, own port, its port).
  using Key = std::tuple<std::uint64_t, std::uint16_t, std::uint16_t>;
  struct Outgoing {
    StreamMessage message;
    std::uint64_t begin;
    std::uint64_t end;
    bool sent = false;
  };
  struct Connection {
    bool used = false;
    Key key{};
    // Sending; sequence numbers are counted without wrapping.
    std::deque<Outgoing> messages{};  ///< not acknowledged
    std::size_t current = 0;          ///< of these the one that `next` is in
    std::uint64_t end = 0;            ///< of all that was asked to be sent
    std::uint64_t next = 0;           ///< is given out next
    std::uint64_t highest = 0;        ///< of what was ever given out
    std::uint64_t unacknowledged = 0;
    std::uint64_t recovery = 0;  ///< duplicates below do not count: it went back already
    std::uint64_t congestion_window = 0;
    std::uint64_t threshold = UINT64_MAX;
    std::uint32_t duplicates = 0;
    bool opening = false;     ///< nothing of it was acknowledged: its segments carry SYN
    std::uint64_t timed = 0;  ///< a round trip is measured: when this is acknowledged; 0: none
    SimTime timed_from{};
    SimTime smoothed{}, variation{};
    SimTime timeout{};
    std::uint32_t attempts = 0;
    SimTime retransmit_at = SimTime::never();
    // Receiving.
    std::uint64_t received = 0;
    std::optional<StreamMessage> incoming{};  ///< the message under way
    std::uint64_t incoming_end = 0;
    std::uint32_t unacknowledged_segments = 0;
    bool must_acknowledge = false;
    std::uint32_t duplicates_owed = 0;  ///< acknowledgements of frames that were not expected: one each
    SimTime acknowledge_at = SimTime::never();
    std::uint32_t echo = 0;

    bool held = false;
    bool waits = false;  ///< is in waiting_
    SimTime timer = SimTime::never();
    std::uint32_t generation = 0;
  };
  using Timer = std::pair<SimTime, std::uint64_t>;

  Connection& at(StreamId stream) { return connections_[static_cast<std::size_t>(stream)]; }
  const Connection& at(StreamId stream) const { return connections_[static_cast<std::size_t>(stream)]; }
  StreamId create(const Key& key);
  void close(StreamId stream);
  void break_off(StreamId stream, SimTime now);
  bool can_send(const Connection& connection) const;
  bool wants_frame(const Connection& connection) const {
    return connection.must_acknowledge || connection.duplicates_owed > 0 || can_send(connection);
  }
  void queue(StreamId stream);
  void arm(StreamId stream);
  void take_acknowledgement(StreamId stream, const StreamSegment& segment, SimTime now);
  void take_data(StreamId stream, const StreamSegment& segment, SimTime now);
  void go_back(StreamId stream, SimTime now);
  void retransmit(StreamId stream, SimTime now);
  void measure(Connection& connection, SimTime round_trip) const;
  std::uint64_t next_length(const Connection& connection) const;
  StreamSegment headers(const Connection& connection, SimTime now) const;
  void fill(StreamId stream, std::uint64_t length, StreamSegment& segment, SimTime now);
  std::uint64_t window(const Connection& connection) const;

  MacAddress own_;
  StreamConfig config_;
  StreamOwner& owner_;
  std::vector<std::uint16_t> services_;
  std::vector<Connection> connections_;
  std::vector<std::uint32_t> free_;
  std::map<Key, StreamId> by_key_;
  std::deque<StreamId> waiting_;      ///< may have a frame
  std::deque<StreamSegment> resets_;  ///< refusals
  std::priority_queue<Timer, std::vector<Timer>, std::greater<>> timers_;
  std::uint16_t next_port_ = 16'384;
  StreamCounters counters_;
};

}  // namespace lparsim::io
