#pragma once
#include <optional>

#include "models/io/frame.hpp"

namespace lparsim::io {

/// `ping`: an ICMP echo request (RFC 792) without data; addresses of IPv4 are left at 0, hosts being found by their Ethernet addresses.
Frame echo_request(MacAddress destination, MacAddress source);
/// What the host says that an echo request is for; nothing if the frame is none.
std::optional<Frame> echo_reply(const Frame& frame);

}  // namespace lparsim::io
