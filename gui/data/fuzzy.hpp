#pragma once
#include <cstddef>
#include <string_view>
#include <vector>

namespace lparsim::gui {

/// How well `typed` fits `text`, both in small letters: 0 not at all. Best is the whole text, then its beginning, the beginning of a word,
/// a part, letters in their order; of equal ones the shorter text. `typed` may have several words, in any order.
struct Fit {
  int score = 0;
  std::vector<std::size_t> matched;  ///< bytes of `text`, ascending
};
Fit fitOf(std::string_view typed, std::string_view text);

}  // namespace lparsim::gui
