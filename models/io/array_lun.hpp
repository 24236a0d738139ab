#pragma once
#include <deque>

#include "models/io/disk_array.hpp"

namespace lparsim::io {

/// A LUN of an array: its own queue, its place on the members.
class ArrayLun final : public BlockDevice, public CommandQueue {
 public:
  ArrayLun(DiskArray& array, const LunConfig& config, Bytes base);

  void submit(const BlockCommand& command, BlockClient& client, SimTime now) override { accept(command, client, 0, now); }
  void abort(std::uint32_t number, BlockClient& client, SimTime now) override { give_up(number, client, 0, now); }
  Bytes capacity() const override { return config_.capacity; }
  Bytes maximum_transfer() const override { return config_.maximum_transfer; }
  bool reachable() const override { return array_.reachable(); }

  void set_state(bool up, SimTime unreachable_after, SimTime now);
  void piece_ended(std::uint32_t place, BlockStatus status, SimTime now);
  /// Writes that wait for room in the write cache are looked at again.
  void room_has_come(SimTime now);

 private:
  void admitted(Place place, SimTime now) override;
  void step(Place place, std::uint8_t what, SimTime now) override;
  bool dropped(Place place, BlockStatus why, SimTime now) override;
  void write(Place place, SimTime now);
  void read(Place place, SimTime now);
  void to_members(Place place, SimTime now);

  DiskArray& array_;
  LunConfig config_;
  Bytes base_;
  std::vector<std::uint32_t> pieces_;  // under way, by place
  std::deque<Place> writes_;           // wait for room
};

}  // namespace lparsim::io
