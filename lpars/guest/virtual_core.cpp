#include "lpars/guest/virtual_core.hpp"

#include <algorithm>

namespace lparsim::guest {
namespace {

constexpr std::int64_t kMillion = 1'000'000;
/// Below that, times a million fit into 64 bits: 9.2 s.
constexpr SimTime kShort = SimTime::from_ps(INT64_MAX / kMillion - 1);
__extension__ using Wide = __int128;

SimTime scaled(SimTime time, std::int64_t ppm) {
  if (ppm == kMillion) return time;
  if (time < kShort && ppm <= kMillion) return SimTime::from_ps(time.ps() * ppm / kMillion);
  return SimTime::from_ps(static_cast<std::int64_t>(static_cast<Wide>(time.ps()) * ppm / kMillion));
}

}  // namespace

void VirtualCore::set_mode(std::uint32_t mode) {
  for (std::uint32_t i = 0; i < kMostSlots; ++i) {
    if ((busy_mask_ >> i & 1) == 0 && i < mode_) settle_idle(slots_[i]);
    slots_[i].idle_mark = idle_each_;
    slots_[i].io_wait_mark = io_wait_each_;
  }
  mode_ = mode;
}

void VirtualCore::dispatch(SimTime now, SimTime useful_from, SimTime warm_from) {
  state = State::running;
  charged_to_ = now;
  useful_from_ = useful_from;
  warm_from_ = warm_from;
}

void VirtualCore::charge(SimTime now, const Speed& speed, ProcessorTimes& totals, bool io_waits) {
  const SimTime own = std::clamp(useful_from_, charged_to_, now);
  const SimTime cost = own - charged_to_;
  const SimTime ran = now - own;
  const SimTime busy = busy_ == 0 ? SimTime{} : scaled(ran, speed.throughput.busy_purr_ppm(busy_, mode_));
  const SimTime idle = ran - busy;
  totals.dispatched += cost + ran;
  totals.scaled += scaled(cost + ran, speed.frequency_ppm);
  totals.idle += idle;
  totals.scaled_idle += scaled(idle, speed.frequency_ppm);
  if (cost > SimTime{}) {
    slots_[0].times.system += cost;
    slots_[0].times.busy += cost;
    totals.system += cost;
    totals.logical_busy += cost;
  }
  if (busy_ == 0) {
    totals.snoozing += idle;
  } else {
    const SimTime each = busy_ == 1 ? busy : busy / busy_;
    SimTime dust = busy - each * busy_;
    for (std::uint32_t mask = busy_mask_; mask != 0; mask &= mask - 1) {
      Slot& slot = slots_[static_cast<std::uint32_t>(std::countr_zero(mask))];
      const SimTime share = each + dust;
      dust = {};
      slot.times.busy += ran;
      const bool system = slot.spinning || slot.in_kernel;
      (system ? slot.times.system : slot.times.user) += share;
      (system ? totals.system : totals.user) += share;
      if (slot.spinning) totals.spinning += share;
    }
    totals.logical_busy += ran * busy_;
  }
  if (busy_ < mode_) {
    const SimTime each = idle / (mode_ - busy_);
    idle_each_ += each;
    idle_dust_ += idle - each * (mode_ - busy_);
    if (io_waits) {
      totals.io_wait += idle;
      io_wait_each_ += each;
      io_wait_dust_ += idle - each * (mode_ - busy_);
    }
  }
  if (busy_ > 0) progress(now - std::clamp(warm_from_, own, now), speed.thread_ppm(busy_));
  run_clock_ += ran;
  charged_to_ = now;
}

void VirtualCore::occupy(std::uint32_t i, std::uint32_t thread, SimTime remaining, bool spins, bool in_kernel) {
  Slot& slot = slots_[i];
  settle_idle(slot);
  slot.thread = thread;
  slot.spinning = spins;
  slot.in_kernel = in_kernel;
  slot.came = run_clock_;
  slot.ends_at = remaining == SimTime::never() ? remaining : work_clock_ + remaining;
  ++busy_;
  if (spins) ++spinning_;
  busy_mask_ |= 1U << i;
}

SimTime VirtualCore::vacate(std::uint32_t i) {
  Slot& slot = slots_[i];
  slot.thread = kNone;
  if (slot.spinning) --spinning_;
  slot.spinning = slot.handler = false;
  slot.idle_mark = idle_each_;
  slot.io_wait_mark = io_wait_each_;
  --busy_;
  busy_mask_ &= ~(1U << i);
  return slot.ends_at == SimTime::never() ? slot.ends_at : std::max(SimTime{}, slot.ends_at - work_clock_);
}

void VirtualCore::set_spinning(std::uint32_t i, bool spins) {
  if (slots_[i].spinning != spins) spins ? ++spinning_ : --spinning_;
  slots_[i].spinning = spins;
}

void VirtualCore::set_burst(std::uint32_t i, SimTime demand, bool in_kernel) {
  slots_[i].in_kernel = in_kernel;
  slots_[i].ends_at = demand == SimTime::never() ? demand : work_clock_ + demand;
}

SimTime VirtualCore::next_burst_end(const Speed& speed) const {
  SimTime first = SimTime::never();
  for (std::uint32_t mask = busy_mask_; mask != 0; mask &= mask - 1) {
    const Slot& slot = slots_[static_cast<std::uint32_t>(std::countr_zero(mask))];
    if (!slot.spinning) first = std::min(first, slot.ends_at);
  }
  if (first == SimTime::never()) return first;
  const SimTime begin = std::max({charged_to_, useful_from_, warm_from_});
  const SimTime length = time_for(first - work_clock_, speed.thread_ppm(busy_));
  return length >= SimTime::never() - begin ? SimTime::never() : begin + length;
}

LogicalTimes VirtualCore::times(std::uint32_t i) const {
  LogicalTimes times = slots_[i].times;
  if ((busy_mask_ >> i & 1) == 0 && i < mode_) {
    times.idle += idle_each_ - slots_[i].idle_mark;
    times.io_wait += io_wait_each_ - slots_[i].io_wait_mark;
  }
  if (i == 0) times.idle += idle_dust_;
  if (i == 0) times.io_wait += io_wait_dust_;
  return times;
}

void VirtualCore::progress(SimTime elapsed, std::int64_t ppm) {
  if (ppm == kMillion) {
    work_clock_ += elapsed;
    return;
  }
  if (elapsed < kShort && ppm < kMillion) {
    const std::int64_t work = elapsed.ps() * ppm + work_dust_;
    work_clock_ += SimTime::from_ps(work / kMillion);
    work_dust_ = work % kMillion;
    return;
  }
  const Wide work = static_cast<Wide>(elapsed.ps()) * ppm + work_dust_;
  work_clock_ += SimTime::from_ps(static_cast<std::int64_t>(work / kMillion));
  work_dust_ = static_cast<std::int64_t>(work % kMillion);
}

/// The least time after which the work clock has gained `work`.
SimTime VirtualCore::time_for(SimTime work, std::int64_t ppm) const {
  if (work <= SimTime{}) return {};
  if (ppm == kMillion) return work;
  if (work < kShort) return SimTime::from_ps((work.ps() * kMillion - work_dust_ + ppm - 1) / ppm);
  const Wide time = (static_cast<Wide>(work.ps()) * kMillion - work_dust_ + ppm - 1) / ppm;
  return time > INT64_MAX ? SimTime::never() : SimTime::from_ps(static_cast<std::int64_t>(time));
}

void VirtualCore::settle_idle(Slot& slot) {
  slot.times.idle += idle_each_ - slot.idle_mark;
  slot.idle_mark = idle_each_;
  slot.times.io_wait += io_wait_each_ - slot.io_wait_mark;
  slot.io_wait_mark = io_wait_each_;
}

}  // namespace lparsim::guest
