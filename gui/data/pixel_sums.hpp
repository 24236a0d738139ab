#pragma once
#include <array>
#include <vector>

#include "gui/data/slice.hpp"

namespace lparsim::gui {

/// Adds up pieces by pixel and state, in any order and however they overlap: what a partition's virtual processors do together.
class PixelSums {
 public:
  /// `pixel`: from `begin` on. `most`: how many may be in a state at once.
  PixelSums(SimTime begin, SimTime end, SimTime pixel, std::uint32_t most)
      : begin_{begin}, end_{end}, pixel_{pixel}, most_{most}, places_(static_cast<std::size_t>((end - begin).ps() / pixel.ps() + 1)) {}

  void add(const Slice& piece);
  /// Fills are parts of `most`; neighbours of the same fill become one slice.
  void tellTo(const Slice& like, std::vector<Slice>& out) const;

 private:
  struct Place {
    double held = 0;     ///< ps, of pieces that begin or end here
    double through = 0;  ///< pieces that hold all of it, from here on: more (or fewer) than before
    std::uint32_t begun = 0;
  };

  SimTime begin_, end_, pixel_;
  std::uint32_t most_;
  std::size_t places_;
  std::array<std::vector<Place>, kStates> states_;
};

}  // namespace lparsim::gui
