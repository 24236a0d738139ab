#pragma once
#include <array>
#include <cstdint>

#include "gui/data/slice.hpp"

namespace lparsim::gui {

/// Puts things that may overlap in rows: each in the first that is free when it begins; where none is, in the last one.
class Rows {
 public:
  /// They come in the order of their begin.
  std::uint8_t place(SimTime begin, SimTime end) {
    for (std::uint8_t row = 0; row < kMostRows - 1; ++row) {
      if (free_[row] > begin) continue;
      take(row, end);
      return row;
    }
    take(kMostRows - 1, end);
    return kMostRows - 1;
  }
  /// Used so far, one at least.
  std::uint8_t used() const { return used_; }

 private:
  void take(std::uint8_t row, SimTime end) {
    free_[row] = std::max(free_[row], end);
    used_ = std::max(used_, static_cast<std::uint8_t>(row + 1));
  }

  std::array<SimTime, kMostRows> free_{};
  std::uint8_t used_ = 1;
};

}  // namespace lparsim::gui
