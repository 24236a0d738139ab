#pragma once
#include <algorithm>
#include <atomic>
#include <queue>
#include <set>

#include "sim/trace/window_reader.hpp"

namespace lparsim::gui {

/// Where single things of a lane are in the answer of the window reader.
inline const std::vector<trace::IoRequest>& thingsIn(const trace::LaneDetail& detail, const trace::IoRequest*) {
  return detail.requests;
}
inline const std::vector<trace::VspCall>& thingsIn(const trace::LaneDetail& detail, const trace::VspCall*) {
  return detail.calls;
}
inline SimTime endOf(const trace::IoRequest& request) {
  return request.end;
}
inline SimTime endOf(const trace::VspCall& call) {
  return call.end_time;
}

template <class Thing>
struct Slowest {
  std::vector<Thing> things;  ///< the slowest first
  bool all = true;            ///< there were no others
};

/// The `count` slowest requests or calls that ended in (begin, end] on these lanes. Of a window with more than can be read it goes down
/// into the buckets with the greatest latencies, and stops where no other bucket has a greater one: some reads of few rows, at any file's
/// size.
template <class Thing>
Result<Slowest<Thing>> slowestIn(trace::WindowReader& windows, const std::vector<trace::LaneKey>& lanes, SimTime begin, SimTime end,
                                 std::size_t count, const std::atomic<bool>& cancelled) {
  struct Piece {
    trace::LaneKey lane;
    SimTime begin, end, longest;
    bool operator<(const Piece& other) const { return longest < other.longest; }
  };
  Slowest<Thing> found;
  std::set<std::pair<trace::LaneKey, std::uint64_t>> known;  // calls are counted by server
  std::priority_queue<Piece> pieces;
  const auto slower = [](const Thing& a, const Thing& b) {
    const SimTime x = endOf(a) - a.begin, y = endOf(b) - b.begin;
    return x != y ? x > y : a.number < b.number;
  };
  const auto read = [&](const std::vector<trace::LaneKey>& of, SimTime from, SimTime to, std::size_t mostRows) -> Result<void> {
    const auto details = windows.read({from, to, 64, of, mostRows}, cancelled);
    if (!details) return unexpected(details.error());
    for (const trace::LaneDetail& detail : *details) {
      for (const Thing& thing : thingsIn(detail, static_cast<const Thing*>(nullptr))) {
        if (endOf(thing) <= begin || endOf(thing) > end || !known.emplace(detail.lane, thing.number).second) continue;
        found.things.push_back(thing);
      }
      for (const trace::LaneBucket& bucket : detail.buckets)
        if (bucket.count > 0) pieces.push({detail.lane, bucket.begin, bucket.end, bucket.longest});
    }
    std::sort(found.things.begin(), found.things.end(), slower);
    if (found.things.size() > count) {
      found.things.erase(found.things.begin() + static_cast<std::ptrdiff_t>(count), found.things.end());
      found.all = false;
    }
    return {};
  };
  constexpr std::size_t kRows = 100'000, kAll = 1'000'000'000;
  if (auto problem = read(lanes, begin, end, kRows); !problem) return unexpected(problem.error());
  while (!pieces.empty()) {
    const Piece piece = pieces.top();
    pieces.pop();
    found.all = false;
    if (found.things.size() == count && endOf(found.things.back()) - found.things.back().begin >= piece.longest) break;
    // A piece as narrow as buckets get is read whole.
    const std::size_t left = pieces.size();
    if (auto problem = read({piece.lane}, piece.begin, piece.end, kRows); !problem) return unexpected(problem.error());
    if (pieces.size() != left + 1 || pieces.top().end - pieces.top().begin < piece.end - piece.begin) continue;
    pieces.pop();
    if (auto problem = read({piece.lane}, piece.begin, piece.end, kAll); !problem) return unexpected(problem.error());
  }
  return found;
}

}  // namespace lparsim::gui
