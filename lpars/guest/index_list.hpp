#pragma once
#include <cstdint>
#include <vector>

namespace lparsim::guest {

/// An ordered list of small numbers, each in it at most once, with all operations O(1) and without allocation: its links are an array.
class IndexList {
 public:
  static constexpr std::uint32_t kNone = UINT32_MAX;

  /// Numbers below `count` may be listed from now on.
  void grow(std::uint32_t count) {
    if (count > links_.size()) links_.resize(count);
  }
  std::uint32_t size() const { return size_; }
  bool empty() const { return front_ == kNone; }
  std::uint32_t front() const { return front_; }
  bool contains(std::uint32_t i) const { return links_[i].listed; }

  void push_front(std::uint32_t i) { insert(i, kNone, front_); }
  void push_back(std::uint32_t i) { insert(i, back_, kNone); }
  std::uint32_t pop_front() {
    const auto i = front_;
    remove(i);
    return i;
  }
  void remove(std::uint32_t i) {
    const Link link = links_[i];
    (link.previous == kNone ? front_ : links_[link.previous].next) = link.next;
    (link.next == kNone ? back_ : links_[link.next].previous) = link.previous;
    links_[i].listed = false;
    --size_;
  }
  void clear() {
    while (!empty()) pop_front();
  }

 private:
  struct Link {
    std::uint32_t previous = kNone;
    std::uint32_t next = kNone;
    bool listed = false;
  };

  void insert(std::uint32_t i, std::uint32_t previous, std::uint32_t next) {
    links_[i] = {previous, next, true};
    ++size_;
    (previous == kNone ? front_ : links_[previous].next) = i;
    (next == kNone ? back_ : links_[next].previous) = i;
  }

  std::vector<Link> links_;
  std::uint32_t front_ = kNone;
  std::uint32_t back_ = kNone;
  std::uint32_t size_ = 0;
};

}  // namespace lparsim::guest
