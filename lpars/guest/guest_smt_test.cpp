#include <gtest/gtest.h>

#include "lpars/guest/testing/scripted_hypervisor.hpp"
#include "sim/base/distribution.hpp"

namespace lparsim::guest {
namespace {

using namespace literals;
using testing::ScriptedHypervisor;

Config power7(std::uint32_t smt) {
  Config config;
  config.policy = Policy::aix;
  config.smt = smt;
  config.throughput = core::SmtThroughput::from_table(std::array{1.0, 1.4, 1.6}).value();
  return config;
}

workload::Config batch(std::uint32_t threads, std::string_view demand) {
  return {"batch", workload::Batch{threads, threads, {workload::Compute{parse_distribution(demand).value()}}}};
}

SimTime busy(const Guest& guest, std::uint32_t vp, SimTime now) {
  return guest.logical_times(vp, 0, now).busy + guest.logical_times(vp, 1, now).busy;
}

TEST(GuestSmt, ThreadsOfOneCoreAreSlowerAndTheCoreDoesMore) {
  ScriptedHypervisor platform{power7(4)};
  auto& guest = platform.start({batch(4, "4 ms")}, 1);
  platform.run_until(1_s);
  EXPECT_EQ(guest.workloads()[0]->statistics().response().max(), 10_ms);  // 1.6 times the work of one, four times the work to do
}

TEST(GuestSmt, ASingleBusyThreadIsFiveEighthsOfAPower7CoreByPurr) {
  ScriptedHypervisor platform{power7(4)};
  auto& guest = platform.start({{"spin", workload::Spin{1}}}, 1);
  platform.run_until(1_s);
  const ProcessorTimes times = guest.times(1_s);
  EXPECT_EQ(times.user, 625_ms);
  EXPECT_EQ(times.idle, 375_ms);
  SimTime sum;
  for (std::uint32_t i = 0; i < 4; ++i) {
    const LogicalTimes logical = guest.logical_times(0, i, 1_s);
    sum += logical.user + logical.system + logical.idle;
    EXPECT_EQ(logical.idle, i == 0 ? 0_ms : 125_ms);
  }
  EXPECT_EQ(sum, 1_s);
}

TEST(GuestSmt, ASmallerModeMovesThreadsToFreeVirtualProcessorsOrIntoQueues) {
  ScriptedHypervisor platform{power7(4)};
  auto& guest = platform.start({{"spin", workload::Spin{6}}}, 2);
  platform.at(100_ms, [&] { guest.set_smt(0, 1, 100_ms); });
  platform.run_until(101_ms);
  guest.check(101_ms);
  EXPECT_EQ(guest.smt(0), 1U);
  EXPECT_EQ(guest.smt(1), 4U);
  EXPECT_EQ(guest.logical_processors(), 5U);
  EXPECT_EQ(guest.queue_length(), 1U);  // five of the six have a hardware thread
  platform.at(200_ms, [&] { guest.set_smt(std::nullopt, 2, 200_ms); });
  platform.run_until(201_ms);
  guest.check(201_ms);
  EXPECT_EQ(guest.queue_length(), 2U);
  platform.at(300_ms, [&] { guest.set_smt(std::nullopt, 4, 300_ms); });
  platform.run_until(301_ms);
  guest.check(301_ms);
  EXPECT_EQ(guest.queue_length(), 0U);
}

TEST(GuestSmt, ASlowerClockSlowsWorkAndSpurrButNotPurr) {
  ScriptedHypervisor platform{power7(1)};
  auto& guest = platform.start({batch(1, "10 ms")}, 1);
  platform.at(5_ms, [&] { guest.set_frequency(500'000, 5_ms); });
  platform.run_until(1_s);
  EXPECT_EQ(guest.workloads()[0]->statistics().response().max(), 15_ms);
  const ProcessorTimes times = guest.times(1_s);
  EXPECT_EQ(times.user, 15_ms);
  EXPECT_EQ(times.dispatched, 15_ms);
  EXPECT_EQ(times.scaled, 10_ms);
}

TEST(GuestSmt, BalancingMovesAHogFromACrowdedCoreToOneThatBecameFree) {
  ScriptedHypervisor platform{power7(2)};
  auto& guest = platform.start({{"spin", workload::Spin{3}}, batch(1, "14 ms")}, 2);
  // Four threads on two cores, the batch job one of them (20 ms at a speed of 0.7). Then no core has two more than the other one.
  platform.run_until(50_ms);
  EXPECT_EQ(guest.workloads()[1]->statistics().response().max(), 20_ms);
  // A further virtual processor: one hog of the crowded core has it to itself within a balance period.
  platform.at(60_ms, [&] { guest.online_processors_changed(3, 60_ms); });
  platform.run_until(70_ms);
  guest.check(70_ms);
  for (std::uint32_t vp = 0; vp < 3; ++vp) EXPECT_EQ(busy(guest, vp, 80_ms) - busy(guest, vp, 70_ms), 10_ms) << vp;
}

}  // namespace
}  // namespace lparsim::guest
