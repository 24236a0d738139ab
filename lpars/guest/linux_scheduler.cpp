#include "lpars/guest/linux_scheduler.hpp"

#include <algorithm>
#include <array>

#include "lpars/guest/placement.hpp"

namespace lparsim::guest {
namespace {

constexpr int kSteps = workload::kLeastFavoured - workload::kMostFavoured + 1;

/// Virtual run time for a thousand of run time, by nice value from the most favoured on: 1.25 to the power of it.
constexpr std::array<std::int64_t, kSteps> kRates = [] {
  std::array<std::int64_t, kSteps> rates{};
  double rate = 1000;
  for (int nice = 0; nice < workload::kMostFavoured * -1; ++nice) rate /= 1.25;
  for (auto& r : rates) {
    r = static_cast<std::int64_t>(rate + 0.5);
    rate *= 1.25;
  }
  return rates;
}();

std::int64_t virtual_time(SimTime ran, workload::Nice nice) {
  return nice == 0 ? ran.ps() : ran.ps() / 1000 * kRates[static_cast<std::size_t>(nice - workload::kMostFavoured)];
}

}  // namespace

void LinuxScheduler::grow(std::uint32_t virtual_processors) {
  floor_.resize(std::max<std::size_t>(floor_.size(), std::size_t{virtual_processors} * config_.smt), 0);
}

std::uint32_t LinuxScheduler::place(const Thread& thread, const ProcessorMap& processors) const {
  const std::uint32_t last = thread.last_logical == kNone ? kNone : thread.last_logical / config_.smt;
  if (processors.has_room(last) && !processors.away(last) && processors.busy(last) == 0) return last;
  for (std::uint32_t busy = 0; busy < ProcessorMap::kMostBusy; ++busy) {
    const std::uint32_t vp = processors.with(busy, false);
    if (vp == kNone) continue;
    return busy > 0 && processors.has_room(last) && !processors.away(last) ? last : vp;
  }
  for (std::uint32_t busy = 0; busy < ProcessorMap::kMostBusy; ++busy) {
    const std::uint32_t vp = processors.with(busy, true);
    if (vp != kNone) return vp;
  }
  return kNone;
}

std::uint32_t LinuxScheduler::queue_for(const Thread& thread, const ProcessorMap& processors, std::uint32_t logical_processors) {
  if (thread.last_logical != kNone && is_usable(processors, thread.last_logical, config_.smt)) return thread.last_logical;
  return next_queue_ = next_usable(processors, next_queue_, logical_processors, config_.smt);
}

void LinuxScheduler::came(Thread& thread, std::uint32_t logical) {
  settle(thread, logical);
  floor_[logical] = std::max(floor_[logical], thread.virtual_runtime);
}

/// Run times of different queues mean little to each other, nor do those of long ago: who comes from elsewhere or has slept stands about
/// where the others here are. Who slept long is served soon, but gains no more than two slices by it; nobody is farther ahead than by the
/// slice that it may just have had.
void LinuxScheduler::settle(Thread& thread, std::uint32_t logical) const {
  const SimTime slice = config_.time_slice;
  const std::int64_t gain = slice.ps() * (thread.last_logical == logical ? 2 : 1);
  const std::int64_t ahead = slice.ps() + virtual_time(slice, thread.nice);
  thread.virtual_runtime = std::clamp(thread.virtual_runtime, floor_[logical] - gain, floor_[logical] + ahead);
}

void LinuxScheduler::left(Thread& thread, SimTime ran) {
  thread.virtual_runtime += virtual_time(ran, thread.nice);
}

void LinuxScheduler::joins(Thread& thread, std::uint32_t logical, const Thread* running, SimTime ran) {
  if (running != nullptr) floor_[logical] = std::max(floor_[logical], running->virtual_runtime + virtual_time(ran, running->nice));
  settle(thread, logical);
}

bool LinuxScheduler::displaces(const Thread& waking, const Thread& running, SimTime ran) const {
  return running.virtual_runtime + virtual_time(ran, running.nice) - waking.virtual_runtime > config_.time_slice.ps();
}

SimTime LinuxScheduler::first_slice(std::uint32_t, SimTime) const {
  return config_.time_slice;
}

}  // namespace lparsim::guest
