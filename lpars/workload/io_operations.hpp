#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

#include "models/system/program.hpp"
#include "sim/base/time.hpp"
#include "sim/base/units.hpp"

namespace lparsim::workload {

struct OsService;
struct HypervisorCall;

/// Something outside of its thread that a step of a transaction waits for.
struct IoStep {
  enum class Kind : std::uint8_t { disk_read, disk_write, send, call, os_service, application_event, hypervisor_call };
  Kind kind{};
  /// IoOperations::disk or IoOperations::peer; the number of a file or address space, or of an event.
  std::uint32_t target = 0;
  Bytes size;        ///< read, written or sent
  Bytes response{};  ///< call: what comes back
  /// Disks: where on the disk, in blocks of 512 bytes; what is beyond its end wraps around. Sequential steps say the place behind the last
  /// one themselves.
  std::uint64_t block = 0;
  const OsService* service = nullptr;  ///< os_service; its place is `block`, but in bytes
  const HypervisorCall* hypervisor_call = nullptr;
  std::uint64_t seed = 0;  ///< os_service: of random references to memory
};

/// What the drivers of an operating system do for its workloads. A thread that runs begins an operation, and asks next() what it has to
/// do for it, until there is nothing more: compute (system calls and drivers' instructions, in the kernel) and block; who blocked is made
/// ready by the driver. One operation a thread at a time.
class IoOperations {
 public:
  virtual ~IoOperations() = default;

  /// Before the simulation starts. By the names that scenarios use: `hdisk0`; `web.orders` (a service of a partition) or `gateway` (an
  /// external host). Names have been checked.
  virtual std::uint32_t disk(std::string_view name) = 0;
  virtual std::uint32_t peer(std::string_view name) = 0;

  /// Returns a handle for next(), which is called at once.
  virtual std::uint32_t begin(const IoStep& step, system::ThreadId thread, SimTime now) = 0;
  /// What the thread does next; nothing when the operation has ended.
  virtual std::optional<system::Activity> next(std::uint32_t handle, SimTime now) = 0;
  /// Whether the operation that has just ended did not succeed: an error was reported to the application.
  virtual bool failed(std::uint32_t handle) const = 0;

  /// Serving: a request of this partition's service `name` goes to `acceptor`, which takes it when it can (before the simulation starts).
  class Acceptor {
   public:
    virtual ~Acceptor() = default;
    /// A request has come, and is answered with answer() once; the driver's own processing for it is done.
    virtual void accept(std::uint64_t request, SimTime now) = 0;
  };
  virtual void serve(std::string_view name, Acceptor& acceptor) = 0;
  /// As begin(): the thread sends the answer of the request, whose size the caller decided.
  virtual std::uint32_t answer(std::uint64_t request, system::ThreadId thread, SimTime now) = 0;
};

}  // namespace lparsim::workload
