#pragma once
#include <cstdint>
#include <utility>
#include <vector>

namespace lparsim::hypervisor::dispatch {

/// Which of many numbered things has the lowest key, the lowest number among equals: a tournament tree (Knuth, The Art of Computer
/// Programming 3, section 5.4.1). set() and clear() are O(log n) on flat memory, first() is O(1).
template <class Key>
class Tournament {
 public:
  /// Things that do not take part have the key `absent`, higher than any other.
  explicit Tournament(Key absent, std::uint32_t size = 0) : absent_{absent} { resize(size); }

  void resize(std::uint32_t size) {
    if (size <= capacity_ && !nodes_.empty()) return;
    const std::vector<Node> old = std::move(nodes_);
    const std::uint32_t seats = capacity_;
    while (capacity_ < size) capacity_ *= 2;
    nodes_.assign(2 * capacity_, Node{absent_, 0});
    for (std::uint32_t i = 0; i < capacity_; ++i) nodes_[capacity_ + i] = {i < seats && !old.empty() ? old[seats + i].key : absent_, i};
    for (std::uint32_t n = capacity_ - 1; n > 0; --n) nodes_[n] = winner_below(n);
  }

  void set(std::uint32_t number, Key key) {
    nodes_[capacity_ + number].key = key;
    for (std::uint32_t n = (capacity_ + number) / 2; n > 0; n /= 2) {
      const Node winner = winner_below(n);
      if (winner.key == nodes_[n].key && winner.number == nodes_[n].number) return;
      nodes_[n] = winner;
    }
  }
  void clear(std::uint32_t number) { set(number, absent_); }
  Key key(std::uint32_t number) const { return nodes_[capacity_ + number].key; }
  bool contains(std::uint32_t number) const { return key(number) != absent_; }
  bool empty() const { return nodes_[1].key == absent_; }
  /// The one with the lowest key; any number when empty.
  std::uint32_t first() const { return nodes_[1].number; }
  Key first_key() const { return nodes_[1].key; }

 private:
  struct Node {
    Key key;
    std::uint32_t number;
  };
  Node winner_below(std::uint32_t n) const { return nodes_[2 * n + 1].key < nodes_[2 * n].key ? nodes_[2 * n + 1] : nodes_[2 * n]; }

  Key absent_;
  std::uint32_t capacity_ = 1;  ///< a power of two
  std::vector<Node> nodes_;     ///< the winner of the nodes 2n and 2n + 1 at n, the leaves from `capacity_` on
};

}  // namespace lparsim::hypervisor::dispatch
