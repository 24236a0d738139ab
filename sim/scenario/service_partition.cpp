#include "sim/scenario/service_partition.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/base/check.hpp"
#include "sim/scenario/resolve_vsp.hpp"
#include "vsp/behaviour/plugin.hpp"

namespace lparsim::scenario {
namespace {

// What an alarm is about, in its low bits; above, when it was set among the operator's doings.
enum : std::uint64_t { kCrash, kRestart, kStart, kKinds };

vsp::BehaviourFactory factory_of(const ServerConfig& server, std::size_t partition) {
  const VspPartitionConfig& config = *server.partitions[partition].vsp;
  if (config.plugin.empty()) return vsp::declared(declared_behaviour(server, partition), std::make_shared<vsp::DeclaredCounts>());
  const auto plugin = vsp::Plugin::load(config.plugin);
  LPARSIM_CHECK(plugin.has_value(), "plugin {} was accepted but cannot be loaded: {}", config.plugin, plugin.error());
  return (*plugin)->factory(config.configuration);
}

}  // namespace

ServicePartition::ServicePartition(const ScenarioConfig& scenario, std::size_t server, std::size_t partition,
                                   hypervisor::Hypervisor& hypervisor, kernel::Calendar& calendar, trace::Recorder& recorder)
    : config_{scenario.servers[server].partitions[partition]},
      id_{id_of<PartitionId>(partition)},
      hypervisor_{hypervisor},
      calendar_{calendar},
      recorder_{recorder},
      port_{hypervisor.virtual_io(), id_, hypervisor.add_vsp(vsp_config(scenario.servers[server], partition))} {
  const VspPartitionConfig& config = *config_.vsp;
  vsp::ServiceProgramConfig program;
  program.name = config_.name;
  program.threads = config.threads;
  program.backlog = std::max(config.threads, config.channel.most_credits);
  const SimTime end = std::max(scenario.duration, scenario.precision_limit);
  program.faults = vsp_faults(config_, scenario.seed, end);
  for (const vsp::Fault& fault : program.faults)
    note(fault, fault.until == SimTime::never() ? std::nullopt : std::optional{fault.until - fault.from});
  program_ = std::make_unique<vsp::ServiceProgram>(
      program, port_, factory_of(scenario.servers[server], partition), static_cast<vsp::ServiceListener&>(*this),
      RandomStream{scenario.seed, config_.name + ".vsp"}, RandomStream{scenario.seed, config_.name + ".vsp.faults"});
  hypervisor_.exchange().on_callers_time(id_, *program_);
}

void ServicePartition::note(const vsp::Fault& fault, std::optional<SimTime> length) {
  if (fault.kind == vsp::FaultKind::crash) away_.push_back({fault.kind, fault.from, length});
  if (fault.kind == vsp::FaultKind::restart) away_.push_back({fault.kind, fault.from, length.value_or(kVspRestart)});
}

/// That of the last one that has begun.
std::optional<SimTime> ServicePartition::away(vsp::FaultKind kind, SimTime now) const {
  const Away* last = nullptr;
  for (const Away& away : away_)
    if (away.kind == kind && away.from <= now && (last == nullptr || last->from <= away.from)) last = &away;
  LPARSIM_CHECK(last != nullptr, "{}: struck by what was not configured, at {} ps", config_.name, now.ps());
  return last->length;
}

void ServicePartition::inject(const VspFaultConfig& fault, SimTime now) {
  note(fault, fault.length);
  program_->inject(vsp_fault(fault), now);
}

void ServicePartition::suspend(bool suspended, SimTime now) {
  if (suspended)
    hypervisor_.exchange().suspend(id_, now);
  else
    hypervisor_.exchange().resume(id_, now);
}

void ServicePartition::migrate(SimTime blackout, SimTime now) {
  hypervisor_.exchange().migrate(id_, blackout, now);
}

bool ServicePartition::start(SimTime now) {
  ++operations_;
  const bool active = hypervisor_.active(id_);
  if (active && !shutting_down(now)) return false;
  if (active) {
    hypervisor_.exchange().stopped(id_, false, now);  // at this instant, whatever it was about to say
    hypervisor_.deactivate(id_);
  }
  hypervisor_.activate(id_);
  return true;
}

bool ServicePartition::shut_down(SimTime now) {
  ++operations_;
  if (!hypervisor_.active(id_) || shutting_down(now)) return false;
  hypervisor_.exchange().shut_down(id_, now);
  return true;
}

bool ServicePartition::fail() {
  ++operations_;
  if (!hypervisor_.active(id_)) return false;
  hypervisor_.deactivate(id_, true);
  return true;
}

void ServicePartition::logged(std::string_view text, SimTime now) {
  recorder_.log(now, trace::Severity::info, fmt::format("{}: {}", config_.name, text));
}

void ServicePartition::struck(vsp::FaultKind kind, SimTime now) {
  calendar_.call(*this, operations_ * kKinds + (kind == vsp::FaultKind::crash ? kCrash : kRestart), now);
}

void ServicePartition::rings(std::uint64_t argument, SimTime now) {
  const std::uint64_t what = argument % kKinds;
  if (argument / kKinds != operations_) return;
  if (what == kStart) {
    if (!hypervisor_.active(id_)) hypervisor_.activate(id_);
    return;
  }
  if (!hypervisor_.active(id_)) return;
  const bool crash = what == kCrash;
  const bool stays_down = shutting_down(now);
  recorder_.log(now, trace::Severity::info, fmt::format("{}: {}", config_.name, crash ? "crashes" : "restarts"));
  hypervisor_.deactivate(id_, crash);
  if (stays_down) return;
  if (const auto length = away(crash ? vsp::FaultKind::crash : vsp::FaultKind::restart, now))
    calendar_.call(*this, operations_ * kKinds + kStart, now + *length);
}

}  // namespace lparsim::scenario
