#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "sim/base/quantity.hpp"
#include "sim/base/text.hpp"
#include "sim/scenario/checks.hpp"
#include "sim/scenario/io_steps.hpp"
#include "sim/scenario/kernel_services.hpp"

namespace lparsim::scenario {
namespace {

using services::Administration;
using services::PolicyEntry;
using services::ServiceConfig;
using services::ServiceType;

/// Kernel policies of one server.
class KernelPolicyCheck {
 public:
  KernelPolicyCheck(Checking& checking, std::size_t server)
      : checking_{checking},
        server_{server},
        config_{checking.scenario.servers[server]},
        place_{checking.places.server(server) + ".kernel_policy"} {}

  void check() const {
    const bool readable = read(place_);
    if (config_.kernel_policy && readable) check_server();
    for (std::size_t p = 0; p < config_.partitions.size(); ++p) {
      check_partition(p);
      if (readable) check_steps(p);
    }
  }

  /// Whether an entry could be used; says so otherwise.
  bool check_entry(const std::string& place, ServiceType type, const std::optional<PolicyEntry>& entry) const {
    if (!entry) return true;
    const auto problem = Administration{config_.kernel_policy->kernel}.problem_of(type, *entry);
    if (problem) error(place, *problem);
    return !problem;
  }

 private:
  void error(const std::string& place, std::string message) const { checking_.diagnostics.error_at(place, std::move(message)); }
  bool read(const std::string& place) const { return !checking_.diagnostics.has_errors_under(place); }

  void check_table(const KernelPolicyChanges& table, const std::string& place) const {
    for (const auto& [type, entry] : table) check_entry(fmt::format("{}.{}", place, to_string(type)), type, entry);
  }

  void check_server() const {
    check_table(config_.kernel_policy->policy, place_ + ".policy");
    for (const auto& [type, entry] : config_.kernel_policy->defaults) {
      const std::string place = fmt::format("{}.default.{}", place_, to_string(type));
      if (entry && !entry->node.empty())
        error(place, fmt::format("`{}` is not here; allowed: a default that is, whatever happens to nodes", entry->service));
      else
        check_entry(place, type, entry);
    }
    const services::KernelConfig& kernel = config_.kernel_policy->kernel;
    for (const services::NodeConfig& node : kernel.nodes) {
      for (const ServiceConfig& service : node.services)
        if (service.code > kernel.cache)
          error(fmt::format("{}.nodes.{}.services.{}", place_, node.name, service.name),
                fmt::format("its {} of instructions do not fit into the cache of {}; allowed: less, or a larger `cache`",
                            format(service.code), format(kernel.cache)));
    }
  }

  void check_partition(std::size_t p) const {
    const PartitionConfig& partition = config_.partitions[p];
    const std::string place = checking_.places.partition(server_, p) + ".kernel_policy";
    if (!checking_.places.given(server_, p, "kernel_policy") || !read(place)) return;
    if (!config_.kernel_policy)
      return error(place, fmt::format("server `{}` has no services; allowed: with `kernel_policy` for the server", config_.name));
    if (!read(place_)) return;
    check_table(partition.kernel_policy.policy, place + ".policy");
    if (partition.type == PartitionType::ibmi && partition.kernel_policy.names(ServiceType::task_scheduler))
      error(place + ".policy.task_scheduler", "IBM i dispatches its tasks by itself, from one queue; allowed: for AIX and Linux");
    const std::string& disk = partition.kernel_policy.disk;
    std::vector<std::string> disks;
    for (const DiskConfig& one : partition.io.disks)
      if (!std::holds_alternative<PhysicalVolume>(one.type)) disks.push_back(one.name);
    if (!disk.empty() && read(checking_.places.partition(server_, p) + ".disks") && std::ranges::find(disks, disk) == disks.end())
      error(place + ".disk", fmt::format("`{}` has no disk {}; {}", partition.name, shown(disk), checking_.hint(disk, disks)));
  }

  /// Whether any Virtual Service Partition of the server may answer operating system services.
  bool hooked() const {
    return std::ranges::any_of(config_.partitions, [](const PartitionConfig& partition) {
      return partition.vsp && std::ranges::any_of(partition.vsp->hooks, [](const VspHookConfig& hook) {
               return hook.hook == vsp::Hook::os_service && hook.role != vsp::Role::observer;
             });
    });
  }

  /// Whether a table of the partition, or an event, or the defaults ever name a service of the type.
  bool ever_named(const PartitionConfig& partition, ServiceType type) const {
    const auto names = [&](const KernelPolicyChanges& table) {
      return std::ranges::any_of(table, [&](const auto& entry) { return entry.first == type && entry.second; });
    };
    return names(config_.kernel_policy->policy) || names(config_.kernel_policy->defaults) || names(partition.kernel_policy.policy) ||
           std::ranges::any_of(checking_.scenario.events, [&](const EventConfig& event) { return names(event.kernel_policy.changes); });
  }

  void check_steps(std::size_t p) const {
    const PartitionConfig& partition = config_.partitions[p];
    std::set<std::string> files;
    std::set<ServiceType> said;
    for (std::size_t w = 0; w < partition.workloads.size(); ++w) {
      const std::string workload = checking_.places.workload(server_, p, w);
      if (!read(workload)) continue;
      for_each_step(partition.workloads[w], [&](const workload::Step& step, const std::string& path) {
        const auto* service = std::get_if<workload::OsService>(&step);
        if (service == nullptr) return;
        const std::string place = fmt::format("{}.{}.os_service", workload, path);
        const bool first = said.insert(service->type).second;
        if (service->type == ServiceType::file_system) {
          if (files.insert(service->file).second) check_room(place, files.size());
          check_length(place, *service);
        }
        if (first) check_answered(p, place, service->type);
      });
    }
  }

