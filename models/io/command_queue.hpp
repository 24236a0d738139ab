#pragma once
#include <cstdint>
#include <deque>
#include <vector>

#include "models/io/block_device.hpp"
#include "models/io/request_ledger.hpp"
#include "sim/base/time_average.hpp"
#include "sim/kernel/calendar.hpp"

namespace lparsim::io {

/// What a device has done since the last reset (the end of the warmup).
struct DeviceStatistics {
  std::uint64_t reads = 0;  ///< commands that ended well
  std::uint64_t writes = 0;
  std::uint64_t bytes_read = 0;
  std::uint64_t bytes_written = 0;
  std::uint64_t failed = 0;  ///< ended otherwise: unreachable, aborted, medium error
  SimTime latency;           ///< of all that ended together, from submit() on
  double utilisation = 0;    ///< part of the time in which at least one command had a place
  SimTime working;           ///< how long that was
  double queued = 0;         ///< mean number of commands that waited for a place
  double inside = 0;         ///< mean number that had one
};

/// What disks, LUNs and adapters have in common. So many commands have a place in them at a time, further ones wait first come first
/// served; each ends exactly once, from the calendar, whatever fails meanwhile. A device says what it does with a command that has a place.
class CommandQueue : private kernel::Alarm {
 public:
  DeviceStatistics statistics(SimTime now) const;
  void reset_statistics(SimTime now);
  /// Commands that have been given to it and have not ended.
  std::uint32_t pending() const { return pending_; }

 protected:
  /// A command in its hands, until it is free again.
  using Place = std::uint32_t;

  /// Both live as long as this.
  CommandQueue(kernel::Calendar& calendar, RequestLedger& ledger, std::uint32_t places);
  ~CommandQueue() = default;

  /// `lane` is the device's own (see entry()).
  void accept(const BlockCommand& command, BlockClient& client, std::uint32_t lane, SimTime now);
  void give_up(std::uint32_t number, BlockClient& client, std::uint32_t lane, SimTime now);
  /// Nothing gets through: commands that are there end as unreachable `after` now, those that come `after` they came.
  void fail_all(SimTime after, SimTime now);
  /// Commands that come get through again.
  void work_again() { failing_ = false; }

  struct Entry {
    BlockCommand command;
    BlockClient* client = nullptr;
    std::uint32_t lane = 0;
    std::uint32_t generation = 0;  ///< of the place: events of former commands are known to be old
    SimTime since;                 ///< when it was submitted
    SimTime part;                  ///< the device's own
    std::uint8_t phase = 0;        ///< the device's own; 0 at first
    bool owed = false;             ///< its client has not been told yet
    bool condemned = false;        ///< how and when (due) it ends is decided; what the device does with it no longer counts
    bool waiting = false;          ///< for a place
    bool inside = false;           ///< has one
    BlockStatus status{};
    SimTime due;
  };
  const Entry& entry(Place place) const { return entries_[place]; }
  Entry& entry(Place place) { return entries_[place]; }
  /// step() follows at `when`, unless the place has been given up until then.
  void plan(Place place, std::uint8_t what, SimTime when);
  /// The device has done with the command: its place is free, and its client is told unless that was done before.
  void finish(Place place, BlockStatus status, SimTime now);

  /// The command got a place.
  virtual void admitted(Place place, SimTime now) = 0;
  virtual void step(Place place, std::uint8_t what, SimTime now) = 0;
  /// The command will end as aborted or unreachable; returns whether its place is free at once (else finish() follows some time).
  virtual bool dropped(Place place, BlockStatus why, SimTime now) = 0;

  RequestLedger& ledger() { return ledger_; }

 private:
  void rings(std::uint64_t argument, SimTime now) override;
  void condemn(Place place, BlockStatus status, SimTime when, SimTime now);
  void leave(Place place, SimTime now);
  void tell(Place place, BlockStatus status, SimTime now);
  void free_if_done(Place place);
  void admit(SimTime now);

  kernel::Calendar& calendar_;
  RequestLedger& ledger_;
  std::uint32_t places_;
  bool failing_ = false;
  SimTime fail_after_;
  std::vector<Entry> entries_;
  std::vector<Place> free_;
  std::deque<Place> waiting_;
  std::uint32_t inside_ = 0;
  std::uint32_t pending_ = 0;
  DeviceStatistics counts_;
  TimeAverage queued_;
  TimeAverage occupied_;
  TimeAverage working_;
};

}  // namespace lparsim::io
