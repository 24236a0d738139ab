#pragma once
#include <map>
#include <memory>
#include <vector>

#include "gui/data/slice.hpp"

namespace lparsim::gui {

/// What is known of the lanes: the newest answer, and coarser ones of the whole run for where it does not reach. So there is something to
/// draw at once wherever the window goes.
class Answers {
 public:
  /// Slices and the range of time for which they hold.
  struct Part {
    TimeRange range;
    const LaneSlices* slices = nullptr;
  };

  void clear();
  void take(WindowAnswer answer);
  /// Of the whole run; answers of other lanes are kept.
  void takeOverview(WindowAnswer answer);
  /// The whole run has become longer: the overviews are asked for anew, but until then they are good enough.
  void outdateOverviews() { ++generation_; }

  bool empty() const { return newest_.pixels == 0; }
  const WindowAnswer& newest() const { return newest_; }
  /// What to draw of a lane in the window, in the order of time, without overlaps; the newest where it is known.
  std::vector<Part> of(const LaneKey& lane, TimeRange window) const;
  /// The newest or else the overview; null: nothing is known.
  const LaneSlices* best(const LaneKey& lane) const;
  const LaneSlices* overview(const LaneKey& lane) const;
  bool needsOverview(const LaneKey& lane) const;
  bool isKnown(const LaneKey& lane, TimeRange window) const;

 private:
  struct Overview {
    TimeRange range;
    LaneSlices slices;
    std::uint64_t generation = 0;
  };
  WindowAnswer newest_;
  std::map<LaneKey, std::size_t> places_;
  std::map<LaneKey, Overview> overviews_;
  std::uint64_t generation_ = 0;
};

}  // namespace lparsim::gui
