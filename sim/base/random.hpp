#pragma once
#include <cstdint>
#include <random>
#include <string_view>

namespace lparsim {

/// A 64-bit hash of `text` that is the same on every machine and in every release (FNV-1a, offset basis and prime of the Internet
/// draft draft-eastlake-fnv).
constexpr std::uint64_t stable_hash(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

/// A stream of random numbers of its own, found by the scenario's seed and a name such as "web.orders.arrivals": what other streams
/// exist, and how much is drawn from them, does not change it. The engine and its seeding are fixed by the C++ standard, so the
/// numbers are the same everywhere.
class RandomStream {
 public:
  RandomStream(std::uint64_t seed, std::string_view name);

  std::uint64_t bits() { return engine_(); }
  /// Uniform in the open interval (0, 1): odd multiples of 2^-53, so that its logarithm exists and 1 - u is as good as u.
  double uniform() { return static_cast<double>((engine_() >> 12) * 2 + 1) * 0x1p-53; }

 private:
  std::mt19937_64 engine_;
};

/// A short stream of random numbers that costs nothing to begin: SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number
/// generators", OOPSLA 2014, with the mixing constants of their Java 8 SplittableRandom). Made by a RandomKey.
class KeyedStream {
 public:
  explicit constexpr KeyedStream(std::uint64_t state) : state_{state} {}
  constexpr std::uint64_t bits() {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  /// As RandomStream's.
  constexpr double uniform() { return static_cast<double>((bits() >> 12) * 2 + 1) * 0x1p-53; }

 private:
  std::uint64_t state_;
};

/// Where random numbers are found by what they are for, not by how many were drawn before: key(7).key(2).stream() is the same whatever
/// else happens. Keys are 64-bit, mixed by the finalizer of MurmurHash3 (A. Appleby, public domain).
class RandomKey {
 public:
  RandomKey() = default;
  RandomKey(std::uint64_t seed, std::string_view name) : value_{RandomStream{seed, name}.bits()} {}
  /// A key of its own for each `n`.
  constexpr RandomKey key(std::uint64_t n) const {
    std::uint64_t z = value_ + (n + 1) * 0xd1b54a32d192ed03;
    z = (z ^ (z >> 33)) * 0xff51afd7ed558ccd;
    z = (z ^ (z >> 33)) * 0xc4ceb9fe1a85ec53;
    return RandomKey{z ^ (z >> 33)};
  }
  constexpr KeyedStream stream() const { return KeyedStream{value_}; }

 private:
  explicit constexpr RandomKey(std::uint64_t value) : value_{value} {}
  std::uint64_t value_ = 0;
};

}  // namespace lparsim
