#include "sim/scenario/kernel_services.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/base/check.hpp"
#include "sim/scenario/io_steps.hpp"
#include "sim/scenario/metric_names.hpp"

namespace lparsim::scenario {

using services::Administration;
using services::ServiceConfig;
using services::ServiceStatistics;
using services::ServiceType;
using services::Way;

/// Gives a partition's threads another scheduler: at the same instant, but not from within the operating system, which asks for it.
class KernelServices::Scheduling final : private kernel::Alarm {
 public:
  Scheduling(const guest::Config& own, kernel::Calendar& calendar) : own_{own}, calendar_{calendar} {}
  void bind(guest::Partition& partition) { partition_ = &partition; }
  void set(const ServiceConfig* scheduler, SimTime now) {
    wanted_ = scheduler;
    calendar_.call(*this, 0, now);
  }

 private:
  void rings(std::uint64_t, SimTime now) override {
    if (wanted_ == in_force_) return;
    in_force_ = wanted_;
    if (in_force_ == nullptr) return partition_->set_policy(own_.policy, own_.time_slice, now);
    const SimTime slice = in_force_->time_slice > SimTime{} ? in_force_->time_slice : own_.time_slice;
    const bool turns = in_force_->implementation == "round_robin";
    partition_->set_policy(turns ? guest::Policy::round_robin : guest::Policy::linux_, slice, now);
  }

