#include "gui/data/fuzzy.hpp"

#include <algorithm>
#include <cctype>

namespace lparsim::gui {

namespace {

constexpr int kWhole = 1000, kBeginning = 800, kWord = 600, kPart = 400, kLetters = 100;
/// Letters of a text that need not be looked at closer.
constexpr int kLengthWeight = 60;

bool beginsWord(std::string_view text, std::size_t at) {
  if (at == 0) return true;
  const auto letter = [&](std::size_t i) {
    return std::isalnum(static_cast<unsigned char>(text[i])) != 0;
  };
  const auto digit = [&](std::size_t i) {
    return std::isdigit(static_cast<unsigned char>(text[i])) != 0;
  };
  return !letter(at - 1) || (digit(at) && !digit(at - 1));
}

void mark(std::size_t from, std::size_t count, std::vector<std::size_t>& matched) {
  for (std::size_t i = 0; i < count; ++i) matched.push_back(from + i);
}

/// One word, or the whole of what was typed.
int wordFit(std::string_view word, std::string_view text, std::vector<std::size_t>& matched) {
  if (word == text) {
    mark(0, text.size(), matched);
    return kWhole;
  }
  std::size_t part = std::string_view::npos;
  for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    if (part == std::string_view::npos) part = at;
    if (!beginsWord(text, at)) continue;
    mark(at, word.size(), matched);
    // A number is not the beginning of a longer one: `core 1` is core 1 rather than core 12.
    const std::size_t after = at + word.size();
    const bool ends = after == text.size() || std::isalnum(static_cast<unsigned char>(text[after])) == 0;
    return (at == 0 ? kBeginning : kWord) + (ends ? 50 : 0);
  }
  if (part != std::string_view::npos) {
    mark(part, word.size(), matched);
    return kPart;
  }
  // Letters in their order: gaps cost, beginnings of words are worth something.
  int score = kLetters;
  std::size_t at = 0;
  std::vector<std::size_t> places;
  for (const char letter : word) {
    const std::size_t found = text.find(letter, at);
    if (found == std::string_view::npos) return 0;
    if (beginsWord(text, found)) score += 10;
    if (!places.empty()) score -= static_cast<int>(std::min<std::size_t>(found - at, 5));
    places.push_back(found);
    at = found + 1;
  }
  matched.insert(matched.end(), places.begin(), places.end());
  return std::max(score, 1);
}

}  // namespace

Fit fitOf(std::string_view typed, std::string_view text) {
  Fit fit;
  fit.score = wordFit(typed, text, fit.matched);
  if (fit.score < kPart && typed.find(' ') != std::string_view::npos) {
    // Its words one by one; all have to be there.
    Fit words;
    int least = kWhole;
    std::size_t at = 0;
    while (at < typed.size()) {
      const std::size_t end = std::min(typed.find(' ', at), typed.size());
      if (end > at) least = std::min(least, wordFit(typed.substr(at, end - at), text, words.matched));
      at = end + 1;
    }
    if (least > 0 && least - 50 > fit.score) {
      words.score = least - 50;
      fit = words;
    }
  }
  if (fit.score == 0) return {};
  fit.score = fit.score * kLengthWeight - static_cast<int>(std::min<std::size_t>(text.size(), kLengthWeight - 1));
  std::ranges::sort(fit.matched);
  const auto same = std::ranges::unique(fit.matched);
  fit.matched.erase(same.begin(), same.end());
  return fit;
}

}  // namespace lparsim::gui
