#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include "lpars/drivers/disk_path.hpp"
#include "models/hypervisor/vio_calls.hpp"
#include "models/io/request_ledger.hpp"
#include "models/system/program.hpp"
#include "sim/base/units.hpp"

namespace lparsim::drivers {

/// AIX's attribute vscsi_err_recov: what becomes of commands when the server is gone.
enum class ErrorRecovery : std::uint8_t {
  delayed_fail,  ///< they wait some time for it to come back
  fast_fail,     ///< they fail at once, for another path to take them
};

struct VscsiClientConfig {
  hypervisor::VirtualAdapter adapter;
  std::string partition_name;
  std::uint32_t partition_number = 1;
  std::uint32_t os_type = 3;  ///< of the adapter information: 1 OS/400, 2 Linux, 3 AIX
  Hertz clock{1.65e9};
  /// The driver's instructions for a command, hypervisor calls contained (docs/models/virtual-scsi.md).
  Cycles submit{5300};
  Cycles complete{5309};
  std::uint32_t maximum_requests = 100;  ///< Linux: max_requests
  std::uint32_t luns = 1;                ///< paths that lun() knows
  ErrorRecovery recovery = ErrorRecovery::delayed_fail;
  SimTime delayed_fail = SimTime::from_s(15);
  SimTime path_timeout;  ///< vscsi_path_to: nothing answered for so long, and the server is asked for a sign of life; 0: never
  SimTime ping_timeout = SimTime::from_s(60);
  SimTime rw_timeout;                           ///< a command not answered for so long is aborted; 0: never
  SimTime abort_timeout = SimTime::from_s(60);  ///< abort, reset
  SimTime login_timeout = SimTime::from_s(60);  ///< each step of the bring-up
};

struct VscsiClientCounts {
  std::uint64_t commands = 0;   ///< sent, again ones included
  std::uint64_t responses = 0;  ///< to these
  std::uint64_t again = 0;      ///< sent again after the connection was made anew
  std::uint64_t failed = 0;     ///< ended as unreachable
  std::uint64_t aborted = 0;
  std::uint64_t logins = 0;
  std::uint64_t resets = 0;  ///< of the queue, by this side
};

/// The client's driver of one virtual SCSI adapter: brings the connection up (INIT, adapter information, fast fail, capabilities, login,
/// REPORT LUNS), sends commands by SRP within the credits it was given, of which two are kept for task management, and recovers from a
/// server that does not answer or is gone. Rules and sources: docs/models/virtual-scsi.md.
class VscsiClient final : public system::Program {
 public:
  /// `calls` and `ledger` outlive it.
  VscsiClient(const VscsiClientConfig& config, hypervisor::VioCalls& calls, io::RequestLedger& ledger);
  ~VscsiClient() override;

  /// The path to LUN `number` < config.luns.
  DiskPath& lun(std::uint32_t number);

  bool ready() const;  ///< logged in
  std::uint32_t credits() const;
  const VscsiClientCounts& counts() const;

  void attach(system::Host& host) override;
  void activated(SimTime now) override;
  void deactivated(SimTime now) override;
  system::Activity next_activity(std::uint32_t thread_tag, SimTime now) override;
  void timer_expired(std::uint32_t timer_tag, SimTime now) override;
  void interrupted(std::uint32_t source, SimTime now) override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Elements of an adapter's queue that its disks share: two of 512 it keeps. Each disk takes its queue depth and three for error recovery
/// (IBM Docs, "Changing the queue depth").
inline constexpr std::uint32_t kVscsiElements = 512 - 2;
inline constexpr std::uint32_t kVscsiPerDisk = 3;
/// How many disks of this queue depth one adapter serves.
constexpr std::uint32_t luns_per_adapter(std::uint32_t queue_depth) {
  return kVscsiElements / (queue_depth + kVscsiPerDisk);
}

}  // namespace lparsim::drivers