  guest::Config own_;
  kernel::Calendar& calendar_;
  guest::Partition* partition_ = nullptr;
  const ServiceConfig* wanted_ = nullptr;
  const ServiceConfig* in_force_ = nullptr;
};

std::string first_disk(const PartitionConfig& partition) {
  const auto own =
      std::ranges::find_if(partition.io.disks, [](const DiskConfig& disk) { return !std::holds_alternative<PhysicalVolume>(disk.type); });
  return own == partition.io.disks.end() ? "" : own->name;
}

bool has_kernel_services(const ServerConfig& server, const PartitionConfig& partition) {
  if (std::ranges::any_of(partition.workloads, workload::uses_services)) return true;
  return server.kernel_policy && partition.type != PartitionType::vios && partition.type != PartitionType::vsp;
}

std::vector<ServiceType> kernel_service_types(const ServerConfig& server, const PartitionConfig& partition) {
  if (!has_kernel_services(server, partition)) return {};
  std::vector<ServiceType> types;
  for (const ServiceType type : system::kServiceTypes) {
    bool asked = type == ServiceType::io_scheduler && server.kernel_policy && !first_disk(partition).empty();
    for (const workload::Config& workload : partition.workloads) {
      for_each_step(workload, [&](const workload::Step& step, const std::string&) {
        const auto* service = std::get_if<workload::OsService>(&step);
        asked = asked || (service != nullptr && service->type == type);
      });
    }
    if (asked) types.push_back(type);
  }
  return types;
}

KernelServices::KernelServices(const ScenarioConfig& scenario, std::size_t server, hypervisor::Hypervisor& hypervisor,
                               VirtualIoPlatform& virtual_io, kernel::Calendar& calendar, trace::Recorder& recorder)
    : config_{scenario.servers[server]}, virtual_io_{virtual_io}, members_(config_.partitions.size()) {
  if (config_.kernel_policy) {
    kernel_ = config_.kernel_policy->kernel;
    for (const auto& [type, entry] : config_.kernel_policy->defaults)
      if (entry) kernel_.defaults[system::number(type)] = entry->service;
    proxy_ = std::make_unique<services::KernelProxy>(kernel_, calendar);
  }
  for (std::size_t p = 0; p < members_.size(); ++p) {
    const PartitionConfig& partition = config_.partitions[p];
    if (!has_kernel_services(config_, partition)) continue;
    Member& member = members_[p];
    member.config = &partition;
    member.calls = std::make_unique<hypervisor::HypervisorCalls>(hypervisor.hooks(), id_of<PartitionId>(p));
    services::OsServicesConfig own;
    own.partition = id_of<PartitionId>(p);
    own.disk = partition.kernel_policy.disk;
    if (own.disk.empty()) own.disk = first_disk(partition);
    // Data of calls: the upper half of its memory, where no driver has its queues.
    own.buffers = partition.memory.count / 2;
    if (proxy_) {
      const Administration administration{kernel_};
      const auto establish = [&](const KernelPolicyChanges& table) {
        for (const auto& [type, entry] : table) {
          if (!entry) {
            Administration::remove(own.policy, type);
          } else {
            const auto done = administration.set(own.policy, type, *entry);
            LPARSIM_CHECK(done.has_value(), "a kernel policy that was accepted cannot be established: {}", done.error());
          }
        }
      };
      establish(config_.kernel_policy->policy);
      establish(partition.kernel_policy.policy);
      if (partition.type != PartitionType::ibmi) {
        member.scheduling = std::make_unique<Scheduling>(partition.guest, calendar);
        own.schedule = [scheduling = member.scheduling.get()](const ServiceConfig* scheduler, SimTime now) {
          scheduling->set(scheduler, now);
        };
      }
    }
    member.services = std::make_unique<services::OsServices>(
        std::move(own),
        services::OsSurroundings{virtual_io.operations(p), proxy_.get(), hypervisor.hooks(), member.calls.get(), &calendar});
    member.services->chosen = [&recorder, name = partition.name](ServiceType type, const std::string& why, SimTime now) {
      recorder.log(now, trace::Severity::info, fmt::format("{}: {} is answered by {}", name, to_string(type), why));
    };
  }
}

KernelServices::~KernelServices() = default;

workload::IoOperations* KernelServices::operations(std::size_t partition) {
  if (members_[partition].services) return members_[partition].services.get();
  return virtual_io_.operations(partition);
}

void KernelServices::add_program(std::size_t partition, guest::Guest::Services& programs) {
  if (members_[partition].services) programs.push_back(members_[partition].services.get());
}

void KernelServices::bind(std::size_t partition, guest::Partition& guest) {
  Member& member = members_[partition];
  if (member.calls) member.calls->bind(guest.hypercalls());
  if (member.scheduling) member.scheduling->bind(guest);
}

void KernelServices::apply(const EventConfig& event, std::vector<std::string>& said, SimTime now) {
  if (!proxy_) return;
  if (!event.kernel_policy.node.empty()) {
    if (!event.server.empty() && event.server != config_.name) return;
    if (proxy_->set_link(event.kernel_policy.node, event.kernel_policy.up, now))
      said.push_back(fmt::format("link of service node {}: {}", event.kernel_policy.node, event.kernel_policy.up ? "up" : "down"));
    return;
  }
  for (const Member& member : members_) {
    if (!member.services) continue;
    if (!event.partition.empty() ? event.partition != member.config->name : event.server != config_.name) continue;
    for (const auto& [type, entry] : event.kernel_policy.changes) {
      if (event.partition.empty() && member.config->kernel_policy.names(type)) continue;  // it has an entry of its own
      if (entry) {
        const auto done = member.services->set(type, *entry, now);
        LPARSIM_CHECK(done.has_value(), "a change of kernel policy that was accepted cannot be made: {}", done.error());
      } else {
        member.services->remove(type, now);
      }
      said.push_back(
          fmt::format("{}: kernel policy for {} becomes {}", member.config->name, to_string(type), entry ? entry->text() : "none"));
    }
  }
}

void KernelServices::begin(SimTime now) {
  begun_ = now;
  for (const Member& member : members_)
    if (member.services) member.services->reset_statistics();
}

void KernelServices::add_metrics(std::unordered_map<std::string, double>& values, SimTime now) const {
  const double seconds = (now - begun_).seconds();
  for (const Member& member : members_) {
    if (!member.services) continue;
    for (const ServiceType type : kernel_service_types(config_, *member.config)) {
      const ServiceStatistics& statistics = member.services->statistics(type);
      const std::string prefix = fmt::format("{}.os.{}", member.config->name, to_string(type));
      if (seconds > 0) values[prefix + ".calls"] = static_cast<double>(statistics.calls) / seconds;
      values[prefix + ".failed"] = static_cast<double>(statistics.failed);
      values[prefix + ".fetches"] = static_cast<double>(statistics.fetches);
      values[prefix + ".silences"] = static_cast<double>(statistics.silences);
      values[prefix + ".unheard"] = static_cast<double>(statistics.unheard);
      std::uint64_t answered = statistics.elsewhere;
      for (const std::uint64_t way : statistics.ways) answered += way;
      const auto share = [&](std::string_view name, std::uint64_t count) {
        if (answered > 0) values[fmt::format("{}.{}", prefix, name)] = 100 * static_cast<double>(count) / static_cast<double>(answered);
      };
      for (std::size_t way = 0; way < services::kWays; ++way) share(to_string(static_cast<Way>(way)), statistics.ways[way]);
      share("vsp", statistics.elsewhere);
      if (statistics.latency.count() > 0) {
        values[prefix + ".latency.mean"] = statistics.latency.mean().milliseconds();
        values[prefix + ".latency.max"] = statistics.latency.max().milliseconds();
        for (const int p : {50, 95, 99}) values[fmt::format("{}.latency.p{}", prefix, p)] = statistics.latency.percentile(p).milliseconds();
      }
      if (type != ServiceType::memory_management) continue;
      if (seconds > 0) values[prefix + ".faults"] = static_cast<double>(statistics.faults) / seconds;
      if (statistics.references > 0)
        values[prefix + ".fault_rate"] = 100 * static_cast<double>(statistics.faults) / static_cast<double>(statistics.references);
    }
  }
}

std::vector<std::string> KernelServices::remarks() const {
  std::vector<std::string> sentences;
  for (const Member& member : members_) {
    if (!member.services) continue;
    for (const ServiceType type : system::kServiceTypes) {
      const ServiceStatistics& statistics = member.services->statistics(type);
      if (statistics.choices.empty()) continue;
      std::string sentence = fmt::format("{}: {} was answered ", member.config->name, to_string(type));
      if (statistics.forgotten > 0) sentence += fmt::format("in {} other ways before; then ", statistics.forgotten);
      for (std::size_t i = 0; i < statistics.choices.size(); ++i) {
        const ServiceStatistics::Choice& choice = statistics.choices[i];
        if (i > 0) sentence += "; ";
        sentence += fmt::format("from {:.3f} s on by {}", choice.since.seconds(), choice.why);
        if (type != ServiceType::task_scheduler) sentence += fmt::format(" ({} call{})", choice.calls, choice.calls == 1 ? "" : "s");
      }
      if (statistics.unheard > 0)
        sentence += fmt::format("; {} call{} had been done by a node that was not heard any more", statistics.unheard,
                                statistics.unheard == 1 ? "" : "s");
      sentences.push_back(sentence + ".");
    }
  }
  return sentences;
}

}  // namespace lparsim::scenario
