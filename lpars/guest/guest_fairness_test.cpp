// Nobody is forgotten: threads get on whatever becomes of the logical processors and queues they were on.
#include <gtest/gtest.h>

#include "lpars/guest/testing/scripted_hypervisor.hpp"
#include "sim/base/distribution.hpp"

namespace lparsim::guest {
namespace {

using namespace literals;
using testing::ScriptedHypervisor;

const double kTwoThreads[] = {1, 1.4};

Config with(Policy policy, std::uint32_t smt = 1) {
  Config config;
  config.policy = policy;
  config.smt = smt;
  if (smt > 1) config.throughput = core::SmtThroughput::from_table(kTwoThreads).value();
  config.time_slice = 10_ms;
  return config;
}

/// Jobs of 1 ms each, one after the other, on so many threads, from `start` on.
workload::Config jobs(const std::string& name, std::uint32_t threads, SimTime start = {}) {
  workload::Config config{name, workload::Batch{1'000'000, threads, {workload::Compute{parse_distribution("1 ms").value()}}}};
  config.start = start;
  return config;
}

std::uint64_t done(const Guest& guest, std::size_t workload) {
  return guest.workloads()[workload]->statistics().completed();
}

TEST(Fairness, AThreadThatRanAloneForLongSharesWithOneThatComesLater) {
  for (const Policy policy : {Policy::aix, Policy::linux_, Policy::ibmi}) {
    SCOPED_TRACE(static_cast<int>(policy));
    ScriptedHypervisor platform{with(policy)};
    platform.record_wakes = false;
    auto& guest = platform.start({jobs("old", 1), jobs("new", 1, 100_s)}, 1);
    platform.run_until(100_s);
    const std::uint64_t before = done(guest, 0);
    platform.run_until(102_s);
    EXPECT_NEAR(static_cast<double>(done(guest, 0) - before), 1000, 20);
    EXPECT_NEAR(static_cast<double>(done(guest, 1)), 1000, 20);
  }
}

TEST(Fairness, AThreadThatComesToAnotherQueueIsNotBehindAllThere) {
  // One of two virtual processors has one thread, the other four; then the first goes.
  for (const Policy policy : {Policy::aix, Policy::linux_, Policy::ibmi}) {
    SCOPED_TRACE(static_cast<int>(policy));
    ScriptedHypervisor platform{with(policy)};
    platform.record_wakes = false;
    auto& guest = platform.start({jobs("first", 1), jobs("second", 1), jobs("third", 3, 50_s)}, 2);
    platform.at(60_s, [&] {
      platform.take_core(1);
      guest.online_processors_changed(1, 60_s);
    });
    platform.run_until(60_s);
    platform.run_until(65_s);
    const std::array<std::uint64_t, 3> before{done(guest, 0), done(guest, 1), done(guest, 2)};
    platform.run_until(75_s);
    EXPECT_NEAR(static_cast<double>(done(guest, 0) - before[0]), 2000, 200);
    EXPECT_NEAR(static_cast<double>(done(guest, 1) - before[1]), 2000, 200);
    EXPECT_NEAR(static_cast<double>(done(guest, 2) - before[2]), 6000, 200);
  }
}

TEST(Fairness, ThreadsThatWaitForAHardwareThreadThatIsTakenAwayGoElsewhere) {
  for (const Policy policy : {Policy::aix, Policy::linux_, Policy::ibmi}) {
    SCOPED_TRACE(static_cast<int>(policy));
    ScriptedHypervisor platform{with(policy, 2)};
    platform.record_wakes = false;
    auto& guest = platform.start({jobs("a", 1), jobs("b", 1), jobs("c", 1), jobs("d", 1)}, 1);
    platform.run_until(1_s);
    guest.set_smt(std::nullopt, 1, 1_s);
    std::array<std::uint64_t, 4> before{};
    for (std::size_t i = 0; i < 4; ++i) before[i] = done(guest, i);
    platform.run_until(5_s);
    for (std::size_t i = 0; i < 4; ++i) EXPECT_NEAR(static_cast<double>(done(guest, i) - before[i]), 1000, 50) << i;
  }
}

TEST(Fairness, ThreadsThatWaitForAVirtualProcessorThatIsRemovedGoElsewhere) {
  for (const Policy policy : {Policy::aix, Policy::linux_, Policy::ibmi}) {
    SCOPED_TRACE(static_cast<int>(policy));
    ScriptedHypervisor platform{with(policy)};
    platform.record_wakes = false;
    auto& guest = platform.start({jobs("a", 1), jobs("b", 1), jobs("c", 1), jobs("d", 1)}, 2);
    platform.at(1_s + 1_ms, [&] {
      platform.take_core(1);
      guest.online_processors_changed(1, 1_s + 1_ms);
    });
    platform.run_until(1_s + 1_ms);
    std::array<std::uint64_t, 4> before{};
    for (std::size_t i = 0; i < 4; ++i) before[i] = done(guest, i);
    platform.run_until(5_s + 1_ms);
    for (std::size_t i = 0; i < 4; ++i) EXPECT_NEAR(static_cast<double>(done(guest, i) - before[i]), 1000, 50) << i;
  }
}

TEST(Fairness, ThreadsThatWaitForAVirtualProcessorThatIsFoldedGoElsewhere) {
  // Threads that slept for most of the second before come back just when the second virtual processor is folded.
  Config config = with(Policy::aix);
  config.folding = {.enabled = true, .extra = 0, .threshold = 49, .period = 1_s};
  ScriptedHypervisor platform{config};
  platform.record_wakes = false;
  auto& guest = platform.start({jobs("a", 1), jobs("b", 1, 980_ms), jobs("c", 1, 981_ms), jobs("d", 1, 982_ms)}, 2);
  platform.run_until(1_s);
  EXPECT_EQ(guest.unfolded(), 1U);
  std::array<std::uint64_t, 4> before{};
  for (std::size_t i = 0; i < 4; ++i) before[i] = done(guest, i);
  platform.run_until(1_s + 900_ms);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_NEAR(static_cast<double>(done(guest, i) - before[i]), 225, 25) << i;
}

TEST(Fairness, AThreadThatComesBackIsNotBehindOneThatSleptLonger) {
  // One ran for a minute and slept, the other one slept for that minute; then both want to run.
  ScriptedHypervisor platform{with(Policy::linux_)};
  platform.record_wakes = false;
  const auto phases = [](const std::string& name, std::string_view first, std::string_view sleep) {
    const auto time = [](std::string_view text) {
      return parse_distribution(text).value();
    };
    return workload::Config{name, workload::Batch{2, 1, {workload::Compute{time(first)}, workload::Sleep{time(sleep)}}}};
  };
  auto& guest = platform.start({phases("ran", "60 s", "1 s"), phases("slept", "1 ms", "60500 ms")}, 1);
  platform.run_until(62_s);
  const SimTime before = guest.logical_times(0, 0, 62_s).user;
  EXPECT_GT(before, 61_s - 500_ms);
  platform.run_until(122_s);
  EXPECT_EQ(done(guest, 0), 1U);
  // From 60.5 s on `slept` does its millisecond; `ran` begins anew at 61 s and has all it needs.
  platform.run_until(124_s);
  EXPECT_EQ(done(guest, 1), 2U);
}

TEST(Fairness, LinuxWeighsByNiceValueWhereverThreadsWait) {
  // 1.25 times as much for each step: five steps are a factor of 3.05.
  ScriptedHypervisor platform{with(Policy::linux_)};
  platform.record_wakes = false;
  workload::Config light = jobs("light", 1);
  light.nice = 5;
  auto& guest = platform.start({jobs("plain", 1), light}, 1);
  platform.run_until(100_s);
  EXPECT_NEAR(static_cast<double>(done(guest, 0)) / static_cast<double>(done(guest, 1)), 3.05, 0.1);
}

}  // namespace
}  // namespace lparsim::guest
