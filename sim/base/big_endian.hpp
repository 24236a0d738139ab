#pragma once
#include <bit>
#include <cstdint>
#include <cstring>
#include <span>

namespace lparsim {

namespace detail {
/// From the machine's order of bytes to the architecture's, and back.
constexpr std::uint64_t big_endian(std::uint64_t value) {
  return std::endian::native == std::endian::big ? value : __builtin_bswap64(value);
}
}  // namespace detail

/// Writes `value` big-endian over all of `bytes`, 1 to 8.
inline void put_big_endian(std::span<std::uint8_t> bytes, std::uint64_t value) {
  value = detail::big_endian(value << (64 - 8 * bytes.size()));
  std::memcpy(bytes.data(), &value, bytes.size());
}
/// All of `bytes`, 1 to 8, as a number.
inline std::uint64_t get_big_endian(std::span<const std::uint8_t> bytes) {
  std::uint64_t value = 0;
  std::memcpy(&value, bytes.data(), bytes.size());
  return detail::big_endian(value) >> (64 - 8 * bytes.size());
}

}  // namespace lparsim
