#pragma once
#include <cstdint>
#include <vector>

#include "sim/base/time.hpp"

namespace lparsim::guest {

/// Timers with fixed numbers, each set to at most one time: a binary heap that knows where each timer stands, so that moving and
/// cancelling one is O(log n) of those set and leaves nothing behind. At one instant the lowest number comes first.
class TimerHeap {
 public:
  /// Numbers below `count` exist from now on.
  void grow(std::uint32_t count) {
    if (count > place_.size()) place_.resize(count, kNotSet);
  }
  std::uint32_t size() const { return static_cast<std::uint32_t>(place_.size()); }

  /// Sets the timer, or moves it if it is set.
  void set(std::uint32_t timer, SimTime when) {
    if (place_[timer] == kNotSet) {
      place_[timer] = static_cast<std::uint32_t>(heap_.size());
      heap_.push_back({when, timer});
    } else if (heap_[place_[timer]].when != when) {
      heap_[place_[timer]].when = when;
    } else {
      return;
    }
    settle(place_[timer]);
  }
  /// Nothing happens if it is not set.
  void cancel(std::uint32_t timer) {
    const auto place = place_[timer];
    if (place == kNotSet) return;
    place_[timer] = kNotSet;
    const Entry last = heap_.back();
    heap_.pop_back();
    if (place == heap_.size()) return;
    put(place, last);
    settle(place);
  }
  void clear() {
    for (const auto& entry : heap_) place_[entry.timer] = kNotSet;
    heap_.clear();
  }

  bool is_set(std::uint32_t timer) const { return place_[timer] != kNotSet; }
  /// SimTime::never() when none is set.
  SimTime earliest() const { return heap_.empty() ? SimTime::never() : heap_.front().when; }
  /// Which one that is; asks for a timer that is set.
  std::uint32_t first() const { return heap_.front().timer; }

 private:
  struct Entry {
    SimTime when;
    std::uint32_t timer;
    bool operator<(const Entry& o) const { return when != o.when ? when < o.when : timer < o.timer; }
  };
  static constexpr std::uint32_t kNotSet = UINT32_MAX;

  void put(std::uint32_t place, const Entry& entry) {
    heap_[place] = entry;
    place_[entry.timer] = place;
  }
  void settle(std::uint32_t place) {
    const Entry entry = heap_[place];
    while (place > 0 && entry < heap_[(place - 1) / 2]) {
      put(place, heap_[(place - 1) / 2]);
      place = (place - 1) / 2;
    }
    for (;;) {
      auto child = 2 * place + 1;
      if (child >= heap_.size()) break;
      if (child + 1 < heap_.size() && heap_[child + 1] < heap_[child]) ++child;
      if (entry < heap_[child]) break;
      put(place, heap_[child]);
      place = child;
    }
    put(place, entry);
  }

  std::vector<Entry> heap_;
  std::vector<std::uint32_t> place_;  // by timer
};

}  // namespace lparsim::guest
