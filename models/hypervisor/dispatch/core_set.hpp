#pragma once
#include <bit>
#include <cstdint>
#include <optional>
#include <vector>

namespace lparsim::hypervisor::dispatch {

/// A set of core numbers with "any in this range" in a few instructions.
class CoreSet {
 public:
  explicit CoreSet(std::uint32_t cores) : words_((cores + 63) / 64) {}
  void insert(std::uint32_t core) {
    count_ += contains(core) ? 0 : 1;
    words_[core / 64] |= bit(core);
  }
  void erase(std::uint32_t core) {
    count_ -= contains(core) ? 1 : 0;
    words_[core / 64] &= ~bit(core);
  }
  bool contains(std::uint32_t core) const { return (words_[core / 64] & bit(core)) != 0; }
  bool empty() const { return count_ == 0; }
  /// The lowest member in [begin, end).
  std::optional<std::uint32_t> first(std::uint32_t begin, std::uint32_t end) const {
    for (std::uint32_t word = begin / 64; word < words_.size() && word * 64 < end; ++word) {
      std::uint64_t bits = words_[word];
      if (word == begin / 64) bits &= ~std::uint64_t{0} << (begin % 64);
      if (bits == 0) continue;
      const std::uint32_t core = word * 64 + static_cast<std::uint32_t>(std::countr_zero(bits));
      if (core < end) return core;
      return std::nullopt;
    }
    return std::nullopt;
  }

 private:
  static std::uint64_t bit(std::uint32_t core) { return std::uint64_t{1} << (core % 64); }
  std::vector<std::uint64_t> words_;
  std::uint32_t count_ = 0;
};

}  // namespace lparsim::hypervisor::dispatch
