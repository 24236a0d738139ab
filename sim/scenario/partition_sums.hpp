#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "lpars/guest/processor_times.hpp"
#include "models/hypervisor/usage.hpp"
#include "sim/base/time.hpp"

namespace lparsim::scenario {

/// A time, as sums hold it.
inline double ps(SimTime time) {
  return static_cast<double>(time.ps());
}
/// Makes events a second of events a picosecond.
inline constexpr double kPerSecond = 1e12;

/// What is noted of each partition, in this order.
enum class PartitionSum : std::uint8_t {
  consumed,
  entitled,
  online,
  wait_capacity,
  wait_processor,
  waits,
  cache_refill,
  user,
  system,
  busy,
  logical_busy,
  logical_online,
  spinning,
  runnable,
  unfolded,
  dispatches,
  preemptions,
  vcsw,
  phint,
  context_switches,
  time,  ///< not of the partition: what has passed
};

/// Appends them, times in picoseconds.
void append_sums(std::vector<double>& to, const hypervisor::PartitionUsage& usage, const guest::ProcessorTimes& times);

/// A metric of a partition: scale x part / the greater whole.
struct PartitionFigure {
  const char* metric;
  PartitionSum part;
  PartitionSum whole;
  double scale;
  PartitionSum or_whole = whole;
};

std::span<const PartitionFigure> partition_figures();

}  // namespace lparsim::scenario
