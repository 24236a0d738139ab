#pragma once
#include <string>
#include <vector>

#include "sim/report/format.hpp"
#include "sim/report/lparcfg/linux_counters.hpp"

namespace lparsim::report {

/// Who looks at itself when.
struct LinuxPartition {
  const PartitionHistory& self;
  const LinuxCounters& counters;

  /// The machine's type and model as the firmware says it: IBM,9009-42A.
  std::string model() const;
  std::string serial_number() const;
  /// Partition numbers of the HMC count from 1.
  std::uint32_t number() const { return static_cast<std::uint32_t>(index(self.facts.partition)) + 1; }
};

/// The files of /proc and /sys that a Linux partition with these figures would show and that powerpc-utils 1.3.10 and their like read.
/// Sources: Linux, arch/powerpc/platforms/pseries/lparcfg.c, arch/powerpc/kernel/sysfs.c and fs/proc; lparcfg(5) of powerpc-utils.
std::vector<ReportFile> linux_tree(const LinuxPartition& linux);

/// The same from a run file, at the time of the options.
Result<std::vector<ReportFile>> lparcfg_files(const trace::Reader& reader, const PartitionHistory& p, const Options& options);

/// What it is made of, at 0 or where one of the partition's intervals ends.
Result<LinuxCounters> linux_counters(const trace::Reader& reader, const PartitionHistory& p, SimTime at);

// Its parts.

/// /proc/powerpc/lparcfg.
std::string lparcfg_text(const LinuxPartition& linux);
std::vector<ReportFile> proc_files(const LinuxPartition& linux);
std::vector<ReportFile> device_tree_files(const LinuxPartition& linux);
/// /sys/devices/system/cpu.
std::vector<ReportFile> cpu_files(const LinuxPartition& linux);

}  // namespace lparsim::report
