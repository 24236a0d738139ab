#pragma once
#include <lparsim/vsp.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <optional>
#include <span>

#include "models/vsp/port.hpp"

namespace lparsim::vsp {

// The structures of <lparsim/vsp.h> lie in messages as they lie in memory.
static_assert(std::endian::native == std::endian::little);

/// The structure at the start of a message, if all of it is there; what follows it is of a later version.
template <class Structure>
std::optional<Structure> read_as(std::span<const std::uint8_t> message) {
  if (message.size() < sizeof(Structure)) return std::nullopt;
  Structure structure;
  std::memcpy(&structure, message.data(), sizeof structure);
  return structure;
}

/// Its type, or 0 where there is not even a header.
inline std::uint16_t type_of(std::span<const std::uint8_t> message) {
  const auto header = read_as<lparsim_vsp_header>(message);
  return header ? header->type : std::uint16_t{0};
}

/// A message of this type, all else zero but its length.
template <class Structure>
Structure new_message(lparsim_vsp_type type, std::uint32_t epoch) {
  Structure structure{};
  structure.header = {static_cast<std::uint16_t>(type), static_cast<std::uint16_t>(sizeof structure), epoch};
  return structure;
}

template <class Structure>
std::span<const std::uint8_t> wire_bytes(const Structure& structure) {
  return {reinterpret_cast<const std::uint8_t*>(&structure), sizeof structure};
}

/// A copy that can be kept; what is longer than a message may be is cut off.
inline Message to_message(std::span<const std::uint8_t> bytes) {
  Message message;
  message.length = static_cast<std::uint32_t>(std::min(bytes.size(), Message::kMost));
  std::memcpy(message.bytes.data(), bytes.data(), message.length);
  return message;
}

}  // namespace lparsim::vsp
