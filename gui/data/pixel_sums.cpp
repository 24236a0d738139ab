#include "gui/data/pixel_sums.hpp"

#include <algorithm>
#include <cmath>

namespace lparsim::gui {

namespace {

/// Fills this near to each other look the same: a 500th of a lane's height is less than a tenth of a pixel.
constexpr double kSameFill = 0.002;

}  // namespace

void PixelSums::add(const Slice& piece) {
  const SimTime begin = std::max(piece.begin, begin_), end = std::min(piece.end, end_);
  if (begin >= end) return;
  std::vector<Place>& places = states_[static_cast<std::size_t>(piece.state)];
  if (places.empty()) places.resize(places_ + 1);
  const auto first = static_cast<std::size_t>((begin - begin_) / pixel_), last = static_cast<std::size_t>((end - begin_) / pixel_);
  const double fill = static_cast<double>(piece.fill);
  ++places[first].begun;
  if (first == last) {
    places[first].held += fill * static_cast<double>((end - begin).ps());
    return;
  }
  const SimTime first_end = begin_ + pixel_ * static_cast<std::int64_t>(first + 1),
                last_begin = begin_ + pixel_ * static_cast<std::int64_t>(last);
  places[first].held += fill * static_cast<double>((first_end - begin).ps());
  places[first + 1].through += fill;
  places[last].through -= fill;
  places[last].held += fill * static_cast<double>((end - last_begin).ps());
}

void PixelSums::tellTo(const Slice& like, std::vector<Slice>& out) const {
  for (std::size_t state = 0; state < kStates; ++state) {
    const std::vector<Place>& places = states_[state];
    double through = 0;
    Slice open = like;
    open.state = static_cast<State>(state);
    open.begin = open.end = begin_;
    open.count = 0;
    double held = 0;
    const auto close = [&] {
      if (held > 0) {
        open.fill = static_cast<float>(std::min(1.0, held / (static_cast<double>((open.end - open.begin).ps()) * most_)));
        // Two at least: it has nobody's exact times.
        open.count = std::max(open.count, 2U);
        out.push_back(open);
      }
      held = 0;
      open.count = 0;
      open.begin = open.end;
    };
    for (std::size_t i = 0; i < places.size() && i < places_; ++i) {
      const SimTime begin = begin_ + pixel_ * static_cast<std::int64_t>(i), end = std::min(begin + pixel_, end_);
      if (begin >= end) break;
      through += places[i].through;
      const double here = places[i].held + through * static_cast<double>((end - begin).ps());
      const double fill = here / (static_cast<double>((end - begin).ps()) * most_);
      const double open_fill = open.end > open.begin ? held / (static_cast<double>((open.end - open.begin).ps()) * most_) : fill;
      if (std::abs(fill - open_fill) > kSameFill || (here > 0) != (held > 0)) {
        open.begin = held > 0 ? open.begin : begin;
        close();
        open.begin = begin;
      }
      open.end = end;
      held += here;
      open.count += places[i].begun;
    }
    close();
  }
}

}  // namespace lparsim::gui
