#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "models/io/frame.hpp"

namespace lparsim::sea {

/// The frame is IPv4 and may be cut into fragments (RFC 791: "Don't Fragment" is not set).
bool may_fragment(const io::Frame& frame);
/// The frame in fragments that fit into the MTU: offsets in units of 8 bytes, "More Fragments" on all but the last, header checksums. Of
/// options none are carried; data beyond io::Frame::kHead are not there, and each fragment's are those of the first.
std::vector<io::Frame> fragments(const io::Frame& frame, std::uint32_t mtu);
/// What the sender of an IPv4 frame that must not be fragmented is told: ICMP "fragmentation needed and DF set", with the MTU (RFC 1191),
/// in the name of whom it was for. Nothing for other protocols.
std::optional<io::Frame> too_big(const io::Frame& frame, std::uint32_t mtu);

}  // namespace lparsim::sea
