#pragma once
#include <memory>
#include <string>
#include <vector>

#include "lpars/guest/partition.hpp"
#include "models/hypervisor/hypervisor.hpp"
#include "sim/scenario/document.hpp"
#include "sim/scenario/io_recorder.hpp"
#include "sim/scenario/kernel_services.hpp"
#include "sim/scenario/partition_relay.hpp"
#include "sim/scenario/service_partition.hpp"
#include "sim/scenario/tracks.hpp"
#include "sim/scenario/virtual_io_platform.hpp"
#include "sim/scenario/vsp_recorder.hpp"
#include "sim/scenario/wait_recorder.hpp"
#include "sim/trace/facts.hpp"
#include "sim/trace/recorder.hpp"

namespace lparsim::scenario {

/// One server of the scenario with its partitions, elaborated and bound.
class Server {
 public:
  struct Member {
    std::unique_ptr<PartitionRelay> relay;
    PartitionId id{};
    const PartitionConfig* config = nullptr;
    std::uint32_t most_threads = 1;  ///< per core, that it ever uses
    std::unique_ptr<WaitRecorder> waits;
    std::unique_ptr<ServicePartition> service;  ///< of a Virtual Service Partition
    std::unique_ptr<guest::Partition> partition;
  };

  Server(const VirtualIoShared& io, ServerId id, const Tracks& tracks, VspRecorder& services, trace::Recorder& recorder);

  ServerId id() const { return id_; }
  const ServerConfig& config() const { return config_; }
  hypervisor::Hypervisor& hypervisor() { return *hypervisor_; }
  VirtualIoPlatform& virtual_io() { return *virtual_io_; }
  KernelServices& kernel_services() { return *kernel_services_; }
  std::vector<Member>& members() { return members_; }
  const std::vector<Member>& members() const { return members_; }
  /// `default` and then those of the scenario, by PoolId.
  const std::vector<std::string>& pools() const { return pools_; }
  /// Activates what is running from the beginning.
  void start();

 private:
  void add_partition(const PartitionConfig& config);
  void add_services(kernel::Calendar& calendar, VspRecorder& services, trace::Recorder& recorder);
  void start_guest(std::size_t number, const Tracks& tracks, trace::Recorder& recorder);

  const ScenarioConfig& scenario_;

  const ServerConfig& config_;
  ServerId id_;
  std::unique_ptr<hypervisor::Hypervisor> hypervisor_;
  std::unique_ptr<VirtualIoPlatform> virtual_io_;    ///< outlived by what it serves: made before and gone after the guests
  std::unique_ptr<KernelServices> kernel_services_;  ///< likewise
  std::unique_ptr<guest::PartitionTimers> timers_;
  std::vector<Member> members_;
  std::vector<std::string> pools_;
};

/// Everything that a scenario describes. Built once a process; the scenario must outlive it.
class Platform {
 public:
  Platform(const ScenarioConfig& scenario, const Tracks& tracks, IoRecorder& io, VspRecorder& services, trace::Recorder& recorder);

  std::vector<std::unique_ptr<Server>>& servers() { return servers_; }
  void start();
  /// The run is over: checks the books, and records what still goes on.
  void finish();
  /// Carries out what the operator does at this instant and returns it in words, a sentence each.
  std::vector<std::string> apply(const EventConfig& event);
  const io::RequestLedger& ledger() const { return ledger_; }
  OutsideWorld& outside() { return outside_; }
  /// Of all that knows no simulation kernel.
  kernel::Calendar& calendar() { return outside_.calendar(); }

 private:
  void apply_vnic(const IoEvent& event, std::vector<std::string>& said);
  bool apply_io(const EventConfig& event, std::vector<std::string>& said);
  bool apply_service(const EventConfig& event, std::vector<std::string>& said);

  const ScenarioConfig& scenario_;
  IoIndex index_;
  io::RequestLedger ledger_;
  OutsideWorld outside_;
  std::vector<std::unique_ptr<Server>> servers_;
};

/// The most virtual processors that the partition ever has: events may add some.
std::uint32_t most_virtual_processors(const PartitionConfig& partition, const ScenarioConfig& scenario);

/// The most hardware threads per core that it ever uses, likewise.
std::uint32_t most_threads(const PartitionConfig& partition, const ScenarioConfig& scenario);

/// The static facts of the run for its file.
trace::RunInfo run_info(const ScenarioConfig& scenario);

}  // namespace lparsim::scenario
