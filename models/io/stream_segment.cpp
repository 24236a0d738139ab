#include "models/io/stream_segment.hpp"

namespace lparsim::io {

namespace {

constexpr std::uint16_t kMagic = 0x4C50;
constexpr std::uint8_t kTcp = 6;
constexpr std::uint32_t kIpHeader = 20;

/// Writes numbers in network order, one behind the other.
class Head {
 public:
  Head(Frame& frame, std::uint32_t at) : frame_{frame}, at_{at} {}
  template <std::uint32_t Length>
  void put(std::uint64_t value) {
    frame_.put<Length>(at_, value);
    at_ += Length;
  }

 private:
  Frame& frame_;
  std::uint32_t at_;
};

/// A network of class A for everybody: 10 and the last three bytes of the address of the adapter.
std::uint64_t ip_address(MacAddress mac) {
  return 10ULL << 24 | (mac.bits & 0xFF'FFFF);
}

void put_message(Head& head, const StreamSegment& segment) {
  head.put<2>(kMagic);
  head.put<1>(static_cast<std::uint64_t>(segment.message.kind));
  head.put<1>(0);
  head.put<8>(static_cast<std::uint64_t>(segment.message.tag));
  head.put<4>(segment.message.number);
  head.put<6>(segment.message.size);
  head.put<6>(segment.message.response);
  head.put<4>(segment.message_begin);
}

void read_message(const Frame& frame, std::uint32_t at, StreamSegment& segment) {
  const std::uint64_t kind = frame.number<1>(at + 2);
  segment.has_message = frame.number<2>(at) == kMagic && kind <= static_cast<std::uint64_t>(MessageKind::response);
  if (!segment.has_message) return;
  segment.message.kind = static_cast<MessageKind>(kind);
  segment.message.tag = RequestTag{frame.number<8>(at + 4)};
  segment.message.number = frame.number<4>(at + 12);
  segment.message.size = frame.number<6>(at + 16);
  segment.message.response = frame.number<6>(at + 22);
  segment.message_begin = frame.number<4>(at + 28);
}

}  // namespace

bool StreamSegment::ends_message() const {
  return has_message && sequence + payload == message_begin + static_cast<std::uint32_t>(message.size);
}

Frame to_frame(const StreamSegment& segment) {
  Frame frame;
  frame.set_addresses(segment.destination, segment.source);
  if (segment.vlan != 0) frame.tag(segment.vlan);
  frame.set_ether_type(static_cast<std::uint16_t>(EtherType::ipv4));
  const std::uint32_t headers = stream_headers(segment.timestamps);
  Head head{frame, frame.header_length()};
  head.put<2>(0x4500);
  head.put<2>(headers + segment.payload);
  head.put<2>(segment.sequence / 256 & 0xFFFF);  // identification: any that differs between neighbours will do
  head.put<2>(0x4000);                           // do not fragment
  head.put<2>(64 << 8 | kTcp);
  head.put<2>(0);  // checksums are the adapter's
  head.put<4>(ip_address(segment.source));
  head.put<4>(ip_address(segment.destination));
  head.put<2>(segment.source_port);
  head.put<2>(segment.destination_port);
  head.put<4>(segment.sequence);
  head.put<4>(segment.acknowledged);
  head.put<1>((headers - kIpHeader) / 4 << 4);
  head.put<1>(segment.flags);
  head.put<2>(0xFFFF);
  head.put<4>(0);
  if (segment.timestamps) {
    head.put<4>(0x0101'080A);
    head.put<4>(segment.stamp);
    head.put<4>(segment.echo);
  }
  if (segment.has_message) put_message(head, segment);
  frame.length = frame.header_length() + headers + segment.payload;
  frame.mss = segment.mss;
  return frame;
}

namespace {

/// Where the parts of a segment are in its frame.
struct Layout {
  std::uint32_t tcp;
  std::uint32_t message;  ///< also the end of the headers
  std::uint32_t headers;
  std::uint32_t payload;
};

std::optional<Layout> layout_of(const Frame& frame) {
  const std::uint32_t ip = frame.header_length();
  if (frame.ether_type() != static_cast<std::uint16_t>(EtherType::ipv4) || frame.length < ip + stream_headers(false)) return {};
  if (frame.head[ip] != 0x45 || frame.head[ip + 9] != kTcp) return {};
  const std::uint32_t tcp = ip + kIpHeader;
  const std::uint32_t headers = kIpHeader + (frame.head[tcp + 12] >> 4) * 4u;
  const auto length = frame.number<2>(ip + 2);
  if ((headers != stream_headers(false) && headers != stream_headers(true)) || length < headers || frame.length < ip + length) return {};
  return Layout{tcp, ip + headers, headers, length - headers};
}

}  // namespace

std::optional<StreamSegment> stream_segment(const Frame& frame) {
  const std::optional<Layout> layout = layout_of(frame);
  if (!layout) return {};
  const std::uint32_t tcp = layout->tcp;
  StreamSegment segment;
  segment.source = frame.source();
  segment.destination = frame.destination();
  segment.vlan = frame.vlan();
  segment.source_port = static_cast<std::uint16_t>(frame.number<2>(tcp));
  segment.destination_port = static_cast<std::uint16_t>(frame.number<2>(tcp + 2));
  segment.sequence = frame.number<4>(tcp + 4);
  segment.acknowledged = frame.number<4>(tcp + 8);
  segment.flags = frame.head[tcp + 13];
  segment.timestamps = layout->headers == stream_headers(true);
  if (segment.timestamps) {
    segment.stamp = frame.number<4>(tcp + 24);
    segment.echo = frame.number<4>(tcp + 28);
  }
  segment.payload = layout->payload;
  segment.mss = frame.mss;
  if (segment.payload >= kMessageHeader) read_message(frame, layout->message, segment);
  return segment;
}

// Asked at every station of a frame's way, and most frames have none.
RequestTag request_of(const Frame& frame) {
  const std::optional<Layout> layout = layout_of(frame);
  if (!layout || layout->payload < kMessageHeader) return RequestTag::none;
  const auto end = frame.number<4>(layout->tcp + 4) + layout->payload;
  const auto begin = frame.number<4>(layout->message + 28);
  if (end != begin + static_cast<std::uint32_t>(frame.number<6>(layout->message + 16))) return RequestTag::none;
  StreamSegment segment;
  read_message(frame, layout->message, segment);
  return segment.has_message ? segment.message.tag : RequestTag::none;
}

}  // namespace lparsim::io
