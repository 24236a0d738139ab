#pragma once
#include <cstddef>
#include <limits>
#include <span>
#include <vector>

namespace lparsim::oracles {

/// No limit: a pool without a maximum, a partition that computes for ever.
inline constexpr double kUnlimited = std::numeric_limits<double>::infinity();

/// A shared processor pool, in PU. Pool 0 is the default pool: it has no maximum and no reserve of its own.
struct PoolShare {
  double maximum = kUnlimited;
  double reserved = 0;
};

/// A partition of shared processors; capacities in PU.
struct PartitionShare {
  std::size_t pool = 0;
  double entitlement = 0;
  int virtual_processors = 1;
  int weight = 128;  ///< 0 to 255; 0 is capped (LoPAR, Virtual Processor Preempt/Dispatch, R1-4)
  bool capped = false;
  double demand = kUnlimited;
};

/// Whom an uncapped weight belongs to: the partition (LoPAR) or each of its virtual processors that computes.
enum class ShareExcessBy { kPartition, kVirtualProcessor };

/// The PU that each partition consumes in the long run, exactly.
///
/// Everyone first takes the smaller of entitlement and demand. What a pool's entitled capacity (the entitlements of its members and its
/// reserve) then has left goes to its own uncapped members (level 0), what the `cores` of the frame have left after that to all uncapped
/// partitions whatever their pool (level 1), both in proportion to weight; whoever meets a limit (its demand, 1 PU a virtual processor,
/// the maximum of its pool) drops out and the others share on. `cores` counts idle donated cores too. Sources: LoPAR for the weights, IBM
/// Power 750 and 780 Technical Overviews for the two levels.
///
/// `pools` may be empty (then everyone is in the default pool). Entitlements and reserves must fit `cores` and the pools' maxima.
std::vector<double> water_fill(double cores, std::span<const PoolShare> pools, std::span<const PartitionShare> partitions,
                               ShareExcessBy by = ShareExcessBy::kPartition);

}  // namespace lparsim::oracles
