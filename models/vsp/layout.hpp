#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace lparsim::vsp {

/// A field of a message: `count` numbers of `size` bytes each, little-endian; characters where the size is 1.
struct Field {
  std::string_view name;  ///< as in <lparsim/vsp.h>; `grants[1].length` for one within another structure
  std::uint16_t offset = 0;
  std::uint8_t size = 0;
  std::uint8_t count = 1;
  bool is_signed = false;
  std::string_view doc;
  constexpr bool reserved() const { return name == "reserved"; }
};

/// A message of the interface. The table of all of them is layouts.hpp.
struct Layout {
  std::uint16_t type = 0;
  std::string_view name;       ///< HELLO, ...
  std::string_view structure;  ///< lparsim_vsp_<structure>
  std::uint16_t length = 0;
  std::uint16_t legal_from = 0;  ///< from the partition in these states: bit n for ChannelState n
  std::uint16_t legal_to = 0;    ///< to the partition
  std::span<const Field> fields;
  std::string_view doc;
};

/// A number that has a name.
struct Name {
  std::int64_t number = 0;
  std::string_view name;
};

/// Nothing where there is no such message.
const Layout* layout_of(std::uint16_t type);
const Layout* layout_of(std::span<const std::uint8_t> message);
/// Nothing where it has no such field.
const Field* field_of(const Layout& layout, std::string_view name);

/// Element `i` of a field; 0 where the message is too short for it.
std::uint64_t number_in(std::span<const std::uint8_t> message, const Field& field, std::size_t i = 0);
std::int64_t signed_number_in(std::span<const std::uint8_t> message, const Field& field);
/// By a field's name; 0 where the message's type has none of that name.
std::uint64_t number_in(std::span<const std::uint8_t> message, std::string_view field, std::size_t i = 0);

/// `CALL`, or `type 99`.
std::string message_name(std::uint16_t type);
/// `PASS`, or the number.
std::string name_in(std::span<const Name> names, std::int64_t number);
/// `DEFER, OUTCOME`; what has no name as a number; `none`.
std::string feature_names(std::uint64_t features);
std::string status_name(std::int64_t status);
std::string verdict_name(std::int64_t verdict);

}  // namespace lparsim::vsp
