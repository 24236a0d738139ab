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

/// Numbers are those of Linux's drivers/scsi/ibmvscsi/ibmvfc.h unless said otherwise.
struct VfcClientConfig {
  hypervisor::VirtualAdapter adapter;
  std::string partition_name;
  std::uint32_t partition_number = 1;
  std::uint32_t os_type = 2;
  Hertz clock{1.65e9};
  /// The driver's instructions for a command, hypervisor calls contained; as virtual SCSI's, which is assumed.
  Cycles submit{5300};
  Cycles complete{5309};
  std::uint32_t maximum_requests = 100;
  std::uint32_t commands_per_lun = 64;
  Bytes maximum_transfer{Bytes{1 << 20}};              ///< 2048 sectors
  SimTime timeout = SimTime::from_s(60);               ///< a command or datagram is not answered: abort, or reset of the connection
  SimTime abort_timeout = SimTime::from_s(8);          ///< an abort is not answered: reset
  SimTime init_timeout = SimTime::from_s(120);         ///< the bring-up as a whole takes too long: reset
  SimTime retry_delay = SimTime::from_s(15);           ///< between attempts to bring the connection up
  std::uint32_t retries = 6;                           ///< of them, until a reset
  SimTime device_loss_timeout = SimTime::from_s(300);  ///< the link is down for so long: what is still under way fails
};

struct VfcClientCounts {
  std::uint64_t commands = 0;   ///< sent
  std::uint64_t responses = 0;  ///< to these
  std::uint64_t failed = 0;     ///< ended as unreachable
  std::uint64_t aborted = 0;
  std::uint64_t logins = 0;  ///< that were brought to their end
  std::uint64_t resets = 0;  ///< of the queue, by this side
};

/// The client's driver of one virtual Fibre Channel adapter: brings the connection up (INIT, NPIV login, discovery, then for each target
/// port login, process login and query, its LUNs and their capacity), sends commands, and recovers (docs/models/npiv.md).
class VfcClient final : public system::Program {
 public:
  /// `calls` and `ledger` outlive it.
  VfcClient(const VfcClientConfig& config, hypervisor::VioCalls& calls, io::RequestLedger& ledger);
  ~VfcClient() override;

  /// Before the simulation starts: the path to LUN `lun` < 256 of the storage port of this name.
  DiskPath& path(std::uint64_t wwpn, std::uint32_t lun);

  bool ready() const;  ///< logged in, LUNs known
  const VfcClientCounts& counts() const;

  void attach(system::Host& host) override;
  void activated(SimTime now) override;
  void deactivated(SimTime now) override;
  system::Activity next_activity(std::uint32_t thread_tag, SimTime now) override;
  void timer_expired(std::uint32_t timer_tag, SimTime now) override;
  void interrupted(std::uint32_t source, SimTime now) override;

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace lparsim::drivers
