#pragma once
#include <array>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "gui/data/slice.hpp"
#include "gui/timeline/geometry.hpp"

namespace lparsim::gui {

/// How much of every pixel's time each state has on one row of a lane: slices of any number become at most one piece a pixel and state.
class Columns {
 public:
  /// The pixels of `scale`; a lane after the other may be put into the same object, which keeps its memory.
  void begin(const TimeScale& scale, bool withOwners = false);
  /// Only what lies in `part`, a range of time whose slices these are. What is two pixels wide or more has sharp edges, where others share
  /// theirs in parts. Of one row, or of all `rows` together, each of which then counts for so much less.
  void add(const std::vector<Slice>& slices, TimeRange part, int row = 0);
  void addRows(const std::vector<Slice>& slices, TimeRange part, int rows);

  int size() const { return width_; }
  /// 0 to 1.
  float share(int column, State state) const { return shares_[static_cast<std::size_t>(state)][static_cast<std::size_t>(column)]; }
  float sum(int column, std::span<const State> states = stackOrder()) const;
  bool has(State state) const { return used_[static_cast<std::size_t>(state)]; }
  /// Whose slice has most of the column, where begin() was told to find out; null: nobody's.
  const Slice* owner(int column) const { return owners_[static_cast<std::size_t>(column)].slice; }

  /// States from the bottom up, as they are stacked.
  static const std::array<State, kStates>& stackOrder();
  /// A piece of the stack: pixels [from, to), heights [low, high) out of `height`, whole pixels from the bottom.
  using TellPiece = std::function<void(int from, int to, State state, int low, int high)>;
  /// Neighbours of the same heights are one piece. Waits and failures from a hundredth on are one pixel high at
  /// least. All of the height stands for `whole`,
  /// what is more is cut.
  void stack(int height, const TellPiece& tell, double whole = 1, std::span<const State> states = stackOrder()) const;

 private:
  struct Owner {
    const Slice* slice = nullptr;
    float share = 0;
  };
  void put(const Slice& slice, double from, double to, float weight);
  void addSome(const std::vector<Slice>& slices, TimeRange part, std::optional<int> row, float weight);

  TimeScale scale_;
  int width_ = 0;
  bool withOwners_ = false;
  std::array<std::vector<float>, kStates> shares_;
  std::array<bool, kStates> used_{};
  std::vector<Owner> owners_;
};

}  // namespace lparsim::gui
