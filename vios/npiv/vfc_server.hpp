#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include "models/hypervisor/vio_calls.hpp"
#include "models/hypervisor/wwpn.hpp"
#include "models/io/fibre_channel.hpp"
#include "models/io/request_ledger.hpp"
#include "models/system/program.hpp"
#include "sim/base/units.hpp"

namespace lparsim::npiv {

/// Virtual adapters on one physical port of up to 16 Gb/s (IBM, "Virtual Fibre Channel"; lsnports: 64).
inline constexpr std::uint32_t kMostPerPort = 64;

struct VfcServerConfig {
  std::string partition_name;
  Hertz clock{1.65e9};  ///< nominal frequency of the server's cores
  /// Processor cycles for a command, without the hypervisor's part. Nobody has published what NPIV costs: assumed to be about half of what
  /// virtual SCSI takes, since commands are passed on and no disk of the VIOS is in between (docs/models/npiv.md).
  Cycles receive{10'000};                ///< from the element on the queue to the command for the physical port
  Cycles complete{10'000};               ///< from the port's interrupt to the answer
  Cycles management{20'000};             ///< a datagram, a change of the connection
  std::uint32_t threads = 8;             ///< of the kernel; as many commands are worked on at once
  std::uint32_t maximum_commands = 256;  ///< of each client
  Bytes maximum_dma{Bytes{1 << 20}};
};

/// The window of bus addresses that a physical port needs, so that there is room for all commands of all clients that it can have.
Bytes window_of_port(const VfcServerConfig& config);

struct VfcServerCounts {
  std::uint64_t commands = 0;   ///< taken up
  std::uint64_t responses = 0;  ///< of these, answered
  std::uint64_t dropped = 0;    ///< of these, their client gone
  std::uint64_t rejected = 0;   ///< units that could not be read, or too many at once; they are not answered
  std::uint64_t logins = 0;
  std::uint64_t events = 0;  ///< told to clients
};

/// The server of virtual Fibre Channel in a VIOS: one for all clients. Gives each client's virtual adapter an N_Port ID on a physical port
/// and passes its commands on; the port reaches the client's memory itself (docs/models/npiv.md).
class VfcServer final : public system::Program {
 public:
  /// `calls` and `ledger` outlive it.
  VfcServer(const VfcServerConfig& config, hypervisor::VioCalls& calls, io::RequestLedger& ledger);
  ~VfcServer() override;

  // Configuration, before the simulation starts.
  /// A physical port and its window_of_port() (VirtualIo::add_physical_window). Returns its number.
  std::uint32_t add_port(io::FibreChannelAdapter& port, hypervisor::Liobn window);
  /// A server adapter (vfchost) on that port, no more than kMostPerPort (checked). Returns its number.
  std::uint32_t add_adapter(const hypervisor::VirtualAdapter& adapter, std::uint32_t port, hypervisor::WwpnPair names);
  /// A storage port that zoning lets the adapter see. Returns its number within the adapter.
  std::uint32_t add_target(std::uint32_t adapter, std::uint64_t wwpn);
  /// `path`: FibreChannelAdapter::path_to of the adapter's port. LUNs count from 0 within their target.
  void add_lun(std::uint32_t adapter, std::uint32_t target, io::BlockDevice& path);

  // Observation.
  const VfcServerCounts& counts() const;
  bool logged_in(std::uint32_t adapter) const;
  /// Elements that have been taken from its queue and no thread has taken up.
  std::uint32_t waiting(std::uint32_t adapter) const;
  /// Commands taken up and not answered.
  std::uint32_t under_way(std::uint32_t adapter) const;

  void attach(system::Host& host) override;
  void activated(SimTime now) override;
  void deactivated(SimTime now) override;
  system::Activity next_activity(std::uint32_t thread_tag, SimTime now) override;
  void timer_expired(std::uint32_t, SimTime) override {}
  void interrupted(std::uint32_t source, SimTime now) override;

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace lparsim::npiv
