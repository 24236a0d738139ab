#include "sim/scenario/platform.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/base/check.hpp"
#include "sim/base/quantity.hpp"
#include "sim/kernel/sim_time.hpp"

namespace lparsim::scenario {

std::uint32_t most_virtual_processors(const PartitionConfig& partition, const ScenarioConfig& scenario) {
  const PartitionProcessors& processors = partition.processors;
  if (processors.mode == ProcessorMode::dedicated) return processors.cores;
  std::uint32_t most = processors.virtual_processors;
  for (const EventConfig& event : scenario.events) {
    if (event.partition == partition.name) most = std::max(most, event.virtual_processors.value_or(0));
  }
  return most;
}

std::uint32_t most_threads(const PartitionConfig& partition, const ScenarioConfig& scenario) {
  std::uint32_t most = partition.smt;
  for (const EventConfig& event : scenario.events) {
    if (event.partition == partition.name) most = std::max(most, event.smt.value_or(0));
  }
  return most;
}

Server::Server(const VirtualIoShared& io, ServerId id, const Tracks& tracks, VspRecorder& services, trace::Recorder& recorder)
    : scenario_{io.index.scenario()}, config_{scenario_.servers[index(id)]}, id_{id} {
  const ServerConfig& config = config_;
  hypervisor::HypervisorConfig h;
  h.server = id;
  h.frame.cores = config.processor.cores;
  h.frame.cores_per_chip = config.processor.cores_per_chip;
  h.frame.window = config.hypervisor.dispatch_window;
  h.frame.excess_slice = config.hypervisor.excess_slice;
  h.frame.share_excess_by = config.hypervisor.share_excess_by;
  h.dispatch_cost = config.hypervisor.dispatch_cost;
  h.cache_refill = config.hypervisor.cache_refill;
  h.virtual_io = config.hypervisor.virtual_io;
  h.minimum_per_vp = core::generation_facts(config.processor.generation).minimum_per_virtual_processor;
  hypervisor_ = std::make_unique<hypervisor::Hypervisor>(fmt::format("server{}", index(id)).c_str(), h, &recorder);
  timers_ = std::make_unique<guest::PartitionTimers>();
  pools_.emplace_back("default");
  for (const PoolConfig& pool : config.pools) {
    hypervisor_->add_pool({pool.maximum, pool.reserved});
    pools_.push_back(pool.name);
  }
  // The hypervisor knows all partitions before their drivers are made, and those before the operating systems that they belong to.
  for (const PartitionConfig& partition : config.partitions) add_partition(partition);
  add_services(io.outside.calendar(), services, recorder);
  virtual_io_ = std::make_unique<VirtualIoPlatform>(io, index(id), *hypervisor_);
  kernel_services_ = std::make_unique<KernelServices>(scenario_, index(id), *hypervisor_, *virtual_io_, io.outside.calendar(), recorder);
  for (std::size_t p = 0; p < members_.size(); ++p) start_guest(p, tracks, recorder);
}

void Server::add_partition(const PartitionConfig& config) {
  Member& member = members_.emplace_back();
  member.config = &config;
  member.relay = std::make_unique<PartitionRelay>();
  const PartitionProcessors& p = config.processors;
  if (p.mode == ProcessorMode::dedicated) {
    member.id = hypervisor_->add_dedicated({p.cores, p.sharing_mode}, config.memory, *member.relay, config.cache_footprint);
  } else {
    const auto pool = std::find(pools_.begin(), pools_.end(), p.pool);
    LPARSIM_CHECK(pool != pools_.end(), "partition {} names the unknown pool {}", config.name, p.pool);
    member.id = hypervisor_->add_shared({id_of<PoolId>(static_cast<std::size_t>(pool - pools_.begin())), p.entitlement,
                                         p.virtual_processors, most_virtual_processors(config, scenario_), p.capped, p.weight},
                                        config.memory, *member.relay, config.cache_footprint);
  }
}

void Server::add_services(kernel::Calendar& calendar, VspRecorder& services, trace::Recorder& recorder) {
  if (std::ranges::none_of(config_.partitions, [](const PartitionConfig& p) { return p.vsp.has_value(); })) return;
  const std::size_t number = index(id_);
  services.follow(number, hypervisor_->enable_services(config_.hypervisor.vsp_costs, calendar, &services.observer(number)));
  for (std::size_t p = 0; p < members_.size(); ++p) {
    if (config_.partitions[p].vsp)
      members_[p].service = std::make_unique<ServicePartition>(scenario_, number, p, *hypervisor_, calendar, recorder);
  }
}

void Server::start_guest(std::size_t number, const Tracks& tracks, trace::Recorder& recorder) {
  Member& member = members_[number];
  const PartitionConfig& config = *member.config;
  guest::Guest::Workloads workloads;
  for (const workload::Config& w : config.workloads) {
    const std::string prefix = fmt::format("{}.{}", config.name, w.name);
    workloads.push_back(
        workload::make_workload(w, config_.processor.frequency, {scenario_.seed, prefix}, kernel_services_->operations(number)));
  }
  const std::string name = fmt::format("server{}_partition{}", index(id_), number);
  // Names are recorded at every level, what they name only at level full.
  member.waits = std::make_unique<WaitRecorder>(recorder, tracks.of(config.name));
  member.most_threads = most_threads(config, scenario_);
  guest::Config system = config.guest;
  system.smt = member.most_threads;
  guest::Guest::Services programs = virtual_io_->services(number);
  kernel_services_->add_program(number, programs);
  if (member.service) programs.push_back(&member.service->program());
  member.partition = std::make_unique<guest::Partition>(name.c_str(), *hypervisor_, *timers_, system, std::move(workloads),
                                                        recorder.full() ? member.waits.get() : nullptr, std::move(programs));
  member.relay->set(*member.partition);
  member.partition->set_smt(std::nullopt, config.smt, SimTime{});
  member.waits->name_locks(member.partition->guest().lock_names());
  member.partition->hypercalls().set_partition(member.id);
  member.partition->hypercalls().socket.bind(hypervisor_->hcalls);
  virtual_io_->bind(number, member.partition->hypercalls());
  kernel_services_->bind(number, *member.partition);
  if (member.service) member.service->bind(member.partition->hypercalls());
}

void Server::start() {
  for (const Member& member : members_) {
    if (member.config->running) hypervisor_->activate(member.id);
  }
}

Platform::Platform(const ScenarioConfig& scenario, const Tracks& tracks, IoRecorder& io, VspRecorder& services, trace::Recorder& recorder)
    : scenario_{scenario}, index_{scenario}, ledger_{&io}, outside_{scenario, ledger_} {
  const VirtualIoShared shared{index_, outside_, ledger_, io};
  for (std::size_t s = 0; s < scenario.servers.size(); ++s)
    servers_.push_back(std::make_unique<Server>(shared, id_of<ServerId>(s), tracks, services, recorder));
}

void Platform::start() {
  for (const auto& server : servers_) server->start();
}

void Platform::finish() {
  for (const auto& server : servers_) {
    server->hypervisor().finish();
    for (Server::Member& member : server->members()) member.partition->finish(kernel::now());
  }
}

std::vector<std::string> Platform::apply(const EventConfig& event) {
  std::vector<std::string> said;
  const SimTime now = kernel::now();
  if (apply_io(event, said) || apply_service(event, said)) return said;
  for (const auto& server : servers_) {
    if (event.kernel_policy) {
      server->kernel_services().apply(event, said, now);
      continue;
    }
    if (event.frequency && server->config().name == event.server) {
      const double ratio = event.frequency->value / server->config().processor.frequency.value;
      const auto ppm = static_cast<std::int64_t>(ratio * 1e6 + 0.5);
      for (const Server::Member& member : server->members()) member.partition->set_frequency(ppm, now);
      said.push_back(fmt::format("{}: frequency becomes {:.4g} GHz", event.server, event.frequency->value * 1e-9));
    }
    for (const Server::Member& member : server->members()) {
      if (member.config->name != event.partition) continue;
      const auto say = [&](std::string_view what, const auto& value) {
        said.push_back(fmt::format("{}: {} becomes {}", event.partition, what, value));
      };
      if (event.entitlement) say("entitlement", format(*event.entitlement));
      if (event.weight) say("weight", *event.weight);
      if (event.virtual_processors) say("number of virtual processors", *event.virtual_processors);
      if (event.capped) say("mode", *event.capped ? "capped" : "uncapped");
      if (event.entitlement || event.weight || event.virtual_processors || event.capped)
        server->hypervisor().change(member.id, {event.entitlement, event.weight, event.capped, event.virtual_processors});
      if (event.smt) {
        member.partition->set_smt(event.virtual_processor, *event.smt, now);
        say(event.virtual_processor ? fmt::format("SMT mode of virtual processor {}", *event.virtual_processor) : "SMT mode", *event.smt);
      }
      if (!event.running) continue;
      if (member.service) {
        // It may have crashed or come back by itself.
        const bool done = *event.running ? member.service->start(now)
                          : event.failed ? member.service->fail()
                                         : member.service->shut_down(now);
        if (done) say("state", *event.running ? "running" : event.failed ? "failed" : "stopped, after notice");
        continue;
      }
      say("state", *event.running ? "running" : event.failed ? "failed" : "stopped");
      if (*event.running) {
        server->hypervisor().activate(member.id);
      } else {
        server->hypervisor().deactivate(member.id, event.failed);
      }
    }
  }
  return said;
}

bool Platform::apply_service(const EventConfig& event, std::vector<std::string>& said) {
  if (!event.vsp) return false;
  const IoIndex::Owner owner = *index_.partition(event.vsp.partition);
  ServicePartition& service = *servers_[owner.server]->members()[owner.partition].service;
  const SimTime now = kernel::now();
  if (event.vsp.fault) {
    service.inject(*event.vsp.fault, now);
    said.push_back(fmt::format("{}: fault {}", event.vsp.partition, to_string(event.vsp.fault->kind)));
  } else if (event.vsp.migrates) {
    service.migrate(*event.vsp.migrates, now);
    said.push_back(fmt::format("{}: migrates, after notice, and stands still for {}", event.vsp.partition, format(*event.vsp.migrates)));
  } else {
    service.suspend(*event.vsp.suspend, now);
    said.push_back(fmt::format("{}: {}", event.vsp.partition, *event.vsp.suspend ? "suspended, after notice" : "resumed"));
  }
  return true;
}

void Platform::apply_vnic(const IoEvent& event, std::vector<std::string>& said) {
  const IoIndex::Owner owner = *index_.partition(event.vnic->partition);
  hypervisor::VnicFailover& failover = servers_[owner.server]->virtual_io().failover_of(owner.partition, event.vnic->name);
  const std::string name = event.vnic->text();
  if (event.auto_priority_failover) {
    failover.set_automatic(*event.auto_priority_failover);
    said.push_back(fmt::format("{}: auto_priority_failover becomes {}", name, *event.auto_priority_failover));
  }
  if (!event.backing) return;
  const auto& backings = index_.ethernet(owner, event.vnic->name)->backing;
  const auto backing = static_cast<std::uint32_t>(std::ranges::find(backings, *event.backing) - backings.begin());
  const bool done = failover.activate(backing);
  said.push_back(fmt::format("{}: {} {}", name, event.backing->text(), done ? "is made active" : "does not work and is not made active"));
}

bool Platform::apply_io(const EventConfig& event, std::vector<std::string>& said) {
  const SimTime now = kernel::now();
  const std::string_view state = event.io.up ? "up" : "down";
  if (event.io.storage) {
    outside_.set_storage(*event.io.storage, event.io.up, now);
    said.push_back(fmt::format("storage {}: {}", *event.io.storage, state));
  } else if (event.io.link) {
    const IoIndex::Owner owner = *index_.partition(event.io.link->partition);
    servers_[owner.server]->virtual_io().set_link(owner.partition, event.io.link->name, event.io.up, now);
    said.push_back(fmt::format("link of {}: {}", event.io.link->text(), state));
  } else if (event.io.shared_ethernet) {
    const IoIndex::Owner owner = *index_.partition(event.io.shared_ethernet->partition);
    servers_[owner.server]->virtual_io().set_ha_mode(owner.partition, event.io.shared_ethernet->name, event.io.ha_mode, now);
    static constexpr std::string_view kModes[] = {"disabled", "auto", "standby", "sharing"};
    said.push_back(
        fmt::format("{}: ha_mode becomes {}", event.io.shared_ethernet->text(), kModes[static_cast<std::size_t>(event.io.ha_mode)]));
  }
  if (event.io.vnic) apply_vnic(event.io, said);
  return static_cast<bool>(event.io);
}

}  // namespace lparsim::scenario
