// A guest whose virtual processors always run must agree with queueing theory.
#include <gtest/gtest.h>

#include "lpars/guest/guest.hpp"
#include "lpars/guest/testing/scripted_hypervisor.hpp"
#include "sim/base/distribution.hpp"

namespace lparsim::guest {
namespace {

using namespace literals;
using testing::ScriptedHypervisor;

/// Mean response in units of the mean demand (1 ms) over `duration`, of which a tenth is warmup.
const workload::Statistics& run(ScriptedHypervisor& platform, const std::string& arrivals, std::optional<std::uint32_t> threads,
                                std::string_view demand, std::uint32_t processors, SimTime duration) {
  platform.record_wakes = false;
  auto& guest = platform.start(
      {{"open", workload::Open{parse_arrivals(arrivals).value(), threads, {workload::Compute{parse_distribution(demand).value()}}}}},
      processors);
  platform.run_until(duration / 10);
  guest.reset_statistics(duration / 10);
  platform.run_until(duration);
  const auto& s = guest.workloads()[0]->statistics();
  EXPECT_EQ(s.arrived(), s.completed_total() + s.in_system() + s.dropped());
  const auto times = guest.times(duration);
  EXPECT_EQ(times.user, times.dispatched);
  return s;
}

TEST(GuestQueueing, OneProcessorFirstComeFirstServedIsMM1) {
  ScriptedHypervisor platform;
  const auto& s = run(platform, "poisson(700 /s)", 1, "exponential(1 ms)", 1, 1000_s);
  EXPECT_NEAR(s.response().mean().milliseconds(), 1 / (1 - 0.7), 0.07);
  EXPECT_NEAR(s.response().percentile(90).milliseconds(), 2.302585 / 0.3, 0.2);
  EXPECT_NEAR(s.throughput(1000_s), 700, 5);
  EXPECT_NEAR(s.queued(1000_s), 0.7 * 0.7 / 0.3, 0.07);  // Lq = rho^2 / (1 - rho)
}

TEST(GuestQueueing, TwoProcessorsFirstComeFirstServedAreMM2) {
  ScriptedHypervisor platform;
  const auto& s = run(platform, "poisson(1600 /s)", 2, "exponential(1 ms)", 2, 1000_s);
  EXPECT_NEAR(s.response().mean().milliseconds(), 2.7778, 0.055);
}

TEST(GuestQueueing, TheRunQueueIsFirstComeFirstServedWithoutALimitOfThreads) {
  ScriptedHypervisor platform{testing::sliced(1_s)};
  const auto& s = run(platform, "poisson(1600 /s)", std::nullopt, "exponential(1 ms)", 2, 1000_s);
  EXPECT_NEAR(s.response().mean().milliseconds(), 2.7778, 0.055);
}

TEST(GuestQueueing, VariableDemandWaitsAsPollaczekAndKhinchineSay) {
  ScriptedHypervisor platform;
  const auto& s = run(platform, "poisson(500 /s)", 1, "hyperexponential(1 ms, 2)", 1, 2000_s);
  EXPECT_NEAR(s.response().mean().milliseconds(), 1 + 0.5 / 0.5 * (1 + 4) / 2, 0.1);
}

TEST(GuestQueueing, ShortSlicesComeCloseToProcessorSharing) {
  // M/G/1-PS is insensitive to the distribution: S / (1 - rho) also for a cv of 2, where first come first served would be at 3.5 ms.
  ScriptedHypervisor platform{testing::sliced(50_us)};
  const auto& s = run(platform, "poisson(500 /s)", std::nullopt, "hyperexponential(1 ms, 2)", 1, 500_s);
  EXPECT_NEAR(s.response().mean().milliseconds(), 2, 0.1);
}

TEST(GuestQueueing, UsersWhoThinkObeyTheInteractiveResponseTimeLaw) {
  ScriptedHypervisor platform{testing::sliced(1_s)};
  platform.record_wakes = false;
  auto& guest = platform.start({{"closed", workload::Closed{20,
                                                            parse_distribution("exponential(10 ms)").value(),
                                                            {workload::Compute{parse_distribution("exponential(1 ms)").value()}}}}},
                               1);
  platform.run_until(10_s);
  guest.reset_statistics(10_s);
  platform.run_until(510_s);
  const auto& s = guest.workloads()[0]->statistics();
  // R = N/X - Z; and the machine-repair model M/M/1//20 with Z/S = 10 is busy 99.8 % of the time.
  EXPECT_NEAR(s.response().mean().milliseconds(), 20'000 / s.throughput(510_s) - 10, 0.1);
  EXPECT_NEAR(s.throughput(510_s), 998, 5);
  EXPECT_EQ(s.in_system(), s.arrived() - s.completed_total());
}

TEST(GuestQueueing, GivesTheSameFiguresOnEveryMachineAndInEveryBuild) {
  ScriptedHypervisor platform;
  const auto& s = run(platform, "lognormal(1 ms, 2)", 3, "hyperexponential(1 ms, 1.5)", 2, 20_s);
  EXPECT_EQ(s.completed(), 17898U);
  EXPECT_EQ(s.response().mean().ps(), 1931489900);
  EXPECT_EQ(s.response().percentile(99).ps(), 12373196799);
}

}  // namespace
}  // namespace lparsim::guest
