#include <fmt/format.h>

#include "lpars/workload/demand_curve.hpp"
#include "sim/base/quantity.hpp"
#include "sim/base/text.hpp"
#include "sim/scenario/checks.hpp"

namespace lparsim::scenario {
namespace {

// 64 up to POWER6 (IBM Docs, AIX, "Implementation of Micro-Partitioning"), 256 later (MaximumVirtualProcessorsPerPartition of a managed
// system, pypowervm test data).
std::uint32_t most_virtual_processors(core::Generation generation, PartitionType type) {
  const bool aix_or_linux = type == PartitionType::aix || type == PartitionType::linux_;
  return generation <= core::Generation::power6 && aix_or_linux ? 64 : core::kMaximumVirtualProcessorsPerPartition;
}

void check_hypervisor(Checking& checking, std::size_t s) {
  const HypervisorConfig& hypervisor = checking.scenario.servers[s].hypervisor;
  const std::string path = checking.places.server(s) + ".hypervisor";
  if (checking.diagnostics.has_errors_under(path)) return;
  if (hypervisor.excess_slice > hypervisor.dispatch_window)
    checking.diagnostics.error_at(path + ".excess_slice", fmt::format("{} are more than a window; allowed: at most the dispatch_window, {}",
                                                                      format(hypervisor.excess_slice), format(hypervisor.dispatch_window)));
  if (hypervisor.dispatch_cost >= hypervisor.excess_slice)
    checking.diagnostics.error_at(path + ".dispatch_cost",
                                  fmt::format("a slice of excess capacity, {}, would be lost in switching; allowed: less than excess_slice",
                                              format(hypervisor.excess_slice)));
  if (!hypervisor.cache_refill) {
    if (checking.places.given(s, "hypervisor.cache"))
      checking.diagnostics.warning_at(path + ".cache", "of no effect without `cache_model: refill`");
    return;
  }
  const core::CacheRefill caches(*hypervisor.cache_refill, 1, 1);
  if (const SimTime longest = caches.time_for(hypervisor.cache_refill->cache, true); longest >= hypervisor.excess_slice)
    checking.diagnostics.warning_at(
        path + ".cache", fmt::format("filling a whole cache takes up to {}, as long as a slice of excess capacity ({}) or longer",
                                     format(longest), format(hypervisor.excess_slice)));
}

/// A recording that wants more than the whole server could ever give is one of something else.
void check_demand(Checking& checking, std::size_t s, const workload::Config& config, const std::string& place) {
  const auto* recording = std::get_if<workload::Recording>(&config.type);
  if (recording == nullptr) return;
  const double peak = workload::DemandCurve{*recording}.peak();
  const std::uint32_t cores = checking.scenario.servers[s].processor.cores;
  if (peak > cores)
    checking.diagnostics.error_at(
        place, fmt::format("the recording wants up to {:.6g} PU; allowed: at most {} PU, all cores of the server", peak, cores));
}

/// Keys that the partition's operating system does not look at: whoever writes them expects something of them.
void check_guest(Checking& checking, std::size_t s, std::size_t p) {
  const PartitionConfig& partition = checking.scenario.servers[s].partitions[p];
  const std::string path = checking.places.partition(s, p) + ".guest";
  if (checking.diagnostics.has_errors_under(path)) return;
  const auto idle = [&](std::string_view key, std::string_view why) {
    if (checking.places.given(s, p, fmt::format("guest.{}", key)))
      checking.diagnostics.warning_at(fmt::format("{}.{}", path, key), fmt::format("of no effect {}", why));
  };
  if (partition.guest.policy != guest::Policy::aix) {
    for (const char* key : {"vpm_xvcpus", "vpm_fold_threshold", "fold_period", "vpm_throughput_mode"})
      idle(key, "but on AIX and VIOS partitions");
  } else if (!partition.guest.folding.enabled) {
    for (const char* key : {"vpm_fold_threshold", "fold_period"}) idle(key, "while folding is off (vpm_xvcpus)");
  }
  if (partition.guest.lock_waiting != guest::LockWaiting::confer) idle("confer_to_ceded", "without `lock_waiting: confer`");
}

void check_partition(Checking& checking, std::size_t s, std::size_t p, const std::vector<std::string>& pools) {
  const ServerConfig& server = checking.scenario.servers[s];
  const PartitionConfig& partition = server.partitions[p];
  const std::string path = checking.places.partition(s, p);
  // The schema has said so already where it could; this is for what only the numbers together show.
  for (std::size_t w = 0; w < partition.workloads.size(); ++w) {
    const auto problem = workload::problem_of(partition.workloads[w]);
    if (problem && !checking.diagnostics.has_errors_under(checking.places.workload(s, p, w)))
      checking.diagnostics.error_at(checking.places.workload(s, p, w), *problem);
    else if (!problem && checking.processor_read(s))
      check_demand(checking, s, partition.workloads[w], checking.places.workload(s, p, w));
  }
  check_guest(checking, s, p);
  const bool smt_read = checking.processor_read(s) && !checking.diagnostics.has_errors_under(path + ".smt");
  if (smt_read && partition.smt > server.processor.smt)
    checking.diagnostics.error_at(path + ".smt", fmt::format("{} threads per core are more than the processor's; allowed: at most {}",
                                                             partition.smt, server.processor.smt));
  if (partition.processors.mode != ProcessorMode::shared || !checking.partition_read(s, p)) return;
  const PartitionProcessors& processors = partition.processors;
  if (std::find(pools.begin(), pools.end(), processors.pool) == pools.end())
    checking.diagnostics.error_at(path + ".processors.pool", fmt::format("there is no pool {} on server `{}`; {}", shown(processors.pool),
                                                                         server.name, checking.hint(processors.pool, pools)));
  if (!checking.processor_read(s)) return;
  if (const auto problem = shared_processor_problem(server, partition.type, processors.entitlement, processors.virtual_processors))
    checking.diagnostics.error_at(fmt::format("{}.processors.{}", path, problem->key), problem->message);
}

}  // namespace

std::optional<LimitProblem> shared_processor_problem(const ServerConfig& server, PartitionType type, ProcessingUnits entitlement,
                                                     std::uint32_t virtual_processors) {
  const core::GenerationFacts& facts = core::generation_facts(server.processor.generation);
  const std::string on =
      fmt::format("{} on {} virtual processor{}", format(entitlement), virtual_processors, virtual_processors == 1 ? "" : "s");
  const std::uint32_t most = most_virtual_processors(server.processor.generation, type);
  if (virtual_processors > most)
    return LimitProblem{"virtual", fmt::format("{} virtual processors; allowed: at most {} in a partition of this type on {}",
                                               virtual_processors, most, facts.name)};
  const ProcessingUnits least = facts.minimum_per_virtual_processor * virtual_processors;
  if (entitlement < least)
    return LimitProblem{"entitlement", fmt::format("{} are too little; allowed: at least {} a virtual processor on {}, here {}", on,
                                                   format(facts.minimum_per_virtual_processor), facts.name, format(least))};
  if (entitlement > core::kMaximumPerVirtualProcessor * virtual_processors)
    return LimitProblem{"entitlement", fmt::format("{} are too much; allowed: at most {} a virtual processor", on,
                                                   format(core::kMaximumPerVirtualProcessor))};
  const SimTime slice = entitlement.time_in(server.hypervisor.dispatch_window) / virtual_processors;
  if (slice <= server.hypervisor.dispatch_cost)
    return LimitProblem{
        "entitlement",
        fmt::format("{} make slices of {} a window, which would be lost in switching; allowed: more than the dispatch_cost, {}", on,
                    format(slice), format(server.hypervisor.dispatch_cost))};
  return std::nullopt;
}

void check_partitions(Checking& checking) {
  for (std::size_t s = 0; s < checking.scenario.servers.size(); ++s) {
    const ServerConfig& server = checking.scenario.servers[s];
    const core::GenerationFacts& facts = core::generation_facts(server.processor.generation);
    if (checking.processor_read(s) && server.processor.smt > facts.most_threads_per_core)
      checking.diagnostics.error_at(checking.places.server(s) + ".processor.smt",
                                    fmt::format("{} threads per core are more than {} has; allowed: at most {}", server.processor.smt,
                                                facts.name, facts.most_threads_per_core));
    check_hypervisor(checking, s);
    std::vector<std::string> pools{"default"};
    for (const PoolConfig& pool : server.pools) pools.push_back(pool.name);
    for (std::size_t p = 0; p < server.partitions.size(); ++p) check_partition(checking, s, p, pools);
  }
}

}  // namespace lparsim::scenario
