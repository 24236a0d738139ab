#include "models/io/command_queue.hpp"

#include <algorithm>

#include "sim/base/check.hpp"

namespace lparsim::io {

namespace {

// An event: generation in the upper half, what happens, place in the lower 24 bits.
constexpr std::uint64_t kPlaceBits = 24;
constexpr std::uint64_t kTell = 0xFF;

constexpr std::uint64_t event(std::uint32_t place, std::uint64_t what, std::uint32_t generation) {
  return std::uint64_t{generation} << 32 | what << kPlaceBits | place;
}

}  // namespace

CommandQueue::CommandQueue(kernel::Calendar& calendar, RequestLedger& ledger, std::uint32_t places)
    : calendar_{calendar}, ledger_{ledger}, places_{places} {}

void CommandQueue::accept(const BlockCommand& command, BlockClient& client, std::uint32_t lane, SimTime now) {
  if (free_.empty()) {
    free_.push_back(static_cast<Place>(entries_.size()));
    entries_.emplace_back();
  }
  const Place place = free_.back();
  free_.pop_back();
  Entry& taken = entries_[place];
  const std::uint32_t generation = taken.generation;
  taken = {};
  taken.generation = generation;
  taken.command = command;
  taken.client = &client;
  taken.lane = lane;
  taken.since = now;
  taken.owed = true;
  ++pending_;
  if (failing_) {
    ledger_.enter(command.tag, Stage::adapter_queue, now);
    condemn(place, BlockStatus::unreachable, now + fail_after_, now);
    return;
  }
  taken.waiting = true;
  waiting_.push_back(place);
  queued_.set(queued_.value() + 1, now);
  admit(now);
  if (entries_[place].waiting) ledger_.enter(command.tag, Stage::adapter_queue, now);
}

void CommandQueue::give_up(std::uint32_t number, BlockClient& client, std::uint32_t lane, SimTime now) {
  const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& candidate) {
    return candidate.owed && candidate.command.number == number && candidate.client == &client && candidate.lane == lane;
  });
  if (found != entries_.end()) condemn(static_cast<Place>(found - entries_.begin()), BlockStatus::aborted, now, now);
}

void CommandQueue::fail_all(SimTime after, SimTime now) {
  failing_ = true;
  fail_after_ = after;
  for (Place place = 0; place < entries_.size(); ++place) {
    const Entry& held = entries_[place];
    if (held.owed && !held.condemned) {
      condemn(place, BlockStatus::unreachable, now + after, now);
    } else if (held.inside && dropped(place, BlockStatus::unreachable, now)) {
      leave(place, now);
    }
  }
}

// Who gives it up decides how it ends; a device that fails only as long as nobody does so earlier.
void CommandQueue::condemn(Place place, BlockStatus status, SimTime when, SimTime now) {
  Entry& doomed = entries_[place];
  if (doomed.condemned && doomed.due <= when) return;
  const bool first = !doomed.condemned;
  doomed.condemned = true;
  doomed.status = status;
  doomed.due = when;
  calendar_.call(*this, event(place, kTell, doomed.generation), when);
  if (!first) return;
  if (doomed.waiting) {
    waiting_.erase(std::find(waiting_.begin(), waiting_.end(), place));
    doomed.waiting = false;
    queued_.set(queued_.value() - 1, now);
  } else if (doomed.inside && dropped(place, status, now)) {
    leave(place, now);
  }
}

void CommandQueue::plan(Place place, std::uint8_t what, SimTime when) {
  calendar_.call(*this, event(place, what, entries_[place].generation), when);
}

void CommandQueue::rings(std::uint64_t argument, SimTime now) {
  const auto place = static_cast<Place>(argument & ((std::uint64_t{1} << kPlaceBits) - 1));
  const auto what = argument >> kPlaceBits & 0xFF;
  const Entry& concerned = entries_[place];
  if (concerned.generation != argument >> 32) return;
  if (what == kTell) {
    if (concerned.owed && concerned.due <= now) tell(place, concerned.status, now);
  } else if (concerned.inside) {
    step(place, static_cast<std::uint8_t>(what), now);
  }
}

void CommandQueue::finish(Place place, BlockStatus status, SimTime now) {
  LPARSIM_CHECK(entries_[place].inside, "a command that is not in its device ends at {} ps", now.ps());
  const bool tells = entries_[place].owed && !entries_[place].condemned;
  if (tells) {
    // Its place goes to the next one before its client can ask for another.
    entries_[place].condemned = true;
    entries_[place].due = now;
  }
  leave(place, now);
  if (tells) tell(place, status, now);
}

void CommandQueue::leave(Place place, SimTime now) {
  entries_[place].inside = false;
  --inside_;
  occupied_.set(inside_, now);
  if (inside_ == 0) working_.set(0, now);
  free_if_done(place);
  admit(now);
}

void CommandQueue::admit(SimTime now) {
  while (!failing_ && inside_ < places_ && !waiting_.empty()) {
    const Place place = waiting_.front();
    waiting_.pop_front();
    entries_[place].waiting = false;
    entries_[place].inside = true;
    ++inside_;
    queued_.set(queued_.value() - 1, now);
    occupied_.set(inside_, now);
    working_.set(1, now);
    admitted(place, now);
  }
}

void CommandQueue::tell(Place place, BlockStatus status, SimTime now) {
  Entry& told = entries_[place];
  told.owed = false;
  --pending_;
  counts_.latency += now - told.since;
  if (status != BlockStatus::good) {
    ++counts_.failed;
  } else if (told.command.write) {
    ++counts_.writes;
    counts_.bytes_written += told.command.size.count;
  } else {
    ++counts_.reads;
    counts_.bytes_read += told.command.size.count;
  }
  BlockClient& client = *told.client;
  const std::uint32_t number = told.command.number;
  free_if_done(place);
  client.command_ended(number, status, now);
}

void CommandQueue::free_if_done(Place place) {
  Entry& left = entries_[place];
  if (left.owed || left.inside) return;
  ++left.generation;
  free_.push_back(place);
}

DeviceStatistics CommandQueue::statistics(SimTime now) const {
  DeviceStatistics result = counts_;
  result.utilisation = working_.mean(now);
  result.working = working_.time(now);
  result.queued = queued_.mean(now);
  result.inside = occupied_.mean(now);
  return result;
}

void CommandQueue::reset_statistics(SimTime now) {
  counts_ = {};
  working_.reset(now);
  queued_.reset(now);
  occupied_.reset(now);
}

}  // namespace lparsim::io
