#include "sim/scenario/metric_names.hpp"

#include <fmt/format.h>

#include <limits>
#include <variant>

#include "sim/scenario/io_targets.hpp"
#include "sim/scenario/kernel_services.hpp"

namespace lparsim::scenario {
namespace {

void add_distribution(std::vector<Metric>& metrics, std::string_view name, std::initializer_list<int> percentiles, std::string_view what) {
  metrics.push_back({fmt::format("{}.mean", name), "ms", fmt::format("{}, mean", what)});
  for (const int p : percentiles) metrics.push_back({fmt::format("{}.p{}", name, p), "ms", fmt::format("{}, {}th percentile", what, p)});
  metrics.push_back({fmt::format("{}.max", name), "ms", fmt::format("{}, longest", what)});
}

void add(report::MetricTable& table, std::vector<Metric> metrics) {
  for (Metric& m : metrics)
    table.add(std::move(m.name), std::numeric_limits<double>::quiet_NaN(), std::move(m.unit), std::move(m.description));
}

}  // namespace

std::vector<Metric> partition_metrics(std::string_view partition, bool cache_refill) {
  const auto name = [&](std::string_view metric) {
    return fmt::format("{}.{}", partition, metric);
  };
  std::vector<Metric> metrics{
      {name("physc"), "PU", "Physical processors consumed: dispatched time / elapsed time"},
      {name("entc"), "%", "Physical processors consumed / entitlement"},
      {name("dispatches"), "/s", "Dispatches of its virtual processors"},
      {name("preemptions"), "/s", "Dispatches that the hypervisor ended"},
      {name("vcsw"), "/s", "Virtual context switches"},
      {name("phint"), "/s", "Phantom interrupts"},
      {name("wait.capacity"), "%", "Time a virtual processor was ready but out of entitlement and not chosen for excess"},
      {name("wait.processor"), "%", "Time a virtual processor was ready and entitled but had no core yet"},
  };
  if (cache_refill)
    metrics.push_back({name("cache_refill"), "%", "Dispatched time in which a virtual processor waited for its caches to be filled again"});
  for (Metric& m : std::vector<Metric>{
           {name("user"), "%", "In user programs, by PURR, of the entitlement or of physc where that is more"},
           {name("sys"), "%", "In the operating system, likewise"},
           {name("idle"), "%", "The rest, unused entitlement included"},
           {name("lbusy"), "%", "Time for which a logical processor had a thread and its virtual processor a core"},
           {name("steal"), "%", "Time a virtual processor was ready but had no core (Linux: steal)"},
           {name("spinning"), "%", "Part of physc in which threads waited for locks"},
           {name("runnable"), "1", "Threads that ran or waited for a logical processor, on average"},
           {name("unfolded"), "1", "Virtual processors that the operating system used, on average"},
           {name("context_switches"), "/s", "Threads that came to a logical processor"},
       })
    metrics.push_back(std::move(m));
  add_distribution(metrics, name("dispatch_delay"), {50, 95, 99}, "From ready to running, per dispatch");
  return metrics;
}

std::vector<Metric> workload_metrics(std::string_view partition, const workload::Config& workload) {
  if (std::holds_alternative<workload::Spin>(workload.type)) return {};
  const std::string prefix = fmt::format("{}.{}", partition, workload.name);
  const bool recording = std::holds_alternative<workload::Recording>(workload.type);
  const std::string what = recording ? "Quanta of the recording" : "Transactions";
  std::vector<Metric> metrics{
      {prefix + ".throughput", "/s", what + " completed per second"},
      {prefix + ".completed", "1", what + " completed"},
      {prefix + ".queued", "1", what + " that wait for a thread, on average"},
  };
  if (recording) metrics.push_back({prefix + ".backlog", "ms", "Processor time wanted in earlier quanta and not yet served, on average"});
  if (workload::uses_io(workload))
    metrics.push_back({prefix + ".bandwidth", "MB/s", "Read, written, sent and received without an error (10^6 bytes a second)"});
  add_distribution(
      metrics, prefix + ".response", {50, 90, 95, 99},
      recording ? "From the beginning of a quantum until its demand is served" : "From arrival to completion of a transaction");
  for (const workload::Kind& kind : workload::mix_of(workload)) {
    const std::string name = fmt::format("{}.{}", prefix, kind.name);
    metrics.push_back({name + ".throughput", "/s", "Transactions of this kind completed per second"});
    metrics.push_back({name + ".completed", "1", "Transactions of this kind completed"});
    add_distribution(metrics, name + ".response", {50, 90, 95, 99}, "From arrival to completion of a transaction of this kind");
  }
  return metrics;
}

std::vector<Metric> io_metrics(std::string_view partition, std::string_view target, trace::IoTargetKind kind) {
  struct Flow {
    std::string_view name, of, moved;
  };
  static constexpr Flow kDisk[] = {{"read", "reads", "Read"}, {"write", "writes", "Written"}};
  static constexpr Flow kPeer[] = {{"send", "sends", "Sent"}, {"call", "calls", "Sent and received in calls"}};
  const std::string prefix = fmt::format("{}.{}", partition, target);
  std::vector<Metric> metrics;
  for (const Flow& flow : kind == trace::IoTargetKind::disk ? kDisk : kPeer) {
    const std::string name = fmt::format("{}.{}", prefix, flow.name);
    add_distribution(metrics, name + ".latency", {50, 90, 95, 99},
                     fmt::format("Latency of {}, from the thread's asking to its answer", flow.of));
    metrics.push_back({name + ".iops", "/s", fmt::format("Ended {}, whatever their outcome", flow.of)});
    metrics.push_back({name + ".bandwidth", "MB/s", fmt::format("{} without an error (10^6 bytes a second)", flow.moved)});
  }
  metrics.push_back({prefix + ".inflight", "1", "Requests under way, on average"});
  metrics.push_back({prefix + ".errors", "1", "Requests that failed or were dropped"});
  for (const trace::IoStage& stage : trace::kIoStages)
    metrics.push_back(
        {fmt::format("{}.stage.{}", prefix, stage.name), "ms", fmt::format("Part of the mean latency of all requests: {}", stage.meaning)});
  return metrics;
}

std::vector<Metric> vsp_metrics(std::string_view partition) {
  const std::string prefix = fmt::format("{}.vsp", partition);
  std::vector<Metric> metrics{{prefix + ".calls", "/s", "Calls that went to it and are over, copies for an observer included"}};
  add_distribution(metrics, prefix + ".latency", {50, 95, 99}, "What it added to a call for which its caller waited");
  for (Metric& m : std::vector<Metric>{
           {prefix + ".wait", "%", "Part of that latency in which it had no virtual processor on a core"},
           {prefix + ".denied", "1", "Calls that it denied"},
           {prefix + ".failed", "1", "Calls that failed because it did"},
           {prefix + ".opened", "1", "Calls that it had and that were done natively because it failed"},
           {prefix + ".dropped", "1", "Copies for which an observer's queue had no room"},
           {prefix + ".timeouts", "1", "Calls that it did not answer in time"},
           {prefix + ".violations", "1", "Messages that the interface forbids"},
           {prefix + ".ejections", "1", "Times that it was ejected"},
           {prefix + ".available", "%", "Time in which it was ready"},
       })
    metrics.push_back(std::move(m));
  return metrics;
}

std::vector<Metric> adapter_metrics(std::string_view partition, const EthernetConfig& adapter) {
  const std::string prefix = fmt::format("{}.{}", partition, adapter.name);
  std::vector<Metric> metrics{{prefix + ".sent", "/s", "Frames that it sent, large sends as one"},
                              {prefix + ".received", "/s", "Frames that it received"},
                              {prefix + ".dropped", "1", "Frames that it was to send and that were lost in doing so"}};
  if (adapter.is_vnic()) metrics.push_back({prefix + ".failovers", "1", "Changes to another backing device"});
  return metrics;
}

std::vector<Metric> kernel_metrics(std::string_view partition, system::ServiceType type) {
  const std::string prefix = fmt::format("{}.os.{}", partition, to_string(type));
  const bool disks = type == system::ServiceType::io_scheduler;
  std::vector<Metric> metrics{
      {prefix + ".calls", "/s", disks ? "Disk operations that had their turn" : "Calls of the service that are over"}};
  add_distribution(metrics, prefix + ".latency", {50, 95, 99},
                   disks ? "What a disk operation waited for its turn" : "From a thread's asking to the service's answer");
  for (Metric& m : std::vector<Metric>{
           {prefix + ".failed", "1", "Calls that failed or that nobody answered"},
           {prefix + ".local", "%", "Part that was answered by a service that is here"},
           {prefix + ".cached", "%", "By one that was fetched before"},
           {prefix + ".fetched", "%", "By one whose instructions were retrieved for the call"},
           {prefix + ".performed", "%", "By one on its node"},
           {prefix + ".default", "%", "By the default, as the policy named none or its node did not answer"},
           {prefix + ".none", "%", "By nobody"},
           {prefix + ".vsp", "%", "By a Virtual Service Partition"},
           {prefix + ".fetches", "1", "Calls that waited for instructions"},
           {prefix + ".silences", "1", "Calls that a service node left without an answer"},
           {prefix + ".unheard", "1", "Of these, calls that it did all the same: twice, where the default has done them over"},
       })
    metrics.push_back(std::move(m));
  if (type == system::ServiceType::memory_management) {
    metrics.push_back({prefix + ".faults", "/s", "Page faults"});
    metrics.push_back({prefix + ".fault_rate", "%", "Part of the references to pages that were faults"});
  }
  return metrics;
}

std::vector<Metric> pool_metrics(std::string_view label) {
  return {{fmt::format("{}.used", label), "PU", "Capacity that the partitions of the pool used"},
          {fmt::format("{}.idle", label), "PU", "Capacity that they could have used besides"}};
}

std::vector<Metric> server_metrics(std::string_view server) {
  return {{fmt::format("server.{}.used", server), "PU", "Cores in use, shared and dedicated"},
          {fmt::format("server.{}.idle", server), "PU", "Cores idle"}};
}

std::string pool_label(const ScenarioConfig& scenario, std::size_t server, std::string_view pool) {
  return server == 0 ? fmt::format("pool.{}", pool) : fmt::format("pool.{}.{}", scenario.servers[server].name, pool);
}

report::MetricTable metric_names(const ScenarioConfig& scenario) {
  report::MetricTable table;
  for (std::size_t i = 0; i < scenario.servers.size(); ++i) {
    const ServerConfig& server = scenario.servers[i];
    add(table, server_metrics(server.name));
    add(table, pool_metrics(pool_label(scenario, i, "default")));
    for (const PoolConfig& pool : server.pools) add(table, pool_metrics(pool_label(scenario, i, pool.name)));
    for (const PartitionConfig& partition : server.partitions) {
      add(table, partition_metrics(partition.name, server.hypervisor.cache_refill.has_value()));
      for (const IoTargetName& target : io_targets(partition)) add(table, io_metrics(partition.name, target.name, target.kind));
      for (const system::ServiceType type : kernel_service_types(server, partition)) add(table, kernel_metrics(partition.name, type));
      if (partition.vsp) add(table, vsp_metrics(partition.name));
      for (const EthernetConfig& adapter : partition.io.ethernet) add(table, adapter_metrics(partition.name, adapter));
      for (const workload::Config& workload : partition.workloads) add(table, workload_metrics(partition.name, workload));
    }
  }
  return table;
}

}  // namespace lparsim::scenario
