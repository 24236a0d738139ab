#include "sim/control/line_splitter.hpp"

namespace lparsim::control {

std::optional<LineSplitter::Line> LineSplitter::next() {
  while (true) {
    const std::size_t newline = bytes_.find('\n');
    const bool whole = newline != std::string::npos;
    const std::size_t length = whole ? newline + 1 : bytes_.size();
    if (skipping_) {
      bytes_.erase(0, length);
      if (!whole) return std::nullopt;
      skipping_ = false;
      continue;
    }
    if (length > most_) {
      bytes_.erase(0, length);
      skipping_ = !whole;
      return Line{"", true};
    }
    if (!whole) return std::nullopt;
    std::string line = bytes_.substr(0, newline);
    bytes_.erase(0, length);
    if (line.ends_with('\r')) line.pop_back();
    return Line{std::move(line), false};
  }
}

}  // namespace lparsim::control
