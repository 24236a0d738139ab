#include "sim/config/schema_info.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/base/nearest.hpp"
#include "sim/base/text.hpp"

namespace lparsim::config {

std::string ScalarInfo::range() const {
  const auto low = [this] {
    return fmt::format("{} {}", minimum.excluded ? "more than" : "at least", minimum.text);
  };
  const auto high = [this] {
    return fmt::format("{} {}", maximum.excluded ? "less than" : "at most", maximum.text);
  };
  if (minimum.text.empty()) return maximum.text.empty() ? "" : high();
  if (maximum.text.empty()) return low();
  if (!minimum.excluded && !maximum.excluded) return fmt::format("{} to {}", minimum.text, maximum.text);
  return fmt::format("{}, {}", low(), high());
}

std::string ScalarInfo::allowed() const {
  if (!words.empty()) {
    std::vector<std::string_view> list;
    for (const auto& word : words) list.push_back(word.word);
    return fmt::format("{}", fmt::join(list, ", "));
  }
  std::string out = noun;
  if (!example.empty()) out += fmt::format(" such as `{}`", example);
  if (!form.empty()) out += fmt::format(" ({})", form);
  if (const auto within = range(); !within.empty()) out += fmt::format(", {}", within);
  return out;
}

Result<std::size_t> find_word(const ScalarInfo& info, std::string_view text) {
  std::vector<std::string> words;
  for (const auto& word : info.words) words.push_back(word.word);
  const auto found = std::ranges::find(words, text);
  if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
  if (text.empty()) return unexpected(fmt::format("nothing is given; allowed: {}", fmt::join(words, ", ")));
  const auto near = nearest(text, words);
  return unexpected(fmt::format("{} is not one of them{}; allowed: {}", shown(text),
                                near ? fmt::format(" (did you mean {}?)", shown(*near)) : "", fmt::join(words, ", ")));
}

ScalarInfo words_info(std::vector<Word> words) {
  ScalarInfo info;
  info.noun = "one of these words";
  info.words = std::move(words);
  return info;
}

const KeyInfo* SectionInfo::find(std::string_view key) const {
  const auto found = std::ranges::find(keys, key, &KeyInfo::name);
  return found == keys.end() ? nullptr : &*found;
}

}  // namespace lparsim::config
