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

Measurement::Measurement(const ScenarioConfig& scenario, Platform& platform, IoRecorder& io, VspRecorder& services,
                         trace::Recorder& recorder)
    : scenario_{scenario},
      platform_{platform},
      io_{io},
      services_{services},
      recorder_{recorder},
      confidence_{scenario, platform, io, services},
      devices_{scenario, platform, recorder} {
  for (const auto& server : platform_.servers()) at_sample_.push_back(state_of(*server, SimTime{}, true));
  at_begin_ = at_sample_;
}

Measurement::ServerState Measurement::state_of(Server& server, SimTime now, bool each) const {
  ServerState state;
  for (const Server::Member& member : server.members()) {
    const guest::Guest& guest = member.partition->guest();
    State& partition = state.partitions.emplace_back(State{server.hypervisor().usage(member.id), guest.times(now), {}, {}, {}, {}});
    partition.adapters = server.virtual_io().adapter_counts(static_cast<std::size_t>(member.id));
    if (!each) continue;
    partition.hcalls = server.hypervisor().hcall_counts(member.id);
    for (std::uint32_t vp = 0; vp < guest.most_virtual_processors(); ++vp) {
      partition.vps.push_back(server.hypervisor().vp_usage(member.id, vp));
      for (std::uint32_t thread = 0; thread < member.most_threads; ++thread)
        partition.logical.push_back(guest.logical_times(vp, thread, now));
    }
  }
  for (std::size_t pool = 0; pool < server.pools().size(); ++pool)
    state.pools.push_back(server.hypervisor().pool_usage(id_of<PoolId>(pool)));
  state.used = server.hypervisor().server_used();
  return state;
}

void Measurement::begin(SimTime now) {
  begun_ = now;
  for (std::size_t i = 0; i < platform_.servers().size(); ++i) {
    Server& server = *platform_.servers()[i];
    at_begin_[i] = state_of(server, now, false);
    server.hypervisor().reset_dispatch_delays();
    for (Server::Member& member : server.members()) {
      for (const auto& workload : member.partition->guest().workloads()) workload->reset_statistics(now);
    }
  }
  io_.begin(now);
  services_.begin(now);
  for (const auto& server : platform_.servers()) server->kernel_services().begin(now);
  confidence_.begin(now);
}

void Measurement::sample(SimTime now) {
  if (now == sampled_) return;
  for (const auto& server : platform_.servers()) server->hypervisor().tell_accounting();
  if (recorder_.level() != trace::Level::off) {
    for (std::size_t i = 0; i < platform_.servers().size(); ++i) {
      Server& server = *platform_.servers()[i];
      ServerState present = state_of(server, now, true);
      sample(server, at_sample_[i], present, now);
      at_sample_[i] = std::move(present);
    }
    io_.sample(now);
    devices_.sample(sampled_, now);
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
    sample.wait = times.io_wait;
    sample.idle = times.idle - times.io_wait;
    sample.donated = usage.donated;
    sample.logical_busy = times.logical_busy;
    sample.logical_available = times.logical_online;
    sample.logical_processors = member.partition->guest().logical_processors();
    sample.capped = server.hypervisor().capped(member.id);
    sample.weight = sample.capped ? 0 : server.hypervisor().weight(member.id);
    sample.scaled = times.scaled;
    sample.scaled_idle = times.scaled_idle;
    sample.spinning = times.spinning;
    sample.snoozing = times.snoozing;
    sample.runnable = SimTime::from_seconds(std::min(times.runnable, SimTime::never().seconds() / 2));
    sample.unfolded = times.unfolded;
    sample.context_switches = times.context_switches;
    sample.interrupts = times.interrupts;
    if (member.config->processors.mode == ProcessorMode::shared) sample.pool_idle = idle[index(server.hypervisor().pool_of(member.id))];
    sample.wait_capacity = usage.wait_capacity;
    sample.wait_processor = usage.wait_processor;
    sample.dispatches = usage.dispatches;
    sample.preemptions = usage.preemptions;
    sample.vcsw = usage.vcsw;
    sample.phint = usage.phint;
    recorder_.interval(sample);
    sample_processors(server, member, last.partitions[i], present.partitions[i], now);
    sample_hcalls(server, member, last.partitions[i], present.partitions[i], now);
  }
}

