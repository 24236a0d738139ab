#include "models/io/array_lun.hpp"

#include <algorithm>

namespace lparsim::io {

namespace {

enum Step : std::uint8_t { kReceived, kLookedUp, kTransferred };
enum Phase : std::uint8_t { kOwnTime, kAtMembers, kWaitsForRoom };

}  // namespace

ArrayLun::ArrayLun(DiskArray& array, const LunConfig& config, Bytes base)
    : CommandQueue{array.calendar_, array.ledger_, config.queue_depth}, array_{array}, config_{config}, base_{base} {}

void ArrayLun::set_state(bool up, SimTime unreachable_after, SimTime now) {
  up ? work_again() : fail_all(unreachable_after, now);
}

void ArrayLun::admitted(Place place, SimTime now) {
  const BlockCommand& command = entry(place).command;
  ledger().enter(command.tag, Stage::device, now);
  if (command.write) return plan(place, kReceived, array_.occupy_link(true, command.size, now));
  plan(place, kLookedUp, now + array_.config_.hit.sample(array_.draws_));
}

void ArrayLun::step(Place place, std::uint8_t what, SimTime now) {
  const bool is_write = entry(place).command.write;
  switch (what) {
    case kReceived:
      return plan(place, kLookedUp, now + array_.config_.hit.sample(array_.draws_));
    case kLookedUp:
      return is_write ? write(place, now) : read(place, now);
    default:
      return finish(place, BlockStatus::good, now);
  }
}

void ArrayLun::read(Place place, SimTime now) {
  if (array_.draws_.uniform() >= array_.config_.read_hit_ratio) return to_members(place, now);
  plan(place, kTransferred, array_.occupy_link(false, entry(place).command.size, now));
}

void ArrayLun::write(Place place, SimTime now) {
  const BlockCommand& command = entry(place).command;
  if (array_.config_.write_cache.count == 0) return to_members(place, now);
  if (!writes_.empty() || !array_.has_room_for(command.size)) {
    entry(place).phase = kWaitsForRoom;
    writes_.push_back(place);
    return;
  }
  array_.keep(command, base_, now);
  finish(place, BlockStatus::good, now);
}

void ArrayLun::room_has_come(SimTime now) {
  while (!writes_.empty() && array_.has_room_for(entry(writes_.front()).command.size)) {
    const Place place = writes_.front();
    writes_.pop_front();
    entry(place).phase = kOwnTime;
    array_.keep(entry(place).command, base_, now);
    finish(place, BlockStatus::good, now);
  }
}

void ArrayLun::to_members(Place place, SimTime now) {
  entry(place).phase = kAtMembers;
  entry(place).status = BlockStatus::good;
  if (place >= pieces_.size()) pieces_.resize(place + 1);
  pieces_[place] = array_.to_members(entry(place).command, base_, this, place, now);
}

void ArrayLun::piece_ended(std::uint32_t place, BlockStatus status, SimTime now) {
  Entry& concerned = entry(place);
  if (!concerned.condemned && status != BlockStatus::good) concerned.status = status;
  if (--pieces_[place] > 0) return;
  concerned.phase = kOwnTime;
  if (concerned.condemned || concerned.status != BlockStatus::good || concerned.command.write) return finish(place, concerned.status, now);
  plan(place, kTransferred, array_.occupy_link(false, concerned.command.size, now));
}

// Members complete what they have begun.
bool ArrayLun::dropped(Place place, BlockStatus, SimTime) {
  if (entry(place).phase == kWaitsForRoom) writes_.erase(std::find(writes_.begin(), writes_.end(), place));
  return entry(place).phase != kAtMembers;
}

}  // namespace lparsim::io
