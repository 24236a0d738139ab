// Interrupt handlers, threads of the operating system, and what is counted of them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lpars/guest/testing/puppet.hpp"
#include "lpars/guest/testing/scripted_hypervisor.hpp"
#include "lpars/workload/testing/fake_io.hpp"
#include "sim/base/distribution.hpp"

namespace lparsim::guest {
namespace {

using namespace literals;
using hypervisor::DispatchReason;
using testing::Activity;
using testing::Puppet;
using testing::ScriptedHypervisor;
using testing::ThreadKind;
using Wake = ScriptedHypervisor::Wake;
using ::testing::ElementsAre;
using ::testing::Pair;

constexpr Policy kPolicies[] = {Policy::aix, Policy::linux_, Policy::ibmi};

workload::Config batch(std::uint64_t jobs, std::uint32_t threads, std::string_view demand, std::int8_t nice = 0) {
  return {"batch", workload::Batch{jobs, threads, {workload::Compute{parse_distribution(demand).value()}}}, {}, nice};
}
SimTime response(Guest& guest, std::size_t i = 0) {
  return guest.workloads()[i]->statistics().response().max();
}
Config of(Policy policy, std::uint32_t smt = 1) {
  Config config;
  config.policy = policy;
  config.smt = smt;
  return config;
}
/// A driver with so many handlers, each of which computes for a millisecond.
Puppet handlers(std::size_t count) {
  Puppet driver{std::vector<ThreadKind>(count, ThreadKind::interrupt)};
  for (std::size_t i = 0; i < count; ++i) driver.begins_with(i, 1_ms);
  return driver;
}

TEST(Interrupts, TakeThePlaceOfAThreadThatGoesOnWhereItWas) {
  for (const Policy policy : kPolicies) {
    Puppet driver = handlers(1);
    ScriptedHypervisor platform{of(policy)};
    Guest& guest = platform.start({batch(2, 2, "5 ms")}, 2, 1, {&driver});
    platform.at(3_ms, [&] { guest.virtual_interrupt(0, 3_ms); });
    platform.run_until(1_s);
    EXPECT_THAT(driver.ended, ElementsAre(Pair(0, 4_ms)));
    EXPECT_EQ(response(guest), 6_ms);
    const ProcessorTimes times = guest.times(1_s);
    EXPECT_EQ(times.user, 10_ms);
    EXPECT_EQ(times.system, 1_ms);
    EXPECT_EQ(times.interrupts, 1U);
    EXPECT_EQ(times.context_switches, 2U) << "those of the two threads";
    EXPECT_EQ(guest.logical_times(0, 0, 1_s).involuntary_switches, 0U);
  }
}

TEST(Interrupts, WakeAnIdlePartitionFromOutside) {
  Puppet driver = handlers(1);
  ScriptedHypervisor platform;
  platform.cost = 100_us;
  Guest& guest = platform.start({}, 2, 1, {&driver});
  platform.at(3_ms, [&] { guest.virtual_interrupt(0, 3_ms); });
  platform.run_until(10_ms);
  EXPECT_THAT(platform.wakes, ElementsAre(Wake{0, DispatchReason::external_interrupt, 3_ms}));
  EXPECT_THAT(driver.ended, ElementsAre(Pair(0, 4_ms + 100_us)));
  EXPECT_FALSE(platform.running(0));
}

TEST(Interrupts, LeaveThreadsAloneWhereAHardwareThreadIsFree) {
  for (const Policy policy : kPolicies) {
    Puppet driver = handlers(2);
    ScriptedHypervisor platform{of(policy, 2)};
    Guest& guest = platform.start({batch(1, 1, "5 ms")}, 1, 1, {&driver});
    platform.at(3_ms, [&] { guest.virtual_interrupt(0, 3_ms); });
    platform.run_until(3_ms);
    EXPECT_EQ(guest.times(3_ms + 500_us).logical_busy, 4_ms);
  }
}

TEST(Interrupts, WaitForEachOtherAndBeforeAllElse) {
  for (const Policy policy : kPolicies) {
    Puppet driver = handlers(3);
    ScriptedHypervisor platform{of(policy)};
    Guest& guest = platform.start({batch(4, 4, "5 ms", -20)}, 1, 1, {&driver});
    for (std::uint32_t source = 0; source < 3; ++source) platform.at(3_ms, [&guest, source] { guest.virtual_interrupt(source, 3_ms); });
    platform.run_until(3_ms + 500_us);
    guest.check(3_ms + 500_us);
    platform.run_until(1_s);
    EXPECT_THAT(driver.ended, ElementsAre(Pair(0, 4_ms), Pair(1, 5_ms), Pair(2, 6_ms)));
    EXPECT_EQ(response(guest), 23_ms);
  }
}

TEST(Interrupts, BeginWhenTheThreadThatIsAskedHasAnswered) {
  Puppet driver{{ThreadKind::interrupt, ThreadKind::user}};
  driver.begins_with(0, 1_ms);
  driver.begins_with(1, 2_ms);
  driver.script(1) = {Activity::compute(2_ms)};
  ScriptedHypervisor platform;
  Guest& guest = platform.start({}, 1, 1, {&driver});
  driver.asked = [&](std::uint32_t thread, SimTime now) {
    if (thread == 1 && now == 2_ms) guest.virtual_interrupt(0, now);
  };
  platform.at(0_s, [&] { driver.make_ready(1, 0_s); });
  platform.run_until(10_ms);
  EXPECT_THAT(driver.ended, ElementsAre(Pair(0, 3_ms), Pair(1, 5_ms)));
}

TEST(Interrupts, LetAMoreFavouredThreadThatHasBecomeReadyGoFirst) {
  Puppet driver = handlers(1);
  Puppet favoured{{ThreadKind::user}, -5};
  favoured.begins_with(0, 2_ms);
  driver.asked = [&](std::uint32_t, SimTime now) {
    favoured.make_ready(0, now, system::Cause::thread);
  };
  ScriptedHypervisor platform{of(Policy::aix)};
  Guest& guest = platform.start({batch(1, 1, "5 ms")}, 1, 1, {&driver, &favoured});
  platform.at(3_ms, [&] { driver.make_ready(0, 3_ms); });
  platform.run_until(1_s);
  EXPECT_THAT(favoured.ended, ElementsAre(Pair(0, 6_ms)));
  EXPECT_EQ(response(guest), 8_ms);
}

TEST(Interrupts, WaitForADispatchWhereThePartitionHasNoCore) {
  Puppet driver = handlers(1);
  ScriptedHypervisor platform;
  Guest& guest = platform.start({batch(1, 1, "5 ms")}, 1, 1, {&driver});
  platform.at(2_ms, [&] { platform.preempt(0); });
  platform.at(3_ms, [&] { guest.virtual_interrupt(0, 3_ms); });
  platform.at(10_ms, [&] { platform.dispatch(0); });
  platform.run_until(1_s);
  EXPECT_THAT(driver.ended, ElementsAre(Pair(0, 11_ms)));
  EXPECT_EQ(response(guest), 14_ms);
  EXPECT_EQ(guest.undispatched(14_ms), 8_ms);
  EXPECT_EQ(guest.undispatched(20_ms), 14_ms);
}

TEST(Interrupts, PreferAThreadThatIsOnACore) {
  Puppet driver = handlers(1);
  ScriptedHypervisor platform{of(Policy::aix)};
  Guest& guest = platform.start({batch(2, 2, "5 ms")}, 2, 1, {&driver});
  platform.at(2_ms, [&] { platform.preempt(0); });
  platform.at(3_ms, [&] { guest.virtual_interrupt(0, 3_ms); });
  platform.run_until(8_ms);
  EXPECT_THAT(driver.ended, ElementsAre(Pair(0, 4_ms)));
}

TEST(Interrupts, MoveWithTheThreadBelowWhenTheProcessorGoes) {
  for (const Policy policy : kPolicies) {
    Puppet driver = handlers(2);
    ScriptedHypervisor platform{of(policy)};
    Guest& guest = platform.start({batch(2, 2, "5 ms")}, 2, 1, {&driver});
    for (std::uint32_t source = 0; source < 2; ++source) platform.at(3_ms, [&guest, source] { guest.virtual_interrupt(source, 3_ms); });
    platform.at(3_ms + 500_us, [&] {
      platform.take_core(1);
      guest.online_processors_changed(1, platform.now());
      guest.check(platform.now());
    });
    platform.run_until(1_s);
    ASSERT_EQ(driver.ended.size(), 2U);
    EXPECT_EQ(driver.ended[1].second, 4_ms + 500_us);  // what two had left, one after the other
    EXPECT_EQ(response(guest), 8_ms + 500_us);
    EXPECT_EQ(guest.times(1_s).user, 10_ms);
    EXPECT_EQ(guest.times(1_s).system, 2_ms);
  }
}

TEST(Interrupts, AreIgnoredWithoutASourceAndWhileThePartitionIsDown) {
  Puppet driver = handlers(1);
  ScriptedHypervisor platform;
  Guest& guest = platform.start({}, 1, 1, {&driver});
  guest.virtual_interrupt(7, 0_s);
  guest.deactivated(0_s);
  guest.virtual_interrupt(0, 0_s);
  platform.run_until(1_s);
  EXPECT_TRUE(driver.ended.empty());
  EXPECT_EQ(guest.undispatched(1_s), SimTime{}) << "it is not active";
}

TEST(Interrupts, AddNothingToTheRunnableThreadsWhileTheyTakeTheirPlace) {
  Puppet driver = handlers(1);
  ScriptedHypervisor platform;
  Guest& guest = platform.start({batch(1, 1, "9 ms")}, 1, 1, {&driver});
  platform.at(3_ms, [&] { guest.virtual_interrupt(0, 3_ms); });
  platform.run_until(1_s);
  EXPECT_DOUBLE_EQ(guest.times(1_s).runnable, 0.010);
}

TEST(Interrupts, DoNotCountInTheSliceOfTheThread) {
  Config config = of(Policy::ibmi);
  config.time_slice = 2_ms;
  Puppet driver = handlers(1);
  ScriptedHypervisor platform{config};
  Guest& guest = platform.start({batch(2, 2, "4 ms")}, 1, 1, {&driver});
  platform.at(1_ms, [&] { guest.virtual_interrupt(0, 1_ms); });
  platform.run_until(1_s);
  // Slices of 2 ms in turns, but the first one takes 3 ms by the clock.
  EXPECT_EQ(guest.workloads()[0]->statistics().response().min(), 7_ms);
  EXPECT_EQ(response(guest), 9_ms);
}

TEST(KernelThreads, AreSystemTimeAndOtherwiseThreadsAsAnyOther) {
  Puppet server{{ThreadKind::kernel, ThreadKind::user}};
  server.begins_with(0, 4_ms);
  server.begins_with(1, 1_ms);
  server.script(1) = {Activity::compute_in_kernel(2_ms), Activity::compute(3_ms)};
  ScriptedHypervisor platform{testing::sliced(1_ms)};
  Guest& guest = platform.start({}, 1, 1, {&server});
  platform.at(0_s, [&] {
    server.make_ready(0, 0_s);
    server.make_ready(1, 0_s);
  });
  platform.at(2_ms + 500_us, [&] { platform.preempt(0); });
  platform.at(8_ms + 500_us, [&] { platform.dispatch(0); });
  platform.run_until(1_s);
  EXPECT_EQ(server.ended.size(), 2U);
  EXPECT_EQ(guest.times(1_s).system, 6_ms);
  EXPECT_EQ(guest.times(1_s).user, 4_ms);
  EXPECT_EQ(guest.logical_times(0, 0, 1_s).system, 6_ms);
}

TEST(IoWaits, AreIdleTimeWhileSomebodyIsBlockedForADevice) {
  Puppet reader{{ThreadKind::user}};
  reader.script(0) = {Activity::block_for_io(), Activity::compute(1_ms)};
  Config config = of(Policy::linux_, 2);
  config.snooze = 4_ms;
  ScriptedHypervisor platform{config};
  Guest& guest = platform.start({}, 1, 1, {&reader});
  reader.begins_with(0, 2_ms);
  platform.at(0_s, [&] { reader.make_ready(0, 0_s); });
  reader.asked = [&](std::uint32_t, SimTime now) {
    if (now == 2_ms) reader.begins_with(0, SimTime{});
  };
  platform.at(10_ms, [&] { reader.make_ready(0, 10_ms); });
  platform.run_until(20_ms);
  const ProcessorTimes times = guest.times(20_ms);
  EXPECT_EQ(times.io_wait, 4_ms) << "the polling from 2 to 6 ms, on both hardware threads";
  EXPECT_EQ(times.io_wait, guest.logical_times(0, 0, 20_ms).io_wait + guest.logical_times(0, 1, 20_ms).io_wait);
  EXPECT_EQ(times.logical_io_wait, 16_ms) << "two logical processors from 2 to 10 ms";
  EXPECT_LT(times.io_wait, times.idle);
}

TEST(Services, AreAttachedAndActivatedBeforeTheWorkloads) {
  Puppet driver{{ThreadKind::kernel}};
  driver.begins_with(0, 1_ms);
  driver.when_activated = [&](SimTime now) {
    driver.make_ready(0, now, system::Cause::boot);
  };
  ScriptedHypervisor platform;
  Guest& guest = platform.start({batch(1, 1, "1 ms")}, 1, 1, {&driver});
  platform.run_until(1_s);
  EXPECT_THAT(driver.ended, ElementsAre(Pair(0, 1_ms)));
  EXPECT_EQ(response(guest), 2_ms);
}

TEST(Services, AreTheDriversOfTransactionsThatUseDisks) {
  workload::testing::FakeIo io;  // 10 us in the kernel, 200 us for the device, 5 us in the kernel
  const workload::Transaction transaction{workload::Compute{parse_distribution("100 us").value()},
                                          workload::DiskIo{.disk = "hdisk0", .size = Bytes{4096}}};
  Config config;
  config.snooze = 1_ms;
  ScriptedHypervisor platform{config};
  Guest& guest = platform.start({{"batch", workload::Batch{10, 1, transaction}}}, 1, 1, {&io}, &io);
  platform.run_until(1_s);
  EXPECT_EQ(response(guest), 315_us * 10);
  const ProcessorTimes times = guest.times(1_s);
  EXPECT_EQ(times.user, 1_ms);
  EXPECT_EQ(times.system, 150_us);
  EXPECT_EQ(times.io_wait, 2_ms);
  EXPECT_EQ(times.idle, 3_ms) << "and a last snooze";
}

TEST(Services, TellTheOwnerOfTimersThatTheySetFromOutsideOnly) {
  Puppet driver = handlers(1);
  ScriptedHypervisor platform;
  Guest& guest = platform.start({batch(3, 1, "1 ms")}, 1, 1, {&driver});
  int changes = 0;
  guest.on_change([&] { ++changes; });
  platform.run_until(5_ms);
  EXPECT_EQ(changes, 0);
  driver.set_timer(0, 6_ms);
  EXPECT_EQ(changes, 1);
  platform.run_until(7_ms);  // the timer makes the handler ready from within
  EXPECT_EQ(changes, 1);
  driver.make_ready(0, 7_ms);
  EXPECT_EQ(changes, 2);
  guest.virtual_interrupt(5, 7_ms);
  EXPECT_EQ(changes, 2);
}

}  // namespace
}  // namespace lparsim::guest
