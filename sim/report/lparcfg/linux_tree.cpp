#include "sim/report/lparcfg/linux_tree.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/base/check.hpp"

namespace lparsim::report {

const trace::ServerFacts& LinuxPartition::server() const {
  const auto found = std::ranges::find(run.servers, partition.server, &trace::ServerFacts::server);
  LPARSIM_CHECK(found != run.servers.end(), "{} is on no server of the run", partition.name);
  return *found;
}

std::uint32_t LinuxPartition::shared_cores() const {
  std::uint32_t cores = server().cores;
  for (const trace::PartitionFacts& p : run.partitions)
    if (p.server == partition.server && p.mode == "dedicated") cores -= std::min(cores, p.cores);
  return cores;
}

std::string LinuxPartition::model() const {
  return "IBM," + (server().model.empty() ? "lparsim" : server().model);
}

std::string LinuxPartition::serial_number() const {
  return fmt::format("IBM,02{:07}", index(partition.server) + 1);
}

std::vector<TreeFile> linux_tree(const LinuxPartition& self) {
  std::vector<TreeFile> files = proc_files(self);
  for (std::vector<TreeFile>& part : std::vector{device_tree_files(self), cpu_files(self)})
    files.insert(files.end(), std::make_move_iterator(part.begin()), std::make_move_iterator(part.end()));
  return files;
}

}  // namespace lparsim::report
