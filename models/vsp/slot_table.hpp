#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace lparsim::vsp {

/// Where something is, by a pair of numbers: open addressing, no allocation once it is large enough. It has no order, so nothing walks it.
class SlotTable {
 public:
  std::optional<std::uint32_t> find(std::uint64_t a, std::uint64_t b) const {
    if (cells_.empty()) return std::nullopt;
    for (std::size_t i = home(a, b);; i = next(i)) {
      const Cell& cell = cells_[i];
      if (!cell.used) return std::nullopt;
      if (cell.a == a && cell.b == b) return cell.slot;
    }
  }

  /// False: it is there already.
  bool insert(std::uint64_t a, std::uint64_t b, std::uint32_t slot) {
    if ((count_ + 1) * 2 > cells_.size()) grow();
    std::size_t i = home(a, b);
    for (; cells_[i].used; i = next(i))
      if (cells_[i].a == a && cells_[i].b == b) return false;
    cells_[i] = {a, b, slot, true};
    ++count_;
    return true;
  }

  void erase(std::uint64_t a, std::uint64_t b) {
    if (cells_.empty()) return;
    std::size_t hole = home(a, b);
    while (cells_[hole].used && !(cells_[hole].a == a && cells_[hole].b == b)) hole = next(hole);
    if (!cells_[hole].used) return;
    cells_[hole].used = false;
    --count_;
    // What had to step over it moves up, so that no search stops short.
    for (std::size_t i = next(hole); cells_[i].used; i = next(i)) {
      const std::size_t wanted = home(cells_[i].a, cells_[i].b);
      const std::size_t mask = cells_.size() - 1;
      if (((i - wanted) & mask) < ((i - hole) & mask)) continue;
      cells_[hole] = cells_[i];
      cells_[i].used = false;
      hole = i;
    }
  }

  std::size_t size() const { return count_; }

 private:
  struct Cell {
    std::uint64_t a = 0, b = 0;
    std::uint32_t slot = 0;
    bool used = false;
  };
  std::size_t home(std::uint64_t a, std::uint64_t b) const {
    std::uint64_t z = a * 0x9e3779b97f4a7c15 ^ (b + 0xd1b54a32d192ed03) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 32)) * 0x94d049bb133111eb;
    return static_cast<std::size_t>(z ^ (z >> 29)) & (cells_.size() - 1);
  }
  std::size_t next(std::size_t i) const { return (i + 1) & (cells_.size() - 1); }
  void grow() {
    std::vector<Cell> old = std::exchange(cells_, std::vector<Cell>(cells_.empty() ? 64 : cells_.size() * 2));
    count_ = 0;
    for (const Cell& cell : old)
      if (cell.used) insert(cell.a, cell.b, cell.slot);
  }

  std::vector<Cell> cells_;  ///< a power of two of them
  std::size_t count_ = 0;
};

}  // namespace lparsim::vsp
