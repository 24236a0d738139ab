#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "sim/report/lparcfg/linux_tree.hpp"

namespace lparsim::report {
namespace {

using trace::PartitionFacts;

/// The hypervisor's window of 10 ms in ticks of the time base.
constexpr std::int64_t kWindowTicks = timebase_ticks(SimTime::from_ms(10));

/// Hundredths of a core that a virtual processor needs at least: IBM Power 750 and 760 Technical Overview, p. 124 (from POWER7+ on), IBM
/// Power 770 and 780 Technical Overview, p. 132 (before).
std::int64_t least_per_processor(const std::string& generation) {
  constexpr std::array kOfTen{"POWER5", "POWER5+", "POWER6", "POWER7"};
  return std::ranges::find(kOfTen, generation) != kOfTen.end() ? 10 : 5;
}

/// What the partitions of a pool, or without one all shared partitions of the server, are entitled to at the start.
ProcessingUnits entitled(const LinuxPartition& self, const std::string* pool) {
  ProcessingUnits sum;
  for (const PartitionFacts& p : self.run.partitions)
    if (p.server == self.partition.server && p.mode == "shared" && (pool == nullptr || p.pool == *pool)) sum += p.entitlement;
  return sum;
}

const trace::PoolFacts* pool_of(const LinuxPartition& self) {
  for (const trace::PoolFacts& pool : self.run.pools)
    if (pool.server == self.partition.server && pool.name == self.partition.pool) return &pool;
  return nullptr;
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
void add_characteristics(Lines& lines, const LinuxPartition& self) {
  const LinuxCounters& now = self.counters;
  const std::int64_t least = self.dedicated() ? 100 : least_per_processor(self.server().generation);
  lines.add("BoundThrds", 1);
  lines.add("CapInc", self.dedicated() ? 100 : 1);
  lines.add("DisWheRotPer", kWindowTicks);
  lines.add("MinEntCap", least);
  lines.add("MinEntCapPerVP", least);
  lines.add("MinMem", self.partition.memory.count >> 20);
  lines.add("MinProcs", 1);
  lines.add("partition_max_entitled_capacity", now.potential_processors * 100);
  lines.add("system_potential_processors", self.server().cores);
  lines.add("DesEntCap", now.entitlement.hundredths());
  lines.add("DesMem", self.partition.memory.count >> 20);
  lines.add("DesProcs", now.online_processors);
  lines.add("DesVarCapWt", now.weight);
  lines.add("DedDonMode", self.partition.donates() ? 1 : 0);
}

void add_performance_parameters(Lines& lines, const LinuxPartition& self) {
  const LinuxCounters& now = self.counters;
  const std::uint32_t shared = self.shared_cores();
  const trace::PoolFacts* pool = pool_of(self);
  ProcessingUnits free = ProcessingUnits::cores(shared) - entitled(self, nullptr);
  for (const trace::PoolFacts& p : self.run.pools)
    if (p.server == self.partition.server) free -= p.reserved;
  lines.add("partition_entitled_capacity", now.entitlement.hundredths());
  lines.add("group", 32768 + self.number());
  lines.add("system_active_processors", self.server().cores);
  if (!self.dedicated()) {
    lines.add("pool", pool == nullptr ? 0 : index(pool->pool));
    lines.add("pool_capacity", shared * 100);
    lines.add("pool_idle_time", timebase_ticks(now.pool_idle));
    lines.add("pool_num_procs", shared);
  }
  lines.add("unallocated_capacity_weight", 0);
  lines.add("capacity_weight", now.weight);
  lines.add("capped", now.capped ? 1 : 0);
  lines.add("unallocated_capacity", std::max(free, ProcessingUnits{}).hundredths());
  lines.add("physical_procs_allocated_to_virtualization", shared);
  lines.add("max_proc_capacity_available", pool == nullptr ? shared * 100 : pool->maximum.hundredths());
  lines.add("entitled_proc_capacity_available",
            pool == nullptr ? entitled(self, nullptr).hundredths() : (entitled(self, &pool->name) + pool->reserved).hundredths());
}

/// Memory is the partition's own: 65535 says that it shares none.
void add_memory(Lines& lines, const LinuxPartition& self) {
  const std::uint64_t memory = self.partition.memory.count;
  lines.add("entitled_memory", memory);
  lines.add("entitled_memory_group_number", 32768 + self.number());
  lines.add("entitled_memory_pool_number", 65535);
  lines.add("entitled_memory_weight", 0);
  lines.add("unallocated_entitled_memory_weight", 0);
  lines.add("unallocated_io_mapping_entitlement", 0);
  lines.add("entitled_memory_loan_request", 0);
  lines.add("backing_memory", fmt::format("{} bytes", memory));
  lines.add("cmo_enabled", 0);
}

}  // namespace

std::string lparcfg_text(const LinuxPartition& self) {
  const LinuxCounters& now = self.counters;
  Lines lines;
  lines.add("serial_number", self.serial_number());
  lines.add("system_type", self.model());
  lines.add("partition_id", self.number());
  lines.add("partition_name", self.partition.name);
  add_characteristics(lines, self);
  add_performance_parameters(lines, self);
  add_memory(lines, self);
  std::uint64_t dispersions = 0;
  for (const DispatchCounters& vp : now.dispatched) dispersions += vp.same_chip + vp.other_chip;
  lines.add("dispatches", now.yields);
  lines.add("dispatch_dispersions", dispersions);
  lines.add("purr", now.purr_ticks());
  lines.add("tbr", now.timebase());
  lines.add("partition_active_processors", now.online_processors);
  lines.add("partition_potential_processors", now.potential_processors);
  lines.add("shared_processor_mode", self.dedicated() ? 0 : 1);
  lines.add("MaxMem", self.partition.memory.count);
  return std::move(lines).text();
}

}  // namespace lparsim::report
