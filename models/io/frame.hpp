#pragma once
#include <array>
#include <compare>
#include <cstdint>
#include <span>
#include <string>
#include <type_traits>

#include "sim/base/big_endian.hpp"
#include "sim/base/time.hpp"

namespace lparsim::io {

/// 48 bits.
struct MacAddress {
  std::uint64_t bits = 0;
  constexpr auto operator<=>(const MacAddress&) const = default;
  constexpr bool is_multicast() const { return (bits >> 40 & 1) != 0; }  ///< broadcast too
  static constexpr MacAddress broadcast() { return {0xFFFF'FFFF'FFFF}; }
};
std::string to_string(MacAddress mac);  ///< "02:00:00:00:00:01"

enum class EtherType : std::uint16_t {
  ipv4 = 0x0800,
  arp = 0x0806,
  rarp = 0x8035,
  vlan = 0x8100,
  local_experimental = 0x88B5,  ///< control channel of a Shared Ethernet Adapter
};

/// An Ethernet frame without preamble and check sequence. Its first bytes are there as on the wire (headers and what a protocol says in
/// them); the rest of its length is data that nobody looks at.
struct Frame {
  static constexpr std::uint32_t kHead = 128;
  std::array<std::uint8_t, kHead> head{};
  std::uint32_t length = 0;  ///< bytes, headers included; 14 at least
  std::uint32_t mss = 0;     ///< a large send: whoever puts it on a wire cuts it into segments of so much payload; 0: it is one frame

  /// A number among those bytes, in network order: of `Length` bytes, 8 at most.
  template <std::uint32_t Length>
  auto number(std::uint32_t at) const {
    using Number = std::conditional_t<(Length > 4), std::uint64_t, std::uint32_t>;
    return static_cast<Number>(get_big_endian(std::span{head}.subspan(at, Length)));
  }
  template <std::uint32_t Length>
  void put(std::uint32_t at, std::uint64_t value) {
    put_big_endian(std::span{head}.subspan(at, Length), value);
  }

  // Asked at every station of its way.
  MacAddress destination() const { return {number<6>(0)}; }
  MacAddress source() const { return {number<6>(6)}; }
  bool tagged() const { return number<2>(12) == static_cast<std::uint16_t>(EtherType::vlan); }
  /// VLAN id of its tag, or 0 without one.
  std::uint16_t vlan() const { return tagged() ? static_cast<std::uint16_t>(number<2>(14) & 0xFFF) : std::uint16_t{0}; }
  std::uint16_t ether_type() const { return static_cast<std::uint16_t>(number<2>(tagged() ? 16 : 12)); }  ///< behind the tag
  std::uint32_t header_length() const { return tagged() ? 18 : 14; }
  void set_addresses(MacAddress destination, MacAddress source);
  void set_ether_type(std::uint16_t type);
  /// Puts a tag in (or replaces the one there), and takes it out; the length follows.
  void tag(std::uint16_t vlan);
  void untag();
};

/// Preamble, start delimiter, check sequence and gap between frames (IEEE 802.3).
inline constexpr std::uint32_t kWireOverhead = 24;
inline constexpr std::uint32_t kLongestHeader = 18;  ///< Ethernet's, with a tag
inline constexpr std::uint32_t kLeastFrame = 60;     ///< without check sequence

/// Where frames arrive.
class FrameSink {
 public:
  virtual ~FrameSink() = default;
  virtual void frame_arrived(const Frame& frame, SimTime now) = 0;
  virtual void link_changed(bool up, SimTime now) = 0;
};

}  // namespace lparsim::io
