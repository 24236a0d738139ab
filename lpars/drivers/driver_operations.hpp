#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "lpars/drivers/disk.hpp"
#include "lpars/workload/io_operations.hpp"
#include "models/io/request_ledger.hpp"
#include "models/system/program.hpp"

namespace lparsim::drivers {

/// The drivers of one operating system for its workloads: disks here, the network by another implementation.
class DriverOperations final : public workload::IoOperations, public system::Program, private DiskClient {
 public:
  /// `calls` and `ledger` outlive it; `network` as well, or is null: then there are no peers and services.
  DriverOperations(hypervisor::VioCalls& calls, io::RequestLedger& ledger, workload::IoOperations* network);

  /// Before the simulation starts; `disk` outlives it. `target` is its number in the ledger (RequestLedger has no table of them).
  void add_disk(Disk& disk, std::uint32_t target);

  std::uint32_t disk(std::string_view name) override;
  std::uint32_t peer(std::string_view name) override;
  std::uint32_t begin(const workload::IoStep& step, system::ThreadId thread, SimTime now) override;
  std::optional<system::Activity> next(std::uint32_t handle, SimTime now) override;
  bool failed(std::uint32_t handle) const override;
  void serve(std::string_view name, Acceptor& acceptor) override;
  std::uint32_t answer(std::uint64_t request, system::ThreadId thread, SimTime now) override;

  void attach(system::Host& host) override { host_ = &host; }
  void activated(SimTime now) override;
  void deactivated(SimTime now) override;
  system::Activity next_activity(std::uint32_t, SimTime) override { return system::Activity::block(); }
  void timer_expired(std::uint32_t, SimTime) override {}

 private:
  enum class Phase : std::uint8_t { entry, submit, wait, ended };
  struct Operation {
    workload::IoStep step;
    system::ThreadId thread{};
    io::RequestTag tag{};
    Phase phase = Phase::ended;
    bool blocked = false;
    bool answered = false;
    bool good = false;
    bool network = false;
    std::uint32_t handle = 0;  ///< of the network
    SimTime undispatched;
  };
  void transfer_ended(std::uint32_t number, bool good, SimTime now) override;

  hypervisor::VioCalls& calls_;
  io::RequestLedger& ledger_;
  workload::IoOperations* network_;
  system::Host* host_ = nullptr;
  struct Target {
    Disk* disk;
    std::uint32_t number;
  };
  std::vector<Target> disks_;
  std::vector<Operation> operations_;
  std::vector<std::uint32_t> free_;
};

}  // namespace lparsim::drivers
