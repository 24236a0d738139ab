#pragma once
#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "lpars/guest/partition.hpp"
#include "lpars/services/os_services.hpp"
#include "models/hypervisor/hypervisor.hpp"
#include "sim/scenario/document.hpp"
#include "sim/scenario/virtual_io_platform.hpp"
#include "sim/trace/recorder.hpp"

namespace lparsim::scenario {

/// The operating system services of one server: its kernel proxy with the service nodes, and what stands before the drivers of the
/// partitions that ask for services, have application events, make hypervisor calls, or have a kernel policy. Built when the drivers are
/// there and before their operating systems.
class KernelServices {
 public:
  KernelServices(const ScenarioConfig& scenario, std::size_t server, hypervisor::Hypervisor& hypervisor, VirtualIoPlatform& virtual_io,
                 kernel::Calendar& calendar, trace::Recorder& recorder);
  ~KernelServices();

  /// What its workloads use: its services, or the drivers alone.
  workload::IoOperations* operations(std::size_t partition);
  /// Adds its services to the programs of its operating system, behind the drivers.
  void add_program(std::size_t partition, guest::Guest::Services& programs);
  void bind(std::size_t partition, guest::Partition& guest);

  /// Carries out what the operator does to kernel policies, and says so.
  void apply(const EventConfig& event, std::vector<std::string>& said, SimTime now);
  /// The warmup ends now.
  void begin(SimTime now);
  /// Those of metric_names.hpp, kernel_metrics().
  void add_metrics(std::unordered_map<std::string, double>& values, SimTime now) const;
  /// Who answered which type from when on, and why: a sentence for each partition and type.
  std::vector<std::string> remarks() const;

 private:
  class Scheduling;
  struct Member {
    const PartitionConfig* config = nullptr;
    std::unique_ptr<hypervisor::HypervisorCalls> calls;
    std::unique_ptr<Scheduling> scheduling;
    std::unique_ptr<services::OsServices> services;  ///< null: it has none of it
  };

  const ServerConfig& config_;
  VirtualIoPlatform& virtual_io_;
  services::KernelConfig kernel_;
  std::unique_ptr<services::KernelProxy> proxy_;  ///< null: no kernel policy
  std::vector<Member> members_;
  SimTime begun_;
};

/// The first disk that it uses itself, as a VIOS's own ones are not; empty: none.
std::string first_disk(const PartitionConfig& partition);
/// Whether the partition has any of that.
bool has_kernel_services(const ServerConfig& server, const PartitionConfig& partition);
/// The types of which it ever asks for services through the kernel policy: those with metrics.
std::vector<services::ServiceType> kernel_service_types(const ServerConfig& server, const PartitionConfig& partition);

}  // namespace lparsim::scenario
