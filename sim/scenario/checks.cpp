#include "sim/scenario/checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "sim/base/nearest.hpp"
#include "sim/base/quantity.hpp"
#include "sim/base/text.hpp"
#include "sim/report/expectation.hpp"
#include "sim/scenario/capacity.hpp"
#include "sim/scenario/io_targets.hpp"
#include "sim/scenario/metric_names.hpp"

namespace lparsim::scenario {
namespace {

// Far beyond any use; they keep checks and metrics within seconds.
constexpr std::size_t kMostServers = 64;
constexpr std::size_t kMostPartitions = 10'000;
constexpr std::size_t kMostEvents = 10'000;
constexpr std::size_t kMostExpectations = 10'000;
constexpr std::size_t kMostStorages = 10'000;
constexpr std::size_t kMostHosts = 1'000;
constexpr std::size_t kMostDisks = 10'000;
constexpr std::size_t kMostAdapters = 256;
constexpr std::size_t kMostHooks = 1'000;
constexpr std::size_t kMostFaults = 10'000;

// Whether all that metrics are named after could be read, each with a name of its own. Otherwise an unknown metric may be one of them.
bool metrics_are_known(const Checking& checking) {
  if (checking.scenario.servers.empty()) return false;
  for (const auto& diagnostic : checking.diagnostics.sorted())
    if (diagnostic.path.ends_with(".type")) return false;
  std::set<std::string> servers;
  std::set<std::string> partitions;
  const auto is_new = [](std::set<std::string>& names, const std::string& name) {
    return !name.empty() && names.insert(name).second;
  };
  for (const ServerConfig& server : checking.scenario.servers) {
    std::set<std::string> pools{"default"};
    bool known = is_new(servers, server.name);
    for (const PoolConfig& pool : server.pools) known = known && is_new(pools, pool.name);
    for (const PartitionConfig& partition : server.partitions) {
      known = known && is_new(partitions, partition.name);
      std::set<std::string> targets;
      for (const IoTargetName& target : io_targets(partition)) known = known && is_new(targets, target.name);
      std::set<std::string> adapters;
      for (const EthernetConfig& adapter : partition.io.ethernet) known = known && is_new(adapters, adapter.name);
      std::set<std::string> workloads;
      for (const auto& workload : partition.workloads) {
        known = known && is_new(workloads, workload.name);
        std::set<std::string> kinds;
        for (const workload::Kind& kind : workload::mix_of(workload)) known = known && is_new(kinds, kind.name);
      }
    }
    if (!known) return false;
  }
  return true;
}

}  // namespace

Checking::Checking(const ScenarioConfig& config, const Places& paths, const std::vector<std::size_t>& file_indices,
                   config::Diagnostics& into)
    : scenario{config}, places{paths}, event_places{file_indices}, diagnostics{into} {
  for (std::size_t s = 0; s < scenario.servers.size(); ++s) {
    const std::string server = places.server(s);
    processor_read_.push_back(!diagnostics.has_errors_under(server + ".processor") && !diagnostics.has_errors_under(server + ".model"));
    std::vector<bool>& read = partition_read_.emplace_back();
    const bool all = !diagnostics.has_errors_under(server + ".partitions");
    for (std::size_t p = 0; p < scenario.servers[s].partitions.size(); ++p) {
      const PartitionProcessors& processors = scenario.servers[s].partitions[p].processors;
      const bool there = processors.mode == ProcessorMode::dedicated || processors.entitlement > ProcessingUnits{};
      read.push_back(there && (all || diagnostics.full() || !diagnostics.has_errors_under(places.partition(s, p) + ".processors")));
    }
  }
}

std::optional<std::string> Checking::nearest(std::string_view word, std::span<const std::string> candidates) {
  if (hints_left_ == 0) return std::nullopt;
  --hints_left_;
  return lparsim::nearest(word, candidates);
}

std::string Checking::hint(std::string_view word, std::span<const std::string> candidates) {
  if (hints_left_ == 0) return "allowed: a name that is there";
  --hints_left_;
  return lparsim::hint(word, candidates);
}

void check_times(Checking& checking) {
  const ScenarioConfig& scenario = checking.scenario;
  if (checking.diagnostics.has_errors_under("warmup") || checking.diagnostics.has_errors_under("duration")) return;
  if (scenario.duration > SimTime{} && scenario.warmup >= scenario.duration)
    checking.diagnostics.error_at("warmup", fmt::format("{} leave nothing to measure; allowed: less than the duration, {}",
                                                        format(scenario.warmup), format(scenario.duration)));
}

void check_duration(Checking& checking) {
  const ScenarioConfig& scenario = checking.scenario;
  if (checking.diagnostics.has_errors_under("duration")) return;
  const LongestRun longest = longest_run(scenario);
  if (scenario.duration > longest.duration)
    checking.diagnostics.error_at(
        "duration", fmt::format("{:.4g} h are too long for {} logical processors, whose times are added up; allowed: at most {:.4g} h",
                                scenario.duration.seconds() / 3600, longest.processors, longest.duration.seconds() / 3600));
}

bool check_counts(Checking& checking) {
  const ScenarioConfig& scenario = checking.scenario;
  bool few = true;
  const auto limit = [&](std::size_t number, std::size_t most, std::string_view what, const std::string& path) {
    if (number <= most) return;
    few = false;
    checking.diagnostics.error_at(path, fmt::format("{} {}; allowed: at most {}", number, what, most));
  };
  limit(scenario.servers.size(), kMostServers, "servers", "servers");
  limit(scenario.events.size(), kMostEvents, "events", "events");
  limit(scenario.expect.size(), kMostExpectations, "expectations", "expect");
  limit(scenario.storage.size(), kMostStorages, "storages", "storage");
  limit(scenario.shared_storage_pools.size(), kMostStorages, "shared storage pools", "shared_storage_pools");
  std::size_t units = 0;
  for (const StoragePoolConfig& pool : scenario.shared_storage_pools) units += pool.logical_units.size() + pool.storage.size();
  limit(units, kMostStorages, "storages and logical units of shared storage pools", "shared_storage_pools");
  limit(scenario.network.hosts.size(), kMostHosts, "hosts", "network.hosts");
  if (!few) return false;
  for (std::size_t s = 0; s < scenario.servers.size(); ++s) {
    const ServerConfig& server = scenario.servers[s];
    // The figure is assumed, so it does not forbid.
    if (server.partitions.size() > core::kMaximumPartitions)
      checking.diagnostics.warning_at(checking.places.server(s) + ".partitions",
                                      fmt::format("{} partitions on one server; real ones are believed to hold at most {}",
                                                  server.partitions.size(), core::kMaximumPartitions));
    limit(server.partitions.size(), kMostPartitions, "partitions on one server", checking.places.server(s) + ".partitions");
    limit(server.pools.size(), core::kMaximumPools - 1, "pools besides `default`", checking.places.server(s) + ".pools");
    if (!few) return false;
    std::size_t hooks = 0;
    for (const PartitionConfig& partition : server.partitions) hooks += partition.vsp ? partition.vsp->hooks.size() : 0;
    limit(hooks, kMostHooks, "hooks on one server", checking.places.server(s) + ".partitions");
    for (std::size_t p = 0; p < server.partitions.size(); ++p) {
      const PartitionIoConfig& io = server.partitions[p].io;
      const auto limit_in = [&](std::size_t number, std::size_t most, const char* what, const char* key) {
        if (number > most) limit(number, most, what, fmt::format("{}.{}", checking.places.partition(s, p), key));
      };
      limit_in(io.disks.size(), kMostDisks, "disks of one partition", "disks");
      limit_in(io.logical_volumes.size(), kMostDisks, "logical volumes of one partition", "logical_volumes");
      limit_in(io.files.size(), kMostDisks, "files of one partition", "files");
      // Virtual Ethernet adapters of a partition: IBM Power 595 Technical Overview, p. 132.
      limit_in(io.ethernet.size(), kMostAdapters, "virtual Ethernet adapters of one partition", "ethernet");
      limit_in(io.adapters.size(), kMostAdapters, "physical adapters of one partition", "adapters");
      if (const auto& vsp = server.partitions[p].vsp) limit_in(vsp->faults.size(), kMostFaults, "faults of one partition", "vsp.faults");
      limit_in(io.shared_ethernet.size(), kMostAdapters, "Shared Ethernet Adapters of one partition", "shared_ethernet");
    }
  }
  return few;
}

void check_names(Checking& checking) {
  std::map<std::string, std::size_t> servers;
  std::map<std::string, std::size_t> partitions;  // and the server each is on
  for (std::size_t s = 0; s < checking.scenario.servers.size(); ++s) {
    const ServerConfig& server = checking.scenario.servers[s];
    const std::string path = checking.places.server(s);
    // Two of the same name in one list have been reported where the list was read; a default name does not stand there.
    const auto [same, is_new] = servers.try_emplace(server.name, s);
    if (!is_new && !(checking.places.given(s, "name") && checking.places.given(same->second, "name")))
      checking.diagnostics.error_at(
          path + ".name", fmt::format("the name `{}` is already taken by another server; allowed: a name of its own", server.name));
    for (std::size_t i = 0; i < server.pools.size(); ++i)
      if (server.pools[i].name == "default")
        checking.diagnostics.error_at(checking.places.pool(s, i) + ".name",
                                      "`default` is the pool that is always there; allowed: another name");
    for (std::size_t i = 0; i < server.partitions.size(); ++i) {
      const std::string& name = server.partitions[i].name;
      const std::string place = checking.places.partition(s, i) + ".name";
      if (name.empty()) continue;
      if (name == "pool" || name == "server")
        checking.diagnostics.error_at(
            place, fmt::format("the metrics of all {}s begin with `{}`; allowed: another name for a partition", name, name));
      const auto [first, unique] = partitions.try_emplace(name, s);
      if (!unique && first->second != s)
        checking.diagnostics.error_at(place, fmt::format("the name `{}` is already taken on server `{}`; allowed: a name of its own in the "
                                                         "whole scenario",
                                                         name, checking.scenario.servers[first->second].name));
    }
  }
}

/// What disks and steps that are wrong themselves would have had metrics of: they are complained about where they stand, once.
class WrongIo {
 public:
  explicit WrongIo(const Checking& checking) {
    for (const auto& diagnostic : checking.diagnostics.sorted()) {
      static constexpr std::string_view kList = "partitions.";
      const auto at = diagnostic.path.find(kList);
      if (diagnostic.severity != config::Severity::error || at == std::string::npos) continue;
      const std::vector<std::string> parts = split(diagnostic.path.substr(at + kList.size()));  // web disks sda backing
      if (parts.size() >= 3 && parts[1] == "disks") disks_.push_back(fmt::format("{}.{}.", parts[0], parts[2]));
      if (parts.size() >= 3 && parts[1] == "workloads") partitions_.push_back(parts[0] + ".");
    }
  }
  bool may_have(const std::string& metric) const {
    const auto begins = [&](const std::string& prefix) {
      return metric.starts_with(prefix);
    };
    const auto is_of_peer = [&] {
      return metric.find(".call.") != std::string::npos || metric.find(".send.") != std::string::npos;
    };
    return std::ranges::any_of(disks_, begins) || (is_of_peer() && std::ranges::any_of(partitions_, begins));
  }

