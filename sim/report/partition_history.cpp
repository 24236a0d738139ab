#include "sim/report/partition_history.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace lparsim::report {

namespace {

using trace::PartitionFacts;

std::uint32_t shared_cores_of(const trace::RunInfo& run, const trace::ServerFacts& server) {
  std::uint32_t cores = server.cores;
  for (const PartitionFacts& p : run.partitions)
    if (p.server == server.server && p.mode == "dedicated") cores -= std::min(cores, p.cores);
  return cores;
}

PartitionHistory surroundings(const trace::RunInfo& run, const PartitionFacts& facts) {
  PartitionHistory out;
  out.facts = facts;
  for (const trace::ServerFacts& s : run.servers)
    if (s.server == facts.server) out.server = s;
  out.shared_cores = shared_cores_of(run, out.server);
  if (out.dedicated()) return out;
  for (const trace::PoolFacts& p : run.pools)
    if (p.server == facts.server && p.name == facts.pool) out.pool = p;
  out.pool_entitlement = out.pool.reserved;
  for (const PartitionFacts& p : run.partitions)
    if (p.server == facts.server && p.mode != "dedicated" && p.pool == facts.pool) out.pool_entitlement += p.entitlement;
  return out;
}

std::string names_of(const std::vector<PartitionFacts>& partitions) {
  std::vector<std::string> names;
  for (const PartitionFacts& p : partitions) names.push_back(p.name);
  return fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace

std::string Configuration::smt() const {
  if (virtual_processors == 0) return "Off";
  if (logical_processors % virtual_processors != 0) return "Mixed";
  const std::uint32_t threads = logical_processors / virtual_processors;
  return threads <= 1 ? "Off" : std::to_string(threads);
}

Configuration configuration_of(const PartitionFacts& facts) {
  return {facts.virtual_processors, facts.virtual_processors * std::max(facts.smt, 1U), facts.capped, facts.weight,
          facts.entitlement.value()};
}

Configuration configuration_of(const trace::IntervalSample& i) {
  const double entitlement = i.end > i.begin ? i.entitled.seconds() / (i.end - i.begin).seconds() : 0.0;
  return {i.virtual_processors, i.logical_processors, i.capped, i.weight, std::round(100 * entitlement) / 100};
}

const char* PartitionHistory::mode(const Configuration& c) const {
  if (facts.donates() && !linux()) return "Donating";
  return dedicated() || c.capped ? "Capped" : "Uncapped";
}

std::uint32_t PartitionHistory::logical_number(std::uint32_t vp, std::uint32_t thread) const {
  return vp * std::max(server.smt, 1U) + thread;
}

std::uint32_t PartitionHistory::pool_size() const {
  return static_cast<std::uint32_t>((pool.maximum.hundredths() + 99) / 100);
}

Configuration PartitionHistory::latest() const {
  return intervals.empty() ? configuration_of(facts) : configuration_of(intervals.back());
}

std::optional<std::string> what_lacks(const trace::Reader& reader, trace::Level needed) {
  const Result<trace::HostFacts> host = reader.host();
  if (!host) return host.error();
  const std::string& level = host->trace_level;
  if (needed >= trace::Level::summary && level == "off")
    return fmt::format("{} has no interval samples: it was recorded with --trace off", reader.path().string());
  if (needed == trace::Level::full && level != "full")
    return fmt::format("{} does not have every dispatch: it was recorded with --trace {}, and this format needs --trace full",
                       reader.path().string(), level);
  return std::nullopt;
}

Result<std::vector<PartitionHistory>> read_histories(const trace::Reader& reader, const Options& options) {
  const auto run = reader.run();
  if (!run) return unexpected(run.error());
  if (const auto why = what_lacks(reader, trace::Level::summary)) return unexpected(*why);
  std::vector<PartitionFacts> partitions = run->partitions;
  if (options.partition) {
    const auto one = find_partition(*run, *options.partition);
    if (!one) return unexpected(one.error());
    partitions = {*one};
  }
  std::vector<PartitionHistory> out;
  for (const PartitionFacts& p : partitions) {
    out.push_back(surroundings(*run, p));
    auto intervals = reader.intervals(p.server, p.partition, options.interval);
    if (!intervals) return unexpected(intervals.error());
    out.back().intervals = *std::move(intervals);
  }
  return out;
}

Result<PartitionHistory> read_history(const trace::Reader& reader, const Options& options, trace::Level needed) {
  if (const auto why = what_lacks(reader, needed)) return unexpected(*why);
  const auto run = reader.run();
  if (!run) return unexpected(run.error());
  if (run->partitions.empty()) return unexpected(fmt::format("{} has no partitions", reader.path().string()));
  if (!options.partition && run->partitions.size() > 1)
    return unexpected(fmt::format("this format shows one partition: --partition has to name it; there are {}", names_of(run->partitions)));
  const auto facts = find_partition(*run, options.partition.value_or(run->partitions.front().name));
  if (!facts) return unexpected(facts.error());
  PartitionHistory out = surroundings(*run, *facts);
  auto intervals = reader.intervals(facts->server, facts->partition, options.interval);
  if (!intervals) return unexpected(intervals.error());
  out.intervals = *std::move(intervals);
  std::uint32_t most = facts->virtual_processors;
  for (const trace::IntervalSample& i : out.intervals) most = std::max(most, i.virtual_processors);
  if (options.vp && *options.vp >= most)
    return unexpected(fmt::format("partition `{}` has no virtual processor {}; allowed: 0 to {}", facts->name, *options.vp, most - 1));
  return out;
}

std::string partition_line(const PartitionHistory& partition) {
  return fmt::format("{:<43}: {}\n", "Partition Name", partition.facts.name);
}

}  // namespace lparsim::report
