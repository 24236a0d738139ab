#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "sim/report/metric_table.hpp"
#include "sim/scenario/document.hpp"
#include "sim/trace/io_records.hpp"

namespace lparsim::scenario {

// The metrics of a run, by groups in their order; the only place where their names, units and descriptions stand.

struct Metric {
  std::string name;
  std::string unit;  ///< PU, %, /s, ms, MB/s (10^6 bytes a second) or 1
  std::string description;
};

/// PARTITION.physc, .entc, .dispatches, ...; `cache_refill` where caches have to be filled again.
std::vector<Metric> partition_metrics(std::string_view partition, bool cache_refill = false);
/// PARTITION.WORKLOAD.throughput, .response.p99, ..., and PARTITION.WORKLOAD.KIND.* of each kind of a mix; none for a spin workload, which
/// completes nothing.
std::vector<Metric> workload_metrics(std::string_view partition, const workload::Config& workload);
/// PARTITION.TARGET.read.latency.mean, .read.iops, .read.bandwidth, the same of writes (of a peer: calls and sends), .inflight, .errors,
/// and .stage.NAME of each stage. Peers have the name of the scenario, with its dot: web.db.orders.call.latency.p99.
std::vector<Metric> io_metrics(std::string_view partition, std::string_view target, trace::IoTargetKind kind);
/// PARTITION.ADAPTER.sent, .received and .dropped, and .failovers of a vNIC.
std::vector<Metric> adapter_metrics(std::string_view partition, const EthernetConfig& adapter);
/// PARTITION.os.TYPE.calls, .latency.mean, ..., and in which way they were answered; of memory management the page faults.
std::vector<Metric> kernel_metrics(std::string_view partition, system::ServiceType type);
/// LABEL.used, .idle; the label is that of pool_label().
/// PARTITION.vsp.calls, .latency.p99, .wait, ... of a Virtual Service Partition.
std::vector<Metric> vsp_metrics(std::string_view partition);
std::vector<Metric> pool_metrics(std::string_view label);
/// server.NAME.used, .idle.
std::vector<Metric> server_metrics(std::string_view server);

/// `pool.NAME` on the first server of the scenario, `pool.SERVER.NAME` on the others: pool names are unique within a server only.
std::string pool_label(const ScenarioConfig& scenario, std::size_t server, std::string_view pool);

/// All of them, with NaN for values: of each server itself, its pools (`default` first), its partitions, their disks and
/// peers, their network adapters, and their workloads.
report::MetricTable metric_names(const ScenarioConfig& scenario);

}  // namespace lparsim::scenario
