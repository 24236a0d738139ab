#include "sim/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace lparsim {
namespace {

// The length of the well-formed UTF-8 sequence at the start of `text`, or 0.
std::size_t sequence_length(std::string_view text) {
  const auto byte = [&](std::size_t i) {
    return static_cast<unsigned char>(text[i]);
  };
  const unsigned char first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xC2 && first <= 0xDF ? 2 : (first & 0xF0) == 0xE0 ? 3 : first >= 0xF0 && first <= 0xF4 ? 4 : 0;
  if (length == 0 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((byte(i) & 0xC0) != 0x80) return 0;
  const unsigned char second = byte(1);
  const bool overlong = (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
  const bool not_unicode = (first == 0xED && second >= 0xA0) || (first == 0xF4 && second >= 0x90);
  return overlong || not_unicode ? 0 : length;
}

// C0, DEL and C1 (U+0080 to U+009F, two bytes) would act on a terminal.
bool is_control(std::string_view sequence) {
  const auto first = static_cast<unsigned char>(sequence[0]);
  return first < 0x20 || first == 0x7F || (first == 0xC2 && static_cast<unsigned char>(sequence[1]) < 0xA0);
}

}  // namespace

std::size_t find_invalid_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = sequence_length(text.substr(i));
    if (length == 0) return i;
    i += length;
  }
  return std::string_view::npos;
}

std::string escaped(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = sequence_length(text);
    const std::string_view sequence = text.substr(0, std::max<std::size_t>(length, 1));
    if (length == 0 || is_control(sequence))
      for (const char c : sequence) out += fmt::format("\\x{:02X}", static_cast<unsigned char>(c));
    else
      out += sequence;
    text.remove_prefix(sequence.size());
  }
  return out;
}

std::string shown(std::string_view text, std::size_t at_most) {
  if (text.size() <= at_most) return fmt::format("`{}`", escaped(text));
  std::size_t cut = at_most;
  while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0) == 0x80 && at_most - cut < 3) --cut;
  return fmt::format("`{}...`", escaped(text.substr(0, cut)));
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

}  // namespace lparsim
