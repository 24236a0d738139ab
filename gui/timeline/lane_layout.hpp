#pragma once
#include <QRectF>
#include <optional>
#include <vector>

#include "gui/data/lane.hpp"

namespace lparsim::gui {

/// A lane where it is on the screen.
struct PlacedLane {
  const Lane* lane = nullptr;
  double top = 0, height = 0;
  double extra = 0;  ///< part of its height beneath its track, for the stages of a request
  bool pinned = false;
  double bottom() const { return top + height; }
};

/// The heights of all lanes of an arrangement: pinned ones at the top, where they stay, the others beneath, which scroll. Finding what is
/// visible takes the logarithm of the number of lanes.
class LaneLayout {
 public:
  LaneLayout() = default;
  /// `pinned` are drawn at the top, under their full names, and not again beneath; `line` is the height of a line of text. Where all of
  /// them would leave room in `height`, they are higher, up to 1.7 times. `expanded` has room for the stages of a request.
  LaneLayout(std::vector<Lane> lanes, const std::vector<Lane>& pinned, double line, double height, std::optional<LaneKey> expanded = {});

  std::size_t size() const { return pinned_.size() + lanes_.size(); }
  bool empty() const { return size() == 0; }
  /// Pinned ones first.
  const Lane& lane(std::size_t index) const { return index < pinned_.size() ? pinned_[index] : lanes_[index - pinned_.size()]; }
  std::optional<std::size_t> find(const LaneKey& key) const;
  double pinnedHeight() const { return pinnedTops_.empty() ? 0 : pinnedTops_.back(); }
  double scrolledHeight() const { return tops_.empty() ? 0 : tops_.back(); }
  /// What can be seen in an area of that height whose top is 0, and lanes up to `margin` pixels outside of it.
  std::vector<PlacedLane> visible(double height, double scroll, double margin = 0) const;
  /// The least change of `scroll` that shows the lane in such an area.
  double scrollTo(std::size_t index, double height, double scroll) const;
  static double heightOf(const Lane& lane, double line);

 private:
  double extraOf(const Lane& lane) const { return expanded_ == lane.key ? extra_ : 0; }

  std::vector<Lane> pinned_, lanes_;
  std::vector<double> pinnedTops_, tops_;  ///< one more than lanes: where the last one ends
  std::vector<std::pair<LaneKey, std::size_t>> places_;
  std::optional<LaneKey> expanded_;
  double extra_ = 0;
};

}  // namespace lparsim::gui
