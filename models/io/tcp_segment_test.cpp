#include "models/io/tcp_segment.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "models/io/testing/tcp_frame.hpp"
#include "sim/base/random.hpp"

namespace lparsim::io {
namespace {

using testing::tcp_frame;
constexpr MacAddress kAlice{0x0200'0000'0001};
constexpr MacAddress kBob{0x0200'0000'0002};

std::uint32_t at(const Frame& frame, std::uint32_t offset, std::uint32_t bytes) {
  std::uint32_t value = 0;
  for (std::uint32_t i = 0; i < bytes; ++i) value = value << 8 | frame.head[offset + i];
  return value;
}

// RFC 1071 in one line: a header with its checksum in place sums up to all ones.
std::uint32_t ones_sum(const std::vector<std::uint8_t>& bytes) {
  std::uint32_t total = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) total += i % 2 == 0 ? bytes[i] << 8U : bytes[i];
  while (total > 0xFFFF) total = (total & 0xFFFF) + (total >> 16);
  return total;
}

std::vector<std::uint8_t> bytes_of(const Frame& frame, std::uint32_t from, std::uint32_t to) {
  std::vector<std::uint8_t> bytes;
  for (std::uint32_t i = from; i < to; ++i) bytes.push_back(i < Frame::kHead ? frame.head[i] : std::uint8_t{0});
  return bytes;
}

TEST(TcpSegment, KnowsWhereHeadersLie) {
  const auto layout = tcp_layout(tcp_frame(kBob, kAlice, 1000));
  ASSERT_TRUE(layout);
  EXPECT_EQ(layout->ip, 14U);
  EXPECT_EQ(layout->tcp, 34U);
  EXPECT_EQ(layout->payload, 54U);
  EXPECT_EQ(layout->payload_length, 1000U);
  Frame tagged = tcp_frame(kBob, kAlice, 1000);
  tagged.tag(5);
  EXPECT_EQ(tcp_layout(tagged)->payload, 58U);
}

TEST(TcpSegment, RefusesWhatIsNotOrNotAllThere) {
  const Frame good = tcp_frame(kBob, kAlice, 1000);
  const auto with = [&](std::uint32_t offset, std::uint8_t value) {
    Frame frame = good;
    frame.head[offset] = value;
    return tcp_layout(frame).has_value();
  };
  EXPECT_FALSE(with(12, 0x86)) << "another ethertype";
  EXPECT_FALSE(with(14, 0x65)) << "another version";
  EXPECT_FALSE(with(14, 0x44)) << "a header of 16 bytes";
  EXPECT_FALSE(with(20, 0x20)) << "a fragment";
  EXPECT_FALSE(with(23, 17)) << "UDP";
  EXPECT_FALSE(with(46, 0x40)) << "a TCP header of 16 bytes";
  EXPECT_FALSE(with(16, 0xFF)) << "longer than its frame";
  Frame cut = good;
  cut.length = 53;
  EXPECT_FALSE(tcp_layout(cut));
}

TEST(TcpSegment, IgnoresPaddingOfTheFrame) {
  Frame frame = tcp_frame(kBob, kAlice, 2);
  frame.length = 60;
  EXPECT_EQ(tcp_layout(frame)->payload_length, 2U);
}

TEST(TcpSegment, SegmentsCarryOnWhereTheLastOneEnded) {
  Frame frame = tcp_frame(kBob, kAlice, 3500);
  frame.head[47] = 0x99;  // CWR, ACK, PSH, FIN
  const auto layout = *tcp_layout(frame);
  ASSERT_EQ(segments(layout, 1000), 4U);
  for (std::uint32_t i = 0; i < 4; ++i) {
    const Frame piece = segment(frame, layout, 1000, i);
    const std::uint32_t payload = i == 3 ? 500 : 1000;
    EXPECT_EQ(piece.length, 54 + payload);
    EXPECT_EQ(piece.destination(), kBob);
    EXPECT_EQ(at(piece, 16, 2), 40 + payload);
    EXPECT_EQ(at(piece, 18, 2), 0x1234 + i) << "identification";
    EXPECT_EQ(at(piece, 38, 4), 0xFFFF'FF00U + 1000 * i) << "sequence numbers wrap";
    EXPECT_EQ(piece.head[47], (i == 0 ? 0x80 : 0) | 0x10 | (i == 3 ? 0x09 : 0));
    EXPECT_EQ(ones_sum(bytes_of(piece, 14, 34)), 0xFFFFU) << "IP checksum";
  }
}

TEST(TcpSegment, TheDataOfEverySegmentBeginWithTheSameBytesAndEndWithIt) {
  const Frame frame = tcp_frame(kBob, kAlice, 110);
  const auto layout = *tcp_layout(frame);
  for (std::uint32_t i = 0; i < 3; ++i) {
    const Frame piece = segment(frame, layout, 40, i);
    const std::uint32_t payload = i == 2 ? 30 : 40;
    for (std::uint32_t at_byte = 54; at_byte < 54 + payload; ++at_byte) EXPECT_EQ(piece.head[at_byte], frame.head[at_byte]);
    EXPECT_EQ(piece.head[54 + payload], 0) << "nothing of what was not sent";
  }
}

TEST(TcpSegment, TcpChecksumsAreRightForRandomSegments) {
  RandomStream random{1, "checksums"};
  for (int round = 0; round < 500; ++round) {
    Frame frame = tcp_frame(kBob, kAlice, static_cast<std::uint32_t>(random.bits() % 9000));
    for (std::uint32_t i = 54; i < std::min(frame.length, Frame::kHead); ++i) frame.head[i] = static_cast<std::uint8_t>(random.bits());
    if (random.bits() % 2 == 0) frame.tag(9);
    const auto layout = *tcp_layout(frame);
    const auto mss = static_cast<std::uint32_t>(16 + random.bits() % 3000);
    const auto number = static_cast<std::uint32_t>(random.bits() % segments(layout, mss));
    Frame piece = segment(frame, layout, mss, number);
    set_tcp_checksum(piece, layout);
    auto bytes = bytes_of(piece, layout.ip + 12, layout.ip + 20);  // the pseudo header: addresses, protocol, length
    const std::uint32_t length = piece.length - layout.tcp;
    bytes.insert(bytes.end(), {0, 6, static_cast<std::uint8_t>(length >> 8), static_cast<std::uint8_t>(length)});
    const auto tcp = bytes_of(piece, layout.tcp, piece.length);
    bytes.insert(bytes.end(), tcp.begin(), tcp.end());
    ASSERT_EQ(ones_sum(bytes), 0xFFFFU) << round;
  }
}

TEST(TcpSegment, Ipv6HasALengthAndNoChecksumOfItsOwn) {
  Frame frame = tcp_frame(kBob, kAlice, 0);
  frame.set_ether_type(0x86DD);
  std::fill(frame.head.begin() + 14, frame.head.end(), std::uint8_t{0});
  frame.head[14] = 0x60;
  const auto put = [&](std::uint32_t offset, std::uint32_t value) {
    frame.head[offset] = static_cast<std::uint8_t>(value >> 8);
    frame.head[offset + 1] = static_cast<std::uint8_t>(value);
  };
  put(18, 8 + 20 + 2000);  // a destination options header of 8 bytes, TCP, data
  frame.head[20] = 60;
  frame.head[54] = 6;
  frame.head[62 + 12] = 0x50;
  frame.length = 82 + 2000;
  const auto layout = tcp_layout(frame);
  ASSERT_TRUE(layout);
  EXPECT_TRUE(layout->ipv6);
  EXPECT_EQ(layout->tcp, 62U);
  EXPECT_EQ(layout->payload_length, 2000U);
  const Frame second = segment(frame, *layout, 1500, 1);
  EXPECT_EQ(at(second, 18, 2), 8 + 20 + 500U);
  EXPECT_EQ(at(second, 66, 4), 1500U);
  frame.head[54] = 44;
  EXPECT_FALSE(tcp_layout(frame)) << "a fragment";
}

}  // namespace
}  // namespace lparsim::io
