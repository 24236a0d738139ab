#include "sim/base/nearest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sim/base/text.hpp"

namespace lparsim {
namespace {

constexpr std::size_t kLongest = 64;
constexpr std::size_t kListed = 20;

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// Edits between two words of at most kLongest bytes: insert, delete, replace, swap of neighbours.
std::size_t edits(std::string_view a, std::string_view b) {
  std::array<std::array<std::size_t, kLongest + 1>, 3> rows{};
  for (std::size_t j = 0; j <= b.size(); ++j) rows[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    auto& row = rows[i % 3];
    const auto& above = rows[(i - 1) % 3];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = lower(a[i - 1]) == lower(b[j - 1]);
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (same ? 0U : 1U)});
      if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1]))
        row[j] = std::min(row[j], rows[(i - 2) % 3][j - 2] + 1);
    }
  }
  return rows[a.size() % 3][b.size()];
}

}  // namespace

std::optional<std::string> nearest(std::string_view word, std::span<const std::string> candidates) {
  if (word.empty() || word.size() > kLongest) return std::nullopt;
  // One edit for words of 2 to 5 letters, then one more for every four: few enough that the suggestion is never silly.
  const std::size_t allowed = std::min<std::size_t>((word.size() + 2) / 4, 4);
  const std::string* best = nullptr;
  std::size_t fewest = allowed + 1;
  for (const auto& candidate : candidates) {
    if (candidate.empty() || candidate.size() > kLongest) continue;
    const std::size_t distance = edits(word, candidate);
    if (distance < fewest) {
      fewest = distance;
      best = &candidate;
    }
  }
  if (best == nullptr && word.size() >= 3) {
    const auto starts = [&](const std::string& candidate) {
      return candidate.starts_with(word);
    };
    const auto first = std::ranges::find_if(candidates, starts);
    if (first != candidates.end() && std::ranges::count_if(candidates, starts) == 1) best = &*first;
  }
  return best == nullptr ? std::nullopt : std::optional<std::string>(*best);
}

std::string hint(std::string_view word, std::span<const std::string> candidates) {
  if (const auto near = nearest(word, candidates)) return fmt::format("did you mean {}?", shown(*near, kLongest));
  if (candidates.empty()) return "allowed: nothing";
  std::string out = "allowed: ";
  for (std::size_t i = 0; i < std::min(candidates.size(), kListed); ++i) {
    if (i != 0) out += ", ";
    out += escaped(candidates[i]);
  }
  if (candidates.size() > kListed) out += fmt::format(", and {} more", candidates.size() - kListed);
  return out;
}

}  // namespace lparsim
