#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "gui/data/run_facts.hpp"
#include "sim/trace/window_reader.hpp"

namespace lparsim::gui {

using trace::LaneKey;

/// How the lanes of the timeline are put together.
enum class Arrangement : std::uint8_t { byCore, byPartition, byVirtualProcessor };

/// A line of the timeline.
struct Lane {
  LaneKey key;
  std::string name;        ///< `core 3`, `web`, `vp 0`, `sda`
  std::string full;        ///< as it would be said alone: `frame1 core 3`, `web vp 0`, `db sda`; what search finds
  int depth = 0;           ///< 0: a group's first line, 1: beneath it
  bool dedicated = false;  ///< a core that belongs to a dedicated partition, a partition with dedicated cores
};

/// The lanes of a run, in the order in which they are drawn. byCore: servers' cores, then partitions' I/O and services. byPartition: every
/// partition with its disks, peers and services beneath. byVirtualProcessor: every partition with its virtual processors beneath, then the
/// same.
std::vector<Lane> lanesOf(const RunFacts& facts, Arrangement arrangement);

}  // namespace lparsim::gui
