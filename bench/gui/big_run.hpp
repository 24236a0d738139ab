#pragma once
#include <cstdint>
#include <filesystem>

#include "sim/base/units.hpp"

namespace lparsim::bench {

/// A run file of a frame that nobody has the time to simulate, as a trace at level full would have it: stays and waits of every virtual
/// processor, requests of disks, calls of a Virtual Service Partition, samples, tracks. Activity goes up and down, some partitions are
/// capped, one in ten has most of the work. The same figures, the same file.
struct BigRun {
  Bytes size{1'000'000'000};  ///< of the file, about
  std::uint32_t cores = 240;
  std::uint32_t partitions = 1000;
  std::uint32_t virtual_processors = 8;  ///< of each partition; together at least twice the cores
};

/// Written through the recorder of real runs, at its speed: half a million to a million stays a second. Throws trace::WriteError.
void write_big_run(const std::filesystem::path& path, const BigRun& run);

}  // namespace lparsim::bench
