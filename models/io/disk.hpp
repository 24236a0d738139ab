#pragma once
#include <deque>
#include <string>
#include <string_view>

#include "models/io/command_queue.hpp"
#include "models/io/disk_service.hpp"

namespace lparsim::io {

struct DiskConfig {
  DiskService service = FixedService{};
  Bytes capacity{Bytes{300'000'000'000}};
  Bytes maximum_transfer{Bytes{1 << 20}};
  std::uint32_t queue_depth = 32;  ///< commands in the disk (tags); further ones wait in the adapter
  SimTime unreachable_after{};     ///< how long nobody answers until a command to a disk that is gone is given up
};

/// A disk: one kind of service, commands in the order in which they came (docs/models/storage.md).
class Disk final : public BlockDevice, public CommandQueue {
 public:
  Disk(std::string_view name, const DiskConfig& config, std::uint64_t seed, kernel::Calendar& calendar, RequestLedger& ledger);

  void submit(const BlockCommand& command, BlockClient& client, SimTime now) override { accept(command, client, 0, now); }
  void abort(std::uint32_t number, BlockClient& client, SimTime now) override { give_up(number, client, 0, now); }
  Bytes capacity() const override { return config_.capacity; }
  Bytes maximum_transfer() const override { return config_.maximum_transfer; }
  bool reachable() const override { return up_; }

  /// Gone, or there again. What is in a disk that goes is lost: its commands end as unreachable.
  void set_state(bool up, SimTime now);
  /// Commands that touch these blocks end as medium errors from now on.
  void damage(std::uint64_t first_block, std::uint64_t blocks);
  const std::string& name() const { return name_; }

 private:
  void admitted(Place place, SimTime now) override;
  void step(Place place, std::uint8_t what, SimTime now) override;
  bool dropped(Place place, BlockStatus why, SimTime now) override;
  void serve(SimTime now);
  BlockStatus outcome(const BlockCommand& command) const;

  std::string name_;
  DiskConfig config_;
  ServiceTimes times_;
  bool up_ = true;
  std::uint32_t busy_ = 0;
  std::deque<Place> line_;  // in the disk, not served yet
  SimTime link_free_;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> damaged_;  // first block, behind the last
};

}  // namespace lparsim::io
