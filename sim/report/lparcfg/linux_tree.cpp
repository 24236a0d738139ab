#include "sim/report/lparcfg/linux_tree.hpp"

#include <fmt/format.h>

#include <iterator>

namespace lparsim::report {

std::string LinuxPartition::model() const {
  return "IBM," + (self.server.model.empty() ? "lparsim" : self.server.model);
}

std::string LinuxPartition::serial_number() const {
  return fmt::format("IBM,02{:07}", index(self.facts.server) + 1);
}

std::vector<ReportFile> linux_tree(const LinuxPartition& linux) {
  std::vector<ReportFile> files = proc_files(linux);
  for (std::vector<ReportFile>& part : std::vector{device_tree_files(linux), cpu_files(linux)})
    files.insert(files.end(), std::make_move_iterator(part.begin()), std::make_move_iterator(part.end()));
  return files;
}

Result<std::vector<ReportFile>> lparcfg_files(const trace::Reader& reader, const PartitionHistory& p, const Options& options) {
  if (!options.at) return unexpected(std::string{"format lparcfg shows a partition at one time: --at has to name it, such as 4 s"});
  const auto counters = linux_counters(reader, p, *options.at);
  if (!counters) return unexpected(counters.error());
  return linux_tree({p, *counters});
}

Result<LinuxCounters> linux_counters(const trace::Reader& reader, const PartitionHistory& p, SimTime at) {
  auto virtual_processors = reader.vp_intervals(p.facts.server, p.facts.partition);
  if (!virtual_processors) return unexpected(virtual_processors.error());
  auto logical = reader.logical_intervals(p.facts.server, p.facts.partition);
  if (!logical) return unexpected(logical.error());
  LinuxCounting counting{p, *std::move(virtual_processors), *std::move(logical)};
  if (const auto there = counting.advance(at); !there) return unexpected(there.error());
  return counting.now();
}

}  // namespace lparsim::report
