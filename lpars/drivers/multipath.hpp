#pragma once
#include <cstdint>
#include <deque>
#include <vector>

#include "lpars/drivers/disk_path.hpp"
#include "models/io/request_ledger.hpp"
#include "models/system/program.hpp"

namespace lparsim::drivers {

struct MultipathConfig {
  /// AIX hcheck_interval: how often paths that failed are tried; 0: never, only when all others have failed.
  SimTime health_check;
  /// Whether the disk goes back to a path that is preferred and works again.
  bool failback = true;
  /// How long a command waits for a path when there is none; never(): until there is one (Linux: queue_if_no_path). 0: it fails.
  SimTime no_path_wait;
  /// How often a command is given to the same path again that ended it as aborted, before it fails.
  std::uint32_t retries = 5;
};

class MultipathClient {
 public:
  virtual ~MultipathClient() = default;
  /// The command has ended: `good`, or an error for the application. Never from within submit().
  virtual void command_done(std::uint32_t number, bool good, SimTime now) = 0;
};

/// Several paths to one disk, of which one is used (algorithm fail_over, the only one for virtual SCSI). A path on which a command ends as
/// unreachable has failed: the command and all later ones go to the next one, in the order of preference. A failed path is used again once
/// a health check found it working, or when no other is left.
class Multipath final : private DiskPathClient {
 public:
  /// `first_timer`: two timers from this tag on are its own; their owner gives them to timer_expired().
  Multipath(const MultipathConfig& config, io::RequestLedger& ledger, MultipathClient& client);

  void add(DiskPath& path);
  void attach(system::Program& owner, system::Host& host, std::uint32_t first_timer);
  void activated(SimTime now);
  void deactivated();
  void timer_expired(std::uint32_t timer, SimTime now);

  SimTime submission() const;
  /// `command.number` is not under way.
  void submit(const io::BlockCommand& command, SimTime now);
  /// The shortest of its paths' limits; 0 before any was up.
  Bytes maximum_transfer() const;
  Bytes capacity() const;

  /// The path in use, and how often it changed because one failed.
  std::uint32_t active() const { return active_; }
  std::uint64_t failovers() const { return failovers_; }
  bool failed(std::uint32_t path) const { return paths_[path].failed; }

 private:
  struct Path {
    DiskPath* path;
    bool failed = false;
    bool probing = false;
  };
  struct Command {
    io::BlockCommand command;
    std::uint32_t attempts = 0;
    std::uint32_t path = 0;
    bool used = false;
    bool held = false;
    SimTime held_since;
  };
  void path_ended(std::uint32_t number, io::BlockStatus status, SimTime now) override;
  void path_changed(DiskPath& path, SimTime now) override;

  MultipathConfig config_;
  io::RequestLedger& ledger_;
  MultipathClient& client_;
  std::vector<Path> paths_;
  std::vector<Command> commands_;
  std::uint32_t active_ = 0;
  std::uint64_t failovers_ = 0;
};

}  // namespace lparsim::drivers