/// Rows only of those that did something.
void Measurement::sample_processors(const Server& server, const Server::Member& member, const State& last, const State& present,
                                    SimTime now) {
  const auto before = [](const auto& list, std::size_t i) {
    using Element = std::remove_cvref_t<decltype(list[i])>;
    return i < list.size() ? list[i] : Element{};
  };
  for (std::size_t vp = 0; vp < present.vps.size(); ++vp) {
    const hypervisor::VpUsage use = present.vps[vp] - before(last.vps, vp);
    if (use.consumed == SimTime{} && use.wait_capacity == SimTime{} && use.wait_processor == SimTime{}) continue;
    const auto number = static_cast<std::uint32_t>(vp);
    recorder_.vp_interval({server.id(), member.id, number, sampled_, now, use.consumed, use.wait_capacity, use.wait_processor,
                           use.dispatches, use.voluntary, use.involuntary, use.same_core, use.same_chip, use.other_chip});
    if (use.consumed == SimTime{}) continue;
    for (std::uint32_t thread = 0; thread < member.most_threads; ++thread) {
      const std::size_t i = vp * member.most_threads + thread;
      const guest::LogicalTimes times = present.logical[i] - before(last.logical, i);
      recorder_.logical_interval({server.id(), member.id, number, thread, sampled_, now, times.user, times.system, times.io_wait,
                                  times.idle - times.io_wait, times.busy, times.context_switches, times.involuntary_switches,
                                  times.same_logical, times.same_virtual, times.other_virtual});
    }
  }
}

void Measurement::sample_hcalls(const Server& server, const Server::Member& member, const State& last, const State& present, SimTime now) {
  // Both are in the order of tokens, and what was called once stays.
  auto before = last.hcalls.begin();
  for (hypervisor::HcallCount count : present.hcalls) {
    if (before != last.hcalls.end() && before->call == count.call) {
      count.calls -= before->calls;
      count.refused -= before->refused;
      ++before;
    }
    if (count.calls == 0) continue;
    recorder_.hcall_interval({server.id(), member.id, static_cast<std::uint32_t>(count.call), sampled_, now, count.calls, count.refused});
  }
}

void Measurement::add_adapters(std::unordered_map<std::string, double>& values, const PartitionConfig& partition, const State& begin,
                               const State& present, SimTime elapsed) {
  for (std::size_t a = 0; a < present.adapters.size(); ++a) {
    const std::string name = fmt::format("{}.{}", partition.name, partition.io.ethernet[a].name);
    const auto& was = begin.adapters[a];
    const auto& is = present.adapters[a];
    values[name + ".sent"] = static_cast<double>(is.sent - was.sent) / elapsed.seconds();
    values[name + ".received"] = static_cast<double>(is.received - was.received) / elapsed.seconds();
    values[name + ".dropped"] = static_cast<double>(is.dropped - was.dropped);
    values[name + ".failovers"] = static_cast<double>(is.failovers - was.failovers);
  }
}

report::MetricTable Measurement::metrics(SimTime now) {
  Values values;
  const SimTime elapsed = now - begun_;
  for (std::size_t i = 0; i < platform_.servers().size(); ++i) {
    Server& server = *platform_.servers()[i];
    const ServerState present = state_of(server, now, false);
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
      values[name + ".cache_refill"] = 100 * ratio(usage.cache_refill, usage.consumed);
      const guest::ProcessorTimes times = present.partitions[k].times - at_begin_[i].partitions[k].times;
      const SimTime whole = std::max(usage.entitled, usage.consumed);
      values[name + ".user"] = 100 * ratio(times.user, whole);
      values[name + ".sys"] = 100 * ratio(times.system, whole);
      values[name + ".idle"] = 100 * ratio(whole - times.user - times.system, whole);
      values[name + ".lbusy"] = 100 * ratio(times.logical_busy, times.logical_online);
      values[name + ".steal"] = 100 * ratio(usage.wait_capacity + usage.wait_processor, online);
      values[name + ".spinning"] = 100 * ratio(times.spinning, usage.consumed);
      values[name + ".runnable"] = times.runnable / elapsed.seconds();
      values[name + ".unfolded"] = ratio(times.unfolded, elapsed);
      values[name + ".context_switches"] = per_second(times.context_switches);
      add_adapters(values, *member.config, at_begin_[i].partitions[k], present.partitions[k], elapsed);
      add_distribution(values, name + ".dispatch_delay", server.hypervisor().dispatch_delay(member.id).histogram());
      for (const auto& workload : member.partition->guest().workloads()) {
        const std::string prefix = fmt::format("{}.{}", name, workload->name());
        const workload::Statistics& statistics = workload->statistics();
        values[prefix + ".throughput"] = statistics.throughput(now);
        values[prefix + ".completed"] = static_cast<double>(statistics.completed());
        values[prefix + ".queued"] = statistics.queued(now);
        values[prefix + ".backlog"] = statistics.backlog(now);
        values[prefix + ".bandwidth"] = statistics.megabytes_per_second(now);
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
  io_.add_metrics(values, now);
  services_.add_metrics(values, now);
  for (const auto& server : platform_.servers()) server->kernel_services().add_metrics(values, now);
  report::MetricTable table;
  const report::MetricTable names = metric_names(scenario_);
  Values widths = confidence_.half_widths();
  io_.add_half_widths(widths);
  services_.add_half_widths(widths);
  for (const trace::MetricValue& metric : names.all()) {
    const auto value = values.find(metric.name);
    const auto width = widths.find(metric.name);
    table.add(metric.name, value == values.end() ? metric.value : value->second, metric.unit, metric.description,
              width == widths.end() ? metric.ci95 : width->second);
  }
  return table;
}

}  // namespace lparsim::scenario
