#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lpars/services/service.hpp"
#include "sim/base/rates.hpp"
#include "sim/base/result.hpp"
#include "sim/base/time.hpp"

namespace lparsim::services {

/// How a service of another node is used: its instructions are retrieved and run here, or the node runs it and answers.
enum class Use : std::uint8_t { fetch, perform };

/// Which service a type is answered by, and where that is.
struct PolicyEntry {
  std::string service;
  std::string node = {};  ///< empty: here
  Use use = Use::fetch;   ///< with a node
  bool operator==(const PolicyEntry&) const = default;
  /// `UFS Service`, `Log Service, fetched from library`.
  std::string text() const;
};

/// The table from service type to service. Changed by Administration only.
class KernelPolicy {
 public:
  const std::optional<PolicyEntry>& of(ServiceType type) const { return entries_[static_cast<std::size_t>(type)]; }
  bool operator==(const KernelPolicy&) const = default;

 private:
  friend class Administration;
  std::array<std::optional<PolicyEntry>, system::kServiceTypeNumbers> entries_;
};

/// A node that has services: over a link of its own it gives away their instructions or runs them.
struct NodeConfig {
  std::string name;
  DataRate link{10'000'000'000};            ///< each direction
  SimTime delay = SimTime::from_us(50);     ///< one way
  std::uint32_t threads = 4;                ///< requests that it works on at once, a processor each
  SimTime disk_time = SimTime::from_ms(5);  ///< each operation of its disk, one at a time
  DataRate disk_rate{1'600'000'000};        ///< and what each byte takes beside
  std::vector<ServiceConfig> services;
};

/// What the kernel proxy of one server knows before anything happens.
struct KernelConfig {
  std::vector<ServiceConfig> services;  ///< that are here
  std::vector<NodeConfig> nodes;
  KernelPolicy policy;                                            ///< of partitions without one of their own
  std::array<std::string, system::kServiceTypeNumbers> defaults;  ///< services that are here; empty: none
  Bytes cache{std::uint64_t{64} << 20};                           ///< for instructions of fetched services
  SimTime timeout = SimTime::from_ms(10);                         ///< without an answer a node counts as lost
  SimTime retry_after = SimTime::from_s(1);                       ///< a lost node is not asked for so long
  SimTime lookup = SimTime::from_ns(200);                         ///< processor time of each call through the proxy

  const ServiceConfig* service(std::string_view name) const;
  const NodeConfig* node(std::string_view name) const;
};
const ServiceConfig* find_service(const std::vector<ServiceConfig>& services, std::string_view name);

/// Establishes and changes kernel policies. Refuses, with a sentence, what names nothing or does not fit: a table never holds an entry that
/// cannot be used.
class Administration {
 public:
  explicit Administration(const KernelConfig& config) : config_{config} {}

  /// Nothing: the entry is all right.
  std::optional<std::string> problem_of(ServiceType type, const PolicyEntry& entry) const;
  Result<void> set(KernelPolicy& policy, ServiceType type, const PolicyEntry& entry) const;
  /// The default is used from now on.
  static void remove(KernelPolicy& policy, ServiceType type) { policy.entries_[static_cast<std::size_t>(type)].reset(); }
  /// `file_system: UFS Service`, an element for each entry.
  static std::vector<std::string> list(const KernelPolicy& policy);

 private:
  const KernelConfig& config_;
};

}  // namespace lparsim::services
