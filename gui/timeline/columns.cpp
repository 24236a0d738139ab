#include "gui/timeline/columns.hpp"

#include <algorithm>
#include <cmath>

namespace lparsim::gui {

namespace {

constexpr float kLeast = 0.002F;
constexpr float kSeen = 0.01F;

bool isNeverHidden(State state) {
  return state == State::waitingCapacity || state == State::waitingProcessor || state == State::failedRequest;
}

}  // namespace

const std::array<State, kStates>& Columns::stackOrder() {
  static constexpr std::array<State, kStates> kOrder{
      State::dedicated, State::entitled,         State::excess,          State::request, State::call,  State::failedRequest,
      State::conferred, State::waitingProcessor, State::waitingCapacity, State::ceded,   State::folded};
  return kOrder;
}

void Columns::begin(const TimeScale& scale, bool withOwners) {
  withOwners_ = withOwners;
  scale_ = scale;
  width_ = static_cast<int>(std::ceil(scale.width()));
  const auto size = static_cast<std::size_t>(width_);
  for (std::size_t state = 0; state < kStates; ++state) {
    if (used_[state] || shares_[state].size() != size) shares_[state].assign(size, 0);
    used_[state] = false;
  }
  owners_.assign(size, {});
}

void Columns::put(const Slice& slice, double from, double to, float weight) {
  // Casts instead of floor and ceil: what is left of the first pixel has been cut, and this is done for every slice.
  from = std::max(from, 0.0);
  to = std::min(to, static_cast<double>(width_));
  const int first = std::min(static_cast<int>(from), width_ - 1);
  int last = std::min(static_cast<int>(to), width_ - 1);
  if (last > first && static_cast<double>(last) >= to) --last;
  float* const shares = shares_[static_cast<std::size_t>(slice.state)].data();
  used_[static_cast<std::size_t>(slice.state)] = true;
  const float whole = slice.fill * weight;
  const auto give = [&](int x, double held) {
    const float share = std::min(static_cast<float>(held), 1.0F) * whole;
    shares[x] = std::min(1.0F, shares[x] + share);
    if (!withOwners_) return;
    Owner& owner = owners_[static_cast<std::size_t>(x)];
    if (share > owner.share) owner = {&slice, share};
  };
  if (first == last) {
    give(first, std::max(to - from, 0.0));
    return;
  }
  give(first, first + 1 - from);
  for (int x = first + 1; x < last; ++x) give(x, 1);
  give(last, to - last);
}

void Columns::add(const std::vector<Slice>& slices, TimeRange part, int row) {
  addSome(slices, part, row, 1);
}

void Columns::addRows(const std::vector<Slice>& slices, TimeRange part, int rows) {
  addSome(slices, part, std::nullopt, 1.0F / static_cast<float>(std::max(rows, 1)));
}

void Columns::addSome(const std::vector<Slice>& slices, TimeRange part, std::optional<int> row, float weight) {
  constexpr double kSharp = 2;
  const TimeRange& window = scale_.window();
  const SimTime begin = std::max(part.begin, window.begin), end = std::min(part.end, window.end);
  for (const Slice& slice : slices) {
    if ((row && slice.row != *row) || slice.end <= begin || slice.begin >= end) continue;
    double from = scale_.xOf(std::max(slice.begin, begin)) - scale_.left(), to = scale_.xOf(std::min(slice.end, end)) - scale_.left();
    if (to - from >= kSharp) {
      from = std::round(from);
      to = std::round(to);
    }
    put(slice, from, to, weight);
  }
}

float Columns::sum(int column, std::span<const State> states) const {
  float sum = 0;
  for (const State state : states)
    if (has(state)) sum += share(column, state);
  return std::min(sum, 1.0F);
}

void Columns::stack(int height, const TellPiece& tell, double whole, std::span<const State> states) const {
  const auto scale = static_cast<float>(height / whole);
  std::vector<int> base(static_cast<std::size_t>(width_), 0);
  std::vector<float> exact(static_cast<std::size_t>(width_), 0);
  for (const State state : states) {
    if (!has(state)) continue;
    const std::vector<float>& shares = shares_[static_cast<std::size_t>(state)];
    int from = 0, low = 0, high = 0;
    const auto flush = [&](int to) {
      if (high > low) tell(from, to, state, low, high);
    };
    for (int x = 0; x < width_; ++x) {
      const auto column = static_cast<std::size_t>(x);
      int bottom = base[column], top = bottom;
      if (shares[column] >= kLeast) {
        exact[column] += shares[column];
        top = std::min(height, static_cast<int>(std::min(exact[column], 1.0F) * scale + 0.5F));
        if (isNeverHidden(state) && top <= bottom && shares[column] >= kSeen) {
          top = std::min(height, bottom + 1);
          bottom = top - 1;
        }
        top = std::max(top, bottom);
        base[column] = std::max(base[column], top);
      }
      if (bottom == low && top == high) continue;
      if (top == bottom && high == low) continue;
      flush(x);
      from = x;
      low = bottom;
      high = top;
    }
    flush(width_);
  }
}

}  // namespace lparsim::gui
