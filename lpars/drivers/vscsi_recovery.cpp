#include <algorithm>
#include <vector>

#include "lpars/drivers/vscsi_client_state.hpp"

namespace lparsim::drivers {

using hypervisor::HcallStatus;

namespace {

// Linux sleeps for as long between two H_ENABLE_CRQ (ibmvscsi_reenable_crq_queue), and for 10 ms where H_FREE_CRQ is busy.
constexpr SimTime kEnableAgain = SimTime::from_ms(100);
constexpr SimTime kFreeAgain = SimTime::from_ms(10);
// What is overdue, and could not be aborted for want of credits, is looked at again.
constexpr SimTime kLookAgain = SimTime::from_s(1);

}  // namespace

void VscsiClient::State::lost(SimTime now) {
  recovering = recovering || link == Link::ready;
  link = Link::wait_for_partner;
  management_tag = 0;
  cancel(Timer::step);
  cancel(Timer::watch);
  cancel(Timer::ping);
  if (config.recovery == ErrorRecovery::fast_fail && !holding) {
    fail_all(now);
  } else {
    take_back_all(now);
    hold(now);
  }
  tell_paths(now);
}

void VscsiClient::State::moved(SimTime now) {
  recovering = true;
  link = Link::wait_for_partner;
  management_tag = 0;
  cancel(Timer::step);
  cancel(Timer::watch);
  cancel(Timer::ping);
  take_back_all(now);
  hold(now);
  if (queue.reenable() != HcallStatus::success) set(Timer::retry, now + kEnableAgain);
  tell_paths(now);
}

void VscsiClient::State::hold(SimTime now) {
  if (holding) return;
  holding = true;
  set(Timer::hold, now + config.delayed_fail);
}

void VscsiClient::State::take_back_all(SimTime now) {
  std::vector<Command> taken;
  for (std::uint32_t i = 0; i < slot_count; ++i) {
    if (!slots[i].used) continue;
    const Command command = slots[i].command;
    release(i);
    if (!is_task(command.kind)) taken.push_back(command);
  }
  for (const Command& command : pending) {
    if (recovering) ledger.enter(command.block.tag, io::Stage::recovery, now);
  }
  for (const Command& command : taken) ledger.enter(command.block.tag, io::Stage::recovery, now);
  counts.again += taken.size();
  pending.insert(pending.begin(), taken.begin(), taken.end());
}

void VscsiClient::State::fail_all(SimTime now) {
  std::vector<Command> failing;
  for (std::uint32_t i = 0; i < slot_count; ++i) {
    if (!slots[i].used) continue;
    const Command command = slots[i].command;
    release(i);
    if (!is_task(command.kind)) failing.push_back(command);
  }
  failing.insert(failing.end(), pending.begin(), pending.end());
  pending.clear();
  for (const Command& command : failing) end(command, io::BlockStatus::unreachable, now);
}

void VscsiClient::State::reset(SimTime now) {
  recovering = true;
  ++counts.resets;
  holding = false;
  cancel(Timer::hold);
  reopen(now);
  fail_all(now);
  tell_paths(now);
}

void VscsiClient::State::reopen(SimTime now) {
  link = Link::wait_for_partner;
  management_tag = 0;
  cancel(Timer::step);
  cancel(Timer::watch);
  cancel(Timer::ping);
  closing = queue.close() != HcallStatus::success;
  if (closing) return set(Timer::retry, now + kFreeAgain);
  queue.open();
}

void VscsiClient::State::expired(Timer timer, SimTime now) {
  switch (timer) {
    case Timer::step:
      return reopen(now);
    case Timer::hold:
      holding = false;
      fail_all(now);
      return tell_paths(now);
    case Timer::watch:
      return watch(now);
    case Timer::ping:
      if (pinged) reset(now);
      return;
    case Timer::retry:
      if (closing) return reopen(now);
      if (queue.reenable() != HcallStatus::success) set(Timer::retry, now + kEnableAgain);
  }
}

void VscsiClient::State::watch(SimTime now) {
  SimTime oldest = SimTime::never();
  for (std::uint32_t i = 0; i < slot_count && link == Link::ready; ++i) {
    const Slot& slot = slots[i];
    if (!slot.used) continue;
    oldest = std::min(oldest, slot.sent);
    const bool task = is_task(slot.command.kind);
    if (task && slot.sent + config.abort_timeout <= now) {
      task_unanswered(i, now);
    } else if (!task && !slot.aborting && config.rw_timeout > SimTime{} && slot.sent + config.rw_timeout <= now) {
      abort(i, now);
    }
  }
  if (link != Link::ready) return;
  if (config.path_timeout > SimTime{} && oldest < SimTime::never() && !pinged && std::max(heard, oldest) + config.path_timeout <= now) {
    pinged = true;
    queue.send(encode(hypervisor::VscsiElement{hypervisor::VscsiFormat::inline_message, hypervisor::VscsiStatus::ping}));
    set(Timer::ping, now + config.ping_timeout);
  }
  arm_watch(now);
}

void VscsiClient::State::arm_watch(SimTime now) {
  if (tasks == 0 && config.rw_timeout == SimTime{} && config.path_timeout == SimTime{}) return;
  if (timer_set[static_cast<std::size_t>(Timer::watch)]) return;
  SimTime due = SimTime::never();
  SimTime oldest = SimTime::never();
  for (const Slot& slot : slots) {
    if (!slot.used) continue;
    oldest = std::min(oldest, slot.sent);
    const bool task = is_task(slot.command.kind);
    if (task) due = std::min(due, slot.sent + config.abort_timeout);
    if (!task && !slot.aborting && config.rw_timeout > SimTime{}) due = std::min(due, slot.sent + config.rw_timeout);
  }
  if (config.path_timeout > SimTime{} && oldest < SimTime::never() && !pinged) {
    due = std::min(due, std::max(heard, oldest) + config.path_timeout);
  }
  if (due < SimTime::never()) set(Timer::watch, due > now ? due : now + kLookAgain);
}

void VscsiClient::State::abort(std::uint32_t number, SimTime now) {
  // Without a credit it stays as it is until the next look.
  if (credits <= 0 || free_slots.empty()) return;
  slots[number].aborting = true;
  const std::uint64_t victim = slots[number].tag;
  Command task{Kind::abort, slots[number].command.lun, {}};
  cancel(Timer::watch);
  send(task, victim, now);
}

void VscsiClient::State::task_unanswered(std::uint32_t number, SimTime now) {
  const Slot task = slots[number];
  if (task.command.kind == Kind::reset || credits <= 0) return reset(now);
  release(number);
  cancel(Timer::watch);
  send({Kind::reset, task.command.lun, {}}, task.victim, now);
}

void VscsiClient::State::task_ended(const Slot& task, bool done, SimTime now) {
  std::vector<Command> ended;
  for (std::uint32_t i = 0; i < slot_count; ++i) {
    Slot& slot = slots[i];
    if (!slot.used || is_task(slot.command.kind)) continue;
    // An answer may have crossed the task: what was sent since, of the same tag perhaps, is not meant.
    const bool since = slot.sent > task.sent || (task.command.kind == Kind::abort && !slot.aborting);
    const bool meant = task.command.kind == Kind::abort ? slot.tag == task.victim : slot.command.lun == task.command.lun;
    if (since) continue;
    if (!meant) continue;
    if (!done) return reset(now);  // the server does not know what was not answered
    // Aborted commands are not answered: their credits come back now.
    ++credits;
    ended.push_back(slot.command);
    release(i);
  }
  for (const Command& command : ended) end(command, io::BlockStatus::aborted, now);
}

}  // namespace lparsim::drivers
