#pragma once
#include <array>
#include <vector>

#include "sim/base/histogram.hpp"
#include "sim/base/result.hpp"
#include "sim/report/partition_history.hpp"
#include "sim/trace/io_records.hpp"
#include "sim/trace/reader.hpp"

namespace lparsim::report {

/// What went to one target in one period: reads and writes of a disk, sends and calls of a peer.
struct IoPeriod {
  SimTime begin, end;
  std::array<trace::IoIntervalSample, 2> flows;
  std::array<Histogram, 2> latencies;  ///< empty unless every request is recorded

  std::uint64_t requests() const { return flows[0].requests + flows[1].requests; }
};

/// A target and its periods.
struct IoHistory {
  trace::IoTarget target;
  std::vector<IoPeriod> periods;
};

/// The targets of each partition, in the order of `partitions`. Periods are the recorded intervals of the partition, or (`whole`) one: from
/// the first interval that begins after the warmup to the end of the last. Periods without any request are there.
Result<std::vector<std::vector<IoHistory>>> read_io(const trace::Reader& reader, const std::vector<PartitionHistory>& partitions,
                                                    bool whole, SimTime warmup);

}  // namespace lparsim::report
