#pragma once
#include <cstdint>
#include <span>

#include "sim/base/big_endian.hpp"

namespace lparsim::hypervisor {

/// A structure of big-endian numbers at fixed offsets, as protocols between partitions have them.
class BigEndianWriter {
 public:
  explicit BigEndianWriter(std::span<std::uint8_t> bytes) : bytes_{bytes} {}
  void put(std::size_t offset, std::size_t length, std::uint64_t value) { put_big_endian(bytes_.subspan(offset, length), value); }

 private:
  std::span<std::uint8_t> bytes_;
};
class BigEndianReader {
 public:
  explicit BigEndianReader(std::span<const std::uint8_t> bytes) : bytes_{bytes} {}
  std::uint64_t get(std::size_t offset, std::size_t length) const { return get_big_endian(bytes_.subspan(offset, length)); }
  template <class Number>
  Number get(std::size_t offset) const {
    return static_cast<Number>(get(offset, sizeof(Number)));
  }

 private:
  std::span<const std::uint8_t> bytes_;
};

}  // namespace lparsim::hypervisor
