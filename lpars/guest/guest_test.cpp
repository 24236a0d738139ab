#include "lpars/guest/guest.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lpars/guest/testing/scripted_hypervisor.hpp"
#include "sim/base/distribution.hpp"

namespace lparsim::guest {
namespace {

using namespace literals;
using hypervisor::DispatchReason;
using testing::ScriptedHypervisor;
using Wake = ScriptedHypervisor::Wake;
using ::testing::ElementsAre;

workload::Transaction compute(std::string_view demand) {
  return {workload::Compute{parse_distribution(demand).value()}};
}
workload::Config spin(std::uint32_t threads) {
  return {"spin", workload::Spin{threads}};
}
workload::Config batch(std::uint64_t jobs, std::uint32_t threads, std::string_view demand) {
  return {"batch", workload::Batch{jobs, threads, compute(demand)}};
}
workload::Config every(std::string_view gap, std::optional<std::uint32_t> threads, std::string_view demand) {
  return {"open", workload::Open{parse_arrivals(gap).value(), threads, compute(demand)}};
}
workload::Config closed(std::uint32_t users, std::string_view think, std::string_view demand) {
  return {"closed", workload::Closed{users, parse_distribution(think).value(), compute(demand)}};
}

const workload::Statistics& statistics(Guest& guest, std::size_t i = 0) {
  return guest.workloads()[i]->statistics();
}

TEST(Guest, WakesAVirtualProcessorForEachThreadAtBoot) {
  ScriptedHypervisor platform;
  platform.start({spin(2)}, 4);
  EXPECT_THAT(platform.wakes, ElementsAre(Wake{0, DispatchReason::boot, 0_s}, Wake{1, DispatchReason::boot, 0_s}));
}

TEST(Guest, SpinningThreadsWithAProcessorEachCauseNoEvents) {
  ScriptedHypervisor platform;
  auto& guest = platform.start({spin(3)}, 4);
  platform.run_until(10_s);
  EXPECT_EQ(platform.timer_calls, 0U);
  EXPECT_EQ(guest.next_timer(), SimTime::never());
  EXPECT_EQ(guest.times(10_s).user, 30_s);
}

TEST(Guest, AnIdleGuestHasNoTimerAndNoRunningProcessor) {
  ScriptedHypervisor platform;
  auto& guest = platform.start({batch(5, 2, "3 ms")}, 8);
  platform.run_until(1_s);
  EXPECT_EQ(guest.next_timer(), SimTime::never());
  for (std::uint32_t vp = 0; vp < 8; ++vp) EXPECT_FALSE(platform.running(vp));
}

TEST(Guest, BatchJobsRunInOrderOnTheirThreads) {
  ScriptedHypervisor platform;
  auto& guest = platform.start({batch(5, 2, "3 ms")}, 4);
  platform.run_until(4_ms);
  EXPECT_EQ(statistics(guest).completed(), 2U);
  EXPECT_EQ(statistics(guest).in_system(), 3U);
  platform.run_until(1_s);
  // Five jobs on two threads end at 3, 3, 6, 6 and 9 ms; three, then one, wait for a thread.
  EXPECT_EQ(statistics(guest).completed(), 5U);
  EXPECT_EQ(statistics(guest).response().max(), 9_ms);
  EXPECT_EQ(statistics(guest).response().mean(), SimTime::from_us(5400));
  EXPECT_NEAR(statistics(guest).queued(1_s), (3 * 3 + 1 * 3) / 1000.0, 1e-12);
  EXPECT_EQ(guest.times(1_s).user, 15_ms);
}

TEST(Guest, AThreadThatIsPreemptedGoesOnWhereItWas) {
  ScriptedHypervisor platform;
  auto& guest = platform.start({batch(1, 1, "5 ms")}, 1);
  platform.at(2_ms, [&] { platform.preempt(0); });
  platform.at(10_ms, [&] { platform.dispatch(0); });
  platform.run_until(1_s);
  EXPECT_EQ(statistics(guest).response().max(), 13_ms);
}

TEST(Guest, ProgressBeginsBehindTheDispatchCost) {
  ScriptedHypervisor platform;
  platform.cost = 100_us;
  auto& guest = platform.start({batch(1, 1, "5 ms")}, 1);
  platform.at(2_ms, [&] { platform.preempt(0); });
  platform.at(10_ms, [&] { platform.dispatch(0); });
  platform.at(10_ms + 40_us, [&] { platform.preempt(0); });  // lost before its own instructions started
  platform.at(20_ms, [&] { platform.dispatch(0); });
  platform.run_until(1_s);
  EXPECT_EQ(statistics(guest).response().max(), 20_ms + 100_us + 3_ms + 100_us);
  const auto times = guest.times(1_s);
  EXPECT_EQ(times.user, 5_ms);
  EXPECT_EQ(times.system, 240_us);
  EXPECT_EQ(times.idle, 0_ms);
  EXPECT_EQ(times.dispatched, 5_ms + 240_us);
  EXPECT_EQ(times.online, 1_s);
  EXPECT_DOUBLE_EQ(times.logical_utilisation(), 0.00524);
}

TEST(Guest, ABurstThatEndsAtTheInstantOfAPreemptionEndsThere) {
  ScriptedHypervisor platform;
  auto& guest = platform.start({batch(2, 1, "5 ms")}, 1);
  platform.at(5_ms, [&] { platform.preempt(0); });
  platform.run_until(6_ms);
  EXPECT_EQ(statistics(guest).response().max(), 5_ms);
  platform.at(10_ms, [&] { platform.dispatch(0); });
  platform.at(15_ms, [&] { platform.preempt(0); });
  platform.run_until(16_ms);
  EXPECT_EQ(statistics(guest).response().max(), 15_ms);
  platform.at(20_ms, [&] { platform.dispatch(0); });  // with nothing left to do
  platform.run_until(21_ms);
  EXPECT_FALSE(platform.running(0));
  EXPECT_EQ(guest.times(21_ms).dispatched, 10_ms);
}

TEST(Guest, ACappedJobTakesAsLongAsTheFormulaSays) {
  // (ceil(D/Q) - 1) W + D - (ceil(D/Q) - 1) Q for D = 12 ms, Q = 5 ms, W = 10 ms.
  ScriptedHypervisor platform;
  auto& guest = platform.start({batch(1, 1, "12 ms")}, 1);
  for (int w = 0; w < 2; ++w) {
    platform.at(10_ms * w + 5_ms, [&] { platform.preempt(0); });
    platform.at(10_ms * (w + 1), [&] { platform.dispatch(0); });
  }
  platform.run_until(1_s);
  EXPECT_EQ(statistics(guest).response().max(), 22_ms);
}

TEST(Guest, ThreadsShareAProcessorInTimeSlices) {
  ScriptedHypervisor platform{testing::sliced(10_ms)};
  auto& guest = platform.start({batch(3, 3, "20 ms")}, 1);
  platform.run_until(1_s);
  // A B C A B C: they end at 40, 50 and 60 ms.
  EXPECT_EQ(statistics(guest).response().min(), 40_ms);
  EXPECT_EQ(statistics(guest).response().mean(), 50_ms);
  EXPECT_EQ(statistics(guest).response().max(), 60_ms);
}

TEST(Guest, AThreadThatRanAloneLeavesAtItsNextFullSliceWhenAnotherComes) {
  ScriptedHypervisor platform{testing::sliced(10_ms)};
  auto& guest = platform.start({spin(1), every("every(53 ms)", 1, "1 ms")}, 1);
  platform.run_until(62_ms);
  EXPECT_EQ(statistics(guest, 1).response().max(), 8_ms);  // comes at 53, runs from 60 to 61
}

TEST(Guest, SlicesAddUpOverPreemptions) {
  // Each dispatch is half a slice long and ends exactly where a slice would: nobody may starve.
  ScriptedHypervisor platform{testing::sliced(10_ms)};
  auto& guest = platform.start({spin(1), batch(1, 1, "20 ms")}, 1);
  for (int w = 0; w < 10; ++w) {
    platform.at(10_ms * w + 5_ms, [&] { platform.preempt(0); });
    platform.at(10_ms * (w + 1), [&] { platform.dispatch(0); });
  }
  platform.run_until(100_ms);
  // Spin has windows 0, 1, 4, 5; the job 2, 3, 6, 7 and ends at 75 ms, the instant of a preemption.
  EXPECT_EQ(statistics(guest, 1).response().max(), 75_ms);
}

TEST(Guest, SpinningThreadsBeyondTheProcessorsGetEqualTime) {
  ScriptedHypervisor platform{testing::sliced(10_ms)};
  auto& guest = platform.start({spin(5), batch(1, 1, "100 ms")}, 2);
  platform.run_until(10_s);
  // Six threads on two processors: a third of the time each.
  EXPECT_NEAR(statistics(guest, 1).response().max().milliseconds(), 300, 20);
  EXPECT_EQ(guest.times(10_s).user, 20_s);
}

TEST(Guest, ArrivalsAreExternalInterruptsAndThinkTimesDecrementers) {
  ScriptedHypervisor platform;
  platform.start({every("every(10 ms)", std::nullopt, "1 ms"), closed(1, "15 ms", "1 ms")}, 2);
  platform.run_until(20_ms);
  EXPECT_THAT(platform.wakes, ElementsAre(Wake{0, DispatchReason::external_interrupt, 10_ms}, Wake{0, DispatchReason::decrementer, 15_ms},
                                          Wake{0, DispatchReason::external_interrupt, 20_ms}));
}

TEST(Guest, AThreadReturnsToTheProcessorItRanOnLast) {
  ScriptedHypervisor platform;
  // The two users submit together at 10 ms (on 0 and 1), then at 21 and 22 ms each alone.
  platform.start({closed(1, "10 ms", "1 ms"), closed(1, "10 ms", "2 ms")}, 2);
  platform.run_until(22_ms);
  EXPECT_THAT(platform.wakes, ElementsAre(Wake{0, DispatchReason::decrementer, 10_ms}, Wake{1, DispatchReason::decrementer, 10_ms},
                                          Wake{0, DispatchReason::decrementer, 21_ms}, Wake{1, DispatchReason::decrementer, 22_ms}));
}

TEST(Guest, AProcessorThatIsWokenIsBusyForItsThreadUntilItRuns) {
  ScriptedHypervisor platform;
  platform.dispatches_at_once = false;
  auto& guest = platform.start({every("every(10 ms)", std::nullopt, "1 ms")}, 2);
  platform.run_until(35_ms);  // three arrivals, two processors woken, one thread in the queue
  EXPECT_EQ(platform.wakes.size(), 2U);
  EXPECT_EQ(guest.queue_length(), 1U);
  EXPECT_EQ(guest.times(35_ms).dispatched, 0_ms);
  platform.at(36_ms, [&] { platform.dispatch(1); });
  platform.run_until(39_ms);
  EXPECT_EQ(statistics(guest).completed(), 2U);
  EXPECT_EQ(statistics(guest).response().max(), 17_ms);  // the second, which had woken processor 1; the third had 8 ms
  EXPECT_EQ(statistics(guest).response().min(), 8_ms);
}

TEST(Guest, LooksAgainWhenAProdWasPending) {
  ScriptedHypervisor platform;
  auto& guest = platform.start({batch(1, 1, "5 ms")}, 1);
  platform.leave_prod_pending(0);
  platform.run_until(1_s);
  EXPECT_EQ(platform.cedes, 1U);
  EXPECT_FALSE(platform.running(0));
  EXPECT_EQ(guest.times(1_s).dispatched, 5_ms);
}

TEST(Guest, CedesWhenDispatchedForNothing) {
  ScriptedHypervisor platform;
  platform.start({spin(1)}, 2);
  platform.at(1_ms, [&] { platform.dispatch(1); });
  platform.run_until(2_ms);
  EXPECT_TRUE(platform.running(0));
  EXPECT_FALSE(platform.running(1));
}

TEST(Guest, ThreadsOfRemovedProcessorsGoToTheHeadOfTheQueue) {
  ScriptedHypervisor platform{testing::sliced(1_s)};
  auto& guest = platform.start({batch(4, 4, "10 ms")}, 3);
  platform.at(5_ms, [&] {
    platform.preempt(1);
    platform.preempt(2);
    platform.forget(1);
    platform.forget(2);
    guest.online_processors_changed(1, 5_ms);
  });
  platform.run_until(12_ms);
  EXPECT_EQ(guest.queue_length(), 2U);
  platform.run_until(1_s);
  // On one processor: 10, then the two with 5 ms left at 15 and 20, then the one that waited, at 30.
  EXPECT_EQ(statistics(guest).response().mean(), (10_ms + 15_ms + 20_ms + 30_ms) / 4);
  EXPECT_EQ(guest.times(1_s).online, 5_ms * 3 + 995_ms);
}

TEST(Guest, ARemovedProcessorMayStillCountAsRunning) {
  ScriptedHypervisor platform{testing::sliced(1_s)};
  auto& guest = platform.start({batch(2, 2, "10 ms")}, 2);
  platform.at(5_ms, [&] {
    platform.take_core(1);
    guest.online_processors_changed(1, 5_ms);
  });
  platform.run_until(1_s);
  EXPECT_EQ(statistics(guest).response().max(), 15_ms);
  EXPECT_EQ(guest.times(1_s).dispatched, 20_ms);
}

TEST(Guest, AddedProcessorsAreProddedForThoseWhoWait) {
  ScriptedHypervisor platform{testing::sliced(1_s)};
  auto& guest = platform.start({batch(3, 3, "10 ms")}, 1);
  platform.at(5_ms, [&] { guest.online_processors_changed(4, 5_ms); });
  platform.run_until(1_s);
  EXPECT_THAT(platform.wakes, ElementsAre(Wake{0, DispatchReason::boot, 0_ms}, Wake{1, std::nullopt, 5_ms}, Wake{2, std::nullopt, 5_ms}));
  EXPECT_EQ(statistics(guest).response().max(), 15_ms);
}

TEST(Guest, DeactivationDropsWhatIsInFlightAndActivationStartsAnew) {
  ScriptedHypervisor platform;
  auto& guest = platform.start({every("every(10 ms)", 1, "25 ms"), closed(3, "1 ms", "7 ms"), batch(4, 2, "40 ms"), spin(1)}, 2);
  platform.at(95_ms, [&] {
    for (const auto vp : {0U, 1U}) {
      if (platform.running(vp)) platform.take_core(vp);
      platform.forget(vp);
    }
    guest.deactivated(95_ms);
  });
  platform.run_until(200_ms);
  EXPECT_EQ(guest.next_timer(), SimTime::never());
  std::uint64_t dropped = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    const auto& s = statistics(guest, i);
    EXPECT_EQ(s.arrived(), s.completed_total() + s.dropped());
    EXPECT_EQ(s.in_system(), 0U);
    dropped += s.dropped();
  }
  EXPECT_GT(dropped, 10U);
  EXPECT_EQ(statistics(guest, 0).arrived(), 9U);
  EXPECT_EQ(guest.times(200_ms).online, 190_ms);
  platform.at(300_ms, [&] { guest.activated(2, 300_ms); });
  platform.run_until(2_s);
  EXPECT_GT(statistics(guest, 1).completed(), 20U);
  EXPECT_EQ(statistics(guest, 2).completed_total(), 4U);
}

TEST(Guest, CountsWhatCompletesAfterTheWarmup) {
  ScriptedHypervisor platform;
  platform.cost = 10_us;
  auto& guest = platform.start({every("every(10 ms)", std::nullopt, "4 ms"), spin(1)}, 2);
  platform.at(12_ms, [&] { guest.reset_statistics(12_ms); });
  platform.run_until(112_ms);
  const auto& s = statistics(guest);
  EXPECT_EQ(s.completed(), 10U);  // also the one that had come at 10 ms
  EXPECT_EQ(s.arrived(), 11U);
  EXPECT_DOUBLE_EQ(s.throughput(112_ms), 100);
  const auto times = guest.times(112_ms);
  EXPECT_EQ(times.user + times.system + times.idle, times.dispatched);
  EXPECT_EQ(times.online, 200_ms);
  // Spin's 100 ms, 2.01 ms of the first, nine whole ones and 1.99 ms of the last.
  EXPECT_EQ(times.user, 100_ms + 2010_us + 36_ms + 1990_us);
  EXPECT_EQ(times.system, 100_us);
}

}  // namespace
}  // namespace lparsim::guest
