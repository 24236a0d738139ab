#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/scenario/document.hpp"

namespace lparsim::scenario {

/// What a partition is at a point in time.
struct PartitionState {
  bool running = false;
  ProcessingUnits entitlement;
  std::uint32_t virtual_processors = 1;
  bool known = true;  ///< its processors could be read
};

/// More was promised than a server has. Stopped partitions take no memory and no entitlement, but dedicated cores stay theirs.
struct Overcommitment {
  enum class Of : std::uint8_t { cores, shared_cores, pool, memory };
  Of of{};
  std::optional<std::size_t> partition;  ///< the first with which it was too much; nothing: reserves of pools alone are
  std::size_t pool = 0;                  ///< of a pool: its index
  std::string message;
};

/// `states` are those of the server's partitions. Without a readable processor, only what does not depend on it.
std::vector<Overcommitment> overcommitments(const ServerConfig& server, const std::vector<PartitionState>& states, bool processor_read);

/// Times of all cores, and of all logical processors of a partition, are added up, and a SimTime holds the sum: that of so many at most,
/// events included, and so for no longer than that.
struct LongestRun {
  std::uint64_t processors = 1;
  SimTime duration = SimTime::never();
};
LongestRun longest_run(const ScenarioConfig& scenario);

}  // namespace lparsim::scenario
