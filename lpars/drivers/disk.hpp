#pragma once
#include <cstdint>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "lpars/drivers/disk_path.hpp"
#include "lpars/drivers/multipath.hpp"
#include "models/io/request_ledger.hpp"
#include "models/system/program.hpp"

namespace lparsim::drivers {

/// Defaults of the clients' disks (IBM, "Changing the queue depth of a virtual SCSI disk"): AIX 3, Linux 16; IBM i 32, fixed.
inline constexpr std::uint32_t kQueueDepthAix = 3;
inline constexpr std::uint32_t kQueueDepthLinux = 16;
inline constexpr std::uint32_t kQueueDepthIbmI = 32;

struct DiskConfig {
  std::string name;  ///< hdisk0
  std::uint32_t queue_depth = kQueueDepthAix;
  Bytes capacity;  ///< 0: what the paths say
  MultipathConfig multipath;
};

/// Who reads and writes. Called when the transfer has ended, from the driver, never from within Disk::submit().
class DiskClient {
 public:
  virtual ~DiskClient() = default;
  virtual void transfer_ended(std::uint32_t number, bool good, SimTime now) = 0;
};

struct Transfer {
  io::RequestTag tag{};
  std::uint32_t number = 0;  ///< of the client's own; given back
  bool write = false;
  std::uint64_t block = 0;  ///< of 512 bytes; what is beyond the end of the disk wraps around
  Bytes size;
};

/// A disk as a client's operating system knows it (hdisk): so many transfers at once go to its paths, the others wait in the order in which
/// they came (no elevator). A transfer longer than a path takes goes in parts, one after the other.
class Disk final : public system::Program, private MultipathClient {
 public:
  /// `ledger` outlives it.
  Disk(const DiskConfig& config, io::RequestLedger& ledger);

  /// Before the simulation starts; the first one added is preferred. `path` outlives it.
  void add_path(DiskPath& path) { multipath_.add(path); }

  /// What the thread that asks for a transfer computes before it does.
  SimTime submission() const { return multipath_.submission(); }
  void submit(const Transfer& transfer, DiskClient& client, SimTime now);

  const std::string& name() const { return config_.name; }
  /// Transfers with the paths, and waiting.
  std::uint32_t under_way() const { return config_.queue_depth - static_cast<std::uint32_t>(free_.size()); }
  std::size_t waiting() const { return waiting_.size(); }
  const Multipath& multipath() const { return multipath_; }

  void attach(system::Host& host) override { multipath_.attach(*this, host); }
  void activated(SimTime now) override;
  void deactivated(SimTime now) override;
  system::Activity next_activity(std::uint32_t, SimTime) override { return system::Activity::block(); }
  void timer_expired(std::uint32_t timer_tag, SimTime now) override { multipath_.timer_expired(timer_tag, now); }

 private:
  struct Slot {
    Transfer transfer;
    DiskClient* client = nullptr;
    std::uint64_t done = 0;  ///< bytes of parts that have ended
    std::uint64_t part = 0;  ///< of the one under way
  };
  void start(const Transfer& transfer, DiskClient& client, SimTime now);
  void next_part(std::uint32_t number, SimTime now);
  void command_done(std::uint32_t number, bool good, SimTime now) override;

  DiskConfig config_;
  io::RequestLedger& ledger_;
  Multipath multipath_;
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> free_;
  std::deque<std::pair<Transfer, DiskClient*>> waiting_;
};

}  // namespace lparsim::drivers