 private:
  static std::vector<std::string> split(const std::string& path) {
    std::vector<std::string> parts{""};
    for (const char c : path) {
      if (c == '.')
        parts.emplace_back();
      else
        parts.back() += c;
    }
    return parts;
  }

  std::vector<std::string> disks_;
  std::vector<std::string> partitions_;
};

void check_expectations(Checking& checking, const std::vector<ExpectationLine>& lines) {
  const bool all_known = metrics_are_known(checking);
  const WrongIo wrong{checking};
  const report::MetricTable known = all_known ? metric_names(checking.scenario) : report::MetricTable{};
  std::vector<std::string> names;
  for (const auto& metric : known.all()) names.push_back(metric.name);
  for (const ExpectationLine& line : lines) {
    const auto report = [&](std::string message) {
      checking.diagnostics.error_at(Places::expectation(line.index), std::move(message));
    };
    const auto expectation = report::parse_expectation(line.text);
    if (!expectation) {
      report(escaped(expectation.error()));
    } else if (all_known && known.find(expectation->metric) == nullptr) {
      if (wrong.may_have(expectation->metric)) continue;
      const auto near = checking.nearest(expectation->metric, names);
      report(fmt::format(
          "unknown metric {}; {}", shown(expectation->metric, 100),
          near ? fmt::format("did you mean `{}`?", *near) : "allowed: names such as `web.physc` (docs/scenario.md lists them)"));
    } else if (all_known) {
      if (const auto fits = report::check_names(*expectation, known); !fits) report(escaped(fits.error()));
    }
  }
}

}  // namespace lparsim::scenario
