#pragma once
#include <lparsim/vsp.h>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>

#include "models/vsp/hooks.hpp"
#include "models/vsp/port.hpp"

namespace lparsim::vsp {

static_assert(std::endian::native == std::endian::little, "messages are little-endian, and copied as they are");
static_assert(sizeof(lparsim_vsp_call) == 152 && sizeof(lparsim_vsp_hello) == 64 && sizeof(lparsim_vsp_reply) == 96);
static_assert(Message::kMost == LPARSIM_VSP_MESSAGE_MAX && kIoError == LPARSIM_VSP_IO_ERROR && kAborted == LPARSIM_VSP_ABORTED);

/// A structure of <lparsim/vsp.h>, zero but for its header.
template <class T>
T blank(std::uint32_t type, std::uint32_t epoch = 0) {
  T message{};
  message.header = {static_cast<std::uint16_t>(type), static_cast<std::uint16_t>(sizeof(T)), epoch};
  return message;
}

/// The structure at the beginning of `bytes`, which are long enough.
template <class T>
T parse(std::span<const std::uint8_t> bytes) {
  T message;
  std::memcpy(&message, bytes.data(), sizeof message);
  return message;
}

/// The same, if all of it is there; what follows it is of a later version.
template <class T>
std::optional<T> read_as(std::span<const std::uint8_t> bytes) {
  return bytes.size() < sizeof(T) ? std::nullopt : std::optional{parse<T>(bytes)};
}

/// The type of a message, or 0 where there is not even a header.
inline std::uint16_t type_of(std::span<const std::uint8_t> bytes) {
  const auto header = read_as<lparsim_vsp_header>(bytes);
  return header ? header->type : std::uint16_t{0};
}

template <class T>
std::span<const std::uint8_t> bytes_of(const T& message) {
  return {reinterpret_cast<const std::uint8_t*>(&message), sizeof message};
}

/// A copy that can be kept; what is longer than a message may be is cut off.
inline Message to_message(std::span<const std::uint8_t> bytes) {
  Message message;
  message.length = static_cast<std::uint32_t>(std::min(bytes.size(), Message::kMost));
  std::memcpy(message.bytes.data(), bytes.data(), message.length);
  return message;
}

/// Why a message is not taken: a status of <lparsim/vsp.h> and the offset of the field that is wrong.
struct Refusal {
  std::int32_t status = 0;
  std::uint16_t field = 0;
  bool closes = false;  ///< the channel, too
};

/// What can be said of a partition's message without knowing anything else: type, length, reserved fields. `most`: agreed by HELLO.
/// `bytes` are 8 at least.
std::optional<Refusal> check_message(std::span<const std::uint8_t> bytes, std::uint32_t most);

/// The call, issue or registration that a message is about; 0 if none or if it is too short to say.
std::uint64_t subject(std::span<const std::uint8_t> bytes);

}  // namespace lparsim::vsp
