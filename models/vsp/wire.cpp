#include "models/vsp/wire.hpp"

#include "models/vsp/layout.hpp"

namespace lparsim::vsp {
namespace {

constexpr Refusal kLength{LPARSIM_VSP_INVALID, offsetof(lparsim_vsp_header, length)};
constexpr Refusal kType{LPARSIM_VSP_UNSUPPORTED, offsetof(lparsim_vsp_header, type)};

constexpr Refusal invalid(std::size_t field) {
  return {LPARSIM_VSP_INVALID, static_cast<std::uint16_t>(field)};
}

/// A message that partitions send; null: there is none of that type.
const Layout* from_partition(std::uint16_t type) {
  const Layout* layout = layout_of(type);
  return layout != nullptr && layout->legal_from != 0 ? layout : nullptr;
}

std::optional<Refusal> check_hello(const lparsim_vsp_hello& hello) {
  if (hello.credits == 0) return invalid(offsetof(lparsim_vsp_hello, credits));
  if (hello.message_max < sizeof(lparsim_vsp_call)) return invalid(offsetof(lparsim_vsp_hello, message_max));
  if (hello.name[sizeof hello.name - 1] != 0) return invalid(offsetof(lparsim_vsp_hello, name));
  return std::nullopt;
}

}  // namespace

std::optional<Refusal> check_message(std::span<const std::uint8_t> bytes, std::uint32_t most) {
  const auto header = parse<lparsim_vsp_header>(bytes);
  if (header.length != bytes.size() || header.length > most) return kLength;
  const Layout* layout = from_partition(header.type);
  if (layout == nullptr) return kType;
  if (bytes.size() < layout->length) return kLength;
  for (const Field& field : layout->fields)
    if (field.reserved() && number_in(bytes, field) != 0) return invalid(field.offset);
  if (header.type == LPARSIM_VSP_HELLO) return check_hello(parse<lparsim_vsp_hello>(bytes));
  if (header.type == LPARSIM_VSP_FEATURES && parse<lparsim_vsp_features>(bytes).status != 0)
    return invalid(offsetof(lparsim_vsp_features, status));
  return std::nullopt;
}

std::uint64_t subject(std::span<const std::uint8_t> bytes) {
  const auto header = parse<lparsim_vsp_header>(bytes);
  const Layout* layout = from_partition(header.type);
  if (layout == nullptr || bytes.size() < layout->length) return 0;
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
