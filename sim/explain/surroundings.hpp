#pragma once
#include <vector>

#include "sim/base/result.hpp"
#include "sim/explain/frame.hpp"
#include "sim/trace/reader.hpp"

namespace lparsim::explain {

/// What account_for() needs to know of a server: its dispatches that overlap the windows of [begin, end], and those of `partition` whose
/// waits do.
Result<std::vector<trace::DispatchSpan>> rows_around(const trace::Reader& reader, const Frame& frame, PartitionId partition, SimTime begin,
                                                     SimTime end);

}  // namespace lparsim::explain
