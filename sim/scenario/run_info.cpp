#include <fmt/format.h>

#include <string_view>
#include <utility>

#include "sim/scenario/device_map.hpp"
#include "sim/scenario/hcall_names.hpp"
#include "sim/scenario/platform.hpp"

namespace lparsim::scenario {
namespace {

std::string_view word(PartitionType type) {
  switch (type) {
    case PartitionType::aix:
      return "aix";
    case PartitionType::ibmi:
      return "ibmi";
    case PartitionType::linux_:
      return "linux";
    case PartitionType::vios:
      return "vios";
    case PartitionType::vsp:
      return "vsp";
  }
  return "";
}

std::string_view word(hypervisor::SharingMode mode) {
  switch (mode) {
    case hypervisor::SharingMode::keep_idle_procs:
      return "keep_idle_procs";
    case hypervisor::SharingMode::share_idle_procs:
      return "share_idle_procs";
    case hypervisor::SharingMode::share_idle_procs_active:
      return "share_idle_procs_active";
    case hypervisor::SharingMode::share_idle_procs_always:
      return "share_idle_procs_always";
  }
  return "";
}

std::string_view word(hypervisor::ShareExcessBy sharers) {
  return sharers == hypervisor::ShareExcessBy::partition ? "partition" : "virtual_processor";
}

std::string_view word(const workload::Config& config) {
  constexpr std::string_view kWords[] = {"spin", "open", "closed", "batch", "recording", "stream", "service"};
  return kWords[config.type.index()];
}

trace::PartitionFacts facts_of(const PartitionConfig& config, ServerId server, PartitionId id) {
  const PartitionProcessors& p = config.processors;
  trace::PartitionFacts facts;
  facts.server = server;
  facts.partition = id;
  facts.name = config.name;
  facts.type = word(config.type);
  facts.smt = config.smt;
  facts.memory = config.memory;
  if (p.mode == ProcessorMode::dedicated) {
    facts.mode = "dedicated";
    facts.entitlement = ProcessingUnits::cores(p.cores);
    facts.virtual_processors = facts.cores = p.cores;
    facts.sharing_mode = word(p.sharing_mode);
  } else {
    facts.entitlement = p.entitlement;
    facts.virtual_processors = p.virtual_processors;
    facts.capped = p.capped;
    facts.weight = p.capped ? 0 : p.weight;
    facts.pool = p.pool;
    facts.sharing_mode = p.capped ? "cap" : "uncap";
  }
  return facts;
}

std::string_view word(vsp::FaultPolicy policy) {
  constexpr std::string_view kWords[] = {"open", "closed", "freeze"};
  return kWords[static_cast<std::size_t>(policy)];
}

std::string_view word(vsp::InFlightPolicy policy) {
  constexpr std::string_view kWords[] = {"abort", "reissue", "fail"};
  return kWords[static_cast<std::size_t>(policy)];
}

trace::VspHookFacts facts_of(const VspHookConfig& hook, ServerId server, PartitionId id) {
  trace::VspHookFacts facts;
  facts.server = server;
  facts.vsp = id;
  facts.hook = static_cast<std::uint16_t>(hook.hook);
  facts.role = static_cast<std::uint8_t>(hook.role);
  facts.function_first = hook.function_first;
  facts.function_last = hook.function_last;
  facts.clients = fmt::format("{}", fmt::join(hook.client_names, ", "));
  if (hook.decides()) {
    facts.deadline = hook.deadline;
    facts.wall_limit = hook.wall_limit;
  }
  facts.when_absent = word(hook.when_absent);
  facts.when_slow = word(hook.when_slow);
  facts.in_flight = word(hook.in_flight);
  facts.pays = hook.payer == vsp::Payer::client ? "client" : "vsp";
  return facts;
}

void add_server(trace::RunInfo& run, const ServerConfig& config, ServerId id) {
  const ProcessorConfig& processor = config.processor;
  run.servers.push_back({id, config.name, config.model, std::string{core::generation_facts(processor.generation).name}, processor.cores,
                         processor.smt, processor.frequency, config.memory, config.hypervisor.dispatch_window,
                         config.hypervisor.excess_slice, std::string{word(config.hypervisor.share_excess_by)}, processor.cores_per_chip});
  std::uint32_t shared = processor.cores;
  for (const PartitionConfig& partition : config.partitions) {
    if (partition.processors.mode == ProcessorMode::dedicated) shared -= partition.processors.cores;
  }
  run.pools.push_back({id, PoolId{}, "default", ProcessingUnits::cores(shared), {}});
  std::size_t last = 0;  // pools count within their server
  for (const PoolConfig& pool : config.pools)
    run.pools.push_back({id, id_of<PoolId>(++last), pool.name, pool.maximum.value_or(ProcessingUnits::cores(shared)), pool.reserved});
  for (std::size_t i = 0; i < config.partitions.size(); ++i) {
    const PartitionConfig& partition = config.partitions[i];
    run.partitions.push_back(facts_of(partition, id, id_of<PartitionId>(i)));
    if (partition.vsp) {
      for (const VspHookConfig& hook : partition.vsp->hooks) run.vsp_hooks.push_back(facts_of(hook, id, id_of<PartitionId>(i)));
    }
    for (const workload::Config& workload : partition.workloads) {
      run.workloads.push_back({id, id_of<PartitionId>(i), workload.name, std::string{word(workload)}});
      for (const workload::Kind& kind : workload::mix_of(workload))
        run.workloads.push_back({id, id_of<PartitionId>(i), workload.name + "." + kind.name, "kind"});
    }
  }
}

}  // namespace

trace::RunInfo run_info(const ScenarioConfig& scenario) {
  trace::RunInfo run;
  run.scenario_name = scenario.name;
  run.description = scenario.description;
  run.scenario_text = scenario.text;
  run.scenario_file = scenario.file;
  run.overrides = scenario.overrides;
  run.seed = scenario.seed;
  run.version = LPARSIM_VERSION;
  run.duration = scenario.duration;
  run.warmup = scenario.warmup;
  run.assumptions = scenario.assumptions;
  for (const std::string& name : hcall_names()) run.hcalls.push_back({*hcall_token(name), name});
  // Of channels: nobody can hook them.
  for (const auto& [call, name] : {std::pair{hypervisor::Hcall::vsp_send, "H_VSP_SEND"},
                                   {hypervisor::Hcall::vsp_receive, "H_VSP_RECEIVE"},
                                   {hypervisor::Hcall::vsp_copy, "H_VSP_COPY"}})
    run.hcalls.push_back({static_cast<std::uint32_t>(call), name});
  for (std::size_t i = 0; i < scenario.servers.size(); ++i) add_server(run, scenario.servers[i], id_of<ServerId>(i));
  const IoIndex index{scenario};
  const DeviceMap map{index};
  run.devices = map.devices();
  run.connections = map.connections();
  run.routes = map.routes();
  return run;
}

}  // namespace lparsim::scenario
