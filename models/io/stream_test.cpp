#include "models/io/stream.hpp"

#include <gmock/gmock.h>

#include <map>

#include "models/io/tcp_segment.hpp"
#include "sim/base/random.hpp"
#include "sim/kernel/testing/manual_calendar.hpp"

namespace lparsim::io {
namespace {

using namespace lparsim::literals;

constexpr MacAddress kClient{0x0200'0000'0001};
constexpr MacAddress kServer{0x0200'0000'0002};

struct Share {
  double lost = 0;
  double doubled = 0;
};

/// Two endpoints, and between them a wire without a rate that loses and doubles frames and does not keep their order where it doubles.
class Pair : private kernel::Alarm {
 public:
  explicit Pair(const StreamConfig& config, Share share = {}, std::uint64_t seed = 1) : share_{share}, random_{seed} {
    sides_.push_back(std::make_unique<Side>(kClient, config));
    sides_.push_back(std::make_unique<Side>(kServer, config));
    server().streams.listen(7);
  }

  struct Side final : StreamOwner {
    Side(MacAddress mac, const StreamConfig& config) : streams{mac, config, *this} {}
    void message_arrived(StreamId stream, const StreamMessage& message, SimTime now) override {
      arrived.push_back(message);
      if (message.kind == MessageKind::request)
        streams.send(stream, {MessageKind::response, message.tag, message.number, message.response, 0}, now);
    }
    void message_sent(StreamId, const StreamMessage&, SimTime) override { ++sent; }
    void message_acknowledged(StreamId, const StreamMessage& message, SimTime) override { acknowledged.push_back(message.number); }
    void message_repeated(StreamId, const StreamMessage&, SimTime) override { ++repeated; }
    void stream_broken(StreamId, SimTime) override { ++broken; }
    StreamEndpoint streams;
    std::vector<StreamMessage> arrived;
    std::vector<std::uint32_t> acknowledged;
    std::uint32_t sent = 0, repeated = 0, broken = 0;
    SimTime alarm = SimTime::never();
  };
  Side& client() { return *sides_[0]; }
  Side& server() { return *sides_[1]; }
  SimTime now() const { return calendar_.now(); }
  bool cut = false;  ///< nothing gets through

  /// Until nothing happens any more, or `end`.
  void run(SimTime end = 10'000_s) {
    pump();
    while (calendar_.next() <= end) {
      calendar_.run_until(calendar_.next());
      pump();
    }
  }
  std::vector<Frame> frames;  ///< all that were given out

 private:
  void pump() {
    for (std::uint64_t from = 0; from < 2; ++from) {
      Side& side = *sides_[from];
      Frame frame;
      while (side.streams.next_frame(frame, now())) {
        frames.push_back(frame);
        if (cut || random_.uniform() < share_.lost) continue;
        deliver(from, frame, 50_us);
        if (random_.uniform() < share_.doubled)
          deliver(from, frame, 50_us + SimTime::from_us(static_cast<std::int64_t>(random_.bits() % 500)));
      }
      if (side.streams.deadline() < side.alarm) calendar_.call(*this, from, side.alarm = side.streams.deadline());
    }
  }
  void deliver(std::uint64_t from, const Frame& frame, SimTime delay) {
    flying_.emplace(++count_, frame);
    calendar_.call(*this, count_ * 4 + 2 + (1 - from), now() + delay + SimTime::from_ps(static_cast<std::int64_t>(count_)));
  }
  void rings(std::uint64_t argument, SimTime now) override {
    Side& side = *sides_[argument & 1];
    if ((argument & 2) == 0) {
      side.alarm = SimTime::never();
      return side.streams.timer_expired(now);
    }
    const auto found = flying_.find(argument / 4);
    side.streams.frame_arrived(found->second, now);
    flying_.erase(found);
  }

