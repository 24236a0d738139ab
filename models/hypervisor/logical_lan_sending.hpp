#pragma once
// Shared by LogicalLan's sources.
#include <cstdint>
#include <optional>

#include "models/hypervisor/logical_lan.hpp"
#include "models/io/tcp_segment.hpp"

namespace lparsim::hypervisor {

/// What a call of H_SEND_LOGICAL_LAN sends.
struct LogicalLan::Sending {
  io::Frame frame;  // as it was sent, with or without a tag
  std::uint16_t vlan = 0;
  std::optional<io::TcpLayout> layout;  // of `frame`, where somebody needs it
  std::uint32_t mss = 0;                // 0: not used
  std::uint8_t control = 0;             // of the first descriptor, as kEntryLargeSend and the like
};

}  // namespace lparsim::hypervisor
