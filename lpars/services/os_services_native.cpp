// What is done where no Virtual Service Partition answers: the kernel policy's part.
#include <fmt/format.h>

#include <algorithm>

#include "lpars/services/os_services.hpp"
#include "sim/base/check.hpp"

namespace lparsim::services {

using Kind = workload::IoStep::Kind;
using hypervisor::HcallStatus;

namespace {

/// Tickets of what is no operation's: the task scheduler's instructions.
constexpr std::uint64_t kTaskScheduler = std::uint64_t{1} << 63;

}  // namespace

Result<void> OsServices::set(ServiceType type, const PolicyEntry& entry, SimTime now) {
  LPARSIM_CHECK(around_.proxy != nullptr, "a kernel policy without a kernel proxy");
  if (auto done = Administration{around_.proxy->config()}.set(config_.policy, type, entry); !done) return done;
  if (type == ServiceType::task_scheduler) schedule_tasks(now);
  return {};
}

void OsServices::remove(ServiceType type, SimTime now) {
  Administration::remove(config_.policy, type);
  if (type == ServiceType::task_scheduler) schedule_tasks(now);
}

void OsServices::resolve(std::uint32_t handle, SimTime now) {
  Job& operation = operations_[handle];
  const ServiceType type = operation.step.service->type;
  operation.resolution = around_.proxy == nullptr ? Resolution{} : around_.proxy->resolve(config_.policy, type, now);
  operation.accessed = 0;
  // Who has to be reached first is noted when that has happened.
  if (operation.resolution.way != Way::fetched && operation.resolution.way != Way::performed) note(type, operation.resolution, now);
  switch (operation.resolution.way) {
    case Way::none:
      return end(handle, false, now);
    case Way::local:
    case Way::cached:
    case Way::default_:
      operation.phase = Phase::plan;
      return;
    case Way::fetched:
      operation.phase = Phase::fetching;
      operation.waiting = true;
      ++statistics_of(type).fetches;
      around_.proxy->fetch(operation.resolution, *this, ticket(handle), now);
      return;
    case Way::performed:
      operation.phase = Phase::at_node;
      operation.waiting = true;
      around_.proxy->node(operation.resolution.node).perform(*operation.resolution.service, operation.request, *this, ticket(handle), now);
      return;
  }
}

void OsServices::fetched(std::uint64_t ticket, bool there, SimTime now) {
  if (ticket >= kTaskScheduler) {
    if (ticket == (kTaskScheduler | scheduling_)) schedule_tasks(now);
    return;
  }
  come(ticket, now, [&](Job& operation) {
    if (!there) ++statistics_of(operation.phase == Phase::turn ? ServiceType::io_scheduler : operation.step.service->type).silences;
    if (operation.phase != Phase::fetching) return;
    operation.good = there;
    if (there) note(operation.step.service->type, operation.resolution, now);
  });
}

void OsServices::answered(std::uint64_t ticket, bool reached, const Plan& plan, SimTime now) {
  come(ticket, now, [&](Job& operation) {
    operation.good = reached;
    if (reached) {
      operation.plan = plan;
      note(operation.step.service->type, operation.resolution, now);
      count_faults(operation);
    } else {
      ++statistics_of(operation.step.service->type).silences;
      around_.proxy->silent(operation.resolution.node, now);
    }
  });
}

ServiceInstance& OsServices::instance(const ServiceConfig& service) {
  for (const auto& one : instances_)
    if (&one->config() == &service) return *one;
  return *instances_.emplace_back(std::make_unique<ServiceInstance>(service));
}

void OsServices::run(Job& operation) {
  operation.plan.clear();
  operation.phase = Phase::access;
  operation.good = instance(*operation.resolution.service).carry_out(operation.request, operation.plan);
  count_faults(operation);
  if (around_.drivers == nullptr || config_.disk.empty()) {
    operation.good = operation.good && operation.plan.accesses().empty();
    operation.accessed = operation.plan.accesses().size();
  }
}

void OsServices::count_faults(const Job& operation) {
  if (operation.step.service->type != ServiceType::memory_management) return;
  const std::uint64_t page = operation.resolution.service->memory.page.count;
  ServiceStatistics& statistics = statistics_of(ServiceType::memory_management);
  statistics.references += references(operation.request, operation.resolution.service->memory);
  statistics.faults += operation.plan.bytes(false) / page;
}

std::optional<const ServiceConfig*> OsServices::io_scheduler(std::uint32_t handle, SimTime now) {
  const Resolution resolution = around_.proxy->resolve(config_.policy, ServiceType::io_scheduler, now);
  if (resolution.way == Way::none && !last_[system::number(ServiceType::io_scheduler)]) return nullptr;  // the driver's own order, as ever
  if (resolution.way != Way::fetched) {
    note(ServiceType::io_scheduler, resolution, now);
    ++statistics_of(ServiceType::io_scheduler).ways[static_cast<std::size_t>(resolution.way)];
    return resolution.service;
  }
  // It is asked again when they are here, or when it is clear that they will not come.
  operations_[handle].waiting = true;
  ++statistics_of(ServiceType::io_scheduler).fetches;
  around_.proxy->fetch(resolution, *this, ticket(handle), now);
  return std::nullopt;
}

void OsServices::turn_has_come(std::uint32_t handle, SimTime now) {
  Job& operation = operations_[handle];
  operation.has_turn = true;
  ServiceStatistics& statistics = statistics_of(ServiceType::io_scheduler);
  ++statistics.calls;
  statistics.latency.record(now - operation.turn_begun);
  come(ticket(handle), now, [](Job&) {});
}

void OsServices::access_disk(std::uint32_t handle, SimTime now) {
  Job& operation = operations_[handle];
  workload::IoStep step = operation.step;
  if (!operation.own_disk) {
    const DiskAccess& access = operation.plan.accesses()[operation.accessed++];
    step = {.kind = access.write ? Kind::disk_write : Kind::disk_read, .target = disk_, .size = access.size, .block = access.block};
  }
  operation.phase = Phase::driver;
  operation.driver = around_.drivers->begin(step, operation.thread, now);
}

void OsServices::count(ServiceType type, Way way, SimTime latency, bool good) {
  ServiceStatistics& statistics = statistics_of(type);
  ++statistics.calls;
  if (!good) ++statistics.failed;
  ++statistics.ways[static_cast<std::size_t>(way)];
  statistics.latency.record(latency);
}

/// A choice is another one where another service answers or it does so for another reason; fetched and then cached is one.
void OsServices::note(ServiceType type, const Resolution& resolution, SimTime now) {
  auto& last = last_[system::number(type)];
  ServiceStatistics& statistics = statistics_of(type);
  const auto same = [&] {
    const bool both =
        (last->way == Way::cached || last->way == Way::fetched) && (resolution.way == Way::cached || resolution.way == Way::fetched);
    return (both || last->way == resolution.way) && last->service == resolution.service && last->reason == resolution.reason &&
           last->lost == resolution.lost;
  };
  if (!last || !same()) {
    const std::string why =
        around_.proxy == nullptr ? "nobody: there is no kernel policy" : around_.proxy->explain(config_.policy, type, resolution);
    if (statistics.choices.size() == ServiceStatistics::kMostChoices) {
      statistics.choices.erase(statistics.choices.begin());
      ++statistics.forgotten;
    }
    statistics.choices.push_back({now, why, 0});
    if (chosen) chosen(type, why, now);
  }
  last = resolution;
  ++statistics.choices.back().calls;
}

void OsServices::schedule_tasks(SimTime now) {
  if (around_.proxy == nullptr || !config_.schedule || !active_) return;
  ++scheduling_;
  const Resolution resolution = around_.proxy->resolve(config_.policy, ServiceType::task_scheduler, now);
  if (resolution.way == Way::none && !last_[system::number(ServiceType::task_scheduler)]) return;  // the operating system's own, as ever
  if (resolution.way == Way::fetched) return around_.proxy->fetch(resolution, *this, kTaskScheduler | scheduling_, now);
  note(ServiceType::task_scheduler, resolution, now);
  ++statistics_of(ServiceType::task_scheduler).ways[static_cast<std::size_t>(resolution.way)];
  config_.schedule(resolution.service, now);
  // A node that was lost is asked again when the proxy would.
  if (resolution.reason == Reason::unreachable) around_.calendar->call(*this, scheduling_, now + around_.proxy->config().retry_after);
}

void OsServices::rings(std::uint64_t argument, SimTime now) {
  if (argument == scheduling_) schedule_tasks(now);
}

hypervisor::HypervisorCallResult OsServices::kernel_policy_call(const std::vector<std::uint64_t>& arguments, SimTime now) {
  const auto argument = [&](std::size_t i) {
    return i < arguments.size() ? arguments[i] : 0;
  };
  hypervisor::HypervisorCallResult result;
  result.status = HcallStatus::parameter;
  const auto type = system::service_type(argument(1));
  if (around_.proxy == nullptr || !type) {
    if (around_.proxy == nullptr) result.status = HcallStatus::function;
    return result;
  }
  const KernelConfig& config = around_.proxy->config();
  result.cost = config.lookup;
  const std::uint64_t node = argument(3);
  switch (argument(0)) {
    case 1: {
      if (node > config.nodes.size() || argument(4) > 1) return result;
      const auto& services = node == 0 ? config.services : config.nodes[node - 1].services;
      if (argument(2) >= services.size()) return result;
      const PolicyEntry entry{services[argument(2)].name, node == 0 ? "" : config.nodes[node - 1].name,
                              argument(4) == 1 ? Use::perform : Use::fetch};
      if (set(*type, entry, now)) result.status = HcallStatus::success;
      return result;
    }
    case 2:
      remove(*type, now);
      result.status = HcallStatus::success;
      return result;
    case 3: {
      const auto& entry = config_.policy.of(*type);
      result.status = entry ? HcallStatus::success : HcallStatus::not_found;
      if (!entry) return result;
      const NodeConfig* at = entry->node.empty() ? nullptr : config.node(entry->node);
      const auto& services = at == nullptr ? config.services : at->services;
      result.values = {static_cast<std::uint64_t>(find_service(services, entry->service) - services.data()),
                       at == nullptr ? 0 : static_cast<std::uint64_t>(at - config.nodes.data()) + 1,
                       entry->use == Use::perform ? std::uint64_t{1} : 0};
      return result;
    }
    default:
      return result;
  }
}

}  // namespace lparsim::services
