#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "sim/report/columns.hpp"
#include "sim/report/commands.hpp"
#include "sim/report/lparcfg/linux_tree.hpp"

namespace lparsim::report {
namespace {

/// How powerpc-utils shows a value.
enum class Shown : std::uint8_t {
  as_it_is,
  hundredths,  ///< as 1.25
  type,        ///< of the processors: 1 is shared
  mode,        ///< 1 is capped
  memory,      ///< its pool: 65535 is none
  or_zero,     ///< also where the key is missing, which other keys' lines are not
  hundredths_or_zero,
};

struct Line {
  const char* label;
  const char* key;
  Shown shown = Shown::as_it_is;
};

/// In the order and with the mixed units of iflag_entries (powerpc-utils, src/lparstat.h). Keys in capitals are not lparcfg's.
constexpr Line kLines[] = {
    {"Node Name", "partition_name"},
    {"Partition Name", "partition_name"},
    {"Partition Number", "partition_id"},
    {"Type", "shared_processor_mode", Shown::type},
    {"Mode", "capped", Shown::mode},
    {"Entitled Capacity", "partition_entitled_capacity", Shown::hundredths},
    {"Partition Group-ID", "group"},
    {"Shared Pool ID", "pool"},
    {"Online Virtual CPUs", "partition_active_processors"},
    {"Maximum Virtual CPUs", "partition_potential_processors"},
    {"Minimum Virtual CPUs", "MinProcs"},
    {"Online Memory", "MEMTOTAL"},
    {"Minimum Memory", "MinMem"},
    {"Desired Memory", "DesMem"},
    {"Maximum Memory", "MaxMem"},
    {"Minimum Capacity", "MinEntCap", Shown::hundredths},
    {"Maximum Capacity", "partition_max_entitled_capacity", Shown::hundredths},
    {"Capacity Increment", "CapInc", Shown::hundredths},
    {"Active Physical CPUs in system", "system_active_processors"},
    {"Active CPUs in Pool", "physical_procs_allocated_to_virtualization"},
    {"Shared Physical CPUS in system", "physical_procs_allocated_to_virtualization"},
    {"Maximum Capacity of Pool", "pool_capacity", Shown::hundredths_or_zero},
    {"Entitled Capacity of Pool", "entitled_proc_capacity_available", Shown::or_zero},
    {"Unallocated Processor Capacity", "unallocated_capacity"},
    {"Physical CPU Percentage", "PERCENTAGE"},
    {"Unallocated Weight", "unallocated_capacity_weight"},
    {"Memory Mode", "entitled_memory_pool_number", Shown::memory},
    {"Total I/O Memory Entitlement", "entitled_memory"},
    {"Variable Memory Capacity Weight", "entitled_memory_weight"},
    {"Memory Pool ID", "entitled_memory_pool_number"},
    {"Unallocated Variable Memory Capacity Weight", "unallocated_entitled_memory_weight"},
    {"Unallocated I/O Memory Entitlement", "unallocated_io_mapping_entitlement"},
    {"Memory Group ID of LPAR", "entitled_memory_group_number"},
    {"Desired Variable Capacity Weight", "DesVarCapWt"},
};

using Values = std::map<std::string, std::string, std::less<>>;

Values values_of(std::string_view lparcfg) {
  Values values;
  while (!lparcfg.empty()) {
    const std::string_view line = lparcfg.substr(0, lparcfg.find('\n'));
    const std::size_t sign = line.find('=');
    if (sign != std::string_view::npos) values.emplace(line.substr(0, sign), line.substr(sign + 1));
    lparcfg.remove_prefix(std::min(lparcfg.size(), line.size() + 1));
  }
  return values;
}

std::string hundredths(const std::string& value) {
  std::int64_t number = 0;
  std::from_chars(value.data(), value.data() + value.size(), number);
  return fixed(static_cast<double>(number) / 100, 2);
}

std::string shown(const std::string& value, Shown how) {
  switch (how) {
    case Shown::hundredths:
    case Shown::hundredths_or_zero:
      return hundredths(value);
    case Shown::type:
      return value == "1" ? "Shared" : "Dedicated";
    case Shown::mode:
      return value == "1" ? "Capped" : "Uncapped";
    case Shown::memory:
      return value == "65535" ? "Dedicated" : "Shared";
    case Shown::as_it_is:
    case Shown::or_zero:
      break;
  }
  return value;
}

}  // namespace

// Made of the file that the real command reads, so that both say the same (validation/real_client).
Result<std::string> linux_lparstat_i(const trace::Reader& reader, const PartitionHistory& p) {
  const auto counters = linux_counters(reader, p, p.intervals.empty() ? SimTime{} : p.intervals.back().end);
  if (!counters) return unexpected(counters.error());
  Values values = values_of(lparcfg_text({p, *counters}));
  values["MEMTOTAL"] = fmt::format("{} kB", p.facts.memory.count >> 10);
  const std::int64_t processors = counters->online_processors;
  values["PERCENTAGE"] = std::to_string(processors == 0 ? 0 : counters->entitlement.hundredths() / processors);
  std::string out;
  for (const Line& line : kLines) {
    const auto value = values.find(line.key);
    const bool or_zero = line.shown == Shown::or_zero || line.shown == Shown::hundredths_or_zero;
    if (value == values.end() && !or_zero) continue;
    out += fmt::format("{:<45}: {}\n", line.label, shown(value == values.end() ? "0" : value->second, line.shown));
  }
  return out;
}

}  // namespace lparsim::report
