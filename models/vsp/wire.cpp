#include "models/vsp/wire.hpp"

namespace lparsim::vsp {
namespace {

constexpr Refusal kLength{LPARSIM_VSP_INVALID, offsetof(lparsim_vsp_header, length)};
constexpr Refusal kType{LPARSIM_VSP_UNSUPPORTED, offsetof(lparsim_vsp_header, type)};

constexpr Refusal invalid(std::size_t field) {
  return {LPARSIM_VSP_INVALID, static_cast<std::uint16_t>(field)};
}

/// Bytes of a message from the partition; 0: there is none of that type.
std::size_t size_of(std::uint16_t type) {
  switch (type) {
    case LPARSIM_VSP_INIT:
    case LPARSIM_VSP_INIT_COMPLETE:
    case LPARSIM_VSP_READY:
    case LPARSIM_VSP_QUIESCED:
    case LPARSIM_VSP_RESET:
      return sizeof(lparsim_vsp_init);
    case LPARSIM_VSP_HELLO:
      return sizeof(lparsim_vsp_hello);
    case LPARSIM_VSP_FEATURES:
      return sizeof(lparsim_vsp_features);
    case LPARSIM_VSP_REGISTER:
    case LPARSIM_VSP_UNREGISTER:
      return sizeof(lparsim_vsp_register);
    case LPARSIM_VSP_REPLY:
      return sizeof(lparsim_vsp_reply);
    case LPARSIM_VSP_ISSUE:
      return sizeof(lparsim_vsp_issue);
    default:
      return 0;
  }
}

std::optional<Refusal> check_hello(const lparsim_vsp_hello& hello) {
  if (hello.reserved != 0) return invalid(offsetof(lparsim_vsp_hello, reserved));
  if (hello.credits == 0) return invalid(offsetof(lparsim_vsp_hello, credits));
  if (hello.message_max < sizeof(lparsim_vsp_call)) return invalid(offsetof(lparsim_vsp_hello, message_max));
  if (hello.name[sizeof hello.name - 1] != 0) return invalid(offsetof(lparsim_vsp_hello, name));
  return std::nullopt;
}

}  // namespace

std::optional<Refusal> check_message(std::span<const std::uint8_t> bytes, std::uint32_t most) {
  const auto header = parse<lparsim_vsp_header>(bytes);
  if (header.length != bytes.size() || header.length > most) return kLength;
  const std::size_t known = size_of(header.type);
  if (known == 0) return kType;
  if (bytes.size() < known) return kLength;
  switch (header.type) {
    case LPARSIM_VSP_HELLO:
      return check_hello(parse<lparsim_vsp_hello>(bytes));
    case LPARSIM_VSP_FEATURES: {
      const auto features = parse<lparsim_vsp_features>(bytes);
      if (features.status != 0) return invalid(offsetof(lparsim_vsp_features, status));
      if (features.reserved != 0) return invalid(offsetof(lparsim_vsp_features, reserved));
      return std::nullopt;
    }
    case LPARSIM_VSP_REPLY:
      if (parse<lparsim_vsp_reply>(bytes).reserved != 0) return invalid(offsetof(lparsim_vsp_reply, reserved));
      return std::nullopt;
    case LPARSIM_VSP_ISSUE:
      if (parse<lparsim_vsp_issue>(bytes).reserved != 0) return invalid(offsetof(lparsim_vsp_issue, reserved));
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

std::uint64_t subject(std::span<const std::uint8_t> bytes) {
  const auto header = parse<lparsim_vsp_header>(bytes);
  const std::size_t known = size_of(header.type);
  if (known == 0 || bytes.size() < known) return 0;
  switch (header.type) {
    case LPARSIM_VSP_REGISTER:
    case LPARSIM_VSP_UNREGISTER:
      return parse<lparsim_vsp_register>(bytes).registration;
    case LPARSIM_VSP_REPLY:
      return parse<lparsim_vsp_reply>(bytes).call;
    case LPARSIM_VSP_ISSUE:
      return parse<lparsim_vsp_issue>(bytes).issue;
    default:
      return 0;
  }
}

}  // namespace lparsim::vsp
