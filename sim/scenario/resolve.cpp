#include "sim/scenario/resolve.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <numeric>

#include "sim/base/quantity.hpp"
#include "sim/scenario/resolve_io.hpp"
#include "sim/scenario/resolve_vsp.hpp"

namespace lparsim::scenario {
namespace {

constexpr Bytes kDefaultMemory{std::uint64_t{1} << 30};

template <class T>
T chosen(const std::optional<T>& written, const std::optional<T>& otherwise) {
  return written.value_or(otherwise.value_or(T{}));
}

std::uint32_t most_cores_per_chip(core::Generation generation) {
  std::uint32_t most = 1;
  for (const auto& machine : core::machine_catalogue())
    if (machine.generation == generation) most = std::max(most, machine.cores_per_chip);
  return most;
}

void set_throughput(ProcessorConfig& processor, const ProcessorKeys& written, const std::string& path, config::Diagnostics& diagnostics) {
  const std::string place = path + ".smt_throughput";
  if (diagnostics.has_errors_under(place)) return;
  const auto made = core::SmtThroughput::from_table(written.smt_throughput);
  if (!made) {
    diagnostics.error_at(place, made.error());
    return;
  }
  processor.smt_throughput = *made;
  const std::size_t last = written.smt_throughput.size() - 1;
  if (core::SmtThroughput::kTableThreads[last] > processor.smt && !diagnostics.has_errors_under(path))
    diagnostics.error_at(fmt::format("{}.{}", place, last),
                         fmt::format("{} figures, the last for {} busy threads; allowed: up to the {} that a core has here", last + 1,
                                     core::SmtThroughput::kTableThreads[last], processor.smt));
}

ProcessorConfig resolve(const ServerKeys& keys, std::size_t server, const Places& places, config::Diagnostics& diagnostics) {
  const std::string path = places.server(server);
  const ProcessorKeys& written = keys.processor;
  const core::Machine* model = keys.model;
  const bool model_unread = diagnostics.has_errors_under(path + ".model");
  const auto require = [&](bool there, std::string_view key, std::string_view example) {
    const std::string place = fmt::format("{}.processor.{}", path, key);
    if (there || model != nullptr || model_unread || diagnostics.has_errors_under(place)) return;
    diagnostics.error_at(place, fmt::format("the key `{}` is missing; allowed: {}, or a `model` for the server", key, example));
  };
  require(written.generation.has_value(), "generation", "a generation such as `POWER9`");
  require(written.cores.has_value(), "cores", "a whole number such as `4`");
  require(written.frequency.has_value(), "frequency", "a frequency such as `3.8 GHz`");

  ProcessorConfig processor;
  if (model != nullptr)
    processor = {model->generation, model->most_cores, model->cores_per_chip, model->frequency(), model->most_threads_per_core()};
  processor.generation = written.generation.value_or(processor.generation);
  processor.cores = written.cores.value_or(processor.cores);
  processor.frequency = written.frequency.value_or(processor.frequency);
  if (model == nullptr || written.generation) {
    processor.cores_per_chip = most_cores_per_chip(processor.generation);
    processor.smt = core::generation_facts(processor.generation).most_threads_per_core;
  }
  processor.cores_per_chip = written.cores_per_chip.value_or(processor.cores_per_chip);
  processor.smt = written.smt.value_or(processor.smt);
  processor.smt_throughput = core::smt_throughput(processor.generation);
  if (places.given(server, "processor.smt_throughput")) set_throughput(processor, written, path + ".processor", diagnostics);
  if (model != nullptr && processor.cores > model->most_cores)
    diagnostics.warning_at(path + ".processor.cores",
                           fmt::format("{} cores are more than the {} of a {}", processor.cores, model->most_cores, model->name()));
  return processor;
}

PartitionProcessors resolve(const PartitionProcessorKeys& keys) {
  PartitionProcessors processors;
  if (const auto* shared = std::get_if<SharedKeys>(&keys.mode)) {
    processors.entitlement = shared->entitlement;
    const auto rounded_up = static_cast<std::uint32_t>((shared->entitlement.hundredths() + 99) / 100);
    processors.virtual_processors = shared->virtual_processors.value_or(std::max(rounded_up, 1U));
    processors.capped = shared->capped;
    processors.weight = shared->weight;
    processors.pool = shared->pool;
  } else {
    const auto& dedicated = std::get<DedicatedKeys>(keys.mode);
    processors.mode = ProcessorMode::dedicated;
    processors.cores = dedicated.cores;
    if (dedicated.sharing_mode) processors.sharing_mode = *dedicated.sharing_mode;
    if (dedicated.donate)
      processors.sharing_mode =
          *dedicated.donate ? hypervisor::SharingMode::share_idle_procs_always : hypervisor::SharingMode::keep_idle_procs;
  }
  return processors;
}

/// The operating systems differ in their rules (lpars/guest) and in these figures; docs/models/guest.md has the sources.
guest::Config resolve(const GuestKeys& keys, const PartitionConfig& partition, const core::SmtThroughput& throughput) {
  guest::Config config;
  config.smt = partition.smt;
  config.throughput = throughput;
  switch (partition.type) {
    case PartitionType::aix:
    case PartitionType::vios:
      config.policy = guest::Policy::aix;
      config.time_slice = SimTime::from_ms(10);
      config.folding.enabled = partition.type == PartitionType::aix && partition.processors.mode == ProcessorMode::shared;
      break;
    case PartitionType::ibmi:
      config.policy = guest::Policy::ibmi;
      config.time_slice = SimTime::from_s(2);
      break;
    case PartitionType::linux_:
    case PartitionType::vsp:
      config.policy = guest::Policy::linux_;
      config.time_slice = SimTime::from_ms(3);
      config.snooze = SimTime::from_us(100);
      break;
  }
  config.time_slice = keys.time_slice.value_or(config.time_slice);
  config.snooze = keys.snooze.value_or(config.snooze);
  config.balance_period = keys.balance_period;
  if (config.policy == guest::Policy::aix) {
    config.threads_before_next = std::min(std::max(keys.vpm_throughput_mode, 1U), partition.smt);
    if (keys.vpm_xvcpus) config.folding.enabled = *keys.vpm_xvcpus >= 0;
    config.folding.extra = static_cast<std::uint32_t>(std::max(keys.vpm_xvcpus.value_or(0), 0));
    config.folding.threshold = keys.vpm_fold_threshold;
    config.folding.period = keys.fold_period;
  }
  config.lock_waiting = keys.lock_waiting;
  config.confer_to_ceded = keys.confer_to_ceded;
  return config;
}

ServerConfig resolve_server(const ServerKeys& keys, std::size_t index, const Places& places, const TransferSizes& sizes,
                            config::Diagnostics& diagnostics) {
  ServerConfig server;
  server.name = keys.name;
  if (keys.model != nullptr) server.model = keys.model->model;
  server.processor = resolve(keys, index, places, diagnostics);
  server.pools = keys.pools;
  server.virtual_switches = keys.virtual_switches.empty() ? std::vector<std::string>{"ETHERNET0"} : keys.virtual_switches;
  server.hypervisor = keys.hypervisor;
  if (keys.hypervisor.cache_model == CacheModel::refill) server.hypervisor.cache_refill = keys.hypervisor.cache;
  if (keys.kernel_policy) server.kernel_policy = resolve(*keys.kernel_policy);
  std::uint64_t taken = 0;
  for (const PartitionKeys& written : keys.partitions) {
    PartitionConfig& partition = server.partitions.emplace_back();
    partition.name = written.name;
    partition.type = written.type;
    partition.processors = resolve(written.processors);
    partition.memory = written.memory.value_or(kDefaultMemory);
    partition.smt = written.smt.value_or(server.processor.smt);
    partition.cache_footprint = written.cache_footprint;
    partition.running = written.running;
    partition.guest = resolve(written.guest, partition, server.processor.smt_throughput);
    partition.workloads = written.workloads;
    partition.io = resolve(written, written.type, sizes);
    if (written.kernel_policy) partition.kernel_policy = resolve(*written.kernel_policy);
    if (written.vsp) partition.vsp = resolve(*written.vsp);
    taken += partition.memory.count;
  }
  const auto of_model = keys.model != nullptr ? keys.model->memory() : std::nullopt;
  server.memory = keys.memory.value_or(of_model.value_or(Bytes{taken}));
  return server;
}

// Figures in use that no public source gives.
void add_assumptions(std::vector<std::string>& assumptions, const ServerKeys& keys, const ProcessorConfig& processor, std::size_t server,
                     const Places& places) {
  const auto add = [&](std::string sentence) {
    if (std::ranges::find(assumptions, sentence) == assumptions.end()) assumptions.push_back(std::move(sentence));
  };
  if (!places.given(server, "hypervisor.excess_slice"))
    add(fmt::format("On excess capacity a virtual processor runs {} before the choice is made anew (hypervisor.excess_slice).",
                    format(keys.hypervisor.excess_slice)));
  if (!places.given(server, "hypervisor.dispatch_cost"))
    add("Switching to another virtual processor costs no time (hypervisor.dispatch_cost): no figure for a busy machine is published.");
  if (keys.model != nullptr && keys.model->memory_is_assumed && !keys.memory)
    add(fmt::format("A {} has {} of memory.", keys.model->model, format(keys.model->memory().value_or(Bytes{}))));
  if (!places.given(server, "processor.smt_throughput")) {
    std::vector<std::string> figures;
    for (const core::SmtFigure& figure : core::smt_figures(processor.generation)) {
      if (figure.assumed && figure.threads <= processor.smt)
        figures.push_back(fmt::format("{} with {}", figure.throughput, figure.threads));
    }
    if (!figures.empty())
      add(fmt::format("A {} core with several busy threads does so many times what it does with one: {} (processor.smt_throughput).",
                      core::generation_facts(processor.generation).name, fmt::join(figures, ", ")));
  }
  if (keys.hypervisor.cache_model == CacheModel::none) return;
  if (!places.given(server, "hypervisor.cache.overlapping_misses"))
    add(fmt::format("While caches are filled again, {} lines are under way at once (hypervisor.cache.overlapping_misses).",
                    keys.hypervisor.cache.overlapping_misses));
  if (processor.generation != core::Generation::power7 && !places.given(server, "hypervisor.cache.line_transfer"))
    add(fmt::format("A line of cache comes as fast on {} as was measured on POWER7 (hypervisor.cache.line_transfer).",
                    core::generation_facts(processor.generation).name));
}

}  // namespace

ResolvedScenario resolve(const ScenarioKeys& keys, const Places& places, config::Diagnostics& diagnostics) {
  ResolvedScenario out;
  ScenarioConfig& config = out.config;
  config.name = keys.name;
  config.description = keys.description;
  config.seed = keys.seed;
  config.duration = keys.duration;
  config.warmup = keys.warmup;
  config.sample_interval = keys.sample_interval;
  config.expect = keys.expect;
  TransferSizes sizes;
  for (const StorageKeys& storage : keys.storage) {
    config.storage.push_back(resolve(storage));
    sizes.emplace(storage.name, storage.max_transfer);
  }
  config.shared_storage_pools = keys.shared_storage_pools;
  config.network = keys.network;
  const std::vector<ServerKeys> servers = keys.server ? std::vector{*keys.server} : keys.servers;
  for (std::size_t i = 0; i < servers.size(); ++i) {
    config.servers.push_back(resolve_server(servers[i], i, places, sizes, diagnostics));
    add_assumptions(config.assumptions, servers[i], config.servers.back().processor, i, places);
    std::vector<std::string> sentences = io_assumptions(config.servers.back(), places.given(i, "hypervisor.virtual_io"));
    std::ranges::move(vsp_assumptions(config.servers.back(), places.given(i, "hypervisor.vsp_costs")), std::back_inserter(sentences));
    std::ranges::move(kernel_policy_assumptions(config.servers.back().kernel_policy), std::back_inserter(sentences));
    for (std::string& sentence : sentences) {
      if (std::ranges::find(config.assumptions, sentence) == config.assumptions.end()) config.assumptions.push_back(std::move(sentence));
    }
  }
  out.event_places.resize(keys.events.size());
  std::iota(out.event_places.begin(), out.event_places.end(), std::size_t{0});
  std::ranges::stable_sort(out.event_places, {}, [&](std::size_t i) { return keys.events[i].at; });
  for (const std::size_t i : out.event_places) {
    EventConfig& event = config.events.emplace_back(resolve(keys.events[i]));
    const bool of_server = event.frequency || (event.kernel_policy && event.partition.empty());
    if (of_server && event.server.empty() && servers.size() == 1) event.server = servers.front().name;
  }
  return out;
}

}  // namespace lparsim::scenario
