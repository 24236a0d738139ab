// Queueing theory does not care which threads wait where, as long as no processor is idle while one does: with exponential demands every
// policy must come out at the same mean. And what each policy promises beside.
#include <gtest/gtest.h>

#include "lpars/guest/testing/scripted_hypervisor.hpp"
#include "sim/base/distribution.hpp"

namespace lparsim::guest {
namespace {

using namespace literals;
using testing::ScriptedHypervisor;

TEST(GuestPolicies, AllKeepFourProcessorsBusyAsErlangSays) {
  // M/M/4 at 80 %: 1.7455 times the mean demand.
  for (const Policy policy : {Policy::aix, Policy::linux_, Policy::ibmi}) {
    for (const SimTime slice : {10_ms, 300_us}) {
      SCOPED_TRACE(static_cast<int>(policy));
      Config config;
      config.policy = policy;
      config.time_slice = slice;
      ScriptedHypervisor platform{config};
      platform.record_wakes = false;
      auto& guest = platform.start({{"open", workload::Open{parse_arrivals("poisson(3200 /s)").value(),
                                                            std::nullopt,
                                                            {workload::Compute{parse_distribution("exponential(1 ms)").value()}}}}},
                                   4);
      platform.run_until(10_s);
      guest.reset_statistics(10_s);
      platform.run_until(210_s);
      EXPECT_NEAR(guest.workloads()[0]->statistics().response().mean().milliseconds(), 1.7455, 0.04);
      guest.check(210_s);
    }
  }
}

TEST(GuestPolicies, BalancingTakesNoThreadToAVirtualProcessorThatWaitsForACore) {
  // The first virtual processor loses its core while it polls; two threads that begin then share the second one.
  Config config;
  config.policy = Policy::linux_;
  config.smt = 2;
  config.throughput = core::SmtThroughput::from_table(std::array{1.0, 1.4}).value();
  config.snooze = 1_ms;
  ScriptedHypervisor platform{config};
  workload::Config spin{"spin", workload::Spin{2}};
  spin.start = 2_ms;
  auto& guest = platform.start({{"job", workload::Batch{1, 1, {workload::Compute{parse_distribution("1 ms").value()}}}}, spin}, 2);
  platform.at(1500_us, [&] { platform.preempt(0); });
  platform.run_until(100_ms);
  EXPECT_EQ(guest.times(100_ms).logical_busy, 1_ms + (100_ms - 2_ms) * 2);
  platform.dispatch(0);  // and cedes: from then on it can be used
  platform.run_until(200_ms);
  EXPECT_TRUE(platform.running(0));
}

TEST(GuestPolicies, AnAixThreadLeavesAtAClockTickAlsoAfterPreemptionsThatCost) {
  // Two threads on logical processor 0, whose ticks come at whole milliseconds of the simulated time.
  Config config;
  config.policy = Policy::aix;
  config.time_slice = 1_ms;
  ScriptedHypervisor platform{config};
  platform.cost = 50_us;
  auto& guest = platform.start({{"spin", workload::Spin{2}}}, 1);
  for (int i = 1; i < 20; ++i) {
    platform.at(10_ms * i + 300_us, [&] { platform.preempt(0); });
    platform.at(10_ms * i + 5_ms, [&] { platform.dispatch(0); });
    platform.at(10_ms * i + 5_ms + 20_us, [&] { platform.preempt(0); });
    platform.at(10_ms * i + 5_ms + 40_us, [&] { platform.dispatch(0); });
  }
  platform.run_until(195_ms + 900_us);
  for (int i = 1; i < 5; ++i) {
    const SimTime tick = 195_ms + 1_ms * i;
    platform.run_until(tick - 1_ps);
    const std::uint64_t before = guest.times(tick).context_switches;
    platform.run_until(tick);
    EXPECT_EQ(guest.times(tick).context_switches, before + 1) << i;
  }
}

}  // namespace
}  // namespace lparsim::guest