  Share share_;
  KeyedStream random_;
  kernel::testing::ManualCalendar calendar_;
  std::vector<std::unique_ptr<Side>> sides_;
  std::map<std::uint64_t, Frame> flying_;
  std::uint64_t count_ = 0;
};

StreamMessage one_way(std::uint32_t number, std::uint64_t size) {
  return {MessageKind::one_way, RequestTag{number + 1}, number, size, 0};
}

TEST(Stream, ARequestFindsItsWayAndSoDoesItsResponse) {
  Pair pair{{}};
  const StreamId stream = pair.client().streams.open(kServer, 7);
  pair.client().streams.send(stream, {MessageKind::request, RequestTag{9}, 5, 200, 3000}, {});
  pair.run();
  ASSERT_EQ(pair.server().arrived.size(), 1u);
  EXPECT_EQ(pair.server().arrived[0], (StreamMessage{MessageKind::request, RequestTag{9}, 5, 200, 3000}));
  ASSERT_EQ(pair.client().arrived.size(), 1u);
  EXPECT_EQ(pair.client().arrived[0], (StreamMessage{MessageKind::response, RequestTag{9}, 5, 3000, 0}));
  // Request, three segments of response and two acknowledgements: after the second segment, and at the end.
  EXPECT_EQ(pair.frames.size(), 6u);
  EXPECT_EQ(pair.server().streams.counters().acks, 0u);
  EXPECT_EQ(pair.client().streams.counters().acks, 2u);
}

TEST(Stream, ShortMessagesTakeThirtyTwoBytes) {
  Pair pair{{}};
  pair.client().streams.send(pair.client().streams.open(kServer, 7), one_way(0, 1), {});
  pair.run();
  EXPECT_EQ(pair.server().arrived[0].size, kMessageHeader);
  EXPECT_EQ(pair.frames[0].length, 14u + 52u + 32u);
}

TEST(Stream, AcknowledgesEverySecondSegment) {
  StreamConfig config;
  config.congestion_control = false;
  config.window = Bytes{1'000'000};
  Pair pair{config};
  pair.client().streams.send(pair.client().streams.open(kServer, 7), one_way(0, 1448 * 100), {});
  pair.run();
  EXPECT_EQ(pair.server().streams.counters().acks, 50u);
}

TEST(Stream, NeverHasMoreUnderWayThanItsWindow) {
  StreamConfig config;
  config.congestion_control = false;
  config.window = Bytes{20 * 1448};
  Pair pair{config};
  const StreamId stream = pair.client().streams.open(kServer, 7);
  pair.client().streams.send(stream, one_way(0, 1448 * 100), {});
  Frame frame;
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(pair.client().streams.next_frame(frame, {}));
  EXPECT_FALSE(pair.client().streams.next_frame(frame, {}));
  EXPECT_TRUE(pair.client().streams.held_by_window(stream));
}

TEST(Stream, StartsSlowly) {
  StreamConfig config;
  config.window = Bytes{1'000'000};
  Pair pair{config};
  const StreamId stream = pair.client().streams.open(kServer, 7);
  pair.client().streams.send(stream, one_way(0, 1'000'000), {});
  Frame frame;
  int first = 0;
  while (pair.client().streams.next_frame(frame, {})) ++first;
  EXPECT_EQ(first, 10);
  pair.run();  // they are gone: after a timeout it begins with one
  EXPECT_EQ(pair.server().arrived.size(), 1u);
}

TEST(Stream, ALargeSendIsCutAtSegmentsOfItsOwn) {
  StreamConfig config;
  config.large_send = true;
  config.congestion_control = false;
  config.window = Bytes{1'000'000};
  Pair pair{config};
  pair.client().streams.send(pair.client().streams.open(kServer, 7), one_way(0, 65'160 * 2 + 1448 + 10), {});
  pair.run();
  ASSERT_GE(pair.frames.size(), 3u);
  EXPECT_EQ(pair.frames[0].length, 14u + 52u + 65'160u);
  EXPECT_EQ(pair.frames[0].mss, 1448u);
  EXPECT_EQ(segments_of(pair.frames[0]), 45u);
  EXPECT_EQ(request_of(pair.frames[0]), RequestTag::none);
  // The third leaves a whole message header to the last one.
  EXPECT_EQ(pair.server().arrived.size(), 1u);
  std::uint32_t ends = 0;
  for (const Frame& frame : pair.frames) ends += request_of(frame) == RequestTag{1};
  EXPECT_EQ(ends, 1u);
}

TEST(Stream, SegmentsOfALargeSendAreWhatTheSenderWouldHaveSent) {
  StreamConfig small;
  small.congestion_control = false;
  small.window = Bytes{1'000'000};
  StreamConfig large = small;
  large.large_send = true;
  Pair one{small}, other{large};
  for (Pair* pair : {&one, &other}) pair->client().streams.send(pair->client().streams.open(kServer, 7), one_way(0, 1448 * 30 + 700), {});
  Frame frame;
  ASSERT_TRUE(other.client().streams.next_frame(frame, {}));
  ASSERT_EQ(segments_of(frame), 31u);
  for (std::uint32_t i = 0; i < 31; ++i) {
    Frame expected;
    ASSERT_TRUE(one.client().streams.next_frame(expected, {}));
    const auto cut = stream_segment(segment_of(frame, i));
    const auto sent = stream_segment(expected);
    EXPECT_EQ(segment_of(frame, i).length, expected.length);
    EXPECT_EQ(cut->sequence, sent->sequence);
    EXPECT_EQ(cut->payload, sent->payload);
    EXPECT_EQ(cut->flags, sent->flags);
    EXPECT_EQ(cut->ends_message(), i == 30);
  }
}

TEST(Stream, ALostSegmentIsSentAgainAfterThreeDuplicates) {
  StreamConfig config;
  config.congestion_control = false;
  Pair pair{config};
  const StreamId stream = pair.client().streams.open(kServer, 7);
  pair.client().streams.send(stream, one_way(0, 1448 * 20), {});
  Frame lost;
  ASSERT_TRUE(pair.client().streams.next_frame(lost, {}));
  pair.run(199_ms);  // no timeout: its rescue is the acknowledgements of the nineteen others
  // The first segment carried SYN as all of them do until the other side has answered.
  EXPECT_EQ(pair.server().arrived.size(), 1u);
  EXPECT_EQ(pair.client().streams.counters().repeated, 1u);
  EXPECT_EQ(pair.client().streams.counters().timeouts, 0u);
  EXPECT_EQ(pair.client().repeated, 1u);
}

TEST(Stream, ALostLastSegmentIsSentAgainAfterTheTimeout) {
  Pair pair{{}};
  const StreamId stream = pair.client().streams.open(kServer, 7);
  pair.client().streams.send(stream, one_way(0, 100), {});
  pair.run();
  pair.client().streams.send(stream, one_way(1, 100), pair.now());
  Frame lost;
  const SimTime begin = pair.now();
  ASSERT_TRUE(pair.client().streams.next_frame(lost, begin));
  pair.run(begin + 199_ms);
  EXPECT_EQ(pair.server().arrived.size(), 1u);
  pair.run(begin + 201_ms);
  EXPECT_EQ(pair.server().arrived.size(), 2u);
  EXPECT_EQ(pair.client().streams.counters().timeouts, 1u);
}

/// How long a loss holds up a connection whose first message was lost and sent again.
SimTime wait_after_a_lost_beginning(bool timestamps) {
  StreamConfig config;
  config.timestamps = timestamps;
  Pair pair{config};
  const StreamId stream = pair.client().streams.open(kServer, 7);
  Frame lost;
  pair.client().streams.send(stream, one_way(0, 100), {});
  EXPECT_TRUE(pair.client().streams.next_frame(lost, {}));
  pair.run();
  EXPECT_EQ(pair.server().arrived.size(), 1u);
  const SimTime begin = pair.now();
  pair.client().streams.send(stream, one_way(1, 100), begin);
  EXPECT_TRUE(pair.client().streams.next_frame(lost, begin));
  SimTime waited;
  for (; pair.server().arrived.size() < 2 && waited < 10_s; waited += 1_ms) pair.run(begin + waited);
  return waited;
}

// RFC 7323, section 4: the echoed time stamp says which of two copies is acknowledged, so the round trip is known after all.
TEST(Stream, TimestampsMeasureTheRoundTripOfWhatWasSentTwice) {
  EXPECT_LE(wait_after_a_lost_beginning(true), 202_ms);
}

// RFC 6298, section 5: without them nobody knows, and the doubled timeout stays until something is measured (Karn).
TEST(Stream, WithoutTimestampsADoubledTimeoutStays) {
  const SimTime waited = wait_after_a_lost_beginning(false);
  EXPECT_GE(waited, 2_s);
  EXPECT_LE(waited, 2_s + 2_ms);
}

// The response was lost, not the request: the copy of the request is acknowledged with the copy's time stamp.
TEST(Stream, ARepeatedRequestThatHadArrivedMeasuresItsOwnRoundTrip) {
  Pair pair{{}};
  const StreamId stream = pair.client().streams.open(kServer, 7);
  pair.client().streams.send(stream, {MessageKind::request, RequestTag{1}, 0, 100, 100}, {});
  Frame request;
  ASSERT_TRUE(pair.client().streams.next_frame(request, {}));
  pair.server().streams.frame_arrived(request, 50_us);
  Frame response;
  ASSERT_TRUE(pair.server().streams.next_frame(response, 1_ms));
  pair.run(2_s);
  ASSERT_EQ(pair.client().arrived.size(), 1u);
  for (Pair::Side* side : {&pair.client(), &pair.server()}) EXPECT_EQ(side->streams.counters().timeouts, 1u);
  // Both directions have a measured timeout now.
  const SimTime begin = pair.now();
  pair.client().streams.send(stream, {MessageKind::request, RequestTag{2}, 1, 100, 100}, begin);
  ASSERT_TRUE(pair.client().streams.next_frame(request, begin));
  pair.run(begin + 202_ms);
  EXPECT_EQ(pair.client().arrived.size(), 2u);
}

TEST(Stream, IsRefusedWhereNobodyListens) {
  Pair pair{{}};
  pair.client().streams.send(pair.client().streams.open(kServer, 8), one_way(0, 100), {});
  pair.run();
  EXPECT_EQ(pair.client().broken, 1u);
  EXPECT_TRUE(pair.server().arrived.empty());
}

TEST(Stream, IsBrokenWhenTheOtherSideHasForgottenIt) {
  Pair pair{{}};
  const StreamId stream = pair.client().streams.open(kServer, 7);
  pair.client().streams.send(stream, one_way(0, 100), {});
  pair.run();
  pair.server().streams.reset();
  pair.client().streams.send(stream, one_way(1, 100), pair.now());
  pair.run();
  EXPECT_EQ(pair.client().broken, 1u);
  pair.client().streams.send(pair.client().streams.open(kServer, 7), one_way(2, 100), pair.now());
  pair.run();
  EXPECT_EQ(pair.server().arrived.size(), 2u);
}

TEST(Stream, GivesUpAfterItsAttempts) {
  StreamConfig config;
  config.attempts = 5;
  Pair pair{config};
  pair.cut = true;
  pair.client().streams.send(pair.client().streams.open(kServer, 7), one_way(0, 100), {});
  pair.run();
  EXPECT_EQ(pair.client().broken, 1u);
  EXPECT_EQ(pair.frames.size(), 6u);
  EXPECT_EQ(pair.now(), 1_s + 2_s + 4_s + 8_s + 16_s + 32_s);
}

TEST(Stream, DeliversEverythingOnceAndInOrderWhateverGetsLost) {
  std::uint64_t timeouts = 0;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    StreamConfig config;
    config.window = Bytes{seed % 3 == 0 ? 16'384u : 262'144u};
    config.large_send = seed % 2 == 1;
    config.congestion_control = seed % 5 != 0;
    config.timestamps = seed % 7 != 0;
    config.mtu = seed % 4 == 0 ? 9000 : 1500;
    Pair pair{config, {0.01 + 0.02 * static_cast<double>(seed % 5), 0.05}, seed};
    KeyedStream random{seed + 1000};
    const StreamId streams[2] = {pair.client().streams.open(kServer, 7), pair.client().streams.open(kServer, 7)};
    constexpr std::uint32_t kMessages = 60;
    for (std::uint32_t i = 0; i < kMessages; ++i) {
      const std::uint64_t size = 32 + random.bits() % (i % 10 == 0 ? 200'000 : 4'000);
      const bool call = random.bits() % 2 == 0;
      const StreamMessage message{call ? MessageKind::request : MessageKind::one_way, RequestTag{i + 1}, i, size,
                                  32 + random.bits() % 9'000};
      pair.client().streams.send(streams[i % 2], message, pair.now());
      pair.run(pair.now() + SimTime::from_us(static_cast<std::int64_t>(random.bits() % 2'000)));
    }
    pair.run();
    // In order on each stream; none missing, none twice.
    std::vector<std::uint32_t> numbers[2];
    for (const StreamMessage& message : pair.server().arrived) numbers[message.number % 2].push_back(message.number);
    for (const auto& arrived : numbers) {
      ASSERT_EQ(arrived.size(), kMessages / 2) << "seed " << seed;
      for (std::uint32_t i = 1; i < arrived.size(); ++i) ASSERT_EQ(arrived[i], arrived[i - 1] + 2) << "seed " << seed;
    }
    std::map<std::uint32_t, int> responses;
    for (const StreamMessage& message : pair.client().arrived) ++responses[message.number];
    std::uint32_t calls = 0;
    for (const StreamMessage& message : pair.server().arrived) calls += message.kind == MessageKind::request;
    EXPECT_EQ(responses.size(), calls);
    EXPECT_EQ(pair.client().arrived.size(), calls);
    EXPECT_EQ(pair.client().acknowledged.size(), kMessages);
    EXPECT_EQ(pair.client().broken + pair.server().broken, 0u);
    timeouts += pair.client().streams.counters().timeouts;
  }
  EXPECT_GT(timeouts, 0u);
}

}  // namespace
}  // namespace lparsim::io
