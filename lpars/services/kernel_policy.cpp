#include "lpars/services/kernel_policy.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/base/nearest.hpp"
#include "sim/base/text.hpp"

namespace lparsim::services {
namespace {

std::vector<std::string> names_of(const std::vector<ServiceConfig>& services, ServiceType type) {
  std::vector<std::string> names;
  for (const ServiceConfig& service : services)
    if (service.type == type) names.push_back(service.name);
  return names;
}

}  // namespace

std::string PolicyEntry::text() const {
  if (node.empty()) return service;
  return fmt::format("{}, {} {}", service, use == Use::fetch ? "fetched from" : "performed by", node);
}

const ServiceConfig* find_service(const std::vector<ServiceConfig>& services, std::string_view name) {
  const auto found = std::ranges::find(services, name, &ServiceConfig::name);
  return found == services.end() ? nullptr : &*found;
}

const ServiceConfig* KernelConfig::service(std::string_view name) const {
  return find_service(services, name);
}

const NodeConfig* KernelConfig::node(std::string_view name) const {
  const auto found = std::ranges::find(nodes, name, &NodeConfig::name);
  return found == nodes.end() ? nullptr : &*found;
}

std::optional<std::string> Administration::problem_of(ServiceType type, const PolicyEntry& entry) const {
  const NodeConfig* node = entry.node.empty() ? nullptr : config_.node(entry.node);
  if (!entry.node.empty() && node == nullptr) {
    std::vector<std::string> nodes;
    for (const NodeConfig& one : config_.nodes) nodes.push_back(one.name);
    return fmt::format("there is no service node {}; {}", shown(entry.node), hint(entry.node, nodes));
  }
  const std::vector<ServiceConfig>& services = node != nullptr ? node->services : config_.services;
  const ServiceConfig* service = find_service(services, entry.service);
  const std::string where = node != nullptr ? fmt::format("on service node `{}`", node->name) : "here";
  if (service == nullptr)
    return fmt::format("there is no service {} {}; {}", shown(entry.service), where, hint(entry.service, names_of(services, type)));
  if (service->type != type)
    return fmt::format("`{}` is of type {}, not {}; {}", service->name, to_string(service->type), to_string(type),
                       hint(entry.service, names_of(services, type)));
  const bool decides = type == ServiceType::task_scheduler || type == ServiceType::io_scheduler;
  if (node != nullptr && entry.use == Use::perform && decides)
    return fmt::format("{} decides where its {} are, and cannot be performed elsewhere; allowed: `{}`",
                       type == ServiceType::task_scheduler ? "a task scheduler" : "an I/O scheduler",
                       type == ServiceType::task_scheduler ? "threads" : "disk operations",
                       PolicyEntry{entry.service, entry.node, Use::fetch}.text());
  return std::nullopt;
}

Result<void> Administration::set(KernelPolicy& policy, ServiceType type, const PolicyEntry& entry) const {
  if (auto problem = problem_of(type, entry)) return unexpected(std::move(*problem));
  policy.entries_[static_cast<std::size_t>(type)] = entry;
  return {};
}

std::vector<std::string> Administration::list(const KernelPolicy& policy) {
  std::vector<std::string> all;
  for (const ServiceType type : system::kServiceTypes)
    if (const auto& entry = policy.of(type)) all.push_back(fmt::format("{}: {}", to_string(type), entry->text()));
  return all;
}

}  // namespace lparsim::services
