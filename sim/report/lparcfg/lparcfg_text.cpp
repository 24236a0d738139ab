#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "sim/report/lparcfg/linux_tree.hpp"

namespace lparsim::report {
namespace {

/// Hundredths of a core that a virtual processor needs at least: IBM Power 750 and 760 Technical Overview, p. 124 (from POWER7+ on), IBM
/// Power 770 and 780 Technical Overview, p. 132 (before).
std::int64_t least_per_processor(const std::string& generation) {
  constexpr std::array kOfTen{"POWER5", "POWER5+", "POWER6", "POWER7"};
  return std::ranges::find(kOfTen, generation) != kOfTen.end() ? 10 : 5;
}

class Lines {
 public:
  template <class Value>
  void add(std::string_view key, const Value& value) {
    fmt::format_to(std::back_inserter(text_), "{}={}\n", key, value);
  }
  std::string text() && { return "lparcfg 1.9\n" + std::move(text_); }

 private:
  std::string text_;
};

/// The characteristics that firmware gives as one string (LoPAR, "SPLPAR Characteristics"). What a scenario has no key for: least values
/// are the least that the hypervisor allows, greatest ones what the partition has had.
void add_characteristics(Lines& lines, const LinuxPartition& linux) {
  const LinuxCounters& now = linux.counters;
  const std::int64_t least = linux.self.dedicated() ? 100 : least_per_processor(linux.self.server.generation);
  lines.add("BoundThrds", 1);
  lines.add("CapInc", linux.self.dedicated() ? 100 : 1);
  lines.add("DisWheRotPer", timebase_ticks(linux.self.server.dispatch_window));
  lines.add("MinEntCap", least);
  lines.add("MinEntCapPerVP", least);
  lines.add("MinMem", linux.self.facts.memory.count >> 20);
  lines.add("MinProcs", 1);
  lines.add("partition_max_entitled_capacity", now.potential_processors * 100);
  lines.add("system_potential_processors", linux.self.server.cores);
  lines.add("DesEntCap", now.entitlement.hundredths());
  lines.add("DesMem", linux.self.facts.memory.count >> 20);
  lines.add("DesProcs", now.online_processors);
  lines.add("DesVarCapWt", now.weight);
  lines.add("DedDonMode", linux.self.facts.donates() ? 1 : 0);
}

void add_performance_parameters(Lines& lines, const LinuxPartition& linux) {
  const LinuxCounters& now = linux.counters;
  const std::uint32_t shared = linux.self.shared_cores;
  lines.add("partition_entitled_capacity", now.entitlement.hundredths());
  lines.add("group", 32768 + linux.number());
  lines.add("system_active_processors", linux.self.server.cores);
  if (!linux.self.dedicated()) {
    lines.add("pool", index(linux.self.pool.pool));
    lines.add("pool_capacity", shared * 100);
    lines.add("pool_idle_time", timebase_ticks(now.pool_idle));
    lines.add("pool_num_procs", shared);
  }
  lines.add("unallocated_capacity_weight", 0);
  lines.add("capacity_weight", now.weight);
  lines.add("capped", now.capped ? 1 : 0);
  lines.add("unallocated_capacity", 0);
  lines.add("physical_procs_allocated_to_virtualization", shared);
  lines.add("max_proc_capacity_available", linux.self.dedicated() ? shared * 100 : linux.self.pool.maximum.hundredths());
  lines.add("entitled_proc_capacity_available", linux.self.pool_entitlement.hundredths());
}

/// Memory is the partition's own: 65535 says that it shares none.
void add_memory(Lines& lines, const LinuxPartition& linux) {
  const std::uint64_t memory = linux.self.facts.memory.count;
  lines.add("entitled_memory", memory);
  lines.add("entitled_memory_group_number", 32768 + linux.number());
  lines.add("entitled_memory_pool_number", 65535);
  lines.add("entitled_memory_weight", 0);
  lines.add("unallocated_entitled_memory_weight", 0);
  lines.add("unallocated_io_mapping_entitlement", 0);
  lines.add("entitled_memory_loan_request", 0);
  lines.add("backing_memory", fmt::format("{} bytes", memory));
  lines.add("cmo_enabled", 0);
}

}  // namespace

std::string lparcfg_text(const LinuxPartition& linux) {
  const LinuxCounters& now = linux.counters;
  Lines lines;
  lines.add("serial_number", linux.serial_number());
  lines.add("system_type", linux.model());
  lines.add("partition_id", linux.number());
  lines.add("partition_name", linux.self.facts.name);
  add_characteristics(lines, linux);
  add_performance_parameters(lines, linux);
  add_memory(lines, linux);
  std::uint64_t dispersions = 0;
  for (const DispatchCounters& vp : now.dispatched) dispersions += vp.same_chip + vp.other_chip;
  lines.add("dispatches", now.yields);
  lines.add("dispatch_dispersions", dispersions);
  lines.add("purr", now.purr_ticks());
  lines.add("tbr", now.timebase());
  lines.add("partition_active_processors", now.online_processors);
  lines.add("partition_potential_processors", now.potential_processors);
  lines.add("shared_processor_mode", linux.self.dedicated() ? 0 : 1);
  lines.add("MaxMem", linux.self.facts.memory.count);
  return std::move(lines).text();
}

}  // namespace lparsim::report
