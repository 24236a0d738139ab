#pragma once
#include <optional>
#include <span>
#include <vector>

#include "sim/explain/cause.hpp"
#include "sim/explain/frame.hpp"
#include "sim/trace/records.hpp"

namespace lparsim::explain {

/// Why a partition had none of its virtual processors on a core, for a time.
struct OffAccount {
  PartitionId partition{};
  SimTime off;                  ///< reasons + asleep + unexplained
  std::vector<Reason> reasons;  ///< while one of them had work, in the order in which they came up first
  SimTime asleep;               ///< none of them had work
  SimTime unexplained;          ///< the run file does not tell
};

/// How long no virtual processor of the partition was on a core in [begin, end). `rows` as in account_for().
SimTime time_off(PartitionId partition, SimTime begin, SimTime end, std::span<const trace::DispatchSpan> rows);

/// Accounts for `off` of it, the first of it, in whole picoseconds. Where several virtual processors wait at once, the one that has waited
/// longest counts. `waits`: those of the partition that ended on no core.
OffAccount account_for_off(const Frame& frame, PartitionId partition, SimTime begin, SimTime end, SimTime off,
                           std::span<const trace::DispatchSpan> rows, std::span<const trace::DispatchSpan> vain_waits);

}  // namespace lparsim::explain
