#include "lpars/drivers/multipath.hpp"

#include <algorithm>

#include "sim/base/check.hpp"

namespace lparsim::drivers {

namespace {

// Numbers of probes, above those of commands.
constexpr std::uint32_t kProbe = 0x8000'0000;
// While commands wait for a path and no health check is set: Linux's multipathd asks every 5 s (polling_interval).
constexpr SimTime kCheckForHeld = SimTime::from_s(5);

}  // namespace

void Multipath::add(DiskPath& path) {
  paths_.push_back({&path});
  path.connect(*this);
}

void Multipath::attach(system::Program& owner, system::Host& host) {
  host_ = &host;
  for (std::uint32_t i = 0; i < kTimers; ++i) timers_[i] = host.create_timer(owner, i);
}

void Multipath::activated(SimTime now) {
  active_ = 0;
  for (Path& path : paths_) path.failed = path.probing = false;
  if (config_.health_check > SimTime{}) arm(kCheck, now + config_.health_check);
}

void Multipath::deactivated() {
  commands_.clear();
  held_ = 0;
  std::fill(std::begin(armed_), std::end(armed_), false);
}

void Multipath::submit(const io::BlockCommand& block, SimTime now) {
  if (block.number >= commands_.size()) commands_.resize(block.number + 1);
  Command& command = commands_[block.number];
  LPARSIM_CHECK(!command.used, "command {} is under way", block.number);
  command = {};
  command.block = block;
  command.used = true;
  try_paths(command, now);
}

void Multipath::try_paths(Command& command, SimTime now) {
  if (command.tried >= paths_.size()) return hold(command, now);
  if (!offer(command, false, now) && !offer(command, true, now)) hold(command, now);
}

bool Multipath::offer(Command& command, bool to_failed, SimTime now) {
  const auto count = static_cast<std::uint32_t>(paths_.size());
  const std::uint32_t first = config_.failback ? 0 : active_;
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::uint32_t number = (first + i) % count;
    Path& path = paths_[number];
    if (path.failed != to_failed) continue;
    // A path that this command has just failed on comes after all others.
    if (to_failed && command.tried > 0 && number == command.path && count > 1) continue;
    if (!path.path->submit(command.block, now)) continue;
    command.path = number;
    ledger_.sent(command.block.tag, number);
    if (number != active_ && paths_[active_].failed) ++failovers_;
    active_ = number;
    return true;
  }
  return false;
}

void Multipath::hold(Command& command, SimTime now) {
  command.held = true;
  command.tried = command.retries = 0;
  ++held_;
  ledger_.enter(command.block.tag, io::Stage::recovery, now);
  const bool for_ever = config_.no_path_wait == SimTime::never();
  // Its time does not begin anew where a path took it and failed again.
  if (command.deadline == SimTime{}) command.deadline = for_ever ? SimTime::never() : now + config_.no_path_wait;
  if (!for_ever && !armed_[kDeadline]) arm(kDeadline, std::max(command.deadline, now));
  if (!armed_[kCheck] && config_.no_path_wait > SimTime{}) arm(kCheck, now + kCheckForHeld);
}

void Multipath::try_held(SimTime now) {
  for (std::size_t i = 0; i < commands_.size() && held_ > 0; ++i) {
    Command& command = commands_[i];
    if (!command.used || !command.held) continue;
    command.held = false;
    --held_;
    try_paths(command, now);
  }
}

void Multipath::timer_expired(std::uint32_t timer_tag, SimTime now) {
  armed_[timer_tag] = false;
  if (timer_tag == kCheck) return check(now);
  SimTime next = SimTime::never();
  for (std::size_t i = 0; i < commands_.size(); ++i) {
    Command& command = commands_[i];
    if (!command.used || !command.held) continue;
    if (command.deadline > now) {
      next = std::min(next, command.deadline);
      continue;
    }
    command.held = false;
    --held_;
    done(command, false, now);
  }
  if (next < SimTime::never() && !armed_[kDeadline]) arm(kDeadline, next);
}

void Multipath::check(SimTime now) {
  for (std::uint32_t i = 0; i < paths_.size(); ++i) {
    Path& path = paths_[i];
    if (path.probing || (i == active_ && !path.failed)) continue;
    path.probing = path.path->probe(kProbe + i, now);
    if (!path.probing) path.failed = true;
  }
  if (held_ > 0) try_held(now);
  if (armed_[kCheck]) return;
  if (config_.health_check > SimTime{}) {
    arm(kCheck, now + config_.health_check);
  } else if (held_ > 0) {
    arm(kCheck, now + kCheckForHeld);
  }
}

void Multipath::path_ended(std::uint32_t number, io::BlockStatus status, SimTime now) {
  if (number >= kProbe) return probe_ended(paths_[number - kProbe], status == io::BlockStatus::good, now);
  Command& command = commands_[number];
  switch (status) {
    case io::BlockStatus::good:
      return done(command, true, now);
    case io::BlockStatus::medium_error:
      return done(command, false, now);
    case io::BlockStatus::unreachable:
      paths_[command.path].failed = true;
      ++command.tried;
      return try_paths(command, now);
    case io::BlockStatus::aborted:
    case io::BlockStatus::queue_full:
      if (++command.retries > config_.retries) return done(command, false, now);
      return try_paths(command, now);
  }
}

void Multipath::probe_ended(Path& path, bool good, SimTime now) {
  path.probing = false;
  path.failed = !good;
  if (good) try_held(now);
}

void Multipath::path_changed(DiskPath& path, SimTime now) {
  if (path.up()) try_held(now);
}

void Multipath::done(Command& command, bool good, SimTime now) {
  command.used = false;
  client_.command_done(command.block.number, good, now);
}

void Multipath::arm(Timer timer, SimTime when) {
  host_->set_timer(timers_[timer], when);
  armed_[timer] = true;
}

Bytes Multipath::maximum_transfer() const {
  Bytes least;
  for (const Path& path : paths_) {
    const Bytes said = path.path->maximum_transfer();
    if (said.count > 0 && (least.count == 0 || said < least)) least = said;
  }
  return least;
}

Bytes Multipath::capacity() const {
  for (const Path& path : paths_) {
    if (path.path->capacity().count > 0) return path.path->capacity();
  }
  return {};
}

}  // namespace lparsim::drivers
