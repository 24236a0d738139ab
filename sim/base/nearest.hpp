#pragma once
#include <span>
#include <string>
#include <string_view>

namespace lparsim {

/// The candidate a mistyped word most likely meant, or an empty text when none is near (more than a third of the letters differ; always at
/// least one, two from four letters on). Counts insertions, deletions, replacements and swapped neighbours; the first of equals wins.
std::string nearest(std::string_view word, std::span<const std::string> candidates);

}  // namespace lparsim
