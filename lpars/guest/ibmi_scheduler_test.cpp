#include "lpars/guest/ibmi_scheduler.hpp"

#include <gtest/gtest.h>

#include "lpars/guest/testing/scripted_hypervisor.hpp"
#include "sim/base/distribution.hpp"

namespace lparsim::guest {
namespace {

using namespace literals;
using testing::ScriptedHypervisor;

workload::Config jobs(std::string name, std::uint32_t threads, std::string_view demand, workload::Nice nice, SimTime start = {}) {
  workload::Config config{std::move(name), workload::Batch{threads, threads, {workload::Compute{parse_distribution(demand).value()}}}};
  config.nice = nice;
  config.start = start;
  return config;
}

SimTime longest(Guest& guest, std::size_t workload) {
  return guest.workloads()[workload]->statistics().response().max();
}

TEST(IbmiScheduler, HasOneQueueForAllProcessors) {
  const IbmiScheduler scheduler{Config{}};
  EXPECT_TRUE(scheduler.one_queue());
}

TEST(IbmiScheduler, ServesTheQueueByPriorityAndThenFirstComeFirstServed) {
  Config config;
  config.time_slice = 2_s;
  ScriptedHypervisor platform{config};
  auto& guest = platform.start({jobs("first", 1, "10 ms", 0), jobs("low", 1, "10 ms", 5, 1_ms), jobs("equal", 1, "10 ms", 0, 2_ms),
                                jobs("also", 1, "10 ms", 0, 3_ms)},
                               1);
  platform.run_until(1_s);
  EXPECT_EQ(longest(guest, 0), 10_ms);
  EXPECT_EQ(longest(guest, 2), 20_ms - 2_ms);
  EXPECT_EQ(longest(guest, 3), 30_ms - 3_ms);
  EXPECT_EQ(longest(guest, 1), 40_ms - 1_ms);
}

TEST(IbmiScheduler, AFavouredTaskDisplacesTheLeastFavouredOfAllThatRun) {
  Config config;
  config.time_slice = 2_s;
  ScriptedHypervisor platform{config};
  auto& guest = platform.start({jobs("normal", 1, "10 ms", 0), jobs("low", 1, "10 ms", 5), jobs("urgent", 1, "4 ms", -5, 3_ms)}, 2);
  platform.run_until(1_s);
  EXPECT_EQ(longest(guest, 0), 10_ms);
  EXPECT_EQ(longest(guest, 2), 4_ms);
  EXPECT_EQ(longest(guest, 1), 14_ms);  // stood aside from 3 to 7 ms
}

TEST(IbmiScheduler, ATaskWaitsWhereAllThatRunAreAsFavoured) {
  Config config;
  config.time_slice = 2_s;
  ScriptedHypervisor platform{config};
  auto& guest = platform.start({jobs("running", 2, "10 ms", 0), jobs("equal", 1, "4 ms", 0, 3_ms)}, 2);
  platform.run_until(1_s);
  EXPECT_EQ(longest(guest, 1), 11_ms);
}

TEST(IbmiScheduler, LongTasksTakeTurnsAfterATimeSlice) {
  Config config;
  config.time_slice = 2_s;
  ScriptedHypervisor platform{config};
  auto& guest = platform.start({jobs("long", 2, "3 s", 0)}, 1);
  platform.run_until(10_s);
  EXPECT_EQ(guest.workloads()[0]->statistics().response().min(), 5_s);
  EXPECT_EQ(longest(guest, 0), 6_s);
}

}  // namespace
}  // namespace lparsim::guest
