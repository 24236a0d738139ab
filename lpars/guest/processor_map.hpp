#pragma once
#include <array>
#include <cstdint>
#include <vector>

#include "lpars/guest/index_list.hpp"
#include "lpars/guest/virtual_core.hpp"

namespace lparsim::guest {

/// The virtual processors that an operating system uses, by how many of their hardware threads are busy, so that one with room is found
/// without a search. Among equals the one that changed last comes first: its caches are the warmest.
class ProcessorMap {
 public:
  static constexpr std::uint32_t kNone = IndexList::kNone;
  static constexpr std::uint32_t kMostBusy = VirtualCore::kMostSlots;

  /// Virtual processors below `count` exist from now on.
  void grow(std::uint32_t count) {
    if (count > places_.size()) places_.resize(count);
    for (auto& kind : lists_) {
      for (IndexList& list : kind) list.grow(count);
    }
  }
  /// So many of its `mode` hardware threads are busy. `away`: it lost its core and waits for another one. `at_back`: last among equals.
  void set(std::uint32_t vp, std::uint32_t busy, std::uint32_t mode, bool away, bool at_back = false) {
    Place& place = places_[vp];
    if (place.listed && place.busy == busy && place.mode == mode && place.away == away) return;
    if (place.listed) list(place).remove(vp);
    place = {true, away, busy, mode};
    at_back ? list(place).push_back(vp) : list(place).push_front(vp);
  }
  /// Offline or folded.
  void remove(std::uint32_t vp) {
    if (places_[vp].listed) list(places_[vp]).remove(vp);
    places_[vp].listed = false;
  }
  bool contains(std::uint32_t vp) const { return vp < places_.size() && places_[vp].listed; }
  bool has_room(std::uint32_t vp) const { return contains(vp) && places_[vp].busy < places_[vp].mode; }
  /// Whether the hardware thread is one that runs threads.
  bool usable(std::uint32_t vp, std::uint32_t thread) const { return contains(vp) && thread < places_[vp].mode; }
  bool away(std::uint32_t vp) const { return places_[vp].away; }
  std::uint32_t busy(std::uint32_t vp) const { return places_[vp].busy; }

  /// One with room and exactly so many busy threads, kNone if there is none.
  std::uint32_t with(std::uint32_t busy, bool away) const { return lists_[away ? kAway : kHere][busy].front(); }
  /// One with the most busy threads, whether there is room or not, and at least `busy` of them.
  std::uint32_t busiest(std::uint32_t busy) const {
    for (std::uint32_t n = kMostBusy; n >= busy && n > 0; --n) {
      for (const auto& kind : lists_) {
        if (!kind[n].empty()) return kind[n].front();
      }
    }
    return kNone;
  }

 private:
  enum Kind : std::uint8_t { kHere, kAway, kFull };
  struct Place {
    bool listed = false;
    bool away = false;
    std::uint32_t busy = 0;
    std::uint32_t mode = 0;
  };
  IndexList& list(const Place& place) { return lists_[place.busy == place.mode ? kFull : place.away ? kAway : kHere][place.busy]; }

  std::vector<Place> places_;
  std::array<std::array<IndexList, kMostBusy + 1>, 3> lists_;
};

}  // namespace lparsim::guest
