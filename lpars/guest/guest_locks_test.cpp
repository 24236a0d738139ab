#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lpars/guest/testing/scripted_hypervisor.hpp"
#include "sim/base/distribution.hpp"

namespace lparsim::guest {
namespace {

using namespace literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using testing::ScriptedHypervisor;

/// Two threads that each hold the lock for 4 ms.
workload::Config two_holders(std::optional<std::string_view> sleep = {}) {
  workload::Locked locked{"accounts", parse_distribution("4 ms").value(), std::nullopt};
  if (sleep) locked.sleep = parse_distribution(*sleep).value();
  return {"batch", workload::Batch{2, 2, {locked}}};
}

Config waiting(LockWaiting lock_waiting, bool confer_to_ceded = false) {
  Config config;
  config.time_slice = 1_s;
  config.lock_waiting = lock_waiting;
  config.confer_to_ceded = confer_to_ceded;
  return config;
}

TEST(Locks, SpinUntilTheHolderReleasesAndThatIsSystemTime) {
  ScriptedHypervisor platform{waiting(LockWaiting::spin)};
  auto& guest = platform.start({two_holders()}, 2);
  platform.run_until(20_ms);
  EXPECT_EQ(guest.workloads()[0]->statistics().response().max(), 8_ms);
  EXPECT_EQ(guest.times(20_ms).spinning, 4_ms);
  EXPECT_EQ(guest.times(20_ms).system, 4_ms);
  EXPECT_EQ(guest.times(20_ms).user, 8_ms);
}

TEST(Locks, BurnTheProcessorOfWhoSpinsWhileTheHolderIsPreempted) {
  ScriptedHypervisor platform{waiting(LockWaiting::spin)};
  auto& guest = platform.start({two_holders()}, 2);
  platform.at(1_ms, [&] { platform.preempt(0); });
  platform.at(11_ms, [&] { platform.dispatch(0); });
  platform.run_until(50_ms);
  EXPECT_EQ(guest.times(50_ms).spinning, 14_ms);
  EXPECT_THAT(platform.confers, IsEmpty());
}

TEST(Locks, AreWaitedForWithoutACoreWhereTheHolderLostItsOwn) {
  ScriptedHypervisor platform{waiting(LockWaiting::confer)};
  auto& guest = platform.start({two_holders()}, 2);
  platform.at(1_ms, [&] { platform.preempt(0); });
  platform.at(11_ms, [&] { platform.dispatch(0); });
  platform.at(13_ms, [&] { platform.dispatch(1); });
  platform.run_until(50_ms);
  EXPECT_THAT(platform.confers, ElementsAre(Pair(1, 0)));
  EXPECT_EQ(guest.times(50_ms).spinning, 2_ms);  // 1 ms before, and from 13 ms to the release at 14 ms
  EXPECT_EQ(guest.workloads()[0]->statistics().response().max(), 18_ms);
}

TEST(Locks, AreSpunOnForAMomentOfEachDispatchBeforeTheCoreIsConferred) {
  // The holder's virtual processor is on no core for long, the other one is given back its core at the very instant at which it confers.
  ScriptedHypervisor platform{waiting(LockWaiting::confer)};
  auto& guest = platform.start({two_holders()}, 2);
  platform.at(1_ms, [&] { platform.preempt(0); });
  platform.at(2_ms, [&] { platform.dispatch(1); });
  platform.at(3_ms, [&] { platform.dispatch(1); });
  platform.run_until(2_ms + 9_us);
  EXPECT_THAT(platform.confers, ElementsAre(Pair(1, 0)));
  platform.run_until(10_ms);
  EXPECT_THAT(platform.confers, ElementsAre(Pair(1, 0), Pair(1, 0), Pair(1, 0)));
  EXPECT_EQ(guest.times(10_ms).spinning, 1_ms + 20_us);
}

TEST(Locks, AreNotConferredForWhereAnotherThreadOfTheCoreHasWork) {
  Config config = waiting(LockWaiting::confer);
  config.smt = 2;
  config.throughput = core::SmtThroughput::from_table(std::array{1.0, 1.4}).value();
  ScriptedHypervisor platform{config};
  platform.start({two_holders(), {"spin", workload::Spin{2}}}, 2);
  platform.at(1_ms, [&] { platform.preempt(0); });
  platform.run_until(10_ms);
  EXPECT_THAT(platform.confers, IsEmpty());
  EXPECT_TRUE(platform.running(1));
}

TEST(Locks, TrapWhoConfersToAProcessorThatCeded) {
  for (const bool trap : {false, true}) {
    ScriptedHypervisor platform{waiting(LockWaiting::confer, trap)};
    platform.start({two_holders("10 ms")}, 2);
    platform.run_until(5_ms);  // the holder sleeps since 4 ms
    EXPECT_EQ(platform.confers.size(), trap ? 1U : 0U);
    EXPECT_EQ(platform.running(1), !trap);
  }
}

TEST(Locks, NobodyConfersACoreThatTheHypervisorTakesAtThatInstant) {
  // The first clock tick of the second virtual processor comes at 62.5 us; then a job of 1 ms has the place of the thread that spins there.
  Config config = waiting(LockWaiting::confer);
  config.policy = Policy::aix;
  config.time_slice = 1_ms;
  ScriptedHypervisor platform{config};
  const workload::Config job{"job", workload::Batch{1, 1, {workload::Compute{parse_distribution("1 ms").value()}}}};
  auto& guest = platform.start({two_holders(), job}, 2);
  // The holder loses its core, and the other one its own just when the job ends and the one that spins comes back.
  const SimTime end = 1062500_ns;
  platform.at(end, [&] { platform.preempt(0); });
  platform.at(end, [&] { platform.preempt(1); });
  platform.run_until(end);
  EXPECT_EQ(guest.workloads()[1]->statistics().completed(), 1U);
  EXPECT_THAT(platform.confers, IsEmpty());
  EXPECT_EQ(guest.times(end).dispatched, platform.consumed(end));
  platform.at(2_ms, [&] { platform.dispatch(1); });
  platform.run_until(3_ms);
  EXPECT_THAT(platform.confers, ElementsAre(Pair(1, 0)));
}

TEST(Locks, AreForgottenWhenThePartitionStops) {
  ScriptedHypervisor platform{waiting(LockWaiting::spin)};
  auto& guest = platform.start({two_holders()}, 2);
  platform.at(2_ms, [&] {
    platform.take_core(0);
    platform.take_core(1);
    guest.deactivated(2_ms);
    guest.activated(2, 2_ms);
  });
  platform.run_until(30_ms);
  EXPECT_EQ(guest.workloads()[0]->statistics().completed_total(), 2U);
  EXPECT_EQ(guest.workloads()[0]->statistics().dropped(), 2U);
}

}  // namespace
}  // namespace lparsim::guest
