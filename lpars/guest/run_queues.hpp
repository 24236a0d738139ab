#pragma once
#include <algorithm>
#include <cstdint>
#include <vector>

#include "lpars/guest/index_list.hpp"

namespace lparsim::guest {

/// Threads that wait for logical processors, in one or several queues: the smallest rank first, among equals the one that came first.
class RunQueues {
 public:
  static constexpr std::uint32_t kNone = IndexList::kNone;

  /// Queues below `count` exist from now on.
  void grow(std::uint32_t count) {
    if (count > queues_.size()) queues_.resize(count);
    waiting_.grow(count);
  }
  std::uint32_t total() const { return total_; }
  std::uint32_t size(std::uint32_t queue) const { return static_cast<std::uint32_t>(queues_[queue].size()); }
  /// One that has threads, kNone if none has; the one that has had some for longest.
  std::uint32_t first_waiting() const { return waiting_.front(); }

  /// Who is next in a queue that has threads.
  std::uint32_t front(std::uint32_t queue) const { return queues_[queue].front().thread; }

  /// `at_head`: before all of its rank.
  void push(std::uint32_t queue, std::uint32_t thread, std::int64_t rank, bool at_head = false) {
    auto& heap = queues_[queue];
    const std::int64_t order = at_head ? -++sequence_ : ++sequence_;
    heap.push_back({rank, order, thread});
    std::push_heap(heap.begin(), heap.end(), Later{});
    if (heap.size() == 1) waiting_.push_back(queue);
    ++total_;
  }
  std::uint32_t pop(std::uint32_t queue) {
    auto& heap = queues_[queue];
    std::pop_heap(heap.begin(), heap.end(), Later{});
    const std::uint32_t thread = heap.back().thread;
    heap.pop_back();
    if (heap.empty()) waiting_.remove(queue);
    --total_;
    return thread;
  }
  void clear() {
    while (!waiting_.empty()) queues_[waiting_.pop_front()].clear();
    total_ = 0;
  }

 private:
  struct Entry {
    std::int64_t rank;
    std::int64_t order;
    std::uint32_t thread;
  };
  struct Later {
    bool operator()(const Entry& a, const Entry& b) const { return a.rank != b.rank ? a.rank > b.rank : a.order > b.order; }
  };

  std::vector<std::vector<Entry>> queues_;
  IndexList waiting_;
  std::uint32_t total_ = 0;
  std::int64_t sequence_ = 0;
};

}  // namespace lparsim::guest
