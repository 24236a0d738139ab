#include "lpars/guest/aix_scheduler.hpp"

#include <gtest/gtest.h>

#include "lpars/guest/testing/scripted_hypervisor.hpp"
#include "sim/base/distribution.hpp"

namespace lparsim::guest {
namespace {

using namespace literals;
using testing::ScriptedHypervisor;

Config aix(std::uint32_t smt, std::uint32_t threads_before_next = 1) {
  Config config;
  config.policy = Policy::aix;
  config.smt = smt;
  config.throughput = core::SmtThroughput::from_table(std::array{1.0, 1.4, 1.6}).value();
  config.threads_before_next = threads_before_next;
  return config;
}

/// How many threads are placed on each of `processors`, in text, after each of `threads` has come: "1000 1100 ...".
std::string placement(const Config& config, std::uint32_t processors, std::uint32_t threads) {
  const AixScheduler scheduler{config};
  ProcessorMap map;
  map.grow(processors);
  for (std::uint32_t vp = 0; vp < processors; ++vp) map.set(vp, 0, config.smt, false, true);
  std::string text;
  for (std::uint32_t i = 0; i < threads; ++i) {
    const std::uint32_t vp = scheduler.place(Thread{}, map);
    if (vp == Scheduler::kNone) return text + " full";
    map.set(vp, map.busy(vp) + 1, config.smt, false, true);
    if (i > 0) text += ' ';
    for (std::uint32_t p = 0; p < processors; ++p) text += std::to_string(map.busy(p));
  }
  return text;
}

TEST(AixScheduler, PlacesThreadsOnThePrimaryHardwareThreadsOfAllVirtualProcessorsFirst) {
  EXPECT_EQ(placement(aix(2), 3, 7), "100 110 111 211 221 222 full");
}

TEST(AixScheduler, FillsTwoOrFourHardwareThreadsBeforeTheNextVirtualProcessorInScaledThroughputModes) {
  EXPECT_EQ(placement(aix(4, 2), 3, 8), "100 200 210 220 221 222 322 332");
  EXPECT_EQ(placement(aix(4, 4), 2, 9), "10 20 30 40 41 42 43 44 full");
}

TEST(AixScheduler, ReturnsAThreadToItsLastVirtualProcessorAmongThoseWithAsManyBusyThreads) {
  const AixScheduler scheduler{aix(2)};
  ProcessorMap map;
  map.grow(3);
  for (std::uint32_t vp = 0; vp < 3; ++vp) map.set(vp, 0, 2, false, true);
  Thread thread;
  thread.last_logical = 2 * 2 + 1;
  EXPECT_EQ(scheduler.place(thread, map), 2U);
  map.set(2, 1, 2, false);
  EXPECT_EQ(scheduler.place(thread, map), 0U);
  map.set(2, 0, 2, true);  // free, but it lost its core
  EXPECT_EQ(scheduler.place(thread, map), 0U);
}

TEST(AixScheduler, UnfoldsAsManyVirtualProcessorsAsRunnableThreadsNeed) {
  Config config = aix(4);
  config.folding.enabled = true;
  const auto unfolded = [&](double runnable) {
    return AixScheduler{config}.unfolded(runnable, 10);
  };
  EXPECT_EQ(unfolded(0), 1U);
  EXPECT_EQ(unfolded(0.49), 1U);
  EXPECT_EQ(unfolded(1.2), 1U);
  EXPECT_EQ(unfolded(1.489), 1U);  // the second one would be in use for less than 49 % of its time
  EXPECT_EQ(unfolded(1.491), 2U);
  EXPECT_EQ(unfolded(2.5), 3U);
  EXPECT_EQ(unfolded(9.4), 9U);
  EXPECT_EQ(unfolded(9.6), 10U);
  EXPECT_EQ(unfolded(40), 10U);
  config.folding.extra = 2;
  EXPECT_EQ(unfolded(2.5), 5U);
  EXPECT_EQ(unfolded(9.6), 10U);
  config.folding.threshold = 80;
  EXPECT_EQ(unfolded(2.79), 4U);
  EXPECT_EQ(unfolded(2.81), 5U);
  config.threads_before_next = 2;
  EXPECT_EQ(unfolded(5.7), 5U);  // 2.85 virtual processors with two threads each
  config.folding.enabled = false;
  EXPECT_EQ(unfolded(0), 10U);
}

TEST(AixScheduler, TicksEndSlicesInPhasesOverTheLogicalProcessors) {
  Config config = aix(4);
  config.time_slice = 16_ms;
  const AixScheduler scheduler{config};
  for (std::uint32_t logical = 0; logical < 40; ++logical) {
    const SimTime tick = 5_ms + scheduler.first_slice(logical, 5_ms);
    EXPECT_GT(tick, 5_ms);
    EXPECT_LE(tick, 21_ms);
    EXPECT_EQ(tick % 16_ms, SimTime::from_ms(logical % 16)) << logical;
  }
  EXPECT_EQ(scheduler.first_slice(5, 5_ms), 16_ms);  // a thread that comes with the tick has a whole slice
}

TEST(AixScheduler, SlicesEndWithTheClockAlsoWhereTheVirtualProcessorLostItsCore) {
  // Two threads on one logical processor. The first would leave at the tick of 10 ms, but there is no core from 4 to 17 ms.
  ScriptedHypervisor platform{aix(1)};
  auto& guest = platform.start({{"batch", workload::Batch{2, 2, {workload::Compute{parse_distribution("6 ms").value()}}}}}, 1);
  platform.at(4_ms, [&] { platform.preempt(0); });
  platform.at(17_ms, [&] { platform.dispatch(0); });
  platform.run_until(1_s);
  // At 17 ms its slice is over: the second runs till the tick at 20 ms, the first to its end at 22, the second to its own at 25.
  EXPECT_EQ(guest.workloads()[0]->statistics().response().min(), 22_ms);
  EXPECT_EQ(guest.workloads()[0]->statistics().response().max(), 25_ms);
}

TEST(AixScheduler, NobodyStarvesWhereEveryTickFallsIntoATimeWithoutACore) {
  ScriptedHypervisor platform{aix(1)};
  auto& guest = platform.start(
      {{"spin", workload::Spin{1}}, {"batch", workload::Batch{1, 1, {workload::Compute{parse_distribution("20 ms").value()}}}}}, 1);
  for (int window = 0; window < 10; ++window) {
    platform.at(10_ms * window + 5_ms, [&] { platform.preempt(0); });
    platform.at(10_ms * window + 11_ms, [&] { platform.dispatch(0); });
  }
  platform.run_until(110_ms);
  // From 11 ms on they take turns, 4 ms each: at 11, 31, 51, 71 and 91 ms it is the job's.
  EXPECT_EQ(guest.workloads()[1]->statistics().response().max(), 95_ms);
}

TEST(AixScheduler, AMoreFavouredThreadDisplacesAnotherAtOnce) {
  ScriptedHypervisor platform{aix(1)};
  workload::Config urgent{
      "urgent", workload::Open{parse_arrivals("every(33 ms)").value(), 1, {workload::Compute{parse_distribution("1 ms").value()}}}};
  urgent.nice = -5;
  auto& guest = platform.start({{"spin", workload::Spin{1}}, urgent}, 1);
  platform.run_until(100_ms);
  EXPECT_EQ(guest.workloads()[1]->statistics().completed(), 3U);
  EXPECT_EQ(guest.workloads()[1]->statistics().response().max(), 1_ms);
}

TEST(AixScheduler, FoldsWhatIsNotNeededOnceASecondAndUnfoldsForHogs) {
  Config config = aix(2);
  config.folding.enabled = true;
  ScriptedHypervisor platform{config};
  workload::Config later{"later", workload::Spin{6}};
  later.start = 2500_ms;
  auto& guest = platform.start({{"spin", workload::Spin{2}}, later}, 5);
  EXPECT_EQ(guest.unfolded(), 5U);
  platform.run_until(1500_ms);
  EXPECT_EQ(guest.unfolded(), 2U);
  platform.run_until(2900_ms);
  EXPECT_EQ(guest.unfolded(), 2U);
  EXPECT_EQ(guest.queue_length(), 4U);  // eight threads on four logical processors
  platform.run_until(4500_ms);
  EXPECT_EQ(guest.unfolded(), 5U);
  EXPECT_EQ(guest.queue_length(), 0U);
  guest.check(4500_ms);
}

}  // namespace
}  // namespace lparsim::guest