  void check_answered(std::size_t p, const std::string& place, ServiceType type) const {
    const PartitionConfig& partition = config_.partitions[p];
    if (!config_.kernel_policy || !ever_named(partition, type)) {
      if (!hooked())
        error(place, fmt::format("nobody answers {} of `{}`; allowed: a service in the server's `kernel_policy`, or a Virtual Service "
                                 "Partition that hooks os.service",
                                 to_string(type), partition.name));
      return;
    }
    const bool of_disk = type == ServiceType::file_system || type == ServiceType::memory_management;
    if (of_disk && first_disk(partition).empty() && read(checking_.places.partition(server_, p) + ".disks"))
      error(place, fmt::format("`{}` has no disk for it; allowed: one of its `disks`", partition.name));
  }

  template <class Visit>
  void for_each_file_system(const Visit& visit) const {
    if (!config_.kernel_policy) return;
    const auto all = [&](const std::vector<ServiceConfig>& services) {
      for (const ServiceConfig& service : services)
        if (service.type == ServiceType::file_system) visit(service);
    };
    all(config_.kernel_policy->kernel.services);
    for (const services::NodeConfig& node : config_.kernel_policy->kernel.nodes) all(node.services);
  }

  void check_length(const std::string& place, const workload::OsService& service) const {
    if (!system::has_size(service.operation)) return;
    for_each_file_system([&](const ServiceConfig& files) {
      if (service.working_set > files.file_system.file_size)
        error(place,
              fmt::format("a working set of {} is more than a file of `{}` has, {}; allowed: at most so much, or a larger `file_size`",
                          format(service.working_set), files.name, format(files.file_system.file_size)));
    });
  }

  /// A log needs room to clean: nine tenths of its volume are the most that files take (assumed).
  void check_room(const std::string& place, std::size_t files) const {
    for_each_file_system([&](const ServiceConfig& service) {
      const std::uint64_t taken = files * service.file_system.file_size.count;
      if (taken > service.file_system.volume.count / 10 * 9)
        error(place,
              fmt::format("{} file{} of {} do not fit into the volume of `{}`; allowed: nine tenths of {}", files, files == 1 ? "" : "s",
                          format(service.file_system.file_size), service.name, format(service.file_system.volume)));
    });
  }

  Checking& checking_;
  std::size_t server_;
  const ServerConfig& config_;
  std::string place_;
};

void check_events(Checking& checking) {
  const ScenarioConfig& scenario = checking.scenario;
  for (std::size_t e = 0; e < scenario.events.size(); ++e) {
    const EventConfig& event = scenario.events[e];
    const std::string place = Places::event(checking.event_places[e]);
    if (!event.kernel_policy || checking.diagnostics.has_errors_under(place)) continue;
    std::vector<std::string> nodes;
    bool known = false;
    bool with_services = false;
    for (std::size_t s = 0; s < scenario.servers.size(); ++s) {
      const ServerConfig& server = scenario.servers[s];
      const bool of_partition = std::ranges::find(server.partitions, event.partition, &PartitionConfig::name) != server.partitions.end();
      if (!event.partition.empty() ? !of_partition : (!event.server.empty() && event.server != server.name)) continue;
      known = true;
      if (checking.diagnostics.has_errors_under(checking.places.server(s) + ".kernel_policy")) return;
      if (!server.kernel_policy) continue;
      with_services = true;
      for (const auto& node : server.kernel_policy->kernel.nodes) nodes.push_back(node.name);
      for (const auto& [type, entry] : event.kernel_policy.changes)
        KernelPolicyCheck(checking, s).check_entry(fmt::format("{}.kernel_policy.{}", place, to_string(type)), type, entry);
    }
    if (event.server.empty() && event.partition.empty()) {
      checking.diagnostics.error_at(
          place, "the key `server` is missing; allowed: whose kernel policy changes, of several servers, or `partition`");
    } else if (!known) {
      if (!event.server.empty()) {
        std::vector<std::string> servers;
        for (const ServerConfig& server : scenario.servers) servers.push_back(server.name);
        checking.diagnostics.error_at(place + ".server",
                                      fmt::format("there is no server {}; {}", shown(event.server), checking.hint(event.server, servers)));
      } else {
        std::vector<std::string> partitions;
        for (const ServerConfig& server : scenario.servers)
          for (const PartitionConfig& partition : server.partitions) partitions.push_back(partition.name);
        checking.diagnostics.error_at(place + ".partition", fmt::format("there is no partition {}; {}", shown(event.partition),
                                                                        checking.hint(event.partition, partitions)));
      }
    } else if (!with_services) {
      checking.diagnostics.error_at(place,
                                    "changes a kernel policy where there are no services; allowed: with `kernel_policy` for the server");
    } else if (!event.kernel_policy.node.empty() && std::ranges::find(nodes, event.kernel_policy.node) == nodes.end()) {
      checking.diagnostics.error_at(place + ".node", fmt::format("there is no service node {}; {}", shown(event.kernel_policy.node),
                                                                 checking.hint(event.kernel_policy.node, nodes)));
    }
  }
}

}  // namespace

void check_kernel_policies(Checking& checking) {
  for (std::size_t s = 0; s < checking.scenario.servers.size(); ++s) KernelPolicyCheck(checking, s).check();
  check_events(checking);
}

}  // namespace lparsim::scenario
