#include "lpars/guest/linux_scheduler.hpp"

#include <gtest/gtest.h>

#include "lpars/guest/testing/scripted_hypervisor.hpp"
#include "sim/base/distribution.hpp"

namespace lparsim::guest {
namespace {

using namespace literals;
using testing::ScriptedHypervisor;

Config linux_guest(std::uint32_t smt) {
  Config config;
  config.policy = Policy::linux_;
  config.smt = smt;
  config.throughput = core::SmtThroughput::from_table(std::array{1.0, 1.4, 1.6}).value();
  config.time_slice = 3_ms;
  return config;
}

workload::Config every(std::string_view gap, std::string_view demand) {
  return {"open", workload::Open{parse_arrivals(gap).value(), std::nullopt, {workload::Compute{parse_distribution(demand).value()}}}};
}

Thread last_on(std::uint32_t logical) {
  Thread thread;
  thread.last_logical = logical;
  return thread;
}

/// Virtual processors with SMT2; `busy` and `away` by number.
ProcessorMap map_of(const std::vector<std::uint32_t>& busy, const std::vector<bool>& away = {}) {
  ProcessorMap map;
  map.grow(static_cast<std::uint32_t>(busy.size()));
  for (std::uint32_t vp = 0; vp < busy.size(); ++vp) map.set(vp, busy[vp], 2, !away.empty() && away[vp], true);
  return map;
}

TEST(LinuxScheduler, WakesAThreadWhereItRanLastIfThatCoreIsIdle) {
  const LinuxScheduler scheduler{linux_guest(2)};
  EXPECT_EQ(scheduler.place(last_on(2 * 2), map_of({0, 0, 0})), 2U);
}

TEST(LinuxScheduler, PrefersAnIdleCoreElsewhereToTheFreeHardwareThreadOfItsOwn) {
  const LinuxScheduler scheduler{linux_guest(2)};
  EXPECT_EQ(scheduler.place(last_on(2 * 2), map_of({1, 0, 1})), 1U);
  EXPECT_EQ(scheduler.place(last_on(2 * 2), map_of({1, 1, 1})), 2U);  // none is idle: its own has a free hardware thread
  EXPECT_EQ(scheduler.place(last_on(2 * 2), map_of({2, 1, 2})), 1U);
  EXPECT_EQ(scheduler.place(last_on(2 * 2), map_of({2, 2, 2})), Scheduler::kNone);
}

TEST(LinuxScheduler, PrefersAnyVirtualProcessorWithACoreToOneThatWasPreempted) {
  const LinuxScheduler scheduler{linux_guest(2)};
  EXPECT_EQ(scheduler.place(last_on(0), map_of({0, 1, 2}, {true, false, false})), 1U);
  EXPECT_EQ(scheduler.place(last_on(0), map_of({1, 2, 2}, {true, false, false})), 0U);  // there is no other
}

TEST(LinuxScheduler, CountsRunTimeLessForFavouredThreads) {
  LinuxScheduler scheduler{linux_guest(1)};
  scheduler.grow(1);
  const auto counted = [&](workload::Nice nice) {
    Thread thread;
    thread.nice = nice;
    scheduler.left(thread, 10_ms);
    return SimTime::from_ps(thread.virtual_runtime);
  };
  EXPECT_EQ(counted(0), 10_ms);
  EXPECT_EQ(counted(1), 12500_us);
  EXPECT_EQ(counted(-1), 8_ms);
  EXPECT_EQ(counted(5), 30520_us);  // 1.25 to the power of 5, in thousandths
  EXPECT_EQ(counted(19), 693890_us);
}

TEST(LinuxScheduler, DividesAProcessorByWeightsOfNiceValues) {
  ScriptedHypervisor platform{linux_guest(1)};
  workload::Config favoured{"favoured", workload::Batch{1, 1, {workload::Compute{parse_distribution("10 s").value()}}}};
  favoured.nice = -5;
  auto& guest = platform.start({{"spin", workload::Spin{1}}, favoured}, 1);
  platform.run_until(100_s);
  // 1.25^5 = 3.05 times the weight: 10 s of its own take 10 s * (1 + 1 / 3.05).
  EXPECT_NEAR(guest.workloads()[1]->statistics().response().max().seconds(), 10 * (1 + 1 / 3.0518), 0.02);
}

TEST(LinuxScheduler, AThreadThatSleptDisplacesTheRunningOneWhenThatIsMoreThanASliceAhead) {
  LinuxScheduler scheduler{linux_guest(1)};
  scheduler.grow(1);
  Thread running = last_on(0);
  running.virtual_runtime = (100_ms).ps();
  Thread waking = last_on(0);
  scheduler.joins(waking, 0, &running, 0_ms);
  EXPECT_EQ(SimTime::from_ps(waking.virtual_runtime), 94_ms);  // long asleep, but it gains no more than two slices
  EXPECT_TRUE(scheduler.displaces(waking, running, 0_ms));
  Thread stranger = last_on(1);  // from another queue
  scheduler.joins(stranger, 0, &running, 0_ms);
  EXPECT_EQ(SimTime::from_ps(stranger.virtual_runtime), 97_ms);
  EXPECT_FALSE(scheduler.displaces(stranger, running, 0_ms));
  EXPECT_TRUE(scheduler.displaces(stranger, running, 1_us));
}

TEST(LinuxScheduler, AWakingThreadRunsAtOnceBesideAHog) {
  ScriptedHypervisor platform{linux_guest(1)};
  auto& guest = platform.start({{"spin", workload::Spin{1}}, every("every(50 ms)", "1 ms")}, 1);
  platform.run_until(1_s - 1_us);
  EXPECT_EQ(guest.workloads()[1]->statistics().completed(), 19U);
  // But for the first time, when its thread is new there and gains no more than a slice.
  EXPECT_LE(guest.workloads()[1]->statistics().response().max(), 4_ms);
  EXPECT_LT(guest.workloads()[1]->statistics().response().mean(), 1200_us);
}

TEST(LinuxScheduler, PollsForTheSnoozeTimeBeforeItCedesAndThatIsIdleTimeOnTheCore) {
  Config config = linux_guest(1);
  config.snooze = 100_us;
  ScriptedHypervisor platform{config};
  auto& guest = platform.start({every("every(10 ms)", "1 ms")}, 1);
  platform.run_until(11_ms + 99_us);
  EXPECT_TRUE(platform.running(0));
  platform.run_until(11_ms + 100_us);
  EXPECT_FALSE(platform.running(0));
  platform.run_until(100_ms - 1_us);
  const ProcessorTimes times = guest.times(100_ms - 1_us);
  EXPECT_EQ(times.user, 9_ms);
  EXPECT_EQ(times.dispatched, 9_ms + 900_us);
  EXPECT_EQ(times.idle, times.snoozing);
  EXPECT_EQ(times.idle, 900_us);
}

TEST(LinuxScheduler, AThreadThatWakesWhileItsVirtualProcessorPollsNeedsNoWakeUp) {
  Config config = linux_guest(1);
  config.snooze = 100_us;
  ScriptedHypervisor platform{config};
  platform.start({every("every(10 ms)", "9.95 ms")}, 1);
  platform.run_until(1_s);
  EXPECT_EQ(platform.wakes.size(), 1U);
  EXPECT_EQ(platform.cedes, 0U);
}

TEST(LinuxScheduler, FoldsNothing) {
  const LinuxScheduler scheduler{linux_guest(4)};
  EXPECT_EQ(scheduler.unfolded(0.1, 12), 12U);
}

}  // namespace
}  // namespace lparsim::guest
