#pragma once
#include <cstdint>

#include "models/io/request_ledger.hpp"
#include "sim/base/time.hpp"
#include "sim/base/units.hpp"

namespace lparsim::io {

/// Bytes in a block of a disk.
inline constexpr std::uint64_t kBlock = 512;

/// One command to a disk.
struct BlockCommand {
  RequestTag tag{};          ///< for the ledger; the device says when it enters adapter_queue and device
  std::uint32_t number = 0;  ///< of the client's own; given back
  bool write = false;
  std::uint64_t block = 0;  ///< of kBlock bytes
  Bytes size;
};

enum class BlockStatus : std::uint8_t {
  good,
  medium_error,
  queue_full,   ///< the device has no place now
  unreachable,  ///< link, fabric or device gone: the command was not and will not be done
  aborted,
};

/// Who gives commands to a device. Called at the instant at which the command ends, from the calendar, never from within submit().
class BlockClient {
 public:
  virtual ~BlockClient() = default;
  virtual void command_ended(std::uint32_t number, BlockStatus status, SimTime now) = 0;
};

/// A disk as the driver of a physical adapter sees it: commands go in, and each ends exactly once.
class BlockDevice {
 public:
  virtual ~BlockDevice() = default;
  virtual void submit(const BlockCommand& command, BlockClient& client, SimTime now) = 0;
  /// The command of this client ends as aborted, unless it has ended already; a device may still be busy with it.
  virtual void abort(std::uint32_t number, BlockClient& client, SimTime now) = 0;
  virtual Bytes capacity() const = 0;
  /// The longest command that it takes.
  virtual Bytes maximum_transfer() const = 0;
  /// Whether commands get through at present.
  virtual bool reachable() const = 0;
};

}  // namespace lparsim::io
