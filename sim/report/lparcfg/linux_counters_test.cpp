#include "sim/report/lparcfg/linux_counters.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/report/lparcfg/processor_times.hpp"
#include "sim/report/lparcfg/sample_partition.hpp"

namespace lparsim::report {
namespace {

using namespace literals;
using testing::ElementsAre;

std::vector<std::size_t> online(const LinuxCounters& counters) {
  std::vector<std::size_t> numbers;
  for (std::size_t n = 0; n < counters.logical.size(); ++n)
    if (counters.logical[n].online) numbers.push_back(n);
  return numbers;
}

SimTime all_time(const LogicalCounters& cpu) {
  return cpu.user_time + cpu.sys_time + cpu.iowait_time + cpu.idle_time + cpu.steal_time;
}

TEST(LinuxCounters, NumbersLogicalProcessorsByTheThreadsOfACoreWhateverTheSmtMode) {
  const SamplePartition sample;
  EXPECT_THAT(online(sample.at(0_s)), ElementsAre(0, 1, 4, 5));
  EXPECT_THAT(online(sample.at(1_s)), ElementsAre(0, 1, 4, 5));
  EXPECT_THAT(online(sample.at(2_s)), ElementsAre(0, 1, 4, 5, 8, 9));
  EXPECT_EQ(sample.at(0_s).logical.size(), 12U);
}

TEST(LinuxCounters, AddUpFromTheStart) {
  const SamplePartition sample;
  const LinuxCounters start = sample.at(0_s), end = sample.at(2_s);
  EXPECT_EQ(start.purr_ticks(), 0);
  EXPECT_EQ(start.timebase(), 0);
  EXPECT_EQ(start.entitlement.hundredths(), 65);
  EXPECT_EQ(end.purr_ticks(), timebase_ticks(600_ms));
  EXPECT_EQ(end.idle_purr_ticks(), timebase_ticks(100_ms));
  EXPECT_EQ(end.timebase(), 1'024'000'000);
  EXPECT_EQ(end.pool_idle, 9200_ms);
  EXPECT_EQ(end.yields, 81U);  // both edges
  EXPECT_EQ(end.phantom_interrupts, 7U);
  EXPECT_EQ(end.dispatched[0].same_core, 36U);
}

TEST(LinuxCounters, SettingsAreThoseOfTheIntervalThatEndsThere) {
  const SamplePartition sample;
  EXPECT_TRUE(sample.at(1_s).capped);
  const LinuxCounters end = sample.at(2_s);
  EXPECT_FALSE(end.capped);
  EXPECT_EQ(end.weight, 64U);
  EXPECT_EQ(end.entitlement.hundredths(), 80);
  EXPECT_EQ(end.online_processors, 3U);
}

TEST(LinuxCounters, ThreadsLoseTheTimeThatTheirVirtualProcessorWaitsInTheMeasureTheyAreBusy) {
  const SamplePartition sample;
  const LinuxCounters now = sample.at(1_s);
  EXPECT_EQ(now.logical[0].user_time, 480_ms);
  EXPECT_EQ(now.logical[0].sys_time, 120_ms);
  EXPECT_EQ(now.logical[0].steal_time, 200_ms);
  EXPECT_EQ(now.logical[0].idle_time, 200_ms);
  EXPECT_EQ(now.logical[1].steal_time, 0_s);
  EXPECT_EQ(now.logical[1].iowait_time, 200_ms);
  EXPECT_EQ(now.logical[1].idle_time, 800_ms);
}

TEST(LinuxCounters, TheTimesOfAnOnlineProcessorAddUpToTheTimeThatPasses) {
  const SamplePartition sample;
  const LinuxCounters end = sample.at(2_s);
  for (const std::size_t n : {0U, 1U, 4U, 5U}) EXPECT_EQ(all_time(end.logical[n]), 2_s) << n;
  for (const std::size_t n : {8U, 9U}) EXPECT_EQ(all_time(end.logical[n]), 1_s) << n;
  EXPECT_EQ(all_time(end.logical[2]), 0_s);
}

TEST(LinuxCounters, AVirtualProcessorThatWaitsThroughAnIntervalStealsFromItsFirstThread) {
  SamplePartition sample;
  sample.virtual_processors.push_back({ServerId{0}, sample.history.facts.partition, 1, 1_s, 2_s, {}, 300_ms, {}, 0, 0, 0, 0, 0, 0});
  EXPECT_EQ(sample.at(2_s).logical[4].steal_time, 300_ms);
}

TEST(LinuxCounters, SpurrFollowsTheFrequency) {
  const SamplePartition sample;
  const LinuxCounters now = sample.at(1_s);
  EXPECT_EQ(now.logical[0].scaled, 550_ms);
  EXPECT_EQ(now.logical[1].scaled, 110_ms);
  EXPECT_EQ(now.logical[1].scaled_idle, 110_ms);
}

TEST(LinuxCounters, WithoutRowsOfLogicalProcessorsAllShareWhatThePartitionUsed) {
  SamplePartition sample;
  sample.logical.clear();
  const LinuxCounters now = sample.at(1_s);
  EXPECT_EQ(now.purr_ticks(), timebase_ticks(600_ms));
  EXPECT_EQ(now.logical[5].purr(), 150_ms);
}

TEST(LinuxCounters, ProcStatCountsHundredthsOfASecondAndTruncates) {
  LogicalCounters cpu;
  cpu.user_time = 19'999_us;
  cpu.idle_time = 30_ms;
  EXPECT_EQ(processor_times(cpu).user, 1);
  EXPECT_EQ(processor_times(cpu).idle, 3);
  LinuxCounters both;
  both.logical = {cpu, cpu};
  EXPECT_EQ(processor_times(both).user, 3);  // of the sum
}

TEST(LinuxCounters, ATimeWithoutAnEndOfAnIntervalNamesTheNearestTwo) {
  const SamplePartition sample;
  LinuxCounting counting{sample.history, sample.virtual_processors, sample.logical};
  EXPECT_EQ(counting.advance(1500_ms).error(), "no interval of web ends at 1.5 s; the nearest recorded times are 1 s and 2 s");
  EXPECT_EQ(counting.advance(3_s).error(), "web is recorded to 2 s only, not to 3 s");
  ASSERT_TRUE(counting.advance(1_s));
  ASSERT_TRUE(counting.advance(2_s));
  EXPECT_EQ(counting.now().purr_ticks(), sample.at(2_s).purr_ticks());
}

}  // namespace
}  // namespace lparsim::report
