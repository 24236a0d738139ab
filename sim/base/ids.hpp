#pragma once
#include <cstddef>
#include <cstdint>

namespace lparsim {

// Identities that count from 0 within one simulation (ServerId) or one server (the others); never interchangeable with a number.
enum class ServerId : std::uint32_t {};
enum class CoreId : std::uint32_t {};
enum class ChipId : std::uint32_t {};
enum class PoolId : std::uint32_t {};
enum class PartitionId : std::uint32_t {};
/// A virtual processor among all of its server (not among those of its partition).
enum class VpId : std::uint32_t {};

template <class Id>
constexpr std::size_t index(Id id) {
  return static_cast<std::size_t>(id);
}
template <class Id>
constexpr Id id_of(std::size_t i) {
  return static_cast<Id>(i);
}

}  // namespace lparsim
