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

}  // namespace lparsim
