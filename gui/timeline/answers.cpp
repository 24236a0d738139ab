#include "gui/timeline/answers.hpp"

#include <algorithm>

namespace lparsim::gui {

namespace {

/// About 100 MB at the most.
constexpr std::size_t kMostOverviews = 4000;

}  // namespace

void Answers::clear() {
  *this = {};
}

void Answers::take(WindowAnswer answer) {
  newest_ = std::move(answer);
  places_.clear();
  for (std::size_t i = 0; i < newest_.lanes.size(); ++i) places_[newest_.lanes[i].lane] = i;
}

void Answers::takeOverview(WindowAnswer answer) {
  if (overviews_.size() + answer.lanes.size() > kMostOverviews) overviews_.clear();
  for (LaneSlices& lane : answer.lanes) {
    const LaneKey key = lane.lane;
    overviews_[key] = {{answer.begin, answer.end}, std::move(lane), generation_};
  }
}

const LaneSlices* Answers::overview(const LaneKey& lane) const {
  const auto found = overviews_.find(lane);
  return found == overviews_.end() ? nullptr : &found->second.slices;
}

const LaneSlices* Answers::best(const LaneKey& lane) const {
  const auto place = places_.find(lane);
  return place != places_.end() ? &newest_.lanes[place->second] : overview(lane);
}

bool Answers::needsOverview(const LaneKey& lane) const {
  const auto found = overviews_.find(lane);
  return found == overviews_.end() || found->second.generation != generation_;
}

std::vector<Answers::Part> Answers::of(const LaneKey& lane, TimeRange window) const {
  std::vector<Part> parts;
  const auto place = places_.find(lane);
  const auto found = overviews_.find(lane);
  TimeRange known{window.end, window.end};
  if (place != places_.end() && newest_.begin < window.end && newest_.end > window.begin)
    known = {std::max(newest_.begin, window.begin), std::min(newest_.end, window.end)};
  const auto addOverview = [&](SimTime begin, SimTime end) {
    if (found == overviews_.end()) return;
    begin = std::max(begin, found->second.range.begin);
    end = std::min(end, found->second.range.end);
    if (begin < end) parts.push_back({{begin, end}, &found->second.slices});
  };
  addOverview(window.begin, known.begin);
  if (known.begin < known.end) parts.push_back({known, &newest_.lanes[place->second]});
  addOverview(known.end, window.end);
  return parts;
}

bool Answers::isKnown(const LaneKey& lane, TimeRange window) const {
  return places_.contains(lane) && newest_.begin <= window.begin && newest_.end >= window.end;
}

}  // namespace lparsim::gui
