#include "sim/base/random.hpp"

namespace lparsim {
namespace {

std::mt19937_64 seeded(std::uint64_t seed, std::uint64_t name) {
  const auto low = [](std::uint64_t v) {
    return static_cast<std::uint32_t>(v);
  };
  const auto high = [](std::uint64_t v) {
    return static_cast<std::uint32_t>(v >> 32);
  };
  std::seed_seq sequence{low(seed), high(seed), low(name), high(name)};
  return std::mt19937_64{sequence};
}

}  // namespace

RandomStream::RandomStream(std::uint64_t seed, std::string_view name) : engine_{seeded(seed, stable_hash(name))} {}

}  // namespace lparsim
