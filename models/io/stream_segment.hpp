#pragma once
#include <cstdint>
#include <optional>

#include "models/io/frame.hpp"
#include "models/io/request_ledger.hpp"

namespace lparsim::io {

enum class MessageKind : std::uint8_t { one_way, request, response };

/// What is said with a stream: `size` bytes, delivered once they are all there.
struct StreamMessage {
  MessageKind kind{};
  RequestTag tag = RequestTag::none;
  std::uint32_t number = 0;    ///< of the sender's own; a response carries that of its request
  std::uint64_t size = 0;      ///< bytes; below 2^40. Short ones take kMessageHeader bytes
  std::uint64_t response = 0;  ///< request: bytes that are expected back
  bool operator==(const StreamMessage&) const = default;
};
/// The simulator's own bytes at the beginning of each segment's data; part of the message's size.
inline constexpr std::uint32_t kMessageHeader = 32;

inline constexpr std::uint8_t kTcpSyn = 0x02;
inline constexpr std::uint8_t kTcpReset = 0x04;
inline constexpr std::uint8_t kTcpPush = 0x08;
inline constexpr std::uint8_t kTcpAck = 0x10;

/// A frame of a stream: Ethernet, IPv4 (RFC 791) without options, TCP (RFC 9293) with or without the timestamp option of 12 bytes
/// (RFC 7323), then the data, which begin with a message header in every segment (of 32 bytes at least). No segment holds data of two
/// messages.
struct StreamSegment {
  MacAddress source;
  MacAddress destination;
  std::uint16_t vlan = 0;  ///< 0: untagged
  std::uint16_t source_port = 0;
  std::uint16_t destination_port = 0;
  std::uint32_t sequence = 0;
  std::uint32_t acknowledged = 0;
  std::uint8_t flags = 0;
  bool timestamps = true;
  std::uint32_t stamp = 0;  ///< microseconds of the sender's clock, and the last one of the other side
  std::uint32_t echo = 0;
  std::uint32_t payload = 0;
  std::uint32_t mss = 0;            ///< Frame::mss
  bool has_message = false;         ///< the two below are there
  std::uint32_t message_begin = 0;  ///< sequence number of its first byte
  StreamMessage message{};

  /// It carries the last byte of its message.
  bool ends_message() const;
};

/// A time stamp's clock.
inline std::uint32_t microseconds(SimTime now) {
  return static_cast<std::uint32_t>(now / SimTime::from_us(1));
}

/// IPv4 and TCP headers; MTU - this is the payload of a full segment: 1448 or 1460 bytes of 1500.
constexpr std::uint32_t stream_headers(bool timestamps) {
  return timestamps ? 52 : 40;
}
Frame to_frame(const StreamSegment& segment);
/// Nothing if the frame is not of a stream.
std::optional<StreamSegment> stream_segment(const Frame& frame);
/// The request that travels with this frame: that whose message ends with it. None for acknowledgements and for the frames before.
RequestTag request_of(const Frame& frame);

}  // namespace lparsim::io
