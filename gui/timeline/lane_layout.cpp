#include "gui/timeline/lane_layout.hpp"

#include <algorithm>
#include <cmath>

namespace lparsim::gui {

namespace {

constexpr double kMostStretch = 1.7;

double sumOf(const std::vector<Lane>& lanes, double line) {
  double sum = 0;
  for (const Lane& lane : lanes) sum += LaneLayout::heightOf(lane, line);
  return sum;
}

}  // namespace

LaneLayout::LaneLayout(std::vector<Lane> lanes, const std::vector<Lane>& pinned, double line, double height,
                       std::optional<LaneKey> expanded)
    : pinned_{pinned}, lanes_{std::move(lanes)}, expanded_{expanded}, extra_{std::round(1.6 * line)} {
  std::erase_if(lanes_, [&](const Lane& lane) { return std::ranges::find(pinned_, lane.key, &Lane::key) != pinned_.end(); });
  for (Lane& lane : pinned_) {
    lane.name = lane.full;
    lane.depth = 0;
  }
  const double needed = sumOf(pinned_, line) + sumOf(lanes_, line), room = height - (expanded ? extra_ : 0);
  // A hair less, since heights are rounded.
  const double stretch = needed > 0 ? std::clamp((room - static_cast<double>(size())) / needed, 1.0, kMostStretch) : 1;
  const auto topsOf = [&](const std::vector<Lane>& some) {
    std::vector<double> tops{0};
    tops.reserve(some.size() + 1);
    for (const Lane& lane : some) tops.push_back(tops.back() + std::round(heightOf(lane, line) * stretch) + extraOf(lane));
    return tops;
  };
  pinnedTops_ = topsOf(pinned_);
  tops_ = topsOf(lanes_);
  places_.reserve(size());
  for (std::size_t i = 0; i < size(); ++i) places_.emplace_back(lane(i).key, i);
  std::ranges::sort(places_);
}

double LaneLayout::heightOf(const Lane& lane, double line) {
  switch (lane.key.kind) {
    case LaneKey::Kind::partition:
      return std::round(2.6 * line);
    case LaneKey::Kind::io_target:
    case LaneKey::Kind::vsp:
      return std::round(2 * line);
    case LaneKey::Kind::core:
    case LaneKey::Kind::virtual_processor:
      break;
  }
  return std::round(1.5 * line);
}

std::optional<std::size_t> LaneLayout::find(const LaneKey& key) const {
  const auto place = std::ranges::lower_bound(places_, key, {}, &std::pair<LaneKey, std::size_t>::first);
  if (place == places_.end() || place->first != key) return std::nullopt;
  return place->second;
}

std::vector<PlacedLane> LaneLayout::visible(double height, double scroll, double margin) const {
  std::vector<PlacedLane> placed;
  for (std::size_t i = 0; i < pinned_.size() && pinnedTops_[i] < height; ++i)
    placed.push_back({&pinned_[i], pinnedTops_[i], pinnedTops_[i + 1] - pinnedTops_[i], extraOf(pinned_[i]), true});
  if (lanes_.empty()) return placed;
  const double from = scroll - margin, to = scroll + std::max(height - pinnedHeight(), 0.0) + margin;
  const auto first = std::upper_bound(tops_.begin(), tops_.end() - 1, std::max(from, 0.0));
  for (auto i = static_cast<std::size_t>(std::max<std::ptrdiff_t>(first - tops_.begin() - 1, 0)); i < lanes_.size() && tops_[i] < to; ++i)
    if (tops_[i + 1] > from)
      placed.push_back({&lanes_[i], pinnedHeight() + tops_[i] - scroll, tops_[i + 1] - tops_[i], extraOf(lanes_[i]), false});
  return placed;
}

double LaneLayout::scrollTo(std::size_t index, double height, double scroll) const {
  if (index < pinned_.size()) return scroll;
  const std::size_t i = index - pinned_.size();
  const double room = std::max(height - pinnedHeight(), 1.0);
  if (tops_[i] < scroll) return tops_[i];
  if (tops_[i + 1] > scroll + room) return std::min(tops_[i], tops_[i + 1] - room);
  return scroll;
}

}  // namespace lparsim::gui
