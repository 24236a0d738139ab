#pragma once
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "lpars/drivers/disk.hpp"
#include "lpars/drivers/network_operations.hpp"
#include "lpars/workload/io_operations.hpp"
#include "models/hypervisor/vio_calls.hpp"
#include "models/io/request_ledger.hpp"
#include "models/system/program.hpp"

namespace lparsim::drivers {

/// The drivers of one operating system for its workloads: disks here, the network elsewhere.
class DriverOperations final : public workload::IoOperations, public system::Program, private DiskClient {
 public:
  /// `calls`, `ledger` and `network` outlive it; `network` may be null: then there are no peers and services.
  DriverOperations(hypervisor::VioCalls& calls, io::RequestLedger& ledger, NetworkOperations* network)
      : calls_{calls}, ledger_{ledger}, network_{network} {}

  /// Before the simulation starts; `disk` outlives it. `target`: what the ledger knows it as.
  void add_disk(Disk& disk, std::uint32_t target) { disks_.push_back({&disk, target}); }

  std::uint32_t disk(std::string_view name) override;
  std::uint32_t peer(std::string_view name) override;
  std::uint32_t begin(const workload::IoStep& step, system::ThreadId thread, SimTime now) override;
  std::optional<system::Activity> next(std::uint32_t handle, SimTime now) override;
  bool failed(std::uint32_t handle) const override;
  void serve(std::string_view name, Acceptor& acceptor) override;
  std::uint32_t answer(std::uint64_t request, system::ThreadId thread, SimTime now) override;

  void attach(system::Host& host) override { host_ = &host; }
  void activated(SimTime) override {}
  void deactivated(SimTime now) override;
  system::Activity next_activity(std::uint32_t, SimTime) override { return system::Activity::block(); }
  void timer_expired(std::uint32_t, SimTime) override {}

 private:
  enum class Phase : std::uint8_t { entry, submit, wait, ended };
  struct Operation {
    workload::IoStep step{};
    system::ThreadId thread{};
    io::RequestTag tag{};
    Phase phase = Phase::ended;
    bool used = false;
    bool blocked = false;
    bool answered = false;
    bool good = false;
    SimTime clock;  ///< undispatched() when it began to compute, or to wait for a processor
  };
  struct Target {
    Disk* disk;
    std::uint32_t number;
  };
  void transfer_ended(std::uint32_t number, bool good, SimTime now) override;
  void processed(Operation& operation, SimTime now);

  hypervisor::VioCalls& calls_;
  io::RequestLedger& ledger_;
  NetworkOperations* network_;
  system::Host* host_ = nullptr;
  std::vector<Target> disks_;
  std::vector<Operation> operations_;
  std::vector<std::uint32_t> free_;
};

}  // namespace lparsim::drivers
