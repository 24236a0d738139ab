#include <fmt/format.h>

#include <algorithm>

#include "sim/base/text.hpp"
#include "sim/config/yaml_reader.hpp"

namespace lparsim::config {
namespace {

// yaml-cpp 0.7 keeps every token of a flow collection (some 136 bytes each, twice that for an opening bracket) until it knows that the
// collection is no key: 1 MiB of `[` took 232 MiB. As kMostNodes bounds what is accepted, so these bound what is looked at.
constexpr std::size_t kMostElements = 2 * kMostNodes;
constexpr std::size_t kMostPunctuation = 8 * kMostNodes;

Mark mark_of(std::string_view text, std::size_t at) {
  const std::string_view before = text.substr(0, at);
  const auto line_begin = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  return {static_cast<int>(std::ranges::count(before, '\n')) + 1, static_cast<int>(at - line_begin) + 1, -1};
}

bool forbidden(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\t' && c != '\n' && c != '\r') || byte == 0x7F;
}

}  // namespace

std::optional<YamlProblem> unfit_text(std::string_view text) {
  if (text.size() > kMostBytes)
    return YamlProblem{Mark{}, fmt::format("is larger than {} MiB; allowed: a file of text up to that size", kMostBytes >> 20)};
  if (const auto at = find_invalid_utf8(text); at != std::string_view::npos)
    return YamlProblem{mark_of(text, at), fmt::format("the byte {} is no UTF-8; allowed: text (UTF-8)", shown(text.substr(at, 1)))};
  if (const auto control = std::ranges::find_if(text, forbidden); control != text.end()) {
    const auto at = static_cast<std::size_t>(control - text.begin());
    return YamlProblem{mark_of(text, at),
                       fmt::format("the control character {} stands here; allowed: text (UTF-8)", shown(text.substr(at, 1)))};
  }
  std::size_t elements = 0;
  std::size_t punctuation = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '[' || c == '{' || c == ',') ++elements;
    if (std::string_view("[]{},:?*&!|>-\"'").find(c) != std::string_view::npos) ++punctuation;
    if (elements > kMostElements || punctuation > kMostPunctuation)
      return YamlProblem{mark_of(text, i), fmt::format("too many values; allowed: at most {} in one file", kMostNodes)};
  }
  return std::nullopt;
}

}  // namespace lparsim::config
