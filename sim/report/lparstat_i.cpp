#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sim/report/columns.hpp"
#include "sim/report/commands.hpp"

namespace lparsim::report {

namespace {

using Lines = std::vector<std::pair<std::string, std::string>>;

/// The smallest and largest that a partition had: the run file knows no other limits.
struct Limits {
  explicit Limits(const PartitionHistory& p) : least{configuration_of(p.facts)}, most{least} {
    for (const trace::IntervalSample& i : p.intervals) {
      const Configuration c = configuration_of(i);
      least.virtual_processors = std::min(least.virtual_processors, c.virtual_processors);
      most.virtual_processors = std::max(most.virtual_processors, c.virtual_processors);
      least.entitlement = std::min(least.entitlement, c.entitlement);
      most.entitlement = std::max(most.entitlement, c.entitlement);
    }
  }
  Configuration least, most;
};

/// Partition numbers count from 1 on a server, those of the run file from 0.
std::uint32_t number_of(const PartitionHistory& p) {
  return static_cast<std::uint32_t>(p.facts.partition) + 1;
}
std::string group_of(const PartitionHistory& p) {
  return std::to_string(32768 + number_of(p));
}
std::string count(std::uint64_t value) {
  return std::to_string(value);
}
std::string capacity(double value) {
  return fixed(value, 2);
}

std::string aix_type(const PartitionHistory& p, const Configuration& c) {
  const std::string smt = c.smt();
  if (smt == "Off") return p.type();
  return std::string{p.type()} + (smt == "2" ? "-SMT" : "-SMT-" + smt);
}

std::string padded(const Lines& lines, std::size_t width) {
  std::string out;
  for (const auto& [key, value] : lines) out += fmt::format("{:<{}}: {}\n", key, width, value);
  return out;
}

Lines identity(const PartitionHistory& p, const std::string& type, const Configuration& c) {
  return {{"Node Name", p.facts.name},
          {"Partition Name", p.facts.name},
          {"Partition Number", count(number_of(p))},
          {"Type", type},
          {"Mode", p.mode(c)},
          {"Entitled Capacity", capacity(c.entitlement)},
          {"Partition Group-ID", group_of(p)},
          {"Shared Pool ID", p.dedicated() ? "-" : count(index(p.pool.pool))}};
}

void append(Lines& lines, Lines more) {
  lines.insert(lines.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

}  // namespace

std::string aix_lparstat_i(const PartitionHistory& p) {
  const Configuration c = p.latest();
  const Limits limits{p};
  const bool shared = !p.dedicated();
  const auto if_shared = [&](std::string value) {
    return shared ? std::move(value) : std::string{"-"};
  };
  const std::string memory = count(p.facts.memory.count >> 20) + " MB";
  const double share = c.virtual_processors == 0 ? 0.0 : 100 * c.entitlement / c.virtual_processors;
  Lines lines = identity(p, aix_type(p, c), c);
  append(lines, {{"Online Virtual CPUs", count(c.virtual_processors)},
                 {"Maximum Virtual CPUs", count(limits.most.virtual_processors)},
                 {"Minimum Virtual CPUs", count(limits.least.virtual_processors)},
                 {"Online Memory", memory},
                 {"Maximum Memory", memory},
                 {"Minimum Memory", memory},
                 {"Variable Capacity Weight", if_shared(count(c.weight))},
                 {"Minimum Capacity", capacity(limits.least.entitlement)},
                 {"Maximum Capacity", capacity(limits.most.entitlement)},
                 {"Capacity Increment", shared ? "0.01" : "1.00"},
                 {"Maximum Physical CPUs in system", count(p.server.cores)},
                 {"Active Physical CPUs in system", count(p.server.cores)},
                 {"Active CPUs in Pool", if_shared(count(p.pool_size()))},
                 {"Shared Physical CPUs in system", count(p.shared_cores)},
                 {"Maximum Capacity of Pool", if_shared(count(static_cast<std::uint64_t>(p.pool.maximum.hundredths())))},
                 {"Entitled Capacity of Pool", if_shared(count(static_cast<std::uint64_t>(p.pool_entitlement.hundredths())))},
                 {"Unallocated Capacity", if_shared("0.00")},
                 {"Physical CPU Percentage", capacity(share) + "%"},
                 {"Unallocated Weight", if_shared("0")},
                 {"Memory Mode", "Dedicated"}});
  for (const char* key : {"Total I/O Memory Entitlement", "Variable Memory Capacity Weight", "Memory Pool ID",
                          "Physical Memory in the Pool", "Hypervisor Page Size", "Unallocated Variable Memory Capacity Weight",
                          "Unallocated I/O Memory entitlement", "Memory Group ID of LPAR"})
    lines.emplace_back(key, "-");
  append(lines, {{"Desired Virtual CPUs", count(p.facts.virtual_processors)},
                 {"Desired Memory", memory},
                 {"Desired Variable Capacity Weight", if_shared(count(p.facts.weight))},
                 {"Desired Capacity", capacity(p.facts.entitlement.value())},
                 {"Target Memory Expansion Factor", "-"},
                 {"Target Memory Expansion Size", "-"},
                 {"Power Saving Mode", "Disabled"},
                 {"Sub Processor Mode", "-"}});
  return padded(lines, 43);
}

Result<std::string> lparstat_i_report(const trace::Reader& reader, const PartitionHistory& p, const Options&) {
  return p.linux() ? linux_lparstat_i(reader, p) : aix_lparstat_i(p);
}

}  // namespace lparsim::report
