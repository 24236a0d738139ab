#pragma once
#include <cstdint>
#include <optional>

#include "models/io/frame.hpp"

namespace lparsim::io {

/// Where the headers of a TCP packet lie in its frame; all of them within Frame::kHead.
struct TcpLayout {
  bool ipv6 = false;
  std::uint32_t ip = 0;       ///< offset of the IP header
  std::uint32_t tcp = 0;      ///< of the TCP header
  std::uint32_t payload = 0;  ///< of what it carries
  std::uint32_t payload_length = 0;
};
/// Nothing if the frame is not IPv4 or IPv6 with TCP, is a fragment, or is shorter than its headers say.
std::optional<TcpLayout> tcp_layout(const Frame& frame);

/// How many segments of `mss` bytes carry its payload; 1 where it has none.
constexpr std::uint32_t segments(const TcpLayout& layout, std::uint32_t mss) {
  return layout.payload_length == 0 ? 1 : (layout.payload_length + mss - 1) / mss;
}
/// Segment `number` of the frame: its headers with lengths, IP identification (+1 for each), sequence number, flags (FIN and PSH on the
/// last, CWR on the first: RFC 3168) and IP checksum as they have to be. Its data begin with the same bytes in every segment, as those of
/// Frame::kHead that are there do for a stream (kMessageHeader).
Frame segment(const Frame& frame, const TcpLayout& layout, std::uint32_t mss, std::uint32_t number);

/// Large sends (Frame::mss above 0): how many segments whoever puts it on a wire makes of it (1 for any other frame), and the nth of them,
/// counted from 0, as a frame of its own.
std::uint32_t segments_of(const Frame& frame);
Frame segment_of(const Frame& frame, std::uint32_t n);

/// Puts the checksums of the IPv4 and of the TCP header in. Data beyond Frame::kHead counts as zeros, as it reads.
void set_ip_checksum(Frame& frame, const TcpLayout& layout);
void set_tcp_checksum(Frame& frame, const TcpLayout& layout);

}  // namespace lparsim::io
