#pragma once
#include <cstdint>
#include <vector>

#include "lpars/drivers/disk_path.hpp"
#include "models/io/request_ledger.hpp"
#include "models/system/program.hpp"

namespace lparsim::drivers {

struct MultipathConfig {
  /// AIX hcheck_interval: how often paths that are not in use are tried; 0: never.
  SimTime health_check;
  /// Whether the disk goes back to a path that is preferred and works again.
  bool failback = true;
  /// How long a command waits for a path when none works; never(): until one does (Linux: queue_if_no_path). 0: it fails.
  SimTime no_path_wait;
  /// How often a command that a path ended as aborted or for want of room is given to it again before it fails.
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
/// a health check has found it working, or when no other takes commands.
class Multipath final : private DiskPathClient {
 public:
  static constexpr std::uint32_t kTimers = 2;

  /// `ledger` and `client` outlive it.
  Multipath(const MultipathConfig& config, io::RequestLedger& ledger, MultipathClient& client)
      : config_{config}, ledger_{ledger}, client_{client} {}

  /// Before the simulation starts. The first one is preferred.
  void add(DiskPath& path);
  /// Timers with the tags 0 to kTimers - 1 of `owner` are its own.
  void attach(system::Program& owner, system::Host& host);
  void activated(SimTime now);
  void deactivated();
  void timer_expired(std::uint32_t timer_tag, SimTime now);

  SimTime submission() const { return paths_[active_].path->submission(); }
  /// `command.number` is not under way.
  void submit(const io::BlockCommand& command, SimTime now);
  /// The least of what its paths say; 0 while none has said anything.
  Bytes maximum_transfer() const;
  Bytes capacity() const;

  /// The path in use, and how often it changed because one failed.
  std::uint32_t active() const { return active_; }
  std::uint64_t failovers() const { return failovers_; }
  bool failed(std::uint32_t path) const { return paths_[path].failed; }
  std::uint32_t held() const { return held_; }

 private:
  enum Timer : std::uint32_t { kCheck, kDeadline };
  struct Path {
    DiskPath* path;
    bool failed = false;
    bool probing = false;
  };
  struct Command {
    io::BlockCommand block{};
    bool used = false;
    bool held = false;
    std::uint32_t path = 0;
    std::uint32_t tried = 0;    ///< paths, one after the other, that failed
    std::uint32_t retries = 0;  ///< on one of them
    SimTime deadline;           ///< once held: when it fails
  };
  void try_paths(Command& command, SimTime now);
  bool offer(Command& command, bool to_failed, SimTime now);
  void hold(Command& command, SimTime now);
  void try_held(SimTime now);
  void check(SimTime now);
  void arm(Timer timer, SimTime when);
  void done(Command& command, bool good, SimTime now);
  void path_ended(std::uint32_t number, io::BlockStatus status, SimTime now) override;
  void probe_ended(Path& path, bool good, SimTime now);
  void path_changed(DiskPath& path, SimTime now) override;

  MultipathConfig config_;
  io::RequestLedger& ledger_;
  MultipathClient& client_;
  system::Host* host_ = nullptr;
  std::vector<Path> paths_;
  std::vector<Command> commands_;
  std::uint32_t active_ = 0;
  std::uint64_t failovers_ = 0;
  std::uint32_t held_ = 0;
  system::TimerId timers_[kTimers]{};
  bool armed_[kTimers]{};
};

}  // namespace lparsim::drivers
