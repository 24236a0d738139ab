#include "sim/scenario/measurement.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <string>
#include <unordered_map>

#include "sim/base/check.hpp"
#include "sim/scenario/metric_names.hpp"

namespace lparsim::scenario {
namespace {

using Values = std::unordered_map<std::string, double>;

double ratio(SimTime part, SimTime whole) {
  return whole > SimTime{} ? static_cast<double>(part.ps()) / static_cast<double>(whole.ps()) : std::numeric_limits<double>::quiet_NaN();
}

/// NAME.mean, NAME.p50, ... of a histogram in ms; without samples they stay absent.
void add_distribution(Values& values, const std::string& name, const Histogram& histogram) {
  if (histogram.count() == 0) return;
  values[name + ".mean"] = histogram.mean().milliseconds();
  values[name + ".max"] = histogram.max().milliseconds();
  for (const int percent : {50, 90, 95, 99}) values[fmt::format("{}.p{}", name, percent)] = histogram.percentile(percent).milliseconds();
}

/// The idle capacity of a pool: what the shared cores had left, but no more than its maximum lets it use. The maximum holds by dispatch
/// windows: of an interval that begins within one, its members may use more.
SimTime pool_idle(const ServerConfig& server, std::size_t pool, const hypervisor::PoolUsage& usage, SimTime elapsed) {
  const auto maximum = pool == 0 ? std::nullopt : server.pools[pool - 1].maximum;
  return maximum ? std::min(usage.idle, std::max(SimTime{}, maximum->time_in(elapsed) - usage.used)) : usage.idle;
}

}  // namespace

Measurement::Measurement(const ScenarioConfig& scenario, Platform& platform, trace::Recorder& recorder)
    : scenario_{scenario}, platform_{platform}, recorder_{recorder} {
  for (const auto& server : platform_.servers()) at_sample_.push_back(state_of(*server, SimTime{}));
  at_begin_ = at_sample_;
}

Measurement::ServerState Measurement::state_of(Server& server, SimTime now) const {
  ServerState state;
  for (const Server::Member& member : server.members())
    state.partitions.push_back({server.hypervisor().usage(member.id), member.partition->guest().times(now)});
  for (std::size_t pool = 0; pool < server.pools().size(); ++pool)
    state.pools.push_back(server.hypervisor().pool_usage(id_of<PoolId>(pool)));
  state.used = server.hypervisor().server_used();
  return state;
}

void Measurement::begin(SimTime now) {
  begun_ = now;
  for (std::size_t i = 0; i < platform_.servers().size(); ++i) {
    Server& server = *platform_.servers()[i];
    at_begin_[i] = state_of(server, now);
    server.hypervisor().reset_dispatch_delays();
    for (Server::Member& member : server.members()) {
      for (const auto& workload : member.partition->guest().workloads()) workload->reset_statistics(now);
    }
  }
}

void Measurement::sample(SimTime now) {
  if (now == sampled_) return;
  if (recorder_.level() != trace::Level::off) {
    for (std::size_t i = 0; i < platform_.servers().size(); ++i) {
      Server& server = *platform_.servers()[i];
      ServerState present = state_of(server, now);
      sample(server, at_sample_[i], present, now);
      at_sample_[i] = std::move(present);
    }
  }
  sampled_ = now;
}

void Measurement::sample(Server& server, const ServerState& last, const ServerState& present, SimTime now) {
  const SimTime elapsed = now - sampled_;
  std::vector<SimTime> idle;
  for (std::size_t pool = 0; pool < present.pools.size(); ++pool) {
    const hypervisor::PoolUsage usage{present.pools[pool].used - last.pools[pool].used, present.pools[pool].idle - last.pools[pool].idle};
    idle.push_back(pool_idle(server.config(), pool, usage, elapsed));
    recorder_.pool_interval({server.id(), id_of<PoolId>(pool), sampled_, now, usage.used, idle.back()});
  }
  for (std::size_t i = 0; i < server.members().size(); ++i) {
    const Server::Member& member = server.members()[i];
    const hypervisor::PartitionUsage usage = present.partitions[i].usage - last.partitions[i].usage;
    const guest::ProcessorTimes times = present.partitions[i].times - last.partitions[i].times;
    trace::IntervalSample sample;
    sample.server = server.id();
    sample.partition = member.id;
    sample.begin = sampled_;
    sample.end = now;
    sample.virtual_processors = server.hypervisor().active(member.id) ? server.hypervisor().online(member.id) : 0;
    sample.entitled = usage.entitled;
    sample.consumed = usage.consumed;
    sample.user = times.user;
    sample.sys = times.system;
    sample.idle = times.idle;
    sample.donated = usage.donated;
    sample.logical_busy = times.user + times.system;
    sample.logical_available = times.online;
    if (member.config->processors.mode == ProcessorMode::shared) sample.pool_idle = idle[index(server.hypervisor().pool_of(member.id))];
    sample.wait_capacity = usage.wait_capacity;
    sample.wait_processor = usage.wait_processor;
    sample.dispatches = usage.dispatches;
    sample.preemptions = usage.preemptions;
    sample.vcsw = usage.vcsw;
    sample.phint = usage.phint;
    recorder_.interval(sample);
  }
}

report::MetricTable Measurement::metrics(SimTime now) {
  Values values;
  const SimTime elapsed = now - begun_;
  for (std::size_t i = 0; i < platform_.servers().size(); ++i) {
    Server& server = *platform_.servers()[i];
    const ServerState present = state_of(server, now);
    for (std::size_t k = 0; k < server.members().size(); ++k) {
      const Server::Member& member = server.members()[k];
      const std::string& name = member.config->name;
      const hypervisor::PartitionUsage usage = present.partitions[k].usage - at_begin_[i].partitions[k].usage;
      const SimTime online = present.partitions[k].times.online - at_begin_[i].partitions[k].times.online;
      const auto per_second = [&](std::uint64_t count) {
        return static_cast<double>(count) / elapsed.seconds();
      };
      values[name + ".physc"] = ratio(usage.consumed, elapsed);
      values[name + ".entc"] = 100 * ratio(usage.consumed, usage.entitled);
      values[name + ".dispatches"] = per_second(usage.dispatches);
      values[name + ".preemptions"] = per_second(usage.preemptions);
      values[name + ".vcsw"] = per_second(usage.vcsw);
      values[name + ".phint"] = per_second(usage.phint);
      values[name + ".wait.capacity"] = 100 * ratio(usage.wait_capacity, online);
      values[name + ".wait.processor"] = 100 * ratio(usage.wait_processor, online);
      add_distribution(values, name + ".dispatch_delay", server.hypervisor().dispatch_delay(member.id));
      for (const auto& workload : member.partition->guest().workloads()) {
        const std::string prefix = fmt::format("{}.{}", name, workload->name());
        const workload::Statistics& statistics = workload->statistics();
        values[prefix + ".throughput"] = statistics.throughput(now);
        values[prefix + ".completed"] = static_cast<double>(statistics.completed());
        values[prefix + ".queued"] = statistics.queued(now);
        values[prefix + ".backlog"] = statistics.backlog(now);
        add_distribution(values, prefix + ".response", statistics.response());
        for (const auto& kind : workload->kinds()) {
          const std::string name_of_kind = fmt::format("{}.{}", prefix, kind.name);
          values[name_of_kind + ".throughput"] = kind.statistics.throughput(now);
          values[name_of_kind + ".completed"] = static_cast<double>(kind.statistics.completed());
          add_distribution(values, name_of_kind + ".response", kind.statistics.response());
        }
      }
    }
    for (std::size_t pool = 0; pool < present.pools.size(); ++pool) {
      const hypervisor::PoolUsage usage{present.pools[pool].used - at_begin_[i].pools[pool].used,
                                        present.pools[pool].idle - at_begin_[i].pools[pool].idle};
      const std::string label = pool_label(scenario_, i, server.pools()[pool]);
      values[label + ".used"] = ratio(usage.used, elapsed);
      values[label + ".idle"] = ratio(pool_idle(server.config(), pool, usage, elapsed), elapsed);
    }
    const double used = ratio(present.used - at_begin_[i].used, elapsed);
    values[fmt::format("server.{}.used", server.config().name)] = used;
    values[fmt::format("server.{}.idle", server.config().name)] = server.config().processor.cores - used;
  }
  report::MetricTable table;
  const report::MetricTable names = metric_names(scenario_);
  for (const trace::MetricValue& metric : names.all()) {
    const auto value = values.find(metric.name);
    table.add(metric.name, value == values.end() ? metric.value : value->second, metric.unit, metric.description);
  }
  return table;
}

}  // namespace lparsim::scenario
