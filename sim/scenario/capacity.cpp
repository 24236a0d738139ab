#include "sim/scenario/capacity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>

#include "sim/base/quantity.hpp"

namespace lparsim::scenario {
namespace {

using Of = Overcommitment::Of;

/// A sum that remembers with whom it went beyond the limit.
template <class Amount>
class Sum {
 public:
  Sum(Amount start, Amount limit) : total_{start}, limit_{limit}, exceeded_{start > limit} {}
  void add(std::size_t partition, Amount amount) {
    total_ = total_ + amount;
    if (exceeded_ || total_ <= limit_) return;
    exceeded_ = true;
    by_ = partition;
  }
  bool exceeded() const { return exceeded_; }
  Amount total() const { return total_; }
  std::optional<std::size_t> by() const { return by_; }

 private:
  Amount total_;
  Amount limit_;
  bool exceeded_;
  std::optional<std::size_t> by_;
};

bool takes_entitlement(const PartitionConfig& partition, const PartitionState& state) {
  return partition.processors.mode == ProcessorMode::shared && state.running && state.known;
}

void check_cores(const ServerConfig& server, const std::vector<PartitionState>& states, std::vector<Overcommitment>& found) {
  Sum<std::uint64_t> dedicated{0, server.processor.cores};
  for (std::size_t i = 0; i < states.size(); ++i)
    if (server.partitions[i].processors.mode == ProcessorMode::dedicated && states[i].known)
      dedicated.add(i, server.partitions[i].processors.cores);
  if (dedicated.exceeded()) {
    found.push_back({Of::cores, dedicated.by(), 0,
                     fmt::format("dedicated partitions take {} cores together; allowed: at most {}, those of the server", dedicated.total(),
                                 server.processor.cores)});
    return;
  }
  const auto shared_cores = ProcessingUnits::cores(static_cast<std::int64_t>(server.processor.cores - dedicated.total()));
  ProcessingUnits reserved;
  for (const PoolConfig& pool : server.pools) reserved += pool.reserved;
  Sum<ProcessingUnits> entitled{reserved, shared_cores};
  for (std::size_t i = 0; i < states.size(); ++i)
    if (takes_entitlement(server.partitions[i], states[i])) entitled.add(i, states[i].entitlement);
  if (!entitled.exceeded()) return;
  const std::string_view with = reserved > ProcessingUnits{} ? " and what pools reserve" : "";
  found.push_back(
      {Of::shared_cores, entitled.by(), 0,
       fmt::format("the entitlements of the partitions that run{} add up to {}; allowed: at most {}, the shared cores of the server", with,
                   format(entitled.total()), format(shared_cores))});
}

void check_pools(const ServerConfig& server, const std::vector<PartitionState>& states, std::vector<Overcommitment>& found) {
  std::map<std::string_view, std::size_t> limited;
  std::vector<Sum<ProcessingUnits>> entitled;
  for (std::size_t k = 0; k < server.pools.size(); ++k) {
    const PoolConfig& pool = server.pools[k];
    entitled.emplace_back(pool.reserved, pool.maximum.value_or(ProcessingUnits::cores(INT32_MAX)));
    if (pool.maximum) limited.emplace(pool.name, k);
  }
  for (std::size_t i = 0; i < states.size() && !limited.empty(); ++i) {
    if (!takes_entitlement(server.partitions[i], states[i])) continue;
    const auto pool = limited.find(server.partitions[i].processors.pool);
    if (pool != limited.end()) entitled[pool->second].add(i, states[i].entitlement);
  }
  for (std::size_t k = 0; k < server.pools.size(); ++k) {
    const PoolConfig& pool = server.pools[k];
    if (!entitled[k].exceeded()) continue;
    const std::string_view with = pool.reserved > ProcessingUnits{} ? " and its reserve" : "";
    found.push_back({Of::pool, entitled[k].by(), k,
                     fmt::format("the entitlements in pool `{}`{} add up to {}; allowed: at most {}, its maximum", pool.name, with,
                                 format(entitled[k].total()), format(*pool.maximum))});
  }
}

void check_memory(const ServerConfig& server, const std::vector<PartitionState>& states, std::vector<Overcommitment>& found) {
  Sum<std::uint64_t> taken{0, server.memory.count};
  for (std::size_t i = 0; i < states.size(); ++i)
    if (states[i].running) taken.add(i, server.partitions[i].memory.count);
  if (!taken.exceeded()) return;
  found.push_back({Of::memory, taken.by(), 0,
                   fmt::format("the partitions that run take {} together; allowed: at most {}, the memory of the server",
                               format(Bytes{taken.total()}), format(server.memory))});
}

}  // namespace

std::vector<Overcommitment> overcommitments(const ServerConfig& server, const std::vector<PartitionState>& states, bool processor_read) {
  std::vector<Overcommitment> found;
  if (processor_read) check_cores(server, states, found);
  check_pools(server, states, found);
  check_memory(server, states, found);
  return found;
}

LongestRun longest_run(const ScenarioConfig& scenario) {
  struct Most {
    std::uint64_t virtual_processors;
    std::uint64_t threads;
  };
  LongestRun run;
  std::map<std::string_view, Most> most;
  for (const ServerConfig& server : scenario.servers) {
    run.processors = std::max(run.processors, std::uint64_t{server.processor.cores});
    for (const PartitionConfig& partition : server.partitions) {
      const bool dedicated = partition.processors.mode == ProcessorMode::dedicated;
      most[partition.name] = {dedicated ? partition.processors.cores : partition.processors.virtual_processors, partition.smt};
    }
  }
  for (const EventConfig& event : scenario.events) {
    const auto partition = most.find(event.partition);
    if (partition == most.end()) continue;
    Most& m = partition->second;
    m = {std::max<std::uint64_t>(m.virtual_processors, event.virtual_processors.value_or(0)),
         std::max<std::uint64_t>(m.threads, event.smt.value_or(0))};
  }
  for (const auto& [name, m] : most) run.processors = std::max(run.processors, m.virtual_processors * m.threads);
  run.duration = SimTime::never() / static_cast<std::int64_t>(run.processors);
  return run;
}

}  // namespace lparsim::scenario
