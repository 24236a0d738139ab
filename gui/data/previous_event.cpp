#include "gui/data/previous_event.hpp"

#include <algorithm>

namespace lparsim::gui {

namespace {

constexpr SimTime kFirstWay = SimTime::from_us(100);
constexpr std::int64_t kFarther = 8;

}  // namespace

// The file is read forwards: from ever farther back, until there is one on the way; then from one to the next. The way back grows by a
// factor, so that few are on it.
Result<std::optional<trace::Found>> previousEvent(Sources& sources, trace::EventKind kind, std::optional<LaneKey> lane, SimTime before) {
  const SimTime start = SimTime::from_ps(-1);
  std::optional<trace::Found> last;
  const auto next = [&](SimTime after) {
    return sources.windows.next_event(kind, lane, after, sources.cancelled);
  };
  for (SimTime way = kFirstWay;; way = SimTime::from_ps(std::min(way.ps(), INT64_MAX / kFarther) * kFarther)) {
    const SimTime from = way.ps() > before.ps() ? start : std::max(start, before - way);
    auto found = next(from);
    if (!found) return found;
    if (*found && (*found)->at < before) {
      last = std::move(*found);
      break;
    }
    if (from <= start) return std::optional<trace::Found>{};
  }
  while (true) {
    auto found = next(last->at);
    if (!found) return found;
    if (!*found || (*found)->at >= before) return last;
    last = std::move(*found);
  }
}

}  // namespace lparsim::gui
