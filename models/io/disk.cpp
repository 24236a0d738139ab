#include "models/io/disk.hpp"

#include <algorithm>

namespace lparsim::io {

namespace {

enum Step : std::uint8_t { kAccessed, kTransferred };
enum Phase : std::uint8_t { kWaits, kInService, kOnLink };

}  // namespace

Disk::Disk(std::string_view name, const DiskConfig& config, std::uint64_t seed, kernel::Calendar& calendar, RequestLedger& ledger)
    : CommandQueue{calendar, ledger, config.queue_depth},
      name_{name},
      config_{config},
      times_{config.service, config.capacity, seed, name} {}

void Disk::set_state(bool up, SimTime now) {
  if (up == up_) return;
  up_ = up;
  up ? work_again() : fail_all(config_.unreachable_after, now);
}

void Disk::damage(std::uint64_t first_block, std::uint64_t blocks) {
  damaged_.emplace_back(first_block, first_block + blocks);
}

void Disk::admitted(Place place, SimTime now) {
  ledger().enter(entry(place).command.tag, Stage::device, now);
  line_.push_back(place);
  serve(now);
}

void Disk::serve(SimTime now) {
  while (busy_ < times_.servers() && !line_.empty()) {
    const Place place = line_.front();
    line_.pop_front();
    entry(place).phase = kInService;
    ++busy_;
    plan(place, kAccessed, now + times_.access(entry(place).command));
  }
}

void Disk::step(Place place, std::uint8_t what, SimTime now) {
  if (what == kTransferred) return finish(place, outcome(entry(place).command), now);
  --busy_;
  // Who waits in the disk comes before whom the client sends next.
  serve(now);
  if (!times_.has_shared_link()) return finish(place, outcome(entry(place).command), now);
  entry(place).phase = kOnLink;
  link_free_ = std::max(link_free_, now) + times_.transfer(entry(place).command);
  plan(place, kTransferred, link_free_);
}

bool Disk::dropped(Place place, BlockStatus why, SimTime) {
  if (entry(place).phase == kWaits) {
    line_.erase(std::find(line_.begin(), line_.end(), place));
    return true;
  }
  // A disk that is there completes what it has begun.
  if (why != BlockStatus::unreachable) return false;
  if (entry(place).phase == kInService) --busy_;
  return true;
}

BlockStatus Disk::outcome(const BlockCommand& command) const {
  const std::uint64_t end = command.block + (command.size.count + kBlock - 1) / kBlock;
  const bool bad =
      std::any_of(damaged_.begin(), damaged_.end(), [&](const auto& range) { return command.block < range.second && range.first < end; });
  return bad ? BlockStatus::medium_error : BlockStatus::good;
}

}  // namespace lparsim::io
