#include <fmt/format.h>

#include "sim/base/quantity.hpp"
#include "sim/scenario/keys_kernel_policy.hpp"

namespace lparsim::scenario {
namespace {

using services::ServiceType;

services::ServiceConfig resolve(const KernelServiceKeys& keys) {
  services::ServiceConfig service;
  service.name = keys.name;
  service.type = keys.type;
  service.implementation = keys.implementation;
  service.code = keys.code;
  services::FileSystemConfig& files = service.file_system;
  files.volume = keys.volume.value_or(files.volume);
  files.file_size = keys.file_size.value_or(files.file_size);
  files.block = keys.block.value_or(files.block);
  files.cluster = keys.cluster.value_or(files.cluster);
  files.segment = keys.segment.value_or(files.segment);
  service.memory.memory = keys.memory.value_or(service.memory.memory);
  service.memory.page = keys.page.value_or(service.memory.page);
  service.io_scheduler.outstanding = keys.outstanding.value_or(service.io_scheduler.outstanding);
  if (keys.rate) service.io_scheduler.operations_per_second = keys.rate->per_second;
  service.time_slice = keys.time_slice.value_or(SimTime{});
  if (keys.call) files.call = service.memory.fault = service.io_scheduler.decision = *keys.call;
  return service;
}

}  // namespace

KernelPolicyChanges resolve(const KernelTableKeys& keys) {
  KernelPolicyChanges changes;
  const auto add = [&](ServiceType type, const std::optional<TableEntryKey>& key) {
    if (!key) return;
    if (key->service.empty())
      changes.emplace_back(type, std::nullopt);
    else
      changes.emplace_back(type, *key);
  };
  add(ServiceType::task_scheduler, keys.task_scheduler);
  add(ServiceType::file_system, keys.file_system);
  add(ServiceType::memory_management, keys.memory_management);
  add(ServiceType::io_scheduler, keys.io_scheduler);
  return changes;
}

KernelPolicyConfig resolve(const KernelPolicyKeys& keys) {
  KernelPolicyConfig config;
  for (const KernelServiceKeys& service : keys.services) config.kernel.services.push_back(resolve(service));
  for (const KernelNodeKeys& from : keys.nodes) {
    services::NodeConfig& node = config.kernel.nodes.emplace_back();
    node.name = from.name;
    node.link = from.link;
    node.delay = from.delay;
    node.threads = from.threads;
    node.disk_time = from.disk_time;
    node.disk_rate = from.disk_rate;
    for (const KernelServiceKeys& service : from.services) node.services.push_back(resolve(service));
  }
  config.kernel.cache = keys.cache;
  config.kernel.timeout = keys.timeout;
  config.kernel.retry_after = keys.retry_after;
  config.kernel.lookup = keys.lookup;
  config.policy = resolve(keys.policy);
  config.defaults = resolve(keys.defaults);
  return config;
}

PartitionKernelPolicy resolve(const PartitionKernelPolicyKeys& keys) {
  return {resolve(keys.policy), keys.disk};
}

std::vector<std::string> kernel_policy_assumptions(const std::optional<KernelPolicyConfig>& config) {
  if (!config) return {};
  std::vector<std::string> sentences{fmt::format(
      "A call through the kernel proxy takes {} of processor time, a call of a file system or a page fault 5 us, and copying 100 ns "
      "for each KiB, unless given: nobody has published such figures (kernel_policy).",
      format(config->kernel.lookup))};
  if (!config->kernel.nodes.empty())
    sentences.push_back(fmt::format("A service node that is silent for {} is lost, and is not asked for {} then (kernel_policy).",
                                    format(config->kernel.timeout), format(config->kernel.retry_after)));
  return sentences;
}

}  // namespace lparsim::scenario
