#pragma once
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "models/io/frame.hpp"
#include "vios/sea/config.hpp"

namespace lparsim::sea {

/// What an SEA tells the other one on the control channel, as a frame of EtherType 0x88B5 ("local experimental", IEEE 802). IBM has not
/// published what its own look like; this layout is the simulator's.
struct KeepAlive {
  static constexpr std::size_t kClients = 11;  ///< that one frame has room for

  std::uint32_t priority = 0;
  HaMode mode{};
  bool healthy = false;  ///< its link is up, and the host that it pings answers
  /// (VLAN, address) of clients that it has learned, a few with each frame: whom the other one announces if it takes over.
  std::vector<std::pair<std::uint16_t, io::MacAddress>> clients{};
  bool operator==(const KeepAlive&) const = default;
};

io::Frame to_frame(const KeepAlive& message, io::MacAddress source);
/// Nothing if the frame is not one.
std::optional<KeepAlive> keep_alive(const io::Frame& frame);

}  // namespace lparsim::sea
