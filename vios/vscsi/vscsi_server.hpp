#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "models/hypervisor/vio_calls.hpp"
#include "models/io/block_device.hpp"
#include "models/io/request_ledger.hpp"
#include "models/system/program.hpp"
#include "models/vsp/hooks.hpp"
#include "sim/base/ids.hpp"
#include "sim/base/random.hpp"
#include "sim/base/units.hpp"
#include "vios/vscsi/costs.hpp"

namespace lparsim::vscsi {

struct VscsiServerConfig {
  std::string partition_name;
  std::uint32_t partition_number = 1;
  Hertz clock{1.65e9};  ///< nominal frequency of the server's cores
  ServerCosts costs = vios_costs();
  /// Each request's time multiplied by an exponential variate of mean 1, for comparison with queueing theory.
  bool exponential_costs = false;
  std::uint32_t threads = 16;         ///< of the kernel; as many requests are worked on at once
  std::uint32_t request_limit = 510;  ///< of each adapter: a queue of 512 entries less two
  Bytes maximum_transfer{256 * 1024};
};

/// What the LUN of a client is behind it (VIOS: mkvdev, mkbdsp).
enum class BackingKind : std::uint8_t {
  physical_volume,  ///< the client's memory is mapped for the adapter
  logical_volume,   ///< all others: the VIOS copies
  file,
  shared_pool_unit,
};

/// A part of one of the server's disks, or all of it.
struct Backing {
  BackingKind kind = BackingKind::physical_volume;
  std::uint32_t disk = 0;         ///< VscsiServer::add_disk
  std::uint64_t first_block = 0;  ///< of 512 bytes
  Bytes size{};                   ///< 0: to the end of the disk
};

struct VscsiServerCounts {
  std::uint64_t requests = 0;   ///< reads and writes taken up
  std::uint64_t responses = 0;  ///< of these, answered
  std::uint64_t dropped = 0;    ///< of these, their client gone
  std::uint64_t logins = 0;
  std::uint64_t queues_closed = 0;  ///< by the server, since a client broke the rules
  std::uint64_t denied = 0;         ///< requests that a Virtual Service Partition denied, or that failed with it
  std::uint64_t provided = 0;       ///< that one did itself
  std::uint64_t issued = 0;         ///< reads and writes of Virtual Service Partitions themselves; not among `requests`
};

/// The server of virtual SCSI in a VIOS: one for all clients.
///
/// Takes requests from the command/response queues of its adapters, by SRP as Linux's ibmvscsi speaks it, gives them to its disks and
/// answers (docs/models/virtual-scsi.md). Its kernel threads run when the partition is dispatched.
class VscsiServer final : public system::Program {
 public:
  /// `calls` and `ledger` outlive it; `random` is a stream of its own.
  VscsiServer(const VscsiServerConfig& config, hypervisor::VioCalls& calls, io::RequestLedger& ledger, RandomStream random);
  ~VscsiServer() override;

  // Configuration, before the simulation starts.
  /// A disk of the VIOS (hdisk); no more than `queue_depth` commands are with the device at once. `window`: of the physical adapter before
  /// it (hypervisor::VirtualIo::add_physical_window), with maximum_transfer for each request under way. Returns its number.
  std::uint32_t add_disk(io::BlockDevice& device, std::uint32_t queue_depth, hypervisor::Liobn window);
  /// A server adapter (vhost). Returns its number. `client`: whose commands they are for who hooks vscsi.command; without, nobody is asked.
  std::uint32_t add_adapter(const hypervisor::VirtualAdapter& adapter, std::optional<PartitionId> client = std::nullopt);
  /// Who hooks vscsi.command is asked from now on, and may issue reads and writes of their own; `vios`: the partition that this server is
  /// in. `hooks` outlives it.
  void set_hooks(vsp::Hooks& hooks, PartitionId vios);
  /// Maps the backing to the adapter. Returns the number of its LUN, counted from 0.
  std::uint32_t map(std::uint32_t adapter, const Backing& backing);

  // Observation.
  const VscsiServerCounts& counts() const;
  bool logged_in(std::uint32_t adapter) const;
  /// Requests taken up and not answered.
  std::uint32_t under_way(std::uint32_t adapter) const;

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

}  // namespace lparsim::vscsi
