#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lpars/services/kernel_policy.hpp"
#include "lpars/workload/config.hpp"
#include "sim/base/rates.hpp"
#include "sim/scenario/document_kernel_policy.hpp"

namespace lparsim::scenario {

// Kernel policies as written.

/// An entry of a table; without a service it is the word `none`.
struct TableEntryKey : services::PolicyEntry {};

struct KernelTableKeys {
  std::optional<TableEntryKey> task_scheduler;
  std::optional<TableEntryKey> file_system;
  std::optional<TableEntryKey> memory_management;
  std::optional<TableEntryKey> io_scheduler;
};

struct KernelServiceKeys {
  std::string name;
  services::ServiceType type = services::ServiceType::file_system;
  std::string implementation;
  Bytes code{std::uint64_t{256} * 1024};
  // File systems.
  std::optional<Bytes> volume, file_size, block, cluster, segment;
  // Memory management.
  std::optional<Bytes> memory, page;
  // I/O schedulers.
  std::optional<std::uint32_t> outstanding;
  std::optional<EventRate> rate;
  // Task schedulers.
  std::optional<SimTime> time_slice;
  // Processor time: of a call (files), a fault (memory), a decision (disk operations).
  std::optional<SimTime> call;
};

struct KernelNodeKeys {
  std::string name;
  DataRate link{10'000'000'000};
  SimTime delay = SimTime::from_us(50);
  std::uint32_t threads = 4;
  SimTime disk_time = SimTime::from_ms(5);
  DataRate disk_rate{1'600'000'000};
  std::vector<KernelServiceKeys> services;
};

struct KernelPolicyKeys {
  std::vector<KernelServiceKeys> services;
  std::vector<KernelNodeKeys> nodes;
  KernelTableKeys policy;
  KernelTableKeys defaults;
  Bytes cache{std::uint64_t{64} << 20};
  SimTime timeout = SimTime::from_ms(10);
  SimTime retry_after = SimTime::from_s(1);
  SimTime lookup = SimTime::from_ns(200);
};

struct PartitionKernelPolicyKeys {
  KernelTableKeys policy;
  std::string disk;
};

KernelPolicyConfig resolve(const KernelPolicyKeys& keys);
PartitionKernelPolicy resolve(const PartitionKernelPolicyKeys& keys);
KernelPolicyChanges resolve(const KernelTableKeys& keys);
/// Figures in use that nobody has published.
std::vector<std::string> kernel_policy_assumptions(const std::optional<KernelPolicyConfig>& config);

// Steps of transactions.

struct OsServiceKeys {
  services::ServiceType type = services::ServiceType::file_system;
  services::Operation operation = services::Operation::call;
  std::optional<Bytes> size;
  std::string file = "data";
  workload::OsService::Access access = workload::OsService::Access::random;
  Bytes working_set{std::uint64_t{64} << 20};
};

struct HypervisorCallKeys {
  std::uint64_t token = 0;
  std::vector<std::uint64_t> arguments;
};

}  // namespace lparsim::scenario
