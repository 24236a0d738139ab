#pragma once
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "sim/base/time.hpp"
#include "sim/base/units.hpp"

namespace lparsim::services {

/// A disk operation that waits for its turn; `id` is its owner's.
struct DiskRequest {
  std::uint32_t id = 0;
  bool write = false;
  std::uint64_t block = 0;
  Bytes size;
};

struct IoSchedulerConfig {
  std::uint32_t outstanding = 4;             ///< operations given to the driver at once
  double operations_per_second = 0;          ///< limited: 0 for no limit
  SimTime decision = SimTime::from_ns(300);  ///< processor time of each operation
};

/// The API of the type io_scheduler: which disk operation of a partition goes to its driver next, and when. Logic alone. Its owner asks
/// next() after every call and at next_time(), until it has nothing more.
class IoScheduler {
 public:
  explicit IoScheduler(const IoSchedulerConfig& config) : config_{config} {}
  virtual ~IoScheduler() = default;

  void enqueue(const DiskRequest& request) { put(request); }
  /// The one that goes now; it counts as outstanding until ended().
  std::optional<DiskRequest> next(SimTime now);
  void ended() { --outstanding_; }
  /// When next() will have something that it has not now, without any other call; never() if that does not happen by time.
  virtual SimTime next_time() const { return SimTime::never(); }
  std::uint32_t outstanding() const { return outstanding_; }
  virtual std::size_t waiting() const = 0;
  const IoSchedulerConfig& config() const { return config_; }

 protected:
  IoSchedulerConfig config_;

 private:
  virtual void put(const DiskRequest& request) = 0;
  virtual DiskRequest take() = 0;
  /// Beside the number that is outstanding.
  virtual bool may_go(SimTime now) { return (void)now, true; }

  std::uint32_t outstanding_ = 0;
};

/// In the order in which they came (Linux's noop and none, without merging).
class FifoIo : public IoScheduler {
 public:
  using IoScheduler::IoScheduler;
  std::size_t waiting() const override { return queue_.size(); }

 private:
  void put(const DiskRequest& request) override { queue_.push_back(request); }
  DiskRequest take() override;
  std::deque<DiskRequest> queue_;
};

/// By address, upwards only, from the lowest again when none lies above: the circular elevator C-SCAN, as Linux's deadline scheduler sorts
/// its batches (Linux, Documentation/block/deadline-iosched.rst; without its deadlines).
class ElevatorIo final : public IoScheduler {
 public:
  using IoScheduler::IoScheduler;
  std::size_t waiting() const override { return sorted_.size(); }

 private:
  struct Earlier {
    bool operator()(const std::pair<DiskRequest, std::uint64_t>& a, const std::pair<DiskRequest, std::uint64_t>& b) const {
      return a.first.block != b.first.block ? a.first.block < b.first.block : a.second < b.second;
    }
  };
  void put(const DiskRequest& request) override { sorted_.insert({request, ++sequence_}); }
  DiskRequest take() override;

  std::set<std::pair<DiskRequest, std::uint64_t>, Earlier> sorted_;
  std::uint64_t sequence_ = 0;
  std::uint64_t head_ = 0;  ///< behind the last one
};

/// Limited I/O access: in order, never more than so many at once, and never more in a second than its rate. Operations begin no closer than
/// 1 / rate, so that nobody saves up what he did not use.
class LimitedIo final : public FifoIo {
 public:
  using FifoIo::FifoIo;
  SimTime next_time() const override;

 private:
  bool may_go(SimTime now) override;
  SimTime due_;  ///< of the next one
};

}  // namespace lparsim::services
