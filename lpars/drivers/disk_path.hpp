#pragma once
#include <cstdint>

#include "models/io/block_device.hpp"
#include "sim/base/time.hpp"
#include "sim/base/units.hpp"

namespace lparsim::drivers {

class DiskPath;

/// Who gives commands to a path: a Disk. Called from the driver of the path (its interrupt handler or one of its timers), never from
/// within submit().
class DiskPathClient {
 public:
  virtual ~DiskPathClient() = default;
  /// The command has ended. `unreachable`: the path failed, and the command may be given to another one; `aborted`: the driver ended it
  /// because it took too long, likewise; `medium_error`: the disk itself answered, another path would not help.
  virtual void path_ended(std::uint32_t number, io::BlockStatus status, SimTime now) = 0;
  /// DiskPath::up() is another than before.
  virtual void path_changed(DiskPath& path, SimTime now) = 0;
};

/// One way to a disk as a client's multipath layer sees it: a LUN of a virtual SCSI adapter, one behind a virtual Fibre Channel adapter, or
/// a disk of the partition's own. Commands go in, and each ends exactly once.
///
/// The ledger: whoever calls submit() holds the request before; the path says where it is until path_ended(), when it is in
/// client_processing (or recovery).
class DiskPath {
 public:
  virtual ~DiskPath() = default;
  /// Before the simulation starts.
  virtual void connect(DiskPathClient& client) = 0;
  /// What the driver computes for a command before it can be submitted: the caller's thread does it.
  virtual SimTime submission() const = 0;
  /// Takes the command, whose number is not under way on this path, or returns false because the path is down: nothing happened then.
  virtual bool submit(const io::BlockCommand& command, SimTime now) = 0;
  /// A command without data that shows whether the disk answers on this path (TEST UNIT READY); ends as a command does.
  virtual bool probe(std::uint32_t number, SimTime now) = 0;
  /// The command ends as aborted soon, unless it has ended already.
  virtual void abort(std::uint32_t number, SimTime now) = 0;
  /// Whether commands are taken.
  virtual bool up() const = 0;
  /// The longest command that it takes; the capacity of the disk: what was said when the path was last up, 0 before.
  virtual Bytes maximum_transfer() const = 0;
  virtual Bytes capacity() const = 0;
};

}  // namespace lparsim::drivers
