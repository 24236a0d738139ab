#pragma once
#include <string>
#include <vector>

#include "sim/report/lparcfg/linux_counters.hpp"

namespace lparsim::report {

/// A file of an exported tree: its path from the root, without a slash in front, and what reading it gives.
struct TreeFile {
  std::string path;
  std::string content;
};

/// Who looks at itself when.
struct LinuxPartition {
  const trace::RunInfo& run;
  const trace::PartitionFacts& partition;
  const LinuxCounters& counters;

  bool dedicated() const { return partition.mode == "dedicated"; }
  const trace::ServerFacts& server() const;
  /// Cores that no dedicated partition holds.
  std::uint32_t shared_cores() const;
  /// The machine's type and model as the firmware says it: IBM,9009-42A.
  std::string model() const;
  std::string serial_number() const;
  /// Partition numbers of the HMC count from 1.
  std::uint32_t number() const { return static_cast<std::uint32_t>(index(partition.partition)) + 1; }
};

/// The files of /proc and /sys that a Linux partition with these figures would show and that powerpc-utils 1.3.10 and their like read.
/// Sources: Linux, arch/powerpc/platforms/pseries/lparcfg.c, arch/powerpc/kernel/sysfs.c and fs/proc; lparcfg(5) of powerpc-utils.
std::vector<TreeFile> linux_tree(const LinuxPartition& self);

// Its parts.

/// /proc/powerpc/lparcfg.
std::string lparcfg_text(const LinuxPartition& self);
std::vector<TreeFile> proc_files(const LinuxPartition& self);
std::vector<TreeFile> device_tree_files(const LinuxPartition& self);
/// /sys/devices/system/cpu.
std::vector<TreeFile> cpu_files(const LinuxPartition& self);

}  // namespace lparsim::report
