#pragma once
#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <unordered_map>

#include "sim/base/big_endian.hpp"
#include "sim/base/units.hpp"

namespace lparsim::hypervisor {

/// The logical memory of a partition as far as somebody looks into it: blocks exist once written, all else reads as 0. Numbers are
/// big-endian, as the architecture's structures are. Addresses must lie below size(); who takes one from a guest asks contains() first.
class PartitionMemory {
 public:
  explicit PartitionMemory(Bytes size) : size_{size} {}

  Bytes size() const { return size_; }
  bool contains(std::uint64_t address, std::uint64_t length) const { return address <= size_.count && length <= size_.count - address; }

  void read(std::uint64_t address, std::span<std::uint8_t> bytes) const;
  void write(std::uint64_t address, std::span<const std::uint8_t> bytes);

  /// `length` bytes, 1 to 8, as one number.
  std::uint64_t read(std::uint64_t address, std::uint32_t length) const;
  void write(std::uint64_t address, std::uint32_t length, std::uint64_t value);
  /// `length` bytes of `source` over those at `address`; nothing happens where neither of the two has a block. They do not overlap.
  void copy(std::uint64_t address, const PartitionMemory& source, std::uint64_t source_address, std::uint64_t length);
  std::uint8_t byte(std::uint64_t address) const { return static_cast<std::uint8_t>(read(address, 1)); }

 private:
  /// Of what an adapter's buffers hold only their beginnings are ever looked at.
  static constexpr std::uint64_t kBlock = 256;
  using Block = std::array<std::uint8_t, kBlock>;
  static constexpr std::size_t kRecent = 256;

  /// Null if nothing has been written there.
  Block* find(std::uint64_t number) const {
    const Recent& recent = recent_[number % kRecent];
    return recent.block != nullptr && recent.number == number ? recent.block : look_up(number);
  }
  Block* look_up(std::uint64_t number) const;
  Block& block(std::uint64_t number);

  struct Recent {
    std::uint64_t number = 0;
    Block* block = nullptr;
  };
  Bytes size_;
  std::unordered_map<std::uint64_t, std::unique_ptr<Block>> blocks_;
  mutable std::array<Recent, kRecent> recent_{};  ///< blocks never go, so these stay right
};

}  // namespace lparsim::hypervisor
